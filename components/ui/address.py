"""What the page's address names of the mails: the one that is open, and the thread or timeline around it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.mailer.following import to_thread_id
from components.store import Entry
from components.store.related import LINKS

_MAIL, _EARLIER = "mail", "earlier"


@dataclass(frozen=True, slots=True)
class View:
    """All mails with one link (one of ``LINKS``), of those older than ``before_id`` where it is given."""

    link: str
    value: str
    before_id: int | None = None

    def holds(self, entry: Entry) -> bool:
        """Whether a mail is one of them."""
        if self.link == "thread":
            return self.value in (entry.thread_id, entry.provider_thread_id)
        return self.value == (entry.contact_id if self.link == "contact" else entry.deal_id)


def opened_id() -> int | None:
    """The mail that is open."""
    return read_number(_MAIL)


def opened_view() -> View | None:
    """The thread or timeline that is open."""
    for link in LINKS:
        value = st.query_params.get(link, "")
        if value:
            return View(link, value, read_number(_EARLIER))
    return None


def read_number(parameter: str) -> int | None:
    """A mail's number, of what the address has under a name."""
    text = st.query_params.get(parameter, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def open_mail(message_id: str) -> None:
    """Open a mail by itself."""
    close_view()
    st.query_params[_MAIL] = message_id


def open_in_view(message_id: str) -> None:
    """Open a mail in its place of the thread or timeline."""
    st.query_params[_MAIL] = message_id


def open_view(link: str, value: str) -> None:
    """Open the thread or timeline around the opened mail."""
    close_view()
    st.query_params[link] = value


def turn_view(before_id: int | None) -> None:
    """Go to the newest page of the thread or timeline, or to that before a mail, none of it open."""
    _drop(_MAIL, _EARLIER)
    if before_id is not None:
        st.query_params[_EARLIER] = str(before_id)


def close_view() -> None:
    """Leave the thread or timeline, not its mail."""
    _drop(_EARLIER, *LINKS)


def close_all() -> None:
    """Go back to the list."""
    _drop(_MAIL, _EARLIER, *LINKS)


def list_values(entry: Entry) -> dict[str, str]:
    """The links that a mail has, with their values."""
    values = {"thread": to_thread_id(entry), "contact": entry.contact_id, "deal": entry.deal_id}
    return {link: value for link, value in values.items() if value}


def _drop(*parameters: str) -> None:
    for parameter in parameters:
        if parameter in st.query_params:
            del st.query_params[parameter]

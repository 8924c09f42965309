"""The browser's address: which page it names, the open message, and the thread or timeline around that message."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.mailer.following import to_thread_id
from components.store import Entry
from components.store.related import LINKS
from components.ui.session import Destination, session

#: Query parameters: the draft in the composer; the open message; the search line, which is its field's key too; the
#: message before which a page of the list begins, and before which a page of a thread or timeline begins.
DRAFT, MAIL, SEARCH, BEFORE, _EARLIER = "draft", "mail", "q", "before", "earlier"


class Page(enum.StrEnum):
    """The pages by their files, in the order of the navigation."""

    COMPOSE = "compose.py"
    DRAFTS = "drafts.py"
    OUTBOX = "outbox.py"
    HISTORY = "history.py"
    INSIGHTS = "insights.py"
    SETTINGS = "settings.py"


def go_to(page: Page, **parameters: str) -> None:
    """Show a page with these query parameters from the next run on; the last request of a run wins.

    Streamlit cannot switch pages inside a callback, so the request is stored and ``follow_request`` acts on it at the
    start of the next run. After a callback that run begins at once; a page's own script must call ``st.rerun``.
    """
    session().destination = Destination(page, parameters)


def follow_request(pages: Mapping[Page, StreamlitPage], current: StreamlitPage) -> None:
    """Switch to the page that ``go_to`` asked for, which ends this run; do nothing where it is open already."""
    state = session()
    destination, state.destination = state.destination, None
    if destination is None:
        return
    page = Page(destination.page)
    if pages[page] == current:
        return
    if page is Page.HISTORY:
        _fill_search(destination.parameters)
    # Parameters always, even none: otherwise Streamlit keeps those to which a field of the page is bound.
    st.switch_page(pages[page], query_params=destination.parameters)


def keep_history_address() -> None:
    """Remember what the history's address names until somebody has connected."""
    session().history.awaited = st.query_params.to_dict()


def restore_history_address() -> None:
    """Put back what the address named before somebody connected, unless it names something else now."""
    state = session().history
    awaited, state.awaited = state.awaited, {}
    if awaited and not st.query_params:
        _fill_search(awaited)
        st.query_params.from_dict(awaited)


def _fill_search(parameters: Mapping[str, str]) -> None:
    # The field reads its parameter only when the browser opens the page with it.
    st.session_state[SEARCH] = parameters.get(SEARCH, "")


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
    return read_number(MAIL)


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
    st.query_params[MAIL] = message_id


def open_in_view(message_id: str) -> None:
    """Open a mail in its place of the thread or timeline."""
    st.query_params[MAIL] = message_id


def open_view(link: str, value: str) -> None:
    """Open the thread or timeline around the opened mail."""
    close_view()
    st.query_params[link] = value


def turn_view(before_id: int | None) -> None:
    """Go to the newest page of the thread or timeline, or to that before a mail, none of it open."""
    _drop(MAIL, _EARLIER)
    if before_id is not None:
        st.query_params[_EARLIER] = str(before_id)


def close_view() -> None:
    """Leave the thread or timeline, not its mail."""
    _drop(_EARLIER, *LINKS)


def close_all() -> None:
    """Go back to the list."""
    _drop(MAIL, _EARLIER, *LINKS)


def list_values(entry: Entry) -> dict[str, str]:
    """The links that a mail has, with their values."""
    values = {"thread": to_thread_id(entry), "contact": entry.contact_id, "deal": entry.deal_id}
    return {link: value for link, value in values.items() if value}


def _drop(*parameters: str) -> None:
    for parameter in parameters:
        if parameter in st.query_params:
            del st.query_params[parameter]

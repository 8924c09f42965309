"""The browser's address: which page it names, the open message, and the thread or timeline around that message."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.mailer.follow_up import to_thread_id
from components.store import MessageSummary
from components.store.related import LINKS
from components.ui.session import Destination, HistoryState, session

#: Query parameters: the draft in the composer; the open message; the search line, which is its field's key too; the
#: sort key before which a page of the list begins, and before which a page of a thread or timeline begins.
DRAFT, MAIL, SEARCH, BEFORE, _EARLIER = "draft", "mail", "q", "before", "earlier"


class Page(enum.StrEnum):
    """The pages by their files, in the order of the navigation."""

    COMPOSE = "compose.py"
    DRAFTS = "drafts.py"
    REVIEW = "review.py"
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
    """Switch to the page that ``go_to`` asked for, which ends this run.

    Where it is open already, only the history does something: it shows what the parameters name.
    """
    state = session()
    destination, state.destination = state.destination, None
    if destination is None:
        return
    page = Page(destination.page)
    if page is Page.HISTORY:
        _fill_search(destination.parameters)
    if pages[page] == current:
        if page is Page.HISTORY:
            # The search line follows its field, to which it is bound.
            turn_page(None)
            close_all()
            st.query_params.update({name: value for name, value in destination.parameters.items() if name != SEARCH})
        return
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


def forget_history_address() -> None:
    """Drop the search and everything that the history shows; for callbacks, and before the page is drawn."""
    session().history = HistoryState()
    _fill_search({})
    turn_page(None)
    close_all()


def _fill_search(parameters: Mapping[str, str]) -> None:
    # The field reads its parameter only when the browser opens the page with it.
    st.session_state[SEARCH] = parameters.get(SEARCH, "")


@dataclass(frozen=True, slots=True)
class MailLink:
    """A thread, contact or deal whose messages are shown: ``kind`` is one of ``LINKS``.

    ``before_key`` is the sort key before which the shown page begins; None on the newest page.
    """

    kind: str
    value: str
    before_key: int | None = None

    def includes(self, summary: MessageSummary) -> bool:
        """Tell whether a message belongs to it."""
        if self.kind == "thread":
            return self.value in (summary.thread_id, summary.provider_thread_id)
        return self.value == (summary.contact_id if self.kind == "contact" else summary.deal_id)


def opened_id() -> int | None:
    """Return the id of the open message."""
    return _read_id(MAIL)


def opened_link() -> MailLink | None:
    """Return the open thread or timeline."""
    for kind in LINKS:
        value = st.query_params.get(kind, "")
        if value:
            return MailLink(kind, value, _read_id(_EARLIER))
    return None


def opened_page() -> int | None:
    """Return the sort key before which the open page of the history's list begins; None on the newest page."""
    return _read_id(BEFORE)


def open_mail(message_id: str) -> None:
    """Open a message alone."""
    close_link()
    st.query_params[MAIL] = message_id


def open_mail_in_link(message_id: str) -> None:
    """Open a message within the open thread or timeline."""
    st.query_params[MAIL] = message_id


def open_link(kind: str, value: str) -> None:
    """Open the thread or timeline around the open message."""
    close_link()
    st.query_params[kind] = value


def turn_link_page(before_key: int | None) -> None:
    """Show another page of the thread or timeline, no message open: from before a sort key on, or the newest."""
    _drop(MAIL, _EARLIER)
    if before_key is not None:
        st.query_params[_EARLIER] = str(before_key)


def turn_page(before_key: int | None) -> None:
    """Show another page of the history's list: from before a sort key on, or the newest."""
    _drop(BEFORE)
    if before_key is not None:
        st.query_params[BEFORE] = str(before_key)


def close_link() -> None:
    """Close the thread or timeline and keep its message open."""
    _drop(_EARLIER, *LINKS)


def close_all() -> None:
    """Return to the list."""
    _drop(MAIL, _EARLIER, *LINKS)


def list_links(summary: MessageSummary) -> dict[str, str]:
    """Return the thread, contact and deal of a message, by kind."""
    values = {"thread": to_thread_id(summary), "contact": summary.contact_id, "deal": summary.deal_id}
    return {kind: value for kind, value in values.items() if value}


def _read_id(parameter: str) -> int | None:
    text = st.query_params.get(parameter, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _drop(*parameters: str) -> None:
    for parameter in parameters:
        if parameter in st.query_params:
            del st.query_params[parameter]

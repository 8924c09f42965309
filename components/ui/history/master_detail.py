"""The detail beside a list: the open message, alone or in its thread or in the timeline of a contact or deal.

On a phone the detail replaces the list, with a way back.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.store import Message
from components.store.related import Related
from components.ui.history.opened_mail import render_opened_mail
from components.ui.services import services
from components.ui.session import current_workspace, session
from components.ui.url_state import (
    MailLink,
    close_all,
    close_link,
    open_mail_in_link,
    opened_id,
    opened_link,
    turn_link_page,
)
from components.ui.widgets.crm_names import find_name
from components.ui.widgets.escaped_text import render_text
from components.ui.widgets.labels import format_mails
from components.ui.widgets.mail_list import render_mail_list
from components.ui.widgets.message_rows import to_rows

_TITLES = {"thread": "Thread", "contact": "Mails to the contact", "deal": "Mails of the deal"}


def render_detail() -> None:
    """Draw the message that the address names, if it is this workspace's, alone or in its thread or timeline."""
    message_id, link, workspace = opened_id(), opened_link(), current_workspace()
    if workspace is None or (message_id is None and link is None):
        with st.container(key="nothing-open"):
            st.caption("Choose a mail to read it.")
        return
    with st.container(key="back-to-list"):
        st.button("Back to the list", on_click=_return_to_list, key="back")
    message = services().store.history.get_message(message_id, workspace) if message_id is not None else None
    if message_id is not None and message is None:
        st.info("This mail is not here any more.")
    elif link is not None and (message is None or link.includes(message.summary)):
        _render_linked(workspace, link, message)
    elif message is not None:
        render_opened_mail(message)


def split_page() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return the containers of a list and of what is read beside it, which scroll on their own.

    On a phone one takes the other's place: the list, unless there is a way back to it.
    """
    left, right = st.columns([2, 3], gap=None)
    return left.container(key="mails"), right.container(key="mail")


def _render_linked(workspace: int, link: MailLink, message: Message | None) -> None:
    """Draw a page of a thread (oldest first) or timeline (newest first), with the open message in its place."""
    page, is_newest = _find_page(workspace, link, message)
    is_thread = link.kind == "thread"
    _render_head(link, page, is_newest)
    summaries = page.summaries[::-1] if is_thread else page.summaries
    rows = to_rows(summaries, by_day=not is_thread)
    with st.container(horizontal=True, key="turn-thread"):
        if is_thread:
            _render_turns(page, is_newest)
    opened = str(message.summary.id) if message else ""
    place = next((place for place, row in enumerate(rows, 1) if opened and row.id == opened), len(rows))
    render_mail_list(_TITLES[link.kind], rows[:place], opened, "related", open_mail_in_link)
    with st.container(border=message is not None, key="in-place"):
        if message is not None:
            render_opened_mail(message)
    if rows[place:]:
        render_mail_list("After it", rows[place:], opened, "related-after", open_mail_in_link)
    with st.container(horizontal=True, key="turn-timeline"):
        if not is_thread:
            _render_turns(page, is_newest)


def _find_page(workspace: int, link: MailLink, message: Message | None) -> tuple[Related, bool]:
    """Return the page that the address names, or the one that ends with the open message; and whether it is newest."""
    store = services().store.related
    page = store.list_related(workspace, link.kind, link.value, link.before_key)
    if message is None or message.summary.id in {summary.id for summary in page.summaries}:
        return page, link.before_key is None
    return store.list_related(workspace, link.kind, link.value, message.summary.sort_key + 1), False


def _render_head(link: MailLink, page: Related, is_newest: bool) -> None:
    is_whole = is_newest and page.next_key is None
    count = len(page.summaries)
    summary = format_mails(count) if is_whole else f"{count} of more mails"
    with st.container(horizontal=True, vertical_alignment="center", key="view-head"):
        st.header(_TITLES[link.kind], anchor=False)
        st.button("Close", key="close-view", on_click=_close_view)
    with st.container():
        # A thread has no name but its number, which says nothing to anybody.
        name = find_name(link.kind, link.value)
        render_text((f"{summary} · {name}" if name else summary, "faint"))
        if not page.summaries:
            st.info("No mail of your workspace belongs to it.")
        elif not page.complete:
            st.caption("Still indexing older mails. The first one of the thread may be missing for a moment.")


def _return_to_list() -> None:
    """Close the mail and its thread, and focus the row of the mail that was open, or else the first row."""
    message_id = opened_id()
    close_all()
    row = ".row" if message_id is None else f'.row[data-id="{message_id}"]'
    session().announce("Closed", focus=(".st-key-mails", row))


def _close_view() -> None:
    """Close the thread or timeline, and focus the mail that stays open, or else the list."""
    if opened_id() is None:
        _return_to_list()
        return
    close_link()
    session().announce("Closed", focus=(".st-key-mail", "h2"))


def _render_turns(page: Related, is_newest: bool) -> None:
    if page.next_key is not None:
        st.button("Earlier mails", key="view-earlier", on_click=turn_link_page, args=(page.next_key,))
    if not is_newest:
        st.button("Newest mails", key="view-newest", on_click=turn_link_page, args=(None,))

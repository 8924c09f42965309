"""Check for replies in History: when that was done last, what is left, and the button that does it."""

from __future__ import annotations

import streamlit as st

from components.errors import ComposerError
from components.mailer.crm.problems import describe_look_up
from components.mailer.crm.replies import Mark, has_more
from components.mailer.follow_up import to_thread_id
from components.model import Connection
from components.store import MessageSummary
from components.store.replies import ReplyCheck
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import render_text
from components.ui.widgets.labels import format_time


def render_reply_check() -> None:
    """Draw one line: when replies were looked for last, and the buttons; checks automatically once an hour."""
    connection = session().connection
    if connection is None:
        return
    replies = services().replies
    replies.keep_up(connection)
    check = replies.get_check(connection)
    with st.container(horizontal=True, vertical_alignment="center", key="reply-check"):
        if check.problem:
            render_text((check.problem, "caution"), wide=False)
        elif check.checked_at is not None:
            render_text((_describe(check), "faint"), wide=False)
        if has_more(check):
            st.button("Check 100 more", key="replies-more", type="tertiary", on_click=_check_more, args=(connection,))
        st.button("Check for replies", key="replies", type="tertiary", on_click=_check, args=(connection,))


def render_mark(summary: MessageSummary) -> None:
    """Draw what is known of the answer to an opened mail; where only a time is known, with the way to look."""
    mark = services().replies.list_marks(summary.workspace_id, [summary]).get(summary.id)
    if mark is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"reply-{summary.id}"):
        render_text((mark, "strong"), wide=False)
        if mark is Mark.NEWS:
            help_text = "Opens the thread with one API call."
            args = (to_thread_id(summary),)
            key = f"reply-look-{summary.id}"
            st.button("See who wrote", key=key, type="tertiary", help=help_text, on_click=_look, args=args)


def _describe(check: ReplyCheck) -> str:
    """Say when, and how much of what LeadLex has: ``Replies checked 14:05, 100 of 240 threads``."""
    text = f"Replies checked {format_time(check.checked_at or 0.0)}"
    if not has_more(check):
        return text
    return f"{text}, {check.threads:,}{f' of {check.total:,}' if check.total is not None else ''} threads"


def _check(connection: Connection) -> None:
    services().replies.check(connection)


def _check_more(connection: Connection) -> None:
    services().replies.check_more(connection)


def _look(thread_id: str) -> None:
    """Open a thread to learn who wrote last."""
    connection = session().connection
    if connection is None:
        return
    try:
        services().fetch_thread(connection, thread_id)
    except ComposerError as error:
        session().say(describe_look_up("threads", error), bad=True)

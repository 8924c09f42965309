"""The contacts or deals without a recent mail, as a list that leads to the follow-up."""

from __future__ import annotations

import time
from datetime import timedelta

import streamlit as st

from components.store.insights import LinkKind
from components.ui.insights.people import name_links
from components.ui.outbox.message_actions import follow_up
from components.ui.services import services
from components.ui.url_state import MAIL, Page, go_to
from components.ui.widgets.escaped_text import render_section
from components.ui.widgets.labels import format_mails, format_time
from components.ui.widgets.mail_list import MailRow, render_mail_list

#: The choices: days without a mail after which somebody is listed.
_WAITS = (7, 14, 30, 60, 90)
#: How many are listed, and how many on request.
_FEW, _MANY = 10, 50
_DAY = timedelta(days=1).total_seconds()
_TITLE = "No follow-up sent"


def render_without_follow_up(workspace: int) -> None:
    """Draw the contacts or deals whose last mail is older than the chosen days, the latest first.

    The list leaves out who is known to have answered. A row says "No reply" only if its thread was opened since.
    """
    render_section(_TITLE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = st.selectbox(
            "No mail for",
            _WAITS,
            _WAITS.index(30),
            format_func=lambda number: f"{number} days",
            key="quiet",
            bind="query-params",
            width=140,
        )
        kind: LinkKind = st.segmented_control(
            "Of whom",
            ("contact", "deal"),
            default="contact",
            required=True,
            format_func={"contact": "Contacts", "deal": "Deals"}.__getitem__,
            key="of",
            bind="query-params",
        )
        most = _MANY if st.checkbox(f"Up to {_MANY}", key="long", bind="query-params") else _FEW
    rows = _list_rows(workspace, kind, days, most)
    # Drawn even when empty, so that what follows keeps its place.
    render_mail_list(_TITLE, rows, "", "quiet-list", _open, {"Follow up": _follow_up})
    if not rows:
        st.caption(f"Every {kind} has answered, has had a mail within {days} days, or has one scheduled.")
    elif len(rows) == most:
        st.caption(f"The {most} that were written to last. Older ones come with more days.")


def _list_rows(workspace: int, kind: LinkKind, days: int, most: int) -> list[MailRow]:
    """Return the rows; a row's id is that of the last mail."""
    store, now = services().store, time.time()
    quiet = store.insights.list_quiet(workspace, kind, now - days * _DAY, most)
    summaries = store.history.get_summaries([link.last_id for link in quiet], workspace)
    names = name_links(kind, quiet, summaries)
    unanswered = services().replies.list_unanswered(workspace, summaries.values())
    return [
        MailRow(
            id=str(link.last_id),
            who=names[link.key],
            when=format_time(link.last_at),
            subject=summaries[link.last_id].subject,
            preview=format_mails(link.mails),
            word=_describe_wait(now - link.last_at, is_unanswered=link.last_id in unanswered),
            tone="doubt",
            title=f"{kind.capitalize()} {names[link.key]}, last mail {format_time(link.last_at)}",
        )
        for link in quiet
        if link.last_id in summaries
    ]


def _describe_wait(seconds: float, *, is_unanswered: bool) -> str:
    days = f"{int(seconds / _DAY):,} days"
    return f"No reply for {days}" if is_unanswered else f"{days} ago"


def _open(message_id: str) -> None:
    go_to(Page.HISTORY, **{MAIL: message_id})


def _follow_up(message_id: str) -> None:
    follow_up(int(message_id))

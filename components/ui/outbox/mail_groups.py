"""The Outbox's list: what needs a person, what is being sent, what waits."""

from __future__ import annotations

import streamlit as st

from components.model import Status
from components.ui.outbox.message_status import is_moving
from components.ui.services import services
from components.ui.url_state import MailLink, opened_id, opened_link
from components.ui.widgets.message_rows import render_messages

#: Seconds between two looks at messages that are under way.
_POLL_SECONDS = 2.0


def render_mail_groups(workspace: int) -> None:
    """Draw the list in three groups; it refreshes while a message is under way."""
    moving = any(is_moving(summary) for summary in services().store.outbox.list_open(workspace))
    draw = st.fragment(_render_groups, run_every=_POLL_SECONDS if moving else None)
    draw(workspace, moving, opened_id(), opened_link())


def _render_groups(workspace: int, was_moving: bool, message_id: int | None, link: MailLink | None) -> None:
    """Draw the groups; rerun the whole page once nothing moves any more, or when the address has changed."""
    summaries = services().store.outbox.list_open(workspace)
    settled = was_moving and not any(is_moving(summary) for summary in summaries)
    if settled or (opened_id(), opened_link()) != (message_id, link):
        st.rerun()
    if not summaries:
        st.info("Nothing waits and nothing needs you. What was sent is under History.")
        return
    needing = [summary for summary in summaries if summary.needs_you]
    moving = [summary for summary in summaries if not summary.needs_you and summary.status is not Status.HELD]
    waiting = [summary for summary in summaries if not summary.needs_you and summary.status is Status.HELD]
    for title, group in (("Needs you", needing), ("Under way", moving), ("Waiting", waiting)):
        if group:
            st.markdown(f"**{title}** ({len(group)})")
            render_messages(title, group, key=f"outbox-{title}")

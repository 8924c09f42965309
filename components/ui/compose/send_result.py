"""What Compose shows after a click on Send: the message's progress and outcome, and what to do next."""

from __future__ import annotations

import streamlit as st

from components.mailer.status_text import Tone
from components.model import Connection, Status
from components.store import MessageSummary
from components.ui.compose.draft_sync import start_new_mail
from components.ui.outbox.message_actions import attempt
from components.ui.outbox.message_status import is_moving, render_status
from components.ui.services import services
from components.ui.session import current_workspace, session
from components.ui.url_state import DRAFT, MAIL, Page
from components.ui.widgets.escaped_text import escape_markdown
from components.ui.widgets.mail_frame import render_frame
from components.ui.widgets.message_rows import report


def render_send_result() -> bool:
    """Draw the message that was just sent; return False where the composer's fields are to be drawn instead.

    A message that failed is reopened in the fields at once, with the reason above them.
    """
    state, workspace = session(), current_workspace()
    message = None
    if workspace is not None and state.composer.sent_id is not None:
        message = services().store.history.get_message(state.composer.sent_id, workspace)
    if message is None:
        start_new_mail()
        return False
    summary = message.summary
    if summary.status is Status.FAILED and summary.needs_you:
        _reopen_failed(summary)
        return False
    if not is_moving(summary) and not summary.needs_you:
        # This page shows the outcome; the others need not.
        state.outbox.unwatch(summary.id)
    st.subheader(escape_markdown(summary.subject), anchor=False)
    render_status(summary)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_done = report(summary).tone is Tone.GOOD
        st.button(
            "Write another",
            type="primary" if is_done else "secondary",
            on_click=start_new_mail,
            key="write-another",
        )
        st.page_link(Page.HISTORY, label="Show in history", query_params={MAIL: str(summary.id)})
    render_frame(message.mail.html, key=f"sent-{summary.id}")
    return True


def render_failure() -> None:
    """Draw above the fields why the reopened message was not sent, with a link to where that can be fixed."""
    state = session()
    if state.composer.failure:
        st.error(escape_markdown(state.composer.failure))
        if state.key_refused:
            st.page_link(Page.SETTINGS, label="Enter another key in Settings")


def _reopen_failed(summary: MessageSummary) -> None:
    state, status = session(), report(summary)

    def reopen(connection: Connection) -> None:
        state.composer.open_draft(services().outbox.reopen(connection, summary.id), saved=True)

    if attempt(reopen):
        request = f", request {summary.request_id}" if summary.request_id else ""
        state.composer.failure = f"{status.happened} {status.went_out} {status.advice} ({summary.code}{request})"
        state.key_refused = summary.code == "invalid_key"
        st.query_params[DRAFT] = state.composer.draft.id
    state.outbox.unwatch(summary.id)

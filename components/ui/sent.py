"""What the composer shows after a click on Send: the mail's progress and end, and the way on."""

from __future__ import annotations

import streamlit as st

from components.mailer.report import Tone
from components.model import Connection, Status
from components.store import Entry
from components.ui.actions import attempt
from components.ui.address import DRAFT, MAIL, Page
from components.ui.drafting import start_new_mail
from components.ui.frame import render_frame
from components.ui.progress import is_moving, render_status
from components.ui.services import services
from components.ui.session import current_workspace, session
from components.ui.words import literal, report


def render_sent() -> bool:
    """Draw the mail just sent; False where the composer's fields are to be drawn instead.

    A mail that failed comes back into the fields at once, everything in its place, with the reason above them.
    """
    state, workspace = session(), current_workspace()
    letter = None
    if workspace is not None and state.composer.sent_id is not None:
        letter = services().store.history.get_message(state.composer.sent_id, workspace)
    if letter is None:
        start_new_mail()
        return False
    entry = letter.entry
    if entry.status is Status.FAILED and entry.needs_you:
        _bring_back(entry)
        return False
    if not is_moving(entry) and not entry.needs_you:
        # Its end stands here; no other page need tell it again.
        state.outbox.unwatch(entry.id)
    st.subheader(literal(entry.subject), anchor=False)
    render_status(entry)
    with st.container(horizontal=True, vertical_alignment="center"):
        done = report(entry).tone is Tone.GOOD
        st.button(
            "Write another", type="primary" if done else "secondary", on_click=start_new_mail, key="write-another"
        )
        st.page_link(Page.HISTORY, label="Show in history", query_params={MAIL: str(entry.id)})
    render_frame(letter.mail.html, key=f"sent-{entry.id}")
    return True


def render_failure() -> None:
    """Above the fields: why the mail that stands in them again was not sent, and where that is mended."""
    state = session()
    if state.composer.failure:
        st.error(literal(state.composer.failure))
        if state.key_refused:
            st.page_link(Page.SETTINGS, label="Enter another key in Settings")


def _bring_back(entry: Entry) -> None:
    """Reopen a failed message in the composer, with the reason above the fields."""
    state, told = session(), report(entry)

    def reopen(connection: Connection) -> None:
        state.composer.open_draft(services().outbox.reopen(connection, entry.id), saved=True)

    if attempt(reopen):
        request = f", request {entry.request_id}" if entry.request_id else ""
        state.composer.failure = f"{told.happened} {told.went_out} {told.advice} ({entry.code}{request})"
        state.key_refused = entry.code == "invalid_key"
        st.query_params[DRAFT] = state.composer.draft.id
    state.outbox.unwatch(entry.id)

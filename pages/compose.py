"""Compose: the mail on the left, what the recipient sees on the right, Send at the top."""

import streamlit as st

from components.ui.actions import send
from components.ui.attachments import render_attachments
from components.ui.closing import render_signature_choice
from components.ui.composer import (
    render_links,
    render_message,
    render_recipients,
    render_subject,
    shown_faults,
)
from components.ui.conflict import render_conflict
from components.ui.drafting import open_addressed_draft, save_draft
from components.ui.preview import render_preview
from components.ui.readiness import look_over, render_hint, render_readiness
from components.ui.saved import render_saved
from components.ui.sending_time import render_send_later
from components.ui.sent import render_failure, render_sent
from components.ui.session import session
from components.ui.styles import hide_on_phone


def render_composer() -> None:
    """Draw the open draft."""
    # Also where the fields take the place of a mail that came back in this very run.
    session().composer.is_drawn = True
    save_draft()
    if session().notice:
        # A file was refused: that is said above the page, which has been drawn already.
        st.rerun()
    preflight = look_over()
    faults = shown_faults(preflight)
    bar = st.container(horizontal=True, vertical_alignment="center", key="sendbar")
    trouble = st.container()
    with st.container(key="phone-view"):
        views = ["Write", "Preview"]
        view = st.segmented_control("View", views, default="Write", required=True, label_visibility="collapsed")
    hide_on_phone("reading" if view == "Write" else "writing")
    left, right = st.columns(2, gap="large")
    reading = right.container(key="reading")
    # What is drawn first reaches the browser first: what one watches while one types.
    with reading:
        render_preview(preflight)
    with left, st.container(key="writing"):
        # Each in a container, so that a line that comes or goes in one leaves the others where they are.
        render_recipients(faults)
        with st.container():
            render_subject(faults)
        with st.container():
            render_message(faults)
        with st.container():
            render_signature_choice()
        with st.container():
            render_attachments(faults.get("Attachments", ""))
        render_links(preflight, faults)
    with bar:
        st.subheader("New mail", width="stretch", anchor=False)
        with st.container(width="content"):
            render_saved()
        with st.container(width="content"):
            render_hint(preflight)
        st.button("Send", type="primary", key="send", on_click=send, shortcut="Ctrl+Enter")
        render_send_later(disabled=bool(preflight.faults))
    with trouble:
        render_failure()
        render_conflict()
    with reading:
        render_readiness(preflight)


with st.container():
    open_addressed_draft()
if session().composer.sent_id is None or not render_sent():
    render_composer()

"""Compose: one sheet to write on, what the recipient sees as a second view or beside it, Send at the top."""

import streamlit as st

from components.mailer.permissions import Right
from components.ui.compose.attachments import render_attachments
from components.ui.compose.documents import render_documents
from components.ui.compose.draft_sync import discard_draft, open_addressed_draft, save_draft
from components.ui.compose.drafting.comments import render_comments
from components.ui.compose.drafting.edit_lock import follow_lock, render_reading, render_request
from components.ui.compose.drafting.sharing import render_author
from components.ui.compose.drafting.versions import render_versions
from components.ui.compose.fields import (
    render_message,
    render_more,
    render_recipients,
    render_subject,
)
from components.ui.compose.linking import link_recipients, render_links
from components.ui.compose.preview import render_preview, render_view_choice
from components.ui.compose.readiness import list_shown_faults, render_hint, render_readiness, run_preflight
from components.ui.compose.review_panel import read_standing, render_review_request, render_standing
from components.ui.compose.save_status import render_conflict, render_save_status
from components.ui.compose.send_controls import render_send_controls
from components.ui.compose.signature_choice import render_signature_choice
from components.ui.compose.threads import render_threads
from components.ui.permitted import is_permitted, render_refusal
from components.ui.session import session
from components.ui.url_state import DRAFT, Page, go_to
from components.ui.widgets.escaped_text import render_title


def render_composer() -> None:
    """Draw the open draft, or how somebody else writes it."""
    if not session().composer.reads_along:
        link_recipients()
        save_draft()
    lock = follow_lock()
    if session().composer.reads_along:
        render_reading(lock)
        render_versions()
        render_comments()
        return
    preflight = run_preflight()
    faults = list_shown_faults(preflight)
    bar = st.container(horizontal=True, vertical_alignment="center", key="sendbar")
    with bar:
        # The title keeps the bar's place: Streamlit draws no empty container.
        render_title(session().composer.draft.subject.strip() or "New mail")
    problems = st.container()
    left, right = st.columns([3, 2], gap="large")
    # The preview first: what is drawn first reaches the browser first, and people watch it while they type.
    with right, st.container(key="reading"):
        render_preview(preflight)
    standing = read_standing(preflight)
    needs_approval = standing is not None and standing.needs_approval
    with left, st.container(key="writing", gap="small"):
        # Each in its own container, so that an element that appears or disappears in one does not move the others.
        render_recipients(faults)
        with st.container():
            render_subject(faults)
        with st.container():
            render_message(faults)
        with st.container():
            render_signature_choice()
        with st.container():
            render_attachments(faults.get("Attachments", ""))
        with st.container(key="from-leadlex", gap="small"):
            with st.container():
                render_documents()
            with st.container():
                render_threads()
        with st.container():
            render_links()
        with st.container():
            render_more()
        with st.container():
            render_readiness(preflight, needs_approval=needs_approval)
        with st.container():
            render_comments()
    with bar:
        with st.container(width="content"):
            render_author()
        with st.container(width="content"):
            render_save_status()
        with st.container(width="content"):
            render_hint(preflight)
        render_view_choice()
        saving = session().composer.saving
        # Drawn or empty: the first save must not close a menu that somebody has just opened.
        with st.container(width="content"):
            # During a conflict, Discard would delete the other window's version.
            if saving.draft is not None and not saving.has_conflict:
                st.button("Discard", type="tertiary", key="discard", on_click=discard_draft)
        with st.container(width="content"):
            render_review_request(standing)
        render_send_controls(preflight, needs_approval)
    with problems:
        render_conflict()
        render_standing(standing)
        render_request(lock)


is_writer = is_permitted(Right.WRITE)
if not is_writer and DRAFT not in st.query_params:
    # Readers begin with the history.
    go_to(Page.HISTORY)
    st.rerun()
with st.container():
    if is_writer:
        open_addressed_draft()
    else:
        render_refusal(Right.WRITE)
if is_writer:
    render_composer()

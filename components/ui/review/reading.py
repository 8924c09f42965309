"""The draft that is reviewed: the mail as it would go out, what has changed, and the two answers."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.crm import Kind
from components.errors import ComposerError
from components.mailer.reviews import SHORT_DIGEST, ReviewedDraft, compare_with_seen
from components.model import Connection
from components.review import ReviewState
from components.ui.review.file_route import render_reviewed_file_link
from components.ui.services import services
from components.ui.session import session
from components.ui.url_state import DRAFT, Page, go_to
from components.ui.widgets.crm_names import find_name
from components.ui.widgets.escaped_text import (
    escape_markdown,
    render_changes,
    render_facts,
    render_section,
    render_text,
)
from components.ui.widgets.labels import format_time, render_file
from components.ui.widgets.mail_frame import FrameOptions, render_frame

#: The key of the reason for changes, followed by the draft's id.
_REASON = "review-reason-"


def render_reading(connection: Connection, draft_id: str) -> None:
    """Draw a draft that one is asked to review, or why it cannot be read. Raises StoreError."""
    try:
        reviewed = services().reviews.look(connection, draft_id)
        since = session().review.since.setdefault(draft_id, reviewed.review.seen)
        services().reviews.note_seen(connection, reviewed)
    except ComposerError as error:
        st.info(escape_markdown(str(error)))
        return
    mail, review = reviewed.mail, reviewed.review
    st.header(escape_markdown(mail.subject), anchor=False)
    asked = f"asked for your review {format_time(review.asked_at)}"
    render_text((review.asked_by, "strong"), (asked, "plain"))
    _render_answers(connection, reviewed)
    pieces = compare_with_seen(since, reviewed)
    if pieces:
        with st.container(border=True, key="review-changes"):
            render_section("Changed since you looked")
            render_changes(pieces)
    _render_mail(reviewed)


def close_draft() -> None:
    """Return to the list; the next opening tells what has changed since this one."""
    st.query_params.pop(DRAFT, None)
    session().review.since = {}


def _render_answers(connection: Connection, reviewed: ReviewedDraft) -> None:
    draft_id, is_answered = reviewed.draft.id, reviewed.review.state is not ReviewState.ASKED
    # In its own container: a reason that is being typed keeps its place when somebody else approves.
    with st.container():
        if reviewed.has_edited:
            render_text(("You wrote or changed this draft, so somebody else must approve it.", "caution"))
        elif reviewed.approved_by:
            render_text((f"Approved by {reviewed.approved_by}", "good"))
    with st.container(horizontal=True, gap="small", key="review-answers"):
        st.button(
            "Approve",
            type="primary",
            key="approve",
            disabled=reviewed.has_edited or (is_answered and bool(reviewed.approved_by)),
            on_click=_approve,
            args=(connection, reviewed),
        )
        with st.popover("Ask for changes", key="ask-changes"):
            st.text_area("What should change", key=f"{_REASON}{draft_id}", height=120)
            label = f"Return to {escape_markdown(reviewed.review.asked_by)}"
            st.button(label, type="primary", key="return", on_click=_return_draft, args=(connection, reviewed))
        st.button("Open the draft", key="open-reviewed", on_click=_open_draft, args=(draft_id,))


def _render_mail(reviewed: ReviewedDraft) -> None:
    mail = reviewed.mail
    people = {"To": mail.to, "Cc": mail.cc, "Bcc": mail.bcc, "Reply-To": (mail.reply_to,) if mail.reply_to else ()}
    facts = {label: ", ".join(map(str, addresses)) for label, addresses in people.items()}
    facts["Written by"] = reviewed.draft.written_by
    facts["Contact"] = find_name(Kind.CONTACT, mail.contact_id) or mail.contact_id
    facts["Deal"] = find_name(Kind.DEAL, mail.deal_id) or mail.deal_id
    facts["Thread ID"] = mail.thread_id
    render_facts(facts)
    for position, file in enumerate(mail.attachments):
        with st.container(horizontal=True, vertical_alignment="center", key=f"review-file-{position}"):
            render_file(file)
            if file.sha256 is not None:
                render_text((f"SHA-256 {file.sha256[:SHORT_DIGEST]}", "faint"), wide=False)
                key = f"review-file-{position}-download"
                render_reviewed_file_link(reviewed.draft.id, file.sha256, file.filename, key)
    images = False
    if 'src="https:' in mail.html:
        images = st.toggle("Pictures", key="review-pictures", help="Loads them from the web.")
    render_frame(mail.html, key="review-frame", view=FrameOptions(images=images))
    plain = st.expander("Plain text", key="review-plain", on_change="rerun")
    if plain.open:
        with plain:
            st.code(mail.text or " ", language=None, wrap_lines=True)


def _approve(connection: Connection, reviewed: ReviewedDraft) -> None:
    done = f"Approved. {reviewed.review.asked_by} sees it with the draft. Any change voids it."
    _answer(lambda: services().reviews.approve(connection, reviewed), done)


def _return_draft(connection: Connection, reviewed: ReviewedDraft) -> None:
    reason = str(st.session_state.get(f"{_REASON}{reviewed.draft.id}", ""))
    done = f"Returned. {reviewed.review.asked_by} reads your reason with the draft."
    _answer(lambda: services().reviews.ask_for_changes(connection, reviewed, reason), done)


def _answer(action: Callable[[], None], done: str) -> None:
    try:
        action()
    except ComposerError as error:
        session().say(str(error), bad=True)
        return
    close_draft()
    session().say(done)


def _open_draft(draft_id: str) -> None:
    close_draft()
    go_to(Page.COMPOSE, **{DRAFT: draft_id})

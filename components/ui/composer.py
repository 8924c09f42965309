"""The parts of the compose screen: fields, links, preview, and what still stands against sending."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.mailer.preflight import Preflight
from components.message import SUBJECT_ADVICE
from components.ui.drafting import field_key
from components.ui.editor import render_editor
from components.ui.frame import render_frame
from components.ui.session import session
from components.ui.text import render_text
from components.ui.words import when

#: Faults that only say that something is still empty; they wait for a click on Send.
_UNFINISHED = ("Add at least one recipient.", "Enter a subject.", "Write a message.")


def shown_faults(preflight: Preflight) -> Mapping[str, str]:
    """The faults to name now: a field still empty is none before somebody tries to send."""
    tried = session().send_tried
    return {label: text for label, text in preflight.faults.items() if tried or text not in _UNFINISHED}


def render_recipients(faults: Mapping[str, str]) -> None:
    """Draw the address fields; all but To are tucked away while they are empty."""
    with st.container(key="recipients"):
        _render_all_recipients(faults)


def _render_all_recipients(faults: Mapping[str, str]) -> None:
    _render_addresses("To", "to", faults, "Jane Doe <jane@example.com>, sam@example.com")
    draft = session().draft
    used = [label for label, text in (("Cc", draft.cc), ("Bcc", draft.bcc), ("Reply-To", draft.reply_to)) if text]
    title = "Cc, Bcc, Reply-To" + (f" ({', '.join(used)} filled)" if used else "")
    with st.expander(title, key=field_key("more-recipients")):
        for label, name in (("Cc", "cc"), ("Bcc", "bcc"), ("Reply-To", "reply_to")):
            _render_addresses(label, name, faults, "")
    for label in ("Cc", "Bcc", "Reply-To"):
        _render_fault(label, faults)


def render_subject(faults: Mapping[str, str]) -> None:
    """Draw the subject with its counter, which moves while one types."""
    subject = st.text_input("Subject", session().seed.subject, key=field_key("subject"), live="300ms") or ""
    count = f"{len(subject.strip())}/{SUBJECT_ADVICE}"
    if len(subject.strip()) > SUBJECT_ADVICE:
        render_text((f"{count}: most inboxes cut it", "caution"))
    else:
        render_text((count, "faint"))
    _render_fault("Subject", faults)


def render_message(faults: Mapping[str, str]) -> None:
    """Draw the Markdown editor."""
    render_editor(session().seed.markdown, faults.get("Message", ""), field_key("markdown"))


def render_links(preflight: Preflight, faults: Mapping[str, str]) -> None:
    """Draw the links to the CRM under one line that says what is linked."""
    checked = preflight.checked
    linked = [
        word
        for word, value in (("contact", checked.contact_id), ("deal", checked.deal_id), ("thread", checked.thread_id))
        if value
    ]
    title = f"Linked to {', '.join(linked)}" if linked else "Link to a contact, deal or thread"
    with st.expander(title, key=field_key("links")):
        for label, name in (("Contact ID", "contact_id"), ("Deal ID", "deal_id"), ("Thread ID", "thread_id")):
            with st.container():
                st.text_input(label, getattr(session().seed, name), key=field_key(name))
                _render_fault(label, faults)
                for caution in preflight.warnings:
                    if caution.field == label:
                        render_text((caution.text, "caution"))


def render_preview(preflight: Preflight) -> None:
    """Draw what the recipient gets: byte for byte the bodies that are sent."""
    preview, plain, source = st.tabs(["Preview", "Plain text", "HTML"], key="preview-tabs")
    with preview:
        render_frame(preflight.rendered.html, key="preview-frame")
        if 'src="https:' in preflight.rendered.html:
            st.caption("Pictures from the web are not loaded here; the recipient sees them.")
    with plain:
        st.code(preflight.rendered.text or " ", language=None, wrap_lines=True)
    with source:
        st.code(preflight.rendered.html or " ", language="html", wrap_lines=True)


def render_saved() -> None:
    """Say in words whether what was typed is kept."""
    state = session()
    if state.save_error:
        render_text((f"Not saved: {state.save_error}", "fault"), wide=False)
    elif state.saved_at is not None:
        render_text((f"Saved {when(state.saved_at)}", "faint"), wide=False)
    elif state.saved_draft is not None:
        render_text(("Saved", "faint"), wide=False)


def _render_addresses(label: str, name: str, faults: Mapping[str, str], placeholder: str) -> None:
    # A text area, since a pasted list of lines would run together in a one-line input.
    seed: str = getattr(session().seed, name)
    with st.container():
        st.text_area(label, seed, key=field_key(name), height="content", placeholder=placeholder)
        if label == "To":
            _render_fault(label, faults)


def _render_fault(label: str, faults: Mapping[str, str]) -> None:
    if label in faults:
        prefix = "" if label in ("To", "Subject") else f"{label}: "
        render_text((prefix + faults[label], "fault"))

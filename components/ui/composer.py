"""The parts of the compose screen: fields, links, and what still stands against sending."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.mailer.preflight import Preflight
from components.message import SUBJECT_ADVICE
from components.ui.closing import render_quote_button
from components.ui.drafting import field_key, save_draft
from components.ui.editor import render_editor
from components.ui.recipients import render_recipient_fields
from components.ui.session import session
from components.ui.text import render_text

#: Faults that only say that something is still empty; they wait for a click on Send.
_UNFINISHED = ("Add at least one recipient.", "Enter a subject.", "Write a message.")


def shown_faults(preflight: Preflight) -> Mapping[str, str]:
    """The faults to name now: a field still empty is none before somebody tries to send."""
    tried = session().composer.send_tried
    return {label: text for label, text in preflight.faults.items() if tried or text not in _UNFINISHED}


def render_recipients(faults: Mapping[str, str]) -> None:
    """Draw the address fields."""
    state = session()
    with st.container(key="recipients"):
        render_recipient_fields(state.composer.initial, faults, state.composer.correspondents, field_key("recipients"))
        title = "Reply-To" + (" (filled)" if state.composer.draft.reply_to else "")
        with st.expander(title, key=field_key("more-recipients")):
            st.text_input("Reply-To", state.composer.initial.reply_to, key=field_key("reply_to"), live="300ms")
        _render_fault("Reply-To", faults)


def render_subject(faults: Mapping[str, str]) -> None:
    """Draw the subject with its counter, which moves while one types."""
    subject = st.text_input("Subject", session().composer.initial.subject, key=field_key("subject"), live="300ms") or ""
    count = f"{len(subject.strip())}/{SUBJECT_ADVICE}"
    if len(subject.strip()) > SUBJECT_ADVICE:
        render_text((f"{count}: most inboxes cut it", "caution"))
    else:
        render_text((count, "faint"))
    _render_fault("Subject", faults)


def render_message(faults: Mapping[str, str]) -> None:
    """Draw the Markdown editor."""
    composer = session().composer
    fault = faults.get("Message", "")
    render_editor(composer.initial.markdown, fault, field_key("markdown"), composer.edit, save_draft)


def render_links(preflight: Preflight, faults: Mapping[str, str]) -> None:
    """Draw the links to the CRM under one line that says what is linked."""
    checked = preflight.checked
    linked = [
        word
        for word, value in (("contact", checked.contact_id), ("deal", checked.deal_id), ("thread", checked.thread_id))
        if value
    ]
    title = f"Linked to {', '.join(linked)}" if linked else "Link to a contact, deal or thread"
    with st.expander(title, key=field_key("links")), st.container():
        for label, name in (("Contact ID", "contact_id"), ("Deal ID", "deal_id"), ("Thread ID", "thread_id")):
            with st.container():
                st.text_input(label, getattr(session().composer.initial, name), key=field_key(name), live="300ms")
                _render_fault(label, faults)
                for caution in preflight.warnings:
                    if caution.field == label:
                        render_text((caution.text, "caution"))
        render_quote_button()


def _render_fault(label: str, faults: Mapping[str, str]) -> None:
    if label in faults:
        prefix = "" if label == "Subject" else f"{label}: "
        render_text((prefix + faults[label], "fault"))

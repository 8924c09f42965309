"""The composer's fields: recipients, subject, message, links to the CRM."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.mailer.preflight import Preflight
from components.message import SUBJECT_ADVICE
from components.ui.compose.draft_sync import field_key, save_draft
from components.ui.compose.editor import render_editor
from components.ui.compose.recipients import render_recipient_fields
from components.ui.compose.send_controls import send
from components.ui.compose.signature_and_quote import render_quote_button
from components.ui.compose.text_field import render_line_field
from components.ui.session import session
from components.ui.widgets.escaped_text import render_text


def render_recipients(faults: Mapping[str, str]) -> None:
    """Draw the address fields; ``faults`` maps visible labels to sentences, here and below."""
    composer = session().composer
    with st.container(key="recipients"):
        render_recipient_fields(composer.initial, faults, composer.correspondents, field_key("recipients"))


def render_reply_to(faults: Mapping[str, str]) -> None:
    """Draw the mailbox for answers in an expander, whose title says whether there is one."""
    composer = session().composer
    title = "Reply-To" + (" (filled)" if composer.draft.reply_to else "")
    with st.expander(title, key=field_key("more-recipients")):
        render_line_field("Reply-To", composer.initial.reply_to, field_key("reply_to"))
    _render_fault("Reply-To", faults)


def render_subject(faults: Mapping[str, str]) -> None:
    """Draw the subject; a long one with its number of characters, which follows what is typed."""
    subject = render_line_field("Subject", session().composer.initial.subject, field_key("subject"), is_prose=True)
    if len(subject.strip()) > SUBJECT_ADVICE:
        render_text((f"{len(subject.strip())}/{SUBJECT_ADVICE}: most inboxes cut it", "caution"))
    _render_fault("Subject", faults)


def render_message(faults: Mapping[str, str]) -> None:
    """Draw the Markdown editor."""
    composer = session().composer
    fault = faults.get("Message", "")
    render_editor(composer.initial.markdown, fault, field_key("markdown"), composer.edit, save_draft, send)


def render_links(preflight: Preflight, faults: Mapping[str, str]) -> None:
    """Draw the links to the CRM in an expander whose title names what is linked."""
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
                render_line_field(label, getattr(session().composer.initial, name), field_key(name))
                _render_fault(label, faults)
                for warning in preflight.warnings:
                    if warning.field == label:
                        render_text((warning.text, "caution"))
        render_quote_button()


def _render_fault(label: str, faults: Mapping[str, str]) -> None:
    if label in faults:
        prefix = "" if label == "Subject" else f"{label}: "
        render_text((prefix + faults[label], "fault"))

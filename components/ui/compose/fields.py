"""The composer's fields: recipients, subject, message, and the folded ones: Reply-To, the thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import streamlit as st

from components.crm import Contact
from components.errors import StoreError
from components.model import Draft
from components.ui.compose.draft_sync import field_key, save_draft
from components.ui.compose.drafting.sharing import render_sharing
from components.ui.compose.drafting.versions import render_versions
from components.ui.compose.editor import render_editor
from components.ui.compose.recipients import read_typing, render_recipient_fields
from components.ui.compose.send_controls import send
from components.ui.compose.text_field import render_line_field
from components.ui.session import session
from components.ui.widgets.crm_names import open_crm
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.labels import find_language

#: The folded fields: their labels, and their names in ``Draft``.
_MORE = {"Reply-To": "reply_to", "Thread ID": "thread_id"}
#: How many contacts are suggested for a recipient.
_SUGGESTED = 8
#: Characters of an id that are shown while its field is folded.
_ID_SHOWN = 8


def render_recipients(faults: Mapping[str, str]) -> None:
    """Draw the address fields; ``faults`` maps visible labels to sentences, here and below."""
    composer, key = session().composer, field_key("recipients")
    with st.container(key="recipients"):
        render_recipient_fields(composer.initial, faults, composer.correspondents, key, _find_contacts(key))


def _find_contacts(key: str) -> tuple[Contact, ...]:
    """Find the contacts that somebody may be typing, in the copy of the CRM: no keystroke makes a call."""
    typed = read_typing(key).text
    try:
        crm = open_crm() if typed else None
        return crm.find_contacts(typed, _SUGGESTED) if crm is not None else ()
    except StoreError:
        return ()


def render_subject(faults: Mapping[str, str]) -> None:
    """Draw the subject."""
    subject = session().composer.initial.subject
    render_line_field("Subject", subject, field_key("subject"), is_prose=True, language=find_language())
    if "Subject" in faults:
        render_text((faults["Subject"], "fault"))


def render_message(faults: Mapping[str, str]) -> None:
    """Draw the Markdown editor."""
    composer = session().composer
    fault = faults.get("Message", "")
    key, language = field_key("markdown"), find_language()
    render_editor(composer.initial.markdown, fault, key, language, composer.edit, save_draft, send)


def render_more() -> None:
    """Draw the rarely used fields, sharing and versions in an expander, whose label shows what is filled in.

    The browser keeps folded fields as they are, with what is typed in them. What is wrong with one is said by the
    checks, where it is seen in either case.
    """
    composer = session().composer
    label = " ".join(("More", *(f":gray-badge[{escape_markdown(text)}]" for text in _list_filled_in(composer.draft))))
    # The key of the draft alone: what is open stays open while Python changes what the fields contain.
    with st.expander(label, icon=":material/more_horiz:", type="compact", key=f"more-{composer.draft.id}"):
        for title, name in _MORE.items():
            with st.container():
                render_line_field(title, getattr(composer.initial, name), field_key(name))
        with st.container():
            render_sharing()
        with st.container():
            render_versions()


def _list_filled_in(draft: Draft) -> Iterator[str]:
    """Say what the folded fields contain, of an id as much as tells it from others."""
    if draft.is_private:
        yield "Private"
    if draft.reply_to.strip():
        yield f"Replies to {draft.reply_to.strip()}"
    if thread := draft.thread_id.strip():
        yield f"Thread {thread[:_ID_SHOWN]}…" if len(thread) > _ID_SHOWN else f"Thread {thread}"

"""One open message: its status and actions, its fields, bodies and files, and how it was sent."""

from __future__ import annotations

import streamlit as st

from components.model import WENT_OUT, Attachment, OutgoingMail
from components.store import Message, MessageSummary
from components.ui.history.erasure import render_erase_button, render_removed
from components.ui.history.mail_files import render_attachment_link, render_eml_link
from components.ui.history.request_details import render_attempts, render_request_details
from components.ui.outbox.message_actions import edit_as_new, follow_up
from components.ui.outbox.message_status import render_status
from components.ui.url_state import list_links, open_link, opened_link
from components.ui.widgets.escaped_text import escape_markdown, render_fact, render_text
from components.ui.widgets.labels import render_file
from components.ui.widgets.mail_frame import FrameOptions, render_frame

_LINK_LABELS = {"thread": "Whole thread", "contact": "All mails to this contact", "deal": "All mails of this deal"}
_TABS = ("Preview", "Text", "Markdown", "Request and answer", "Attempts")


def render_opened_mail(message: Message) -> None:
    """Draw a message with everything known about it."""
    summary, mail = message.summary, message.mail
    st.subheader(escape_markdown(summary.subject), anchor=False)
    render_status(summary)
    if summary.damage:
        render_erase_button(message)
    render_removed(summary)
    _render_actions(message)
    _render_fields(mail, summary.id)
    _render_links(summary)
    # Long code takes the browser longest to draw, so a tab's code is drawn only while the tab is open.
    preview, text, markdown, request, attempts = st.tabs(_TABS, key=f"tabs-{summary.id}", on_change="rerun")
    with preview:
        _render_preview(mail, summary.id)
    with text:
        if text.open:
            st.code(mail.text or " ", language=None, wrap_lines=True)
    with markdown:
        if markdown.open:
            _render_markdown(mail)
    with request:
        if request.open:
            render_request_details(message)
    with attempts:
        if attempts.open:
            render_attempts(message)
    for position, file in enumerate(mail.attachments):
        _render_attachment(file, summary.id, position)
    if not summary.damage:
        render_erase_button(message)


def _render_actions(message: Message) -> None:
    summary = message.summary
    with st.container(horizontal=True, gap="xsmall", key=f"do-{summary.id}"):
        if summary.body_dropped_at is None:
            if summary.status in WENT_OUT:
                st.button("Follow up", key=f"follow-{summary.id}", on_click=follow_up, args=(summary.id,))
            st.button("Edit as new", key=f"copy-{summary.id}", on_click=edit_as_new, args=(summary.id,))
        if summary.is_whole:
            render_eml_link(summary)
        address = _to_address(summary.id)
        if address:
            with st.popover("Copy link"):
                st.caption("Shows this mail to whoever is connected to the same workspace.")
                st.code(address, language=None, wrap_lines=True)


def _render_fields(mail: OutgoingMail, message_id: int) -> None:
    with st.container(key=f"fields-{message_id}"):
        render_fact("To", ", ".join(map(str, mail.to)))
        render_fact("Cc", ", ".join(map(str, mail.cc)))
        render_fact("Bcc", ", ".join(map(str, mail.bcc)))
        render_fact("Reply-To", str(mail.reply_to or ""))
        render_fact("Contact ID", mail.contact_id)
        render_fact("Deal ID", mail.deal_id)
        render_fact("Thread ID", mail.thread_id)


def _render_links(summary: MessageSummary) -> None:
    """Draw the buttons to the message's thread, contact and deal."""
    opened = opened_link()
    with st.container(horizontal=True, key=f"ways-{summary.id}"):
        for kind, value in list_links(summary).items():
            if opened is None or opened.kind != kind:
                key = f"{kind}-{summary.id}"
                st.button(_LINK_LABELS[kind], key=key, type="tertiary", on_click=open_link, args=(kind, value))


def _to_address(message_id: int) -> str:
    """Return the address of a message in the history; "" where the browser has not reported its own address."""
    here = st.context.url
    return f"{here.rpartition('/')[0]}/history?mail={message_id}" if here else ""


def _render_preview(mail: OutgoingMail, message_id: int) -> None:
    images = False
    if 'src="https:' in mail.html:
        images = st.toggle("Pictures", key=f"pictures-{message_id}", help="Loads them from the web.")
    render_frame(mail.html, key=f"frame-{message_id}", view=FrameOptions(images=images))


def _render_markdown(mail: OutgoingMail) -> None:
    if mail.markdown:
        st.code(mail.markdown, language="markdown", wrap_lines=True)
    else:
        st.caption("This mail was not written in Markdown.")


def _render_attachment(file: Attachment, message_id: int, position: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"file-{message_id}-{position}"):
        render_file(file)
        if file.sha256 is None:
            render_text((file.storage_path or "not kept any more", "faint"), wide=False)
        else:
            render_attachment_link(message_id, position, file.filename)

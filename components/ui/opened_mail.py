"""One whole mail, opened: its state, what can be done with it, its fields, bodies and files, and how it went out."""

from __future__ import annotations

import io
from functools import partial

import streamlit as st

from components.mailer.copies import to_copy, to_copy_name
from components.mailer.following import WENT_OUT
from components.model import Attachment, Mail
from components.store import Entry, Message
from components.ui.actions import edit_as_new, follow_up
from components.ui.address import list_values, open_view, opened_view
from components.ui.erasing import render_erasing, render_losses
from components.ui.exchange import render_attempts, render_exchange
from components.ui.frame import View, render_frame
from components.ui.progress import render_status
from components.ui.services import services
from components.ui.text import render_fact, render_text
from components.ui.words import literal, size

_WAYS = {"thread": "Whole thread", "contact": "All mails to this contact", "deal": "All mails of this deal"}
_TABS = ("Preview", "Text", "Markdown", "Request and answer", "Attempts")


def render_opened_mail(letter: Message) -> None:
    """Draw a mail with everything that is known of it."""
    entry, mail = letter.entry, letter.mail
    st.subheader(literal(entry.subject), anchor=False)
    render_status(entry)
    render_losses(entry)
    _render_actions(letter)
    with st.container(key=f"fields-{entry.id}"):
        render_fact("To", ", ".join(map(str, mail.to)))
        render_fact("Cc", ", ".join(map(str, mail.cc)))
        render_fact("Bcc", ", ".join(map(str, mail.bcc)))
        render_fact("Reply-To", str(mail.reply_to or ""))
        render_fact("Contact ID", mail.contact_id)
        render_fact("Deal ID", mail.deal_id)
        render_fact("Thread ID", mail.thread_id)
    _render_ways(entry)
    # Long code takes the browser longest, and an opened mail is mostly only looked at: drawn while somebody does.
    preview, text, markdown, exchange, attempts = st.tabs(_TABS, key=f"tabs-{entry.id}", on_change="rerun")
    with preview:
        _render_preview(mail, entry.id)
    with text:
        if text.open:
            st.code(mail.text or " ", language=None, wrap_lines=True)
    with markdown:
        if markdown.open:
            _render_markdown(mail)
    with exchange:
        if exchange.open:
            render_exchange(letter)
    with attempts:
        if attempts.open:
            render_attempts(letter)
    for position, file in enumerate(mail.attachments):
        _render_file(file, f"file-{entry.id}-{position}")
    render_erasing(letter)


def _render_actions(letter: Message) -> None:
    entry = letter.entry
    with st.container(horizontal=True, gap="xsmall", key=f"do-{entry.id}"):
        if entry.body_dropped_at is None:
            if entry.status in WENT_OUT:
                st.button("Follow up", key=f"follow-{entry.id}", on_click=follow_up, args=(entry.id,))
            st.button("Edit as new", key=f"copy-{entry.id}", on_click=edit_as_new, args=(entry.id,))
        if entry.is_whole:
            st.download_button(
                "Download .eml",
                # Made only when it is clicked: an opened mail must not load its files.
                data=partial(_read_copy, letter),
                file_name=to_copy_name(entry),
                mime="message/rfc822",
                key=f"eml-{entry.id}",
                on_click="ignore",
            )
        link = _to_link(entry.id)
        if link:
            with st.popover("Copy link"):
                st.caption("Shows this mail to whoever is connected to the same workspace.")
                st.code(link, language=None, wrap_lines=True)


def _read_copy(letter: Message) -> io.BytesIO:
    # Streamlit offers a download from memory only; this way it is there once.
    file = io.BytesIO()
    file.writelines(to_copy(letter, services().store.blobs.read_blob))
    return file


def _render_ways(entry: Entry) -> None:
    """Lead to where it stands among others."""
    view = opened_view()
    with st.container(horizontal=True, key=f"ways-{entry.id}"):
        for link, value in list_values(entry).items():
            if view is None or view.link != link:
                key = f"{link}-{entry.id}"
                st.button(_WAYS[link], key=key, type="tertiary", on_click=open_view, args=(link, value))


def _to_link(message_id: int) -> str:
    """The address of a mail in the history; empty where the browser has not told its own."""
    here = st.context.url
    return f"{here.rpartition('/')[0]}/history?mail={message_id}" if here else ""


def _render_preview(mail: Mail, message_id: int) -> None:
    images = False
    if 'src="https:' in mail.html:
        images = st.toggle("Pictures", key=f"pictures-{message_id}", help="Loads them from the web.")
    render_frame(mail.html, key=f"frame-{message_id}", view=View(images=images))


def _render_markdown(mail: Mail) -> None:
    if mail.markdown:
        st.code(mail.markdown, language="markdown", wrap_lines=True)
    else:
        st.caption("This mail was not written in Markdown.")


def _render_file(file: Attachment, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        render_text((file.filename, "strong"))
        render_text((f"{file.mime_type} · {size(file.size)}", "faint"), wide=False)
        sha256 = file.sha256
        if sha256 is None:
            render_text((file.storage_path or "not kept any more", "faint"), wide=False)
            return
        st.download_button(
            "Download",
            # Read only when it is clicked: an opened mail must not load its files.
            data=lambda: b"".join(services().store.blobs.read_blob(sha256)),
            file_name=file.filename,
            mime="application/octet-stream",
            key=f"{key}-download",
            on_click="ignore",
        )

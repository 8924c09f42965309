"""One open message: its status and actions, its fields, bodies and files, and how it was sent."""

from __future__ import annotations

import streamlit as st

from components.crm import Kind
from components.mailer.permissions import Right
from components.model import WENT_OUT, Attachment, OutgoingMail
from components.store import Message, MessageSummary
from components.store.search.numerals import decode_domains
from components.store.sort_key import to_time
from components.ui.history.erasure import render_erase_button, render_removed
from components.ui.history.mail_files import render_attachment_link, render_eml_link
from components.ui.history.replies import render_mark
from components.ui.history.request_details import render_attempts, render_request_details
from components.ui.outbox.message_actions import edit_as_new, follow_up
from components.ui.outbox.message_status import is_simply_sent, render_status
from components.ui.permitted import is_permitted
from components.ui.url_state import list_links, open_link, opened_link
from components.ui.widgets.browser_button import render_browser_button
from components.ui.widgets.crm_names import find_name
from components.ui.widgets.escaped_text import escape_markdown, render_facts, render_text
from components.ui.widgets.events import render_events
from components.ui.widgets.labels import format_full_time, format_time, join_facts, render_file
from components.ui.widgets.mail_frame import FrameOptions, render_frame
from components.ui.widgets.message_rows import name_helpers

_LINK_LABELS = {"thread": "Thread", "contact": "All to this contact", "deal": "All of this deal"}
#: Characters of a contact's or deal's name that fit into a button.
_LONGEST_NAME = 30
_TABS = ("Fields", "Text", "Markdown", "Request and answer", "Attempts")


def render_opened_mail(message: Message) -> None:
    """Draw a message: who wrote to whom, its status, the actions, then its text, and everything else folded."""
    summary, mail = message.summary, message.mail
    st.header(escape_markdown(summary.subject or "(no subject)"), anchor=False)
    render_people(message)
    # In containers of their own, so that what a person has unfolded or opened keeps its place when the status changes.
    with st.container(gap="small"):
        render_status(summary)
        render_mark(summary)
        if summary.damage:
            render_erase_button(message)
        render_removed(summary)
    _render_actions(message)
    if mail.attachments:
        with st.container(horizontal=True, gap="small", key=f"files-{summary.id}"):
            for position, file in enumerate(mail.attachments):
                _render_attachment(file, summary.id, position)
    _render_text(mail, summary.id)
    with st.container(key=f"details-{summary.id}"):
        # Few mails are looked at so closely, and drawing this takes as long as drawing the mail.
        details = st.expander("Details", key=f"more-details-{summary.id}", on_change="rerun")
        if details.open:
            with details:
                _render_details(message)


def render_people(message: Message) -> None:
    """Draw one line: who sent the mail, to whom, and when; with the full addresses where it is printed."""
    summary, mail = message.summary, message.mail
    author = summary.sent_by or summary.written_by
    to = ", ".join(address.name or decode_domains(address.mailbox) for address in (*mail.to, *mail.cc, *mail.bcc))
    moment, helpers = to_time(summary.sort_key), name_helpers(summary)
    sent = (("·", "faint"), (format_time(moment), "plain"), ("Sent", "good")) if is_simply_sent(summary) else ()
    start = ((author, "strong"), ("to" if author else "To", "faint"), (to, "plain"))
    render_text(*start, (f"· {helpers}" if helpers else "", "faint"), *sent)
    names = ", ".join(file.filename for file in mail.attachments)
    with st.container(key=f"printed-{summary.id}"):
        sender, date = join_facts(author, helpers), format_full_time(moment)
        render_facts({"From": sender} | _name_people(mail) | {"Date": date, "Attachments": names})


def _name_people(mail: OutgoingMail) -> dict[str, str]:
    people = {"To": mail.to, "Cc": mail.cc, "Bcc": mail.bcc, "Reply-To": (mail.reply_to,) if mail.reply_to else ()}
    return {label: ", ".join(map(str, addresses)) for label, addresses in people.items()}


def _render_actions(message: Message) -> None:
    summary = message.summary
    with st.container(horizontal=True, gap="xsmall", key=f"do-{summary.id}"):
        with st.container(horizontal=True, gap="xsmall", width="content"):
            if summary.body_dropped_at is None and is_permitted(Right.WRITE):
                if summary.status in WENT_OUT:
                    st.button(
                        "Follow up", key=f"follow-{summary.id}", type="primary", on_click=follow_up, args=(summary.id,)
                    )
                st.button("Edit as new", key=f"copy-{summary.id}", on_click=edit_as_new, args=(summary.id,))
            _render_links(summary)
        address = _to_address(summary.id)
        if address:
            render_browser_button("Copy link", "copy", address, done="Link copied", key=f"link-{summary.id}")
        with st.popover("More", key=f"other-{summary.id}"):
            if summary.is_whole:
                render_eml_link(summary)
            render_browser_button("Print or save as PDF", "print", "", done="", key=f"print-{summary.id}")
            if not summary.damage:
                render_erase_button(message)


def _render_links(summary: MessageSummary) -> None:
    """Draw the buttons to the message's thread, contact and deal."""
    opened = opened_link()
    for kind, value in list_links(summary).items():
        if opened is None or opened.kind != kind:
            label, key = _name_link(kind, value), f"{kind}-{summary.id}"
            st.button(escape_markdown(label), key=key, on_click=open_link, args=(kind, value))


def _name_link(kind: str, value: str) -> str:
    name = find_name(kind, value)
    if not name:
        return _LINK_LABELS[kind]
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
    return f"All to {short}" if kind == Kind.CONTACT else f"All of {short}"


def _render_details(message: Message) -> None:
    """Draw the details, with the code of the open tab alone: long code takes the browser longest."""
    summary, mail = message.summary, message.mail
    fields, text, markdown, request, attempts = st.tabs(_TABS, key=f"tabs-{summary.id}", on_change="rerun")
    with fields:
        _render_fields(message)
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


def _render_fields(message: Message) -> None:
    summary, mail = message.summary, message.mail
    facts = {
        "Written by": summary.written_by,
        "Approved by": summary.approved_by,
        "Sent by": summary.sent_by,
        "Contact": find_name(Kind.CONTACT, mail.contact_id),
        "Deal": find_name(Kind.DEAL, mail.deal_id),
        "Contact ID": mail.contact_id,
        "Deal ID": mail.deal_id,
        "Thread ID": mail.thread_id,
    }
    render_facts(_name_people(mail) | facts)
    render_events(message.events)


def _to_address(message_id: int) -> str:
    """Return the address of a message in the history; "" where the browser has not reported its own address."""
    here = st.context.url
    return f"{here.rpartition('/')[0]}/history?mail={message_id}" if here else ""


def _render_text(mail: OutgoingMail, message_id: int) -> None:
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

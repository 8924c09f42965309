"""One whole mail, opened: its state, its bodies, its fields, its files, its attempts."""

from __future__ import annotations

import streamlit as st

from components.model import Attachment
from components.store import Message
from components.ui.actions import edit_as_new
from components.ui.erasing import render_erasing, render_losses
from components.ui.frame import render_frame
from components.ui.progress import render_status
from components.ui.services import services
from components.ui.text import render_fact, render_text
from components.ui.words import literal, size, when


def render_opened_mail(letter: Message) -> None:
    """Draw a mail with everything that is known of it."""
    entry, mail = letter.entry, letter.mail
    st.subheader(literal(entry.subject), anchor=False)
    render_status(entry)
    render_losses(entry)
    with st.container(key=f"fields-{entry.id}"):
        render_fact("To", ", ".join(map(str, mail.to)))
        render_fact("Cc", ", ".join(map(str, mail.cc)))
        render_fact("Bcc", ", ".join(map(str, mail.bcc)))
        render_fact("Reply-To", str(mail.reply_to or ""))
        render_fact("Contact ID", mail.contact_id)
        render_fact("Deal ID", mail.deal_id)
        render_fact("Thread ID", mail.thread_id)
    preview, plain, source, details = st.tabs(["Preview", "Plain text", "HTML", "Details"], key=f"tabs-{entry.id}")
    with preview:
        render_frame(mail.html, key=f"frame-{entry.id}")
    with plain:
        st.code(mail.text, language=None, wrap_lines=True)
    with source:
        st.code(mail.html, language="html", wrap_lines=True)
    with details:
        _render_details(letter)
    for position, file in enumerate(mail.attachments):
        _render_file(file, f"file-{entry.id}-{position}")
    st.button("Edit as new", key=f"copy-{entry.id}", on_click=edit_as_new, args=(entry.id,))
    render_erasing(letter)


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


def _render_details(letter: Message) -> None:
    entry = letter.entry
    facts = {
        "Written": when(entry.created_at),
        "Settled": when(entry.settled_at) if entry.settled_at else "",
        "Provider": entry.provider or "",
        "Sent at (LeadLex)": entry.sent_at or "",
        "Message ID": entry.provider_message_id or "",
        "Thread": entry.provider_thread_id or "",
        "Request ID": entry.request_id or "",
        "HTTP status": str(entry.http_status or ""),
        "Error": " ".join(filter(None, (entry.code, entry.detail))),
        "Idempotency-Key": entry.idempotency_key,
        "Body SHA-256": entry.body_sha256,
    }
    for label, value in facts.items():
        render_fact(label, value)
    st.markdown("**Attempts**")
    if not letter.attempts:
        st.caption("None yet.")
        return
    # Cells are Markdown.
    st.table(
        [
            {
                "No.": attempt.number,
                "Begun": when(attempt.started_at),
                "Result": literal(attempt.outcome or "end not seen"),
                "Status": str(attempt.http_status or ""),
                "Code": literal(attempt.code or ""),
                "Request ID": literal(attempt.request_id or ""),
                "Took": f"{attempt.duration:.2f} s" if attempt.duration is not None else "",
                "Calls left": _to_calls(attempt.rate_limit.remaining if attempt.rate_limit else None),
            }
            for attempt in letter.attempts
        ]
    )


def _to_calls(remaining: int | None) -> str:
    return "" if remaining is None else str(remaining)

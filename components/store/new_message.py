"""A message as the click on Send records it, and the columns that it is stored in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from components.first_words import leave_out_signature, to_first_words
from components.model import OutgoingMail, Status

_PREVIEW_LENGTH = 120


@dataclass(frozen=True, slots=True)
class NewMessage:
    """Everything that is committed before the first byte leaves; times in epoch seconds, ``body_length`` in bytes.

    Without ``due_at`` the message is due once the undo time of the person who sends it is over. ``written_by`` counts
    where the draft does not name who began it; without both it was whoever sends it. ``key_fingerprint`` is that of the
    API key that sends it, ``sender_id`` the member under a sign-in. ``draft_version`` is the version of the draft that
    was on the screen, None where none was.
    """

    workspace_id: int
    draft_id: str
    mail: OutgoingMail
    idempotency_key: str
    body_sha256: str
    body_length: int
    created_at: float
    due_at: float | None = None
    supersedes_id: int | None = None
    sent_by: str = ""
    written_by: str = ""
    key_fingerprint: str = ""
    sender_id: int | None = None
    draft_version: int | None = None


def to_row(new: NewMessage) -> dict[str, Any]:
    """The columns of ``message`` for a mail that is held, without its schedule, its origin and its place in lists."""
    mail = new.mail
    return {
        "status": Status.HELD,
        "workspace_id": new.workspace_id,
        "draft_id": new.draft_id,
        "supersedes_id": new.supersedes_id,
        "created_at": new.created_at,
        "idempotency_key": new.idempotency_key,
        "body_sha256": new.body_sha256,
        "body_length": new.body_length,
        "recipients": ", ".join(str(address) for address in (*mail.to, *mail.cc, *mail.bcc)),
        "subject": mail.subject,
        "preview": to_first_words(leave_out_signature(mail.html), _PREVIEW_LENGTH),
        "attachment_count": len(mail.attachments),
        "contact_id": mail.contact_id or None,
        "deal_id": mail.deal_id or None,
        "thread_id": mail.thread_id or None,
        "sent_by": new.sent_by,
        "key_fingerprint": new.key_fingerprint,
        "sender_id": new.sender_id,
    }


def to_body(mail: OutgoingMail) -> dict[str, Any]:
    """The columns of ``body`` for a mail, without the message's id."""
    return {
        "to": [[address.name, address.mailbox] for address in mail.to],
        "cc": [[address.name, address.mailbox] for address in mail.cc],
        "bcc": [[address.name, address.mailbox] for address in mail.bcc],
        "reply_to": [[mail.reply_to.name, mail.reply_to.mailbox]] if mail.reply_to else [],
        "markdown": mail.markdown,
        "html": mail.html,
        "text": mail.text,
        "text_edited": mail.text_edited,
    }

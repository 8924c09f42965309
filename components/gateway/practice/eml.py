"""An accepted mail as the RFC 5322 file that a mailbox provider would have sent."""

from __future__ import annotations

import email.policy
import email.utils
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from components.gateway.practice.payload import File, Outgoing
from components.gateway.practice.workspace import MAILBOX, MAILBOX_NAME


def to_eml(outgoing: Outgoing, message_id: str, thread_id: str, sent_at: datetime, references: Sequence[str]) -> bytes:
    """The whole file, lines ended by CRLF; ``references`` are the ids of the conversation so far, oldest first.

    Both bodies decode to exactly the texts of the request. ``Bcc`` stays in: this file is the sender's own copy.
    """
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = Address(MAILBOX_NAME, addr_spec=MAILBOX)
    people = (("To", outgoing.to), ("Cc", outgoing.cc), ("Bcc", outgoing.bcc), ("Reply-To", outgoing.reply_to))
    for name, addresses in people:
        if addresses:
            message[name] = addresses
    message["Subject"] = outgoing.subject
    message["Date"] = email.utils.format_datetime(sent_at)
    message["Message-ID"] = message_id
    if references:
        message["In-Reply-To"] = references[-1]
        message["References"] = " ".join(references)
    links = (("Contact", outgoing.contact_id), ("Deal", outgoing.deal_id), ("Thread", thread_id))
    for name, value in links:
        if value:
            message[f"X-LeadLex-{name}"] = value
    _add_bodies(message, outgoing)
    for file in outgoing.files:
        _add_file(message, file)
    return message.as_bytes()


def _add_bodies(message: EmailMessage, outgoing: Outgoing) -> None:
    """As bytes in base64: given as text, the standard library would end the last line and rewrite lone CRs."""
    bodies = [(subtype, body) for subtype, body in (("plain", outgoing.text), ("html", outgoing.html)) if body]
    for index, (subtype, body) in enumerate(bodies):
        add = message.add_alternative if index else message.set_content
        add(body.encode(), "text", subtype, cte="base64", params={"charset": "utf-8"})


def _add_file(message: EmailMessage, file: File) -> None:
    maintype, _, subtype = file.mime_type.lower().partition("/")
    if maintype in ("message", "multipart"):
        # MIME forbids base64 for these, and a reader would take the file for a part of the mail's own structure.
        maintype, subtype = "application", "octet-stream"
    message.add_attachment(file.content, maintype, subtype, filename=file.filename)

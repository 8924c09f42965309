"""Write an accepted mail as the RFC 5322 message that a mailbox provider would send."""

from __future__ import annotations

import email.policy
import email.utils
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from components.gateway.practice.firm import MAILBOX, MAILBOX_NAME
from components.gateway.practice.payload import ParsedFile, ParsedMail


def render_eml(
    mail: ParsedMail, message_id: str, thread_id: str, sent_at: datetime, references: Sequence[str]
) -> bytes:
    """Build the ``.eml`` file with CRLF line ends; ``references`` are the thread's message ids, oldest first.

    Both bodies decode to exactly the texts of the request. ``Bcc`` is included: the file is the sender's own copy.
    """
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = Address(MAILBOX_NAME, addr_spec=MAILBOX)
    people = (("To", mail.to), ("Cc", mail.cc), ("Bcc", mail.bcc), ("Reply-To", mail.reply_to))
    for name, addresses in people:
        if addresses:
            message[name] = addresses
    message["Subject"] = mail.subject
    message["Date"] = email.utils.format_datetime(sent_at)
    message["Message-ID"] = message_id
    if references:
        message["In-Reply-To"] = references[-1]
        message["References"] = " ".join(references)
    links = (("Contact", mail.contact_id), ("Deal", mail.deal_id), ("Thread", thread_id))
    for name, value in links:
        if value:
            message[f"X-LeadLex-{name}"] = value
    _add_bodies(message, mail)
    for file in mail.files:
        _add_file(message, file)
    return message.as_bytes()


def _add_bodies(message: EmailMessage, mail: ParsedMail) -> None:
    """Add the bodies as base64: given text, the standard library would end the last line and rewrite lone CRs."""
    bodies = [(subtype, body) for subtype, body in (("plain", mail.text), ("html", mail.html)) if body]
    for index, (subtype, body) in enumerate(bodies):
        add = message.add_alternative if index else message.set_content
        add(body.encode(), "text", subtype, cte="base64", params={"charset": "utf-8"})


def _add_file(message: EmailMessage, file: ParsedFile) -> None:
    maintype, _, subtype = file.mime_type.lower().partition("/")
    if maintype in ("message", "multipart"):
        # MIME forbids base64 for these, and a reader would treat the file as part of the mail's own structure.
        maintype, subtype = "application", "octet-stream"
    message.add_attachment(file.content, maintype, subtype, filename=file.filename)

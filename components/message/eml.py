"""Write a mail as an .eml file (RFC 5322, MIME), the sender's own copy."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from components.blocks import to_blocks
from components.message.headers import render_address_header, render_text_header, to_line
from components.model import Attachment, BlobReader, OutgoingMail

#: LeadLex does not say which mailbox sent a mail. RFC 6854 allows a group without members in "From", so that no address
#: has to be made up.
_UNKNOWN_SENDER = "From: Sender not recorded:;\r\n"
#: Bytes encoded at a time: whole lines of base64, 57 bytes each (RFC 2045, 6.8).
_BLOCK = 57 * 3072
#: type "/" subtype, both tokens (RFC 2045, 5.1); parameters may follow.
_MIME_TYPE = re.compile(r"([\w!#$&^+.-]+)/([\w!#$&^+.-]+)(?=\s*(?:;|$))", re.ASCII)


def render_eml(mail: OutgoingMail, *, message_id: str, date: datetime, open_blob: BlobReader) -> Iterator[bytes]:
    """Render a mail as an .eml file, in chunks of whole lines with CRLF; stored files are streamed.

    The result is multipart/mixed of both bodies (multipart/alternative) and the files. ``message_id`` is
    ``<left@right>`` in ASCII, ``date`` (with its time zone) when it was or will be sent (RFC 5322, 3.6.1), and
    ``open_blob`` reads a stored file. Both bodies decode to exactly the texts of the mail. ``Bcc`` is included, since
    this is the sender's own copy. The links to LeadLex are ``X-LeadLex-…`` headers; there is no "In-Reply-To". A note
    replaces each file that is not stored here. Raises what ``open_blob`` raises.

    All contents are base64, which has neither "-" nor a space: no line can be mistaken for a boundary, or for the
    "From " line between the mails of an mbox.
    """
    head = "".join(_render_headers(mail, message_id, date)).encode()
    bodies = _render_bodies(mail)
    if not mail.attachments:
        yield head + bodies
        return
    yield head + b'Content-Type: multipart/mixed; boundary="=_files"\r\n\r\n--=_files\r\n' + bodies
    for file in mail.attachments:
        yield b"--=_files\r\n"
        yield from _render_part(file, open_blob)
    yield b"--=_files--\r\n"


def _render_headers(mail: OutgoingMail, message_id: str, date: datetime) -> Iterator[str]:
    yield _UNKNOWN_SENDER
    reply_to = (mail.reply_to,) if mail.reply_to else ()
    for name, people in (("To", mail.to), ("Cc", mail.cc), ("Bcc", mail.bcc), ("Reply-To", reply_to)):
        if people:
            yield render_address_header(name, people)
    yield render_text_header("Subject", mail.subject)
    yield f"Date: {format_datetime(date)}\r\n"
    yield f"Message-ID: {to_line(message_id)}\r\n"
    for name, value in (("Contact", mail.contact_id), ("Deal", mail.deal_id), ("Thread", mail.thread_id)):
        if value:
            yield render_text_header(f"X-LeadLex-{name}", value)
    yield "MIME-Version: 1.0\r\n"


def _render_bodies(mail: OutgoingMail) -> bytes:
    """Render the bodies as one part, as alternatives where there are both."""
    kinds = [(kind, body) for kind, body in (("plain", mail.text), ("html", mail.html)) if body] or [("plain", "")]
    parts = [
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'.encode()
        + _encode_base64(body.encode("utf-8", "replace"))
        for kind, body in kinds
    ]
    if len(parts) == 1:
        return parts[0]
    begin = b"--=_bodies\r\n"
    opening = b'Content-Type: multipart/alternative; boundary="=_bodies"\r\n\r\n'
    return opening + begin + begin.join(parts) + b"--=_bodies--\r\n"


def _render_part(file: Attachment, open_blob: BlobReader) -> Iterator[bytes]:
    filename = to_line(file.filename)
    content: Iterable[bytes]
    if file.sha256 is None:
        place = f"It lies in LeadLex: {file.storage_path}" if file.storage_path else "It is not kept any more."
        note = f"The file {filename} was sent with this mail, but is not in this copy. {place}\n"
        content = [note.encode("utf-8", "replace")]
        yield _render_part_headers('text/plain; charset="utf-8"', f"{filename}.txt")
    else:
        content = open_blob(file.sha256)
        yield _render_part_headers(_to_mime_type(file), filename)
    for block in to_blocks(content, _BLOCK):
        yield _encode_base64(block)


def _to_mime_type(file: Attachment) -> str:
    known = _MIME_TYPE.match(file.mime_type)
    # MIME forbids base64 for these two, and a mail program would read the file as part of the mail's structure.
    if known is None or known[1].lower() in ("message", "multipart"):
        return "application/octet-stream"
    return known[0].lower()


def _render_part_headers(mime_type: str, filename: str) -> bytes:
    # The standard library splits and encodes long names (RFC 2231).
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = mime_type
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=filename)
    return part.as_bytes()


def _encode_base64(content: bytes) -> bytes:
    """Encode bytes in lines of 76 characters."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n")

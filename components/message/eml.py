"""A mail as a file that every mail program opens (RFC 5322, MIME): the sender's own copy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address as Mailbox
from email.headerregistry import Group
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from components.model import Address, Attachment, BlobReader, Mail

#: LeadLex does not tell whose mailbox a mail went out from. RFC 6854 lets "From" be a group without members, so that
#: no address has to be invented.
_NOBODY = Group("Sender not recorded")
#: type "/" subtype, both tokens (RFC 2045, 5.1); what follows them is no part of the type.
_MIME_TYPE = re.compile(r"([\w!#$&^+.-]+)/([\w!#$&^+.-]+)(?=\s*(?:;|$))", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def to_eml(mail: Mail, *, message_id: str, date: datetime, open_blob: BlobReader) -> bytes:
    """The whole file, lines ended by CRLF: multipart/mixed of both bodies (multipart/alternative) and the files.

    ``message_id`` is ``<left@right>`` in ASCII, ``date`` (with its zone) the moment of the click on Send (RFC 5322,
    3.6.1), ``open_blob`` reads a stored file. Both bodies decode to exactly the texts of the mail. ``Bcc`` stays in:
    this is the sender's own copy. No "In-Reply-To" is made up; the links are ``X-LeadLex-…`` headers. In the place of
    a file that is not kept here stands a note that says so. Raises what ``open_blob`` raises.
    """
    people = (mail.to, mail.cc, mail.bcc, (mail.reply_to,) if mail.reply_to else ())
    is_ascii = all(address.mailbox.isascii() for addresses in people for address in addresses)
    # Only the internationalised form can carry a mailbox whose name is not ASCII (RFC 6532).
    message = EmailMessage(policy=SMTP if is_ascii else SMTPUTF8)
    message["From"] = _NOBODY
    for name, addresses in zip(("To", "Cc", "Bcc", "Reply-To"), people, strict=True):
        if addresses:
            message[name] = _to_mailboxes(addresses)
    message["Subject"] = _to_line(mail.subject)
    message["Date"] = date
    message["Message-ID"] = _to_line(message_id)
    for name, value in (("Contact", mail.contact_id), ("Deal", mail.deal_id), ("Thread", mail.thread_id)):
        if value:
            message[f"X-LeadLex-{name}"] = _to_line(value)
    _add_bodies(message, mail)
    for file in mail.attachments:
        _add_file(message, file, open_blob)
    return message.as_bytes()


def _to_line(text: str) -> str:
    """A text that cannot end the header it stands in."""
    return " ".join(_CONTROL.sub(" ", text).split()).encode("utf-8", "replace").decode()


def _to_mailboxes(addresses: Sequence[Address]) -> list[Mailbox | Group]:
    return [_to_mailbox(address) for address in addresses]


def _to_mailbox(address: Address) -> Mailbox | Group:
    left, _, domain = address.mailbox.rpartition("@")
    name = _to_line(address.name)
    try:
        if address.mailbox.isascii():
            return Mailbox(name, addr_spec=address.mailbox)
        # The standard library reads no mailbox that is not ASCII, but writes it.
        return Mailbox(name, username=_to_line(left), domain=_to_line(domain))
    except (ValueError, IndexError, HeaderParseError):
        # What is no address is still told, as a name without one.
        return Group(_to_line(str(address)))


def _add_bodies(message: EmailMessage, mail: Mail) -> None:
    """As bytes in base64: given as text, the standard library would end the last line and rewrite lone CRs."""
    bodies = [(subtype, body) for subtype, body in (("plain", mail.text), ("html", mail.html)) if body]
    for index, (subtype, body) in enumerate(bodies or [("plain", "")]):
        add = message.add_alternative if index else message.set_content
        add(body.encode("utf-8", "replace"), "text", subtype, cte="base64", params={"charset": "utf-8"})


def _add_file(message: EmailMessage, file: Attachment, open_blob: BlobReader) -> None:
    filename = _to_line(file.filename)
    if file.sha256 is None:
        place = f"It lies in LeadLex: {file.storage_path}" if file.storage_path else "It is not kept any more."
        note = f"The file {filename} was sent with this mail, but is not in this copy. {place}\n"
        message.add_attachment(note.encode("utf-8", "replace"), "text", "plain", filename=f"{filename}.txt")
        return
    content = b"".join(open_blob(file.sha256))
    known = _MIME_TYPE.match(file.mime_type)
    maintype, subtype = (part.lower() for part in known.groups()) if known else ("application", "octet-stream")
    if maintype in ("message", "multipart"):
        # MIME forbids base64 for these, and a reader would take the file for a part of the mail's own structure.
        maintype, subtype = "application", "octet-stream"
    message.add_attachment(content, maintype, subtype, filename=filename)

"""The .eml file of a mail, read back by the standard library."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message.eml import render_eml
from components.message.headers import to_line
from components.model import Address, Attachment, BlobReader, OutgoingMail

DATE = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
MESSAGE_ID = "<0f8b@composer.invalid>"
MAIL = OutgoingMail(
    to=(Address("Jürgen Groß", "juergen@example.com"), Address("", "b@example.com")),
    cc=(Address('O"Neil, Pat', "pat@example.com"),),
    bcc=(Address("Quiet", "quiet@example.com"),),
    reply_to=Address("Desk", "desk@example.com"),
    subject="Angebot für die Mühle – Teil 2 🎉",
    html="<p>Grüße\r<br>\n</p>",
    text="Grüße\r\nFrom here\n.\n",
    contact_id="con_1",
    deal_id="deal-001",
    thread_id="thr_1",
)
BLOBS = {"a" * 64: b"%PDF-1.7 \x00\xff", "b" * 64: b"From: me\r\n\r\nInner"}


def open_blob(sha256: str) -> Iterator[bytes]:
    """Read one of two stored files, in pieces."""
    yield BLOBS[sha256][:3]
    yield BLOBS[sha256][3:]


def read(mail: OutgoingMail, open_blob: BlobReader = open_blob) -> EmailMessage:
    """Render a mail and parse it; all lines end in CRLF, and the parser finds no defects."""
    pieces = list(render_eml(mail, message_id=MESSAGE_ID, date=DATE, open_blob=open_blob))
    assert all(piece.endswith(b"\r\n") for piece in pieces)
    raw = b"".join(pieces)
    assert not re.search(rb"^>*From |[^\n]{999}", raw, re.MULTILINE)
    assert raw.count(b"\n") == raw.count(b"\r\n")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert not any(part.defects for part in message.walk())
    return message


def test_fields_come_back_as_they_were() -> None:
    """Addresses with their names, subject, date, id and links; Bcc too, as in a sender's own copy."""
    message = read(MAIL)
    assert [(one.display_name, one.addr_spec) for one in message["To"].addresses] == [
        ("Jürgen Groß", "juergen@example.com"),
        ("", "b@example.com"),
    ]
    assert [one.display_name for one in message["Cc"].addresses] == ['O"Neil, Pat']
    assert str(message["Bcc"]) == "Quiet <quiet@example.com>"
    assert str(message["Reply-To"]) == "Desk <desk@example.com>"
    assert message["Subject"] == MAIL.subject
    assert message["Date"].datetime == DATE
    assert message["Message-ID"] == MESSAGE_ID
    assert [message[f"X-LeadLex-{name}"] for name in ("Contact", "Deal", "Thread")] == ["con_1", "deal-001", "thr_1"]


def test_nothing_is_made_up() -> None:
    """No made-up sender, no In-Reply-To, and no header fields for empty values."""
    message = read(OutgoingMail(to=(Address("", "a@example.com"),), subject="Hi", html="<p>Hi</p>", text="Hi"))
    assert message["From"].addresses == ()
    assert message["From"].groups[0].display_name == "Sender not recorded"
    assert {name for name in message if not name.startswith(("Content-", "MIME-"))} == {
        *("From", "To", "Subject", "Date", "Message-ID")
    }


def test_bodies_are_exact() -> None:
    """Both bodies, byte for byte, the plain one first; without files they are the whole mail."""
    message = read(MAIL)
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [cast(bytes, part.get_payload(decode=True)).decode() for part in parts] == [MAIL.text, MAIL.html]
    alone = read(OutgoingMail(to=MAIL.to, subject="x", html="", text="only"))
    assert alone.get_content_type() == "text/plain"


def test_files_follow_the_bodies() -> None:
    """Each with its name, type and exact bytes; a mail as a file stays a file."""
    files = (
        Attachment("Größe & Preis.pdf", "Application/PDF; name=x", 12, "a" * 64),
        Attachment("alt.eml", "message/rfc822", 17, "b" * 64),
        Attachment("in LeadLex.pdf", "application/pdf", None, None, "docs/1"),
        Attachment("odd.bin", "text/plain\r\nX-Evil: 1", 12, "a" * 64),
    )
    message = read(OutgoingMail(to=MAIL.to, subject="Files", html="<p>x</p>", text="x", attachments=files))
    assert message.get_content_type() == "multipart/mixed"
    bodies, *parts = message.iter_parts()
    assert bodies.get_content_type() == "multipart/alternative"
    assert [(part.get_filename(), part.get_content_type()) for part in parts] == [
        ("Größe & Preis.pdf", "application/pdf"),
        ("alt.eml", "application/octet-stream"),
        ("in LeadLex.pdf.txt", "text/plain"),
        ("odd.bin", "application/octet-stream"),
    ]
    assert [part.get_payload(decode=True) for part in parts[:2]] == list(BLOBS.values())
    assert "It lies in LeadLex: docs/1" in parts[2].get_content()
    assert "X-Evil" not in [name for part in message.walk() for name in part]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\0"])
def test_no_text_can_begin_a_header(end: str) -> None:
    """A line break in any field does not start a new header field."""
    evil = f"x{end}X-Evil: 1{end}{end}<script>"
    files = (Attachment(evil, evil, 12, "a" * 64), Attachment(evil, evil, None, None, evil))
    odd = Address(evil, "a@example.com")
    message = read(
        OutgoingMail(
            (odd, Address("", evil)), evil, "<p>", "p", "", (odd,), (odd,), odd, evil, evil, evil, attachments=files
        )
    )
    assert "X-Evil" not in [name for part in message.walk() for name in part]
    assert message["Subject"] == "x X-Evil: 1 <script>"
    assert message.get_content_type() == "multipart/mixed"


@given(
    st.text(max_size=300),
    st.text(max_size=80),
    st.text(min_size=1, max_size=80),
    st.text(max_size=300),
    st.binary(max_size=300),
)
def test_whatever_is_written_is_kept(subject: str, name: str, filename: str, text: str, content: bytes) -> None:
    """Any text in any field gives a valid file with exact bodies and files and no added header."""
    mail = OutgoingMail(
        to=(Address(name, "a@example.com"),),
        subject=subject,
        html="<p>x</p>",
        text=text,
        attachments=(Attachment(filename, "application/pdf", len(content), "a" * 64),),
    )
    message = read(mail, lambda _: iter((content[:100], content[100:])))
    assert set(message.keys()) == {*("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")}
    assert message["Subject"] == to_line(subject)
    assert message["To"].addresses[0].addr_spec == "a@example.com"
    body = message.get_body(("plain",))
    if text:
        assert body is not None
        assert cast(bytes, body.get_payload(decode=True)).decode() == text
    (part,) = message.iter_attachments()
    assert part["Content-Disposition"].params["filename"] == to_line(filename)
    assert part.get_payload(decode=True) == content

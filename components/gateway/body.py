"""The request body of ``POST /v1/email/send``: the same bytes every time, streamed with its length known beforehand."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from components.blocks import to_blocks
from components.errors import AttachmentError, DigestMismatch
from components.model import Address, Attachment, BlobReader, Mail

#: Where mails are sent, below the base URL.
SEND_PATH = "/v1/email/send"
#: Raw bytes encoded at a time. A multiple of 3, so that base64 pads nothing before the end of the file.
BLOCK = 192 * 1024
#: No piece of the body is longer: what BLOCK becomes in base64.
PIECE = BLOCK // 3 * 4
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class _StoredFile:
    """The place in the body where a stored file's base64 stands; ``size`` in raw bytes."""

    filename: str
    sha256: str
    size: int

    @property
    def encoded_length(self) -> int:
        return (self.size + 2) // 3 * 4


class RequestBody:
    """The exact request body of one mail: deterministic, and streamable any number of times.

    ``mail`` is the mail as it stands in the outbox, ``open_blob`` reads a stored file by its SHA-256 (pieces of any
    size). Iterating gives pieces of at most ``PIECE`` bytes and never holds a whole file; it raises DigestMismatch
    where a stored file has not the recorded size, always before the body is complete. The constructor raises
    AttachmentError for a file that is neither stored here nor in LeadLex. Fields: the LeadLex API, "POST
    /v1/email/send"; determinism: design, promise 2.
    """

    def __init__(self, mail: Mail, open_blob: BlobReader) -> None:
        self._open_blob = open_blob
        self._segments = tuple(_to_segments(mail))
        #: Bytes of the whole body, for ``Content-Length``.
        self.length: int = sum(
            segment.encoded_length if isinstance(segment, _StoredFile) else len(segment) for segment in self._segments
        )

    def __iter__(self) -> Iterator[bytes]:
        for segment in self._segments:
            if isinstance(segment, _StoredFile):
                yield from _to_base64(segment, self._open_blob(segment.sha256))
            else:
                for start in range(0, len(segment), PIECE):
                    yield segment[start : start + PIECE]

    def sha256(self) -> str:
        """The SHA-256 of the whole body in hex; reads every stored file anew and raises what iterating raises."""
        digest = hashlib.sha256()
        for piece in self:
            digest.update(piece)
        return digest.hexdigest()


def to_send_headers(length: int, idempotency_key: str) -> dict[str, str]:
    """The headers that a send has of its own, for a body of ``length`` bytes."""
    return {
        "Content-Type": "application/json",
        "Content-Length": str(length),
        "Idempotency-Key": idempotency_key,
    }


def to_wire_text(text: str) -> str:
    """The text as UTF-8 can carry it: surrogate pairs joined, lone surrogates replaced by U+FFFD.

    Pasted text and ``\\ud83d``-style escapes bring them in; without this they end in a UnicodeEncodeError far from
    the person who typed them.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _to_segments(mail: Mail) -> Iterator[bytes | _StoredFile]:
    """The body in order: JSON text as bytes, and the places where stored files are spliced in."""
    head = _to_json(to_fields(mail))
    if not mail.attachments:
        yield head
        return
    pending = head[:-1] + b',"attachments":['
    for index, attachment in enumerate(mail.attachments):
        opening, stored = _to_attachment(attachment)
        pending += (b"," if index else b"") + opening
        if stored:
            yield pending
            yield stored
            pending = b'"}'
    yield pending + b"]}"


def to_fields(mail: Mail) -> dict[str, object]:
    """Every field but the attachments, in the order in which it is sent; empty optional ones are left out."""
    fields: dict[str, object] = {
        "to": _to_texts(mail.to),
        "cc": _to_texts(mail.cc),
        "bcc": _to_texts(mail.bcc),
        "reply_to": str(mail.reply_to) if mail.reply_to else "",
        "subject": mail.subject,
        "body_html": mail.html,
        "body_text": mail.text,
        "contact_id": mail.contact_id,
        "deal_id": mail.deal_id,
        "thread_id": mail.thread_id,
    }
    return {name: value for name, value in fields.items() if value or name in ("to", "subject")}


def _to_texts(addresses: tuple[Address, ...]) -> list[str]:
    return [str(address) for address in addresses]


def _to_attachment(attachment: Attachment) -> tuple[bytes, _StoredFile | None]:
    """The JSON of one attachment: whole for a LeadLex document, else open where its base64 begins."""
    fields: dict[str, object] = {"filename": attachment.filename, "mime_type": attachment.mime_type}
    if attachment.storage_path:
        return _to_json(fields | {"storage_path": attachment.storage_path}), None
    if attachment.sha256 is None or attachment.size is None:
        raise AttachmentError(f"“{attachment.filename}” is not stored. Attach it again.", "Attachments")
    opening = _to_json(fields)[:-1] + b',"content_base64":"'
    return opening, _StoredFile(attachment.filename, attachment.sha256, attachment.size)


def _to_json(fields: dict[str, object]) -> bytes:
    return to_wire_text(_ENCODER.encode(fields)).encode()


def _to_base64(stored: _StoredFile, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Encode a file block by block, whatever sizes its pieces come in; refuse one that is not as long as recorded.

    A wrong size is noticed before the last block is given away, so that the gateway never sees a complete body.
    """
    for block in to_blocks(_check(stored, pieces), BLOCK):
        yield base64.b64encode(block)


def _check(stored: _StoredFile, pieces: Iterator[bytes]) -> Iterator[bytes]:
    received = 0
    for piece in pieces:
        received += len(piece)
        if received > stored.size:
            raise DigestMismatch(f"“{stored.filename}” is longer than when it was attached. Nothing was sent.")
        yield piece
    if received < stored.size:
        raise DigestMismatch(f"“{stored.filename}” is shorter than when it was attached. Nothing was sent.")

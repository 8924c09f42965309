"""The request body of ``POST /v1/email/send``: always the same bytes, streamed, with a known length."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from components.blocks import to_blocks
from components.errors import AttachmentError, DigestMismatch
from components.model import Address, Attachment, BlobReader, OutgoingMail

#: Path of the send endpoint below the base URL.
SEND_PATH = "/v1/email/send"
#: Raw bytes encoded at a time: a multiple of 3, so that base64 has no padding before the end of the file.
BLOCK = 48 * 1024
#: Maximum length of a piece of the body: that of BLOCK in base64.
PIECE = BLOCK // 3 * 4
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class _StoredFile:
    """A segment of the body: a stored file in base64; ``size`` in raw bytes."""

    filename: str
    sha256: str
    size: int

    @property
    def encoded_length(self) -> int:
        return (self.size + 2) // 3 * 4


class RequestBody:
    """The exact request body of one mail: deterministic, and streamable any number of times.

    ``mail`` is the mail as stored in the outbox, ``open_blob`` reads a stored file by its SHA-256 (pieces of any size).
    Iterating yields pieces of at most ``PIECE`` bytes and never holds a whole file. It raises DigestMismatch before the
    body is complete if a stored file does not have the recorded size. The constructor raises AttachmentError for a file
    that is stored neither here nor in LeadLex.
    """

    def __init__(self, mail: OutgoingMail, open_blob: BlobReader) -> None:
        self._open_blob = open_blob
        self._segments = tuple(_split_segments(mail))
        #: Bytes of the whole body, for ``Content-Length``.
        self.length: int = sum(
            segment.encoded_length if isinstance(segment, _StoredFile) else len(segment) for segment in self._segments
        )

    def __iter__(self) -> Iterator[bytes]:
        for segment in self._segments:
            if isinstance(segment, _StoredFile):
                yield from _encode_file(segment, self._open_blob(segment.sha256))
            else:
                for start in range(0, len(segment), PIECE):
                    yield segment[start : start + PIECE]

    def sha256(self) -> str:
        """Return the SHA-256 of the whole body in hex; reads every stored file and raises what iterating raises."""
        digest = hashlib.sha256()
        for piece in self:
            digest.update(piece)
        return digest.hexdigest()


def build_send_headers(length: int, idempotency_key: str) -> dict[str, str]:
    """Build the headers specific to a send, for a body of ``length`` bytes."""
    return {
        "Content-Type": "application/json",
        "Content-Length": str(length),
        "Idempotency-Key": idempotency_key,
    }


def to_valid_unicode(text: str) -> str:
    """Make a text that UTF-8 can encode: join surrogate pairs, replace lone surrogates by U+FFFD.

    They come from pasted text and ``\\ud83d``-style escapes, and would cause a UnicodeEncodeError much later.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _split_segments(mail: OutgoingMail) -> Iterator[bytes | _StoredFile]:
    """Split the body into JSON text and the stored files between it."""
    head = _encode_json(to_json_fields(mail))
    if not mail.attachments:
        yield head
        return
    pending = head[:-1] + b',"attachments":['
    for index, attachment in enumerate(mail.attachments):
        opening, stored = _encode_attachment(attachment)
        pending += (b"," if index else b"") + opening
        if stored:
            yield pending
            yield stored
            pending = b'"}'
    yield pending + b"]}"


def to_json_fields(mail: OutgoingMail) -> dict[str, object]:
    """Build the JSON fields except the attachments, in the order sent; empty optional fields are left out."""
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


def _encode_attachment(attachment: Attachment) -> tuple[bytes, _StoredFile | None]:
    """Encode one attachment: complete for a LeadLex document, else up to where its base64 begins."""
    fields: dict[str, object] = {"filename": attachment.filename, "mime_type": attachment.mime_type}
    if attachment.storage_path:
        return _encode_json(fields | {"storage_path": attachment.storage_path}), None
    if attachment.sha256 is None or attachment.size is None:
        raise AttachmentError(f"“{attachment.filename}” is not stored. Attach it again.", "Attachments")
    opening = _encode_json(fields)[:-1] + b',"content_base64":"'
    return opening, _StoredFile(attachment.filename, attachment.sha256, attachment.size)


def _encode_json(fields: dict[str, object]) -> bytes:
    return to_valid_unicode(_ENCODER.encode(fields)).encode()


def _encode_file(stored: _StoredFile, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Encode a file block by block. Raises DigestMismatch for a wrong size.

    It is raised before the last block is yielded, so that LeadLex never receives a complete body.
    """
    for block in to_blocks(_check_size(stored, pieces), BLOCK):
        yield base64.b64encode(block)


def _check_size(stored: _StoredFile, pieces: Iterator[bytes]) -> Iterator[bytes]:
    received = 0
    for piece in pieces:
        received += len(piece)
        if received > stored.size:
            raise DigestMismatch(f"“{stored.filename}” is longer than when it was attached. Nothing was sent.")
        yield piece
    if received < stored.size:
        raise DigestMismatch(f"“{stored.filename}” is shorter than when it was attached. Nothing was sent.")

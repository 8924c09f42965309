"""The request body: fields, determinism, length and memory."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import AttachmentError, DigestMismatch
from components.gateway.request_body import BLOCK, PIECE, RequestBody, to_valid_unicode
from components.model import Address, Attachment, BlobReader, OutgoingMail

JANE = Address("Jane Doe", "jane@example.com")


def _reader(*pieces: bytes) -> BlobReader:
    return lambda _sha256: iter(pieces)


def _to_fields(body: RequestBody) -> object:
    return json.loads(b"".join(body))


def test_every_field() -> None:
    """Every filled field is sent, in the fixed order."""
    files = (
        Attachment("a.pdf", "application/pdf", 3, "aa"),
        Attachment("b.pdf", "application/pdf", None, None, "/documents/b.pdf"),
        Attachment("c.txt", "text/plain", 0, "cc"),
    )
    blobs = {"aa": b"abc", "cc": b""}
    mail = OutgoingMail(
        (JANE, Address("", "x@example.com")), "Grüße", "<p>ü</p>", "ü", "ignored", (JANE,), (JANE,), JANE,
        "c-1", "d-1", "t-1", files,
    )  # fmt: skip
    fields = _to_fields(RequestBody(mail, lambda sha256: iter([blobs[sha256]])))
    assert fields == {
        "to": ["Jane Doe <jane@example.com>", "x@example.com"],
        "cc": ["Jane Doe <jane@example.com>"],
        "bcc": ["Jane Doe <jane@example.com>"],
        "reply_to": "Jane Doe <jane@example.com>",
        "subject": "Grüße",
        "body_html": "<p>ü</p>",
        "body_text": "ü",
        "contact_id": "c-1",
        "deal_id": "d-1",
        "thread_id": "t-1",
        "attachments": [
            {"filename": "a.pdf", "mime_type": "application/pdf", "content_base64": "YWJj"},
            {"filename": "b.pdf", "mime_type": "application/pdf", "storage_path": "/documents/b.pdf"},
            {"filename": "c.txt", "mime_type": "text/plain", "content_base64": ""},
        ],
    }
    assert isinstance(fields, dict)
    assert list(fields)[:4] == ["to", "cc", "bcc", "reply_to"]


def test_empty_fields_are_absent() -> None:
    """Empty fields are left out; a single recipient is an array too."""
    body = RequestBody(OutgoingMail((JANE,), "S", "", "text"), _reader())
    assert b"".join(body) == b'{"to":["Jane Doe <jane@example.com>"],"subject":"S","body_text":"text"}'


_texts = st.text(st.characters(codec=None), max_size=40)


@given(
    subject=_texts,
    html=_texts,
    names=st.lists(_texts, max_size=3),
    content=st.binary(max_size=300),
    cuts=st.lists(st.integers(0, 300), max_size=5),
)
def test_deterministic(subject: str, html: str, names: list[str], content: bytes, cuts: list[int]) -> None:
    """Any texts and any pieces of the blob give the same valid JSON, with the declared length and digest."""
    files = tuple(Attachment(name, "text/plain", len(content), "aa") for name in names)
    mail = OutgoingMail((JANE,), subject, html, "t", attachments=files)
    edges = sorted({0, len(content), *(cut for cut in cuts if cut < len(content))})
    pieces = [content[a:b] for a, b in itertools.pairwise(edges)]
    body, again = RequestBody(mail, _reader(content)), RequestBody(mail, _reader(*pieces))
    whole = b"".join(body)
    assert whole == b"".join(body) == b"".join(again)
    assert len(whole) == body.length == again.length
    assert hashlib.sha256(whole).hexdigest() == body.sha256()
    fields = json.loads(whole)
    assert fields["subject"] == to_valid_unicode(subject)
    assert [base64.b64decode(f["content_base64"]) for f in fields.get("attachments", [])] == [content] * len(names)


@given(st.text(st.characters(codec=None)))
def test_valid_unicode(text: str) -> None:
    """The result can be encoded, valid text is unchanged, and a second call changes nothing."""
    clean = to_valid_unicode(text)
    assert to_valid_unicode(clean.encode().decode()) == clean
    if not any("\ud800" <= c <= "\udfff" for c in text):
        assert clean == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("\ud83d\ude00", "😀"), ("a\ud83d", "a�"), ("\ude00b", "�b"), ("\ud83d\ud83d\ude00", "�😀")],
)
def test_surrogates(text: str, expected: str) -> None:
    """Surrogate pairs are joined, lone surrogates replaced, other characters kept."""
    assert to_valid_unicode(text) == expected


@pytest.mark.parametrize("size", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 2])
@pytest.mark.parametrize("step", [1000, 65_536, BLOCK, 10 * BLOCK])
def test_pieces(size: int, step: int) -> None:
    """Around the block size, no piece is too long and the base64 has no padding inside."""
    content = bytes(i % 251 for i in range(size))
    blob = _reader(*(content[i : i + step] for i in range(0, size, step)))
    body = RequestBody(OutgoingMail((JANE,), "S", "", "t", attachments=(Attachment("f", "a/b", size, "aa"),)), blob)
    pieces = list(body)
    assert max(map(len, pieces)) <= PIECE
    assert base64.b64decode(json.loads(b"".join(pieces))["attachments"][0]["content_base64"]) == content


@pytest.mark.parametrize("content", [b"ab", b"abcd", b"", b"x" * 500_000])
def test_wrong_size(content: bytes) -> None:
    """A stored file of the wrong length raises DigestMismatch before the body is complete."""
    body = RequestBody(
        OutgoingMail((JANE,), "S", "", "t", attachments=(Attachment("f.pdf", "a/b", 3, "aa"),)), _reader(content)
    )
    seen = 0

    def consume() -> None:
        nonlocal seen
        for piece in body:
            seen += len(piece)

    with pytest.raises(DigestMismatch, match=r"f\.pdf"):
        consume()
    assert seen < body.length
    with pytest.raises(DigestMismatch):
        body.sha256()


def test_not_stored() -> None:
    """A file that is stored nowhere raises AttachmentError with its name."""
    mail = OutgoingMail((JANE,), "S", "", "t", attachments=(Attachment("f.pdf", "a/b"),))
    with pytest.raises(AttachmentError, match=r"f\.pdf"):
        RequestBody(mail, _reader())


def test_long_html_is_cut() -> None:
    """A long text is split into pieces as well."""
    body = RequestBody(OutgoingMail((JANE,), "S", "ü" * 400_000, ""), _reader())
    assert max(map(len, body)) <= PIECE
    assert sum(map(len, body)) == body.length


def test_memory_of_25_mb() -> None:
    """A 25 MB file is streamed in less than 8 MB of memory."""
    size = 25 * 1024 * 1024
    piece = bytes(1024 * 1024)

    def read(_sha256: str) -> Iterator[bytes]:
        for _ in range(25):
            yield piece

    body = RequestBody(OutgoingMail((JANE,), "S", "", "t", attachments=(Attachment("f", "a/b", size, "aa"),)), read)
    tracemalloc.start()
    try:
        length = sum(map(len, body))
        body.sha256()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert length == body.length > size
    assert peak < 8 * 1024 * 1024

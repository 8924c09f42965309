"""The body of a send, checked as the real gateway checks it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from typing import NoReturn

from components.gateway.practice.refusal import to_validation_error

MAX_SUBJECT = 998
MAX_LINE = 500

_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MIME_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_to_header = HeaderRegistry()


@dataclass(frozen=True, slots=True)
class File:
    """An attachment with its content."""

    filename: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that passed every check; ``html`` or ``text`` is None where the request left it out."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    html: str | None
    text: str | None
    contact_id: str
    deal_id: str
    thread_id: str
    files: tuple[File, ...]


def to_outgoing(raw: bytes, documents: Mapping[str, bytes]) -> Outgoing:
    """Read a request body; ``documents`` is what lies in the workspace, by ``storage_path``.

    Raises Refusal 400 that names the field. Rules: the LeadLex API, "POST /v1/email/send".
    """
    fields = _to_fields(raw)
    to = _to_addresses(fields, "to")
    if not to:
        _refuse("to is required.")
    subject = _to_line(fields, "subject", MAX_SUBJECT)
    if not subject.strip():
        _refuse("subject is required.")
    html, text = _to_text(fields, "body_html"), _to_text(fields, "body_text")
    if not html and not text:
        _refuse("body_html or body_text is required.")
    return Outgoing(
        to=to,
        cc=_to_addresses(fields, "cc", texts_allowed=False),
        bcc=_to_addresses(fields, "bcc", texts_allowed=False),
        reply_to=_to_reply_to(fields),
        subject=subject,
        html=html or None,
        text=text or None,
        contact_id=_to_line(fields, "contact_id", MAX_LINE),
        deal_id=_to_line(fields, "deal_id", MAX_LINE),
        thread_id=_to_line(fields, "thread_id", MAX_LINE),
        files=_to_files(fields.get("attachments"), documents),
    )


def _refuse(message: str) -> NoReturn:
    raise to_validation_error(message)


def _to_fields(raw: bytes) -> Mapping[str, object]:
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        _refuse("The request body is no JSON.")
    if not isinstance(content, dict):
        _refuse("The request body must be a JSON object.")
    return content


def _to_text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        _refuse(f"{name} must be a string.")
    try:
        value.encode()
    except UnicodeEncodeError:
        _refuse(f"{name} holds a lone surrogate.")
    return value


def _to_line(fields: Mapping[str, object], name: str, limit: int) -> str:
    """A text that becomes a header: one line, at most ``limit`` characters."""
    value = _to_text(fields, name)
    if len(value) > limit:
        _refuse(f"{name} is longer than {limit} characters.")
    # splitlines() knows every line end that the header writer would stumble over.
    if len(value.splitlines()) > 1 or any(c < " " and c != "\t" for c in value):
        _refuse(f"{name} must be one line without control characters.")
    return value


def _to_addresses(fields: Mapping[str, object], name: str, *, texts_allowed: bool = True) -> tuple[Address, ...]:
    value = fields.get(name)
    if value is None:
        return ()
    if isinstance(value, str) and texts_allowed:
        return _parse(value, name)
    if not isinstance(value, list):
        _refuse(f"{name} must be an array of addresses.")
    found: list[Address] = []
    for entry in value:
        parsed = _parse(entry, name) if isinstance(entry, str) else ()
        if len(parsed) != 1:
            _refuse(f"{name} must hold one address in each entry.")
        found += parsed
    return tuple(found)


def _to_reply_to(fields: Mapping[str, object]) -> tuple[Address, ...]:
    value = _to_text(fields, "reply_to")
    parsed = _parse(value, "reply_to") if value else ()
    if len(parsed) > 1:
        _refuse("reply_to must be one address.")
    return parsed


def _parse(text: str, name: str) -> tuple[Address, ...]:
    """RFC 5322 addresses; anything the grammar has a complaint about is refused."""
    if not all(c >= " " and c != "\x7f" for c in text) or len(text.splitlines()) > 1:
        _refuse(f"{name} holds a control character.")
    try:
        text.encode()
        header = _to_header("to", text)
    # The standard library's parser fails on some malformed input instead of noting a defect.
    except (MessageError, ValueError, IndexError, AttributeError, TypeError):
        _refuse(f"{name} holds a malformed address.")
    if not isinstance(header, AddressHeader) or header.defects or not header.addresses:
        _refuse(f"{name} holds a malformed address.")
    for address in header.addresses:
        if not address.username or not address.username.isascii() or not _DOMAIN.fullmatch(address.domain):
            _refuse(f"{name} holds a malformed address.")
    return header.addresses


def _to_files(value: object, documents: Mapping[str, bytes]) -> tuple[File, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        _refuse("attachments must be an array.")
    files = []
    for entry in value:
        if not isinstance(entry, dict):
            _refuse("attachments must hold objects.")
        files.append(_to_file(entry, documents))
    return tuple(files)


def _to_file(entry: Mapping[str, object], documents: Mapping[str, bytes]) -> File:
    filename, mime_type = _to_line(entry, "filename", MAX_LINE), _to_line(entry, "mime_type", MAX_LINE)
    if not filename:
        _refuse("attachments need a filename.")
    if not _MIME_TYPE.fullmatch(mime_type):
        _refuse("attachments need a mime_type such as application/pdf.")
    path, encoded = entry.get("storage_path"), entry.get("content_base64")
    if (path is None) == (encoded is None):
        _refuse("attachments need either content_base64 or storage_path.")
    if encoded is None:
        content = documents.get(path) if isinstance(path, str) else None
        if content is None:
            _refuse("storage_path names no document of this workspace.")
        return File(filename, mime_type, content)
    if not isinstance(encoded, str):
        _refuse("content_base64 must be a string.")
    try:
        return File(filename, mime_type, base64.b64decode(encoded, validate=True))
    except ValueError:
        _refuse("content_base64 is no base64.")

"""Parse and validate the body of a send by the rules of the LeadLex API."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address, AddressHeader, HeaderRegistry
from typing import NoReturn

from components.gateway.practice.api_errors import to_validation_error

MAX_SUBJECT = 998
MAX_LINE = 500

_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MIME_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_parse_header = HeaderRegistry()


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """An attachment with its content."""

    filename: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A valid mail; ``html`` or ``text`` is None if the request left it out."""

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
    files: tuple[ParsedFile, ...]


def parse_payload(raw: bytes, documents: Mapping[str, bytes]) -> ParsedMail:
    """Parse a request body; ``documents`` are the workspace's files by ``storage_path``.

    Raises ApiError 400, whose message names the field.
    """
    fields = _read_fields(raw)
    to = _parse_address_list(fields, "to")
    if not to:
        _reject("to is required.")
    subject = _read_line(fields, "subject", MAX_SUBJECT)
    if not subject.strip():
        _reject("subject is required.")
    html, text = _read_text(fields, "body_html"), _read_text(fields, "body_text")
    if not html and not text:
        _reject("body_html or body_text is required.")
    return ParsedMail(
        to=to,
        cc=_parse_address_list(fields, "cc", texts_allowed=False),
        bcc=_parse_address_list(fields, "bcc", texts_allowed=False),
        reply_to=_parse_reply_to(fields),
        subject=subject,
        html=html or None,
        text=text or None,
        contact_id=_read_line(fields, "contact_id", MAX_LINE),
        deal_id=_read_line(fields, "deal_id", MAX_LINE),
        thread_id=_read_line(fields, "thread_id", MAX_LINE),
        files=_parse_files(fields.get("attachments"), documents),
    )


def _reject(message: str) -> NoReturn:
    # Every message about a field begins with its name.
    field = message.partition(" ")[0]
    raise to_validation_error(message, field if field.islower() else "")


def _read_fields(raw: bytes) -> Mapping[str, object]:
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        _reject("The request body is no JSON.")
    if not isinstance(content, dict):
        _reject("The request body must be a JSON object.")
    return content


def _read_text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        _reject(f"{name} must be a string.")
    try:
        value.encode()
    except UnicodeEncodeError:
        _reject(f"{name} holds a lone surrogate.")
    return value


def _read_line(fields: Mapping[str, object], name: str, limit: int) -> str:
    """Read a text that becomes a header: one line, at most ``limit`` characters."""
    value = _read_text(fields, name)
    if len(value) > limit:
        _reject(f"{name} is longer than {limit} characters.")
    # splitlines() knows every line end that the header writer would fail on.
    if len(value.splitlines()) > 1 or any(c < " " and c != "\t" for c in value):
        _reject(f"{name} must be one line without control characters.")
    return value


def _parse_address_list(fields: Mapping[str, object], name: str, *, texts_allowed: bool = True) -> tuple[Address, ...]:
    value = fields.get(name)
    if value is None:
        return ()
    if isinstance(value, str) and texts_allowed:
        return _parse_addresses(value, name)
    if not isinstance(value, list):
        _reject(f"{name} must be an array of addresses.")
    found: list[Address] = []
    for entry in value:
        parsed = _parse_addresses(entry, name) if isinstance(entry, str) else ()
        if len(parsed) != 1:
            _reject(f"{name} must hold one address in each entry.")
        found += parsed
    return tuple(found)


def _parse_reply_to(fields: Mapping[str, object]) -> tuple[Address, ...]:
    value = _read_text(fields, "reply_to")
    parsed = _parse_addresses(value, "reply_to") if value else ()
    if len(parsed) > 1:
        _reject("reply_to must be one address.")
    return parsed


def _parse_addresses(text: str, name: str) -> tuple[Address, ...]:
    """Parse RFC 5322 addresses; any defect is an error."""
    if not all(c >= " " and c != "\x7f" for c in text) or len(text.splitlines()) > 1:
        _reject(f"{name} holds a control character.")
    try:
        text.encode()
        header = _parse_header("to", text)
    # On some malformed input the standard library's parser fails instead of recording a defect.
    except (MessageError, ValueError, IndexError, AttributeError, TypeError):
        _reject(f"{name} holds a malformed address.")
    if not isinstance(header, AddressHeader) or header.defects or not header.addresses:
        _reject(f"{name} holds a malformed address.")
    for address in header.addresses:
        if not address.username or not address.username.isascii() or not _DOMAIN.fullmatch(address.domain):
            _reject(f"{name} holds a malformed address.")
    return header.addresses


def _parse_files(value: object, documents: Mapping[str, bytes]) -> tuple[ParsedFile, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        _reject("attachments must be an array.")
    files = []
    for entry in value:
        if not isinstance(entry, dict):
            _reject("attachments must hold objects.")
        files.append(_parse_file(entry, documents))
    return tuple(files)


def _parse_file(entry: Mapping[str, object], documents: Mapping[str, bytes]) -> ParsedFile:
    filename, mime_type = _read_line(entry, "filename", MAX_LINE), _read_line(entry, "mime_type", MAX_LINE)
    if not filename:
        _reject("attachments need a filename.")
    if not _MIME_TYPE.fullmatch(mime_type):
        _reject("attachments need a mime_type such as application/pdf.")
    path, encoded = entry.get("storage_path"), entry.get("content_base64")
    if (path is None) == (encoded is None):
        _reject("attachments need either content_base64 or storage_path.")
    if encoded is None:
        content = documents.get(path) if isinstance(path, str) else None
        if content is None:
            _reject("storage_path names no document of this workspace.")
        return ParsedFile(filename, mime_type, content)
    if not isinstance(encoded, str):
        _reject("content_base64 must be a string.")
    try:
        return ParsedFile(filename, mime_type, base64.b64decode(encoded, validate=True))
    except ValueError:
        _reject("content_base64 is no base64.")

"""Mails as JSON: one object for each, whole, such as another installation can take over.

Times are epoch seconds. Numbers of this database stay here: a mail is known elsewhere by its ``draft_id`` and its
``idempotency_key``.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from types import NoneType
from typing import Any, get_args, get_type_hints

from components.model import Address, Attachment, Mail, RateLimit, Status
from components.store.indexing import AT_REST
from components.store.rows import Attempt, Entry, Message

#: What a mail is known by in one database alone.
_OWN = frozenset({"id", "workspace_id", "supersedes_id"})
#: What waits, waits in one installation alone.
_WAITING = frozenset({"due_at", "undo_until"})
_PEOPLE = ("to", "cc", "bcc", "reply_to")
_LENGTHS = {"draft_id": 36, "idempotency_key": 36, "body_sha256": 64, "preview": 120, "sha256": 64}
_ENTRY = {name: hint for name, hint in get_type_hints(Entry).items() if name not in _OWN | _WAITING}
_ATTEMPT = {name: hint for name, hint in get_type_hints(Attempt).items() if name != "rate_limit"}
_FILE, _LIMIT = get_type_hints(Attachment), get_type_hints(RateLimit)
_MOST = 2**63


def to_record(letter: Message) -> dict[str, Any]:
    """All of a mail but the contents of its files, as JSON knows it."""
    mail = letter.mail
    people = {name: [[each.name, each.mailbox] for each in getattr(mail, name)] for name in _PEOPLE[:3]}
    return {
        **{name: getattr(letter.entry, name) for name in _ENTRY},
        **people,
        "reply_to": [[mail.reply_to.name, mail.reply_to.mailbox]] if mail.reply_to else [],
        "markdown": mail.markdown,
        "text": mail.text,
        "text_edited": mail.text_edited,
        "html": mail.html,
        "files": [asdict(file) for file in mail.attachments],
        "tried": [asdict(attempt) for attempt in letter.attempts],
    }


def from_record(record: dict[str, Any]) -> Message:
    """The mail of such an object, settled or unknown; its HTML is whatever the object says.

    Raises ValueError with the reason where it is not such an object.
    """
    values = _read_all(record, _ENTRY)
    if values["status"] not in AT_REST:
        raise ValueError("the mail has not come to rest")
    people: dict[str, Any] = {name: tuple(_to_address(each) for each in _to_list(record, name)) for name in _PEOPLE}
    reply_to = people.pop("reply_to")
    texts: dict[str, Any] = {name: _read(record, name, str) for name in ("markdown", "text", "html")}
    files = tuple(Attachment(**_read_all(each, _FILE)) for each in _to_list(record, "files"))
    mail = Mail(
        **people,
        reply_to=reply_to[0] if reply_to else None,
        subject=values["subject"],
        attachments=files,
        text_edited=_read(record, "text_edited", bool),
        **texts,
        contact_id=values["contact_id"] or "",
        deal_id=values["deal_id"] or "",
        thread_id=values["thread_id"] or "",
    )
    values |= {"attachment_count": len(files), "id": 0, "workspace_id": 0, "supersedes_id": None}
    values |= dict.fromkeys(_WAITING)
    attempts = tuple(_to_attempt(each) for each in _to_list(record, "tried"))
    if len({attempt.number for attempt in attempts}) < len(attempts):
        raise ValueError("“tried” counts two alike")
    return Message(Entry(**values), mail, attempts)


def _to_attempt(value: Any) -> Attempt:
    known = _read_all(value, _ATTEMPT)
    limit = value.get("rate_limit")
    return Attempt(**known, rate_limit=RateLimit(**_read_all(limit, _LIMIT)) if limit is not None else None)


def _to_address(value: Any) -> Address:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("an address is not a pair of name and mailbox")
    return Address(*(_read({"address": part}, "address", str) for part in value))


def _to_list(record: dict[str, Any], name: str) -> list[Any]:
    value = record.get(name)
    if not isinstance(value, list):
        raise ValueError(f"“{name}” is missing or no list")
    return value


def _read_all(value: Any, hints: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("something is no object that should be one")
    return {name: _read(value, name, hint) for name, hint in hints.items()}


def _read(record: dict[str, Any], name: str, hint: Any) -> Any:
    """A value of the type that the field has here."""
    value, kinds = record.get(name), get_args(hint) or (hint,)
    if value is None and NoneType in kinds:
        return None
    if isinstance(value, str) and str in kinds:
        # A lone half of a surrogate pair can be written in JSON and not be saved.
        if len(value) <= _LENGTHS.get(name, len(value)) and not any("\ud800" <= c <= "\udfff" for c in value):
            return value
    elif isinstance(value, str) and Status in kinds:
        if value in set(Status):
            return Status(value)
    elif isinstance(value, bool):
        if bool in kinds:
            return value
    elif isinstance(value, int | float) and float in kinds:
        if abs(value) < _MOST and math.isfinite(value):
            return float(value)
    elif isinstance(value, int) and int in kinds and abs(value) < _MOST:
        return value
    raise ValueError(f"“{name}” is missing or not what it should be")

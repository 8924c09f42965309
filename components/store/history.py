"""Reading messages back: pages of entries, newest first, and one whole message. Always of one workspace."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, make_dataclass
from typing import Any, cast

import sqlalchemy as sa

from components.model import Address, Attachment, Mail, RateLimit, Status
from components.store.engine import reading, viewing
from components.store.files import list_files
from components.store.prepared import Prepared
from components.store.rows import Attempt, Entry, Message
from components.store.schema import attempt, body, message, message_file

#: The small columns of a message, in the order of ``Entry``.
ENTRY = tuple(message.c[name] for name in Entry.__dataclass_fields__)
#: What is read of a whole message, for ``to_message``.
WHOLE = sa.select(*ENTRY, *(column for column in body.c if column is not body.c.message_id)).join(
    body, body.c.message_id == message.c.id
)
#: What is read of an attempt, for ``to_attempt``.
ATTEMPT = tuple(column for column in attempt.c if column is not attempt.c.message_id)
_MINE = message.c.workspace_id == sa.bindparam("workspace")
_NEWEST = sa.select(*ENTRY).where(_MINE).order_by(message.c.id.desc()).limit(sa.bindparam("most"))
_PAGE = Prepared(_NEWEST)
_OLDER_PAGE = Prepared(_NEWEST.where(message.c.id < sa.bindparam("before")))
_ONE = Prepared(sa.select(*ENTRY).where(message.c.id == sa.bindparam("message"), _MINE))
_OF_DRAFT = Prepared(sa.select(*ENTRY).where(message.c.draft_id == sa.bindparam("draft"), _MINE))
_WHOLE = Prepared(WHOLE.where(message.c.id == sa.bindparam("message"), _MINE))
_ATTEMPTS = Prepared(
    sa.select(*ATTEMPT).where(attempt.c.message_id == sa.bindparam("message")).order_by(attempt.c.number)
)


class HistoryStore:
    """Lists and opens messages."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def list_entries(self, workspace_id: int, before_id: int | None = None, limit: int = 50) -> tuple[Entry, ...]:
        """A page of messages, newest first, of those older than ``before_id``. Raises StoreError."""
        values = {"workspace": workspace_id, "most": limit} | ({} if before_id is None else {"before": before_id})
        page = _PAGE if before_id is None else _OLDER_PAGE
        return tuple(map(to_entry, page.read_all(self._engine, values)))

    def get_entry(self, message_id: int, workspace_id: int) -> Entry | None:
        """One message without its bodies, or None where it is not this workspace's. Raises StoreError."""
        row = _ONE.read(self._engine, {"message": message_id, "workspace": workspace_id})
        return to_entry(row) if row is not None else None

    def get_entries(self, message_ids: Collection[int], workspace_id: int) -> dict[int, Entry]:
        """Some messages by their ids, without bodies; those that are not this workspace's are left out.

        Raises StoreError.
        """
        query = sa.select(*ENTRY).where(message.c.id.in_(message_ids), message.c.workspace_id == workspace_id)
        with reading(self._engine) as connection:
            return {row.id: to_entry(row) for row in connection.execute(query)}

    def find_entry(self, draft_id: str, workspace_id: int) -> Entry | None:
        """The message that a draft became, or None. Raises StoreError."""
        row = _OF_DRAFT.read(self._engine, {"draft": draft_id, "workspace": workspace_id})
        return to_entry(row) if row is not None else None

    def get_message(self, message_id: int, workspace_id: int) -> Message | None:
        """One whole message, or None where it is not this workspace's. Raises StoreError."""
        with viewing(self._engine) as connection:
            row = _WHOLE.run(connection, {"message": message_id, "workspace": workspace_id})
            if row is None:
                return None
            entry = to_entry(row)
            files = list_files(connection, message_file, message_id) if entry.attachment_count else ()
            attempts = tuple(map(to_attempt, _ATTEMPTS.run_all(connection, {"message": message_id})))
        return to_message(entry, row, files, attempts)


_NAMES = list(Entry.__dataclass_fields__)
_ID, _STATUS, _NEEDS_YOU, _UNCLEAR = map(_NAMES.index, ("id", "status", "needs_you", "unclear"))
_STATUSES = {status.value: status for status in Status}
# A frozen value is made five times as fast as one that is not frozen yet: it sets each of its fields by a call.
_Unfrozen = make_dataclass("_Unfrozen", [(each.name, each.type) for each in fields(Entry)], slots=True)


def to_entry(row: Sequence[Any]) -> Entry:
    """The entry of a row that begins with the columns of ``ENTRY``, as Core gives it or as the driver does."""
    values = list(row[: len(ENTRY)])
    # What the driver does not give as it is.
    values[_STATUS] = _STATUSES[values[_STATUS]]
    values[_NEEDS_YOU] = bool(values[_NEEDS_YOU])
    values[_UNCLEAR] = bool(values[_UNCLEAR])
    return _freeze(values)


def to_new_entry(message_id: int, columns: Mapping[str, Any]) -> Entry:
    """The entry of a message that was just recorded with these columns; what they do not name has its default."""
    values = [columns.get(name) for name in _NAMES]
    values[_ID], values[_NEEDS_YOU], values[_UNCLEAR] = message_id, False, False
    return _freeze(values)


def _freeze(values: Sequence[Any]) -> Entry:
    made = _Unfrozen(*values)
    made.__class__ = Entry
    return cast("Entry", made)


def to_message(
    entry: Entry, row: Sequence[Any], files: tuple[Attachment, ...], attempts: tuple[Attempt, ...]
) -> Message:
    """The whole message of an entry and its row of ``WHOLE``, as Core gives it or as the driver does."""
    to, cc, bcc, reply_to, markdown, html, text, text_edited = row[len(ENTRY) :]
    answered = to_addresses(reply_to)
    mail = Mail(
        to=to_addresses(to),
        cc=to_addresses(cc),
        bcc=to_addresses(bcc),
        reply_to=answered[0] if answered else None,
        subject=entry.subject,
        html=html,
        text=text,
        markdown=markdown,
        contact_id=entry.contact_id or "",
        deal_id=entry.deal_id or "",
        thread_id=entry.thread_id or "",
        attachments=files,
        text_edited=bool(text_edited),
    )
    return Message(entry, mail, attempts)


def to_attempt(row: Sequence[Any]) -> Attempt:
    """The attempt of a row with the columns of ``ATTEMPT``."""
    number, started_at, duration, outcome, http_status, code, detail, request_id, *calls = row
    limit = RateLimit(*calls) if any(value is not None for value in calls) else None
    return Attempt(number, started_at, duration, outcome, http_status, code, detail, request_id, limit)


def to_addresses(pairs: str | list[list[str]]) -> tuple[Address, ...]:
    """Addresses as ``body`` keeps them; SQLite's driver gives JSON as the text that it is."""
    if isinstance(pairs, str):
        pairs = json.loads(pairs)
    return tuple([Address(*pair) for pair in pairs])

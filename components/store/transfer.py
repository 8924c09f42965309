"""Taking over many mails that have come to rest elsewhere, in transactions of thousands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

import sqlalchemy as sa

from components.errors import StateError
from components.store.engine import writing
from components.store.files import to_file_rows
from components.store.indexing import AT_REST
from components.store.outbox import to_body
from components.store.rows import Attempt, Message
from components.store.schema import attempt, body, message, message_file

#: Mails a transaction: few enough that a send beside it waits for a moment only.
_BATCH = 2000
#: What a mail is known by in this database alone.
_OWN = frozenset({"id", "workspace_id", "supersedes_id"})

_DRAFTS: sa.BindParameter[str] = sa.bindparam("drafts", expanding=True)
_IDS = sa.select(message.c.draft_id, message.c.id).where(message.c.draft_id.in_(_DRAFTS))
_KNOWN = sa.select(message.c.draft_id, message.c.idempotency_key).where(
    sa.or_(
        message.c.draft_id.in_(_DRAFTS),
        message.c.idempotency_key.in_(sa.bindparam("keys", expanding=True)),
    )
)


class TransferStore:
    """Imports mails."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def insert_messages(self, workspace_id: int, messages: Iterable[Message]) -> int:
        """Take over mails at rest under new ids, in the order given; returns how many were not here yet.

        A mail is known again by its draft or its Idempotency-Key. Contents of files must have been saved before.
        Batches that were committed stay when a later one fails. The order should be that of time: lists are by id.
        Raises StateError where a mail is not at rest, and StoreError.
        """
        inserted = 0
        waiting = iter(messages)
        while batch := list(islice(waiting, _BATCH)):
            if any(each.entry.status not in AT_REST for each in batch):
                raise StateError("Only mails that have come to rest can be imported.")
            with writing(self._engine) as connection:
                inserted += _insert(connection, workspace_id, batch)
        return inserted


def _insert(connection: sa.Connection, workspace_id: int, batch: Sequence[Message]) -> int:
    known = {"drafts": [each.entry.draft_id for each in batch], "keys": [each.entry.idempotency_key for each in batch]}
    seen = {value for row in connection.execute(_KNOWN, known) for value in row}
    fresh: list[Message] = []
    for each in batch:
        names = {each.entry.draft_id, each.entry.idempotency_key}
        if not names & seen:
            fresh.append(each)
            seen |= names
    if not fresh:
        return 0
    connection.execute(message.insert(), [_to_row(each, workspace_id) for each in fresh])
    found = connection.execute(_IDS, {"drafts": [each.entry.draft_id for each in fresh]})
    ids = {row.draft_id: row.id for row in found}
    pairs = tuple((ids[each.entry.draft_id], each) for each in fresh)
    for table, rows in (
        (body, [{"message_id": number} | to_body(each.mail) for number, each in pairs]),
        (
            message_file,
            [row for number, each in pairs for row in to_file_rows(message_file, number, each.mail.attachments)],
        ),
        (attempt, [_to_attempt_row(number, one) for number, each in pairs for one in each.attempts]),
    ):
        if rows:
            connection.execute(table.insert(), rows)
    return len(fresh)


def _to_row(each: Message, workspace_id: int) -> dict[str, Any]:
    entry = each.entry
    row = {name: getattr(entry, name) for name in entry.__dataclass_fields__ if name not in _OWN}
    # Whatever it waited for, it waited for there.
    return row | {"workspace_id": workspace_id, "due_at": None, "undo_until": None}


def _to_attempt_row(message_id: int, one: Attempt) -> dict[str, Any]:
    limit = one.rate_limit
    row = asdict(one) | {"message_id": message_id}
    del row["rate_limit"]
    return row | {
        "calls_limit": limit.limit if limit else None,
        "calls_remaining": limit.remaining if limit else None,
        "calls_reset_at": limit.reset_at if limit else None,
    }

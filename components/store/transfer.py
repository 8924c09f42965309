"""Reads many whole messages for an export, and inserts many from another installation, in bounded portions."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import islice
from typing import Any

import sqlalchemy as sa

from components.errors import StateError, StoreError
from components.store.engine import reading, writing
from components.store.files import to_columns, to_file_rows
from components.store.history import ATTEMPT, WHOLE, to_message
from components.store.new_message import to_body
from components.store.review.events import insert_events, read_histories
from components.store.schema import attempt, body, message, message_file, workspace
from components.store.search.indexer import AT_REST
from components.store.search.query import Query
from components.store.search.searching import SearchStore
from components.store.sort_key import BEFORE_ALL, assign_keys, find_time
from components.store.types import Attempt, Message

#: Mails a read transaction: a longer one would keep the write-ahead log from being emptied.
_PORTION = 100
#: Mails a write transaction: few enough that a send at the same time waits for a moment only.
_BATCH = 2000
#: Fields of a summary that belong to this database alone, or to none.
_OWN = frozenset({"id", "workspace_id", "supersedes_id", "sort_key", "damage"})
#: The namespace of the ids of imported messages (RFC 9562, section 5.5).
_IMPORTED = uuid.UUID("5f1d4f0e-6c0b-4c39-9f0a-0a9e2b0d6c11")


class IterationStore:
    """Iterates over whole messages."""

    def __init__(self, engine: sa.Engine, search: SearchStore) -> None:
        self._engine = engine
        self._search = search

    def iterate_messages(self, workspace_id: int, query: Query) -> Iterator[Message]:
        """Yield every mail that a query finds, oldest first; one that comes in meanwhile may be included or not.

        Raises StoreError, also where the mails have moved to another workspace meanwhile.
        """
        last_key = BEFORE_ALL
        # Of these, the ones that come to rest meanwhile move to a later place.
        moving: set[int] = set()
        while found := self._search.list_ids(workspace_id, query, last_key, _PORTION):
            for each in self._read(tuple(number for number, _ in found if number not in moving)):
                if each.summary.status not in AT_REST:
                    moving.add(each.summary.id)
                yield each
            last_key = found[-1][1]
        with reading(self._engine) as connection:
            merged = sa.select(workspace.c.merged_into).where(workspace.c.id == workspace_id)
            if connection.execute(merged).scalar_one_or_none() is not None:
                raise StoreError("Meanwhile this history has become part of your workspace's. Export that.")

    def _read(self, ids: tuple[int, ...]) -> list[Message]:
        owner = message_file.c.message_id
        in_files = sa.select(owner, *to_columns(message_file)).where(owner.in_(ids))
        in_attempts = sa.select(attempt.c.message_id, *ATTEMPT).where(attempt.c.message_id.in_(ids))
        files: defaultdict[int, list[Sequence[Any]]] = defaultdict(list)
        attempts: defaultdict[int, list[Sequence[Any]]] = defaultdict(list)
        with reading(self._engine) as connection:
            rows = connection.execute(WHOLE.where(message.c.id.in_(ids)).order_by(message.c.sort_key)).all()
            for message_id, *columns in connection.execute(in_files.order_by(owner, message_file.c.position)):
                files[message_id].append(columns)
            for message_id, *columns in connection.execute(in_attempts.order_by(attempt.c.number)):
                attempts[message_id].append(columns)
            histories = read_histories(connection, [row.draft_id for row in rows])
        return [to_message(row, files[row.id], attempts[row.id], histories.get(row.draft_id, ())) for row in rows]


class BulkImportStore:
    """Inserts messages in bulk."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def insert_messages(self, workspace_id: int, messages: Iterable[Message]) -> int:
        """Insert settled or unknown messages under new ids, each in its place by its time; returns how many are new.

        A message whose draft id or Idempotency-Key the workspace has already is left out; one whose id or key another
        workspace has gets ids of its own. Contents of files must have been saved before. Batches that were committed
        are kept when a later one fails. Raises StateError for a message in another status, and StoreError.
        """
        inserted = 0
        remaining = iter(messages)
        while batch := list(islice(remaining, _BATCH)):
            if any(each.summary.status not in AT_REST for each in batch):
                raise StateError("Only mails that have come to rest can be imported.")
            with writing(self._engine) as connection:
                inserted += _insert(connection, workspace_id, batch)
        return inserted


def _insert(connection: sa.Connection, workspace_id: int, batch: Sequence[Message]) -> int:
    new = _select_new(connection, workspace_id, batch)
    if not new:
        return 0
    rows = [_to_row(each, workspace_id) for each in new]
    keys = assign_keys(connection, [find_time(row) or row["created_at"] for row in rows])
    connection.execute(message.insert(), [row | {"sort_key": key} for row, key in zip(rows, keys, strict=True)])
    inserted = message.c.draft_id.in_([each.summary.draft_id for each in new])
    ids = {
        row.draft_id: row.id for row in connection.execute(sa.select(message.c.draft_id, message.c.id).where(inserted))
    }
    pairs = [(ids[each.summary.draft_id], each) for each in new]
    files = [row for number, each in pairs for row in to_file_rows(message_file, number, each.mail.attachments)]
    attempts = [_to_attempt_row(number, one) for number, each in pairs for one in each.attempts]
    connection.execute(body.insert(), [{"message_id": number} | to_body(each.mail) for number, each in pairs])
    if files:
        connection.execute(message_file.insert(), files)
    if attempts:
        connection.execute(attempt.insert(), attempts)
    insert_events(connection, workspace_id, {each.summary.draft_id: each.events for each in new})
    return len(new)


def _select_new(connection: sa.Connection, workspace_id: int, batch: Sequence[Message]) -> list[Message]:
    """Select the messages of a batch that neither the workspace nor the batch before them has."""
    pairs = [(each, _rename(each, workspace_id)) for each in batch]
    drafts, keys = (
        [getattr(each.summary, name) for pair in pairs for each in pair] for name in ("draft_id", "idempotency_key")
    )
    known = sa.select(message.c.workspace_id, message.c.draft_id, message.c.idempotency_key).where(
        sa.or_(message.c.draft_id.in_(drafts), message.c.idempotency_key.in_(keys))
    )
    own: set[str] = set()
    foreign: set[str] = set()
    for row in connection.execute(known):
        (own if row.workspace_id == workspace_id else foreign).update((row.draft_id, row.idempotency_key))
    new: list[Message] = []
    for each, renamed in pairs:
        names = _list_names(each)
        if (names | _list_names(renamed)) & own:
            continue
        new.append(renamed if names & foreign else each)
        own |= names
    return new


def _list_names(each: Message) -> set[str]:
    return {each.summary.draft_id, each.summary.idempotency_key}


def _rename(each: Message, workspace_id: int) -> Message:
    """Give a message the ids that it has here where another workspace uses its own ones; always the same.

    Asking LeadLex again under another key would send a mail twice, so that it counts as never tried from here.
    """
    summary = each.summary
    draft_id, key = (
        str(uuid.uuid5(_IMPORTED, f"{workspace_id} {name}")) for name in (summary.draft_id, summary.idempotency_key)
    )
    changes: dict[str, Any] = {
        "draft_id": draft_id,
        "idempotency_key": key,
        "first_attempt_at": None,
        "key_fingerprint": None,
    }
    return replace(each, summary=replace(summary, **changes))


def _to_row(each: Message, workspace_id: int) -> dict[str, Any]:
    summary = each.summary
    row = {name: getattr(summary, name) for name in summary.__dataclass_fields__ if name not in _OWN}
    # What a message waited for elsewhere does not concern this installation.
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

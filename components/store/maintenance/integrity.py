"""Checks a database: the file itself, the states of mails, the search index, the contents of files, the rollups.

It checks a copy, so that nobody waits however long it takes.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from components.store.engine import open_engine, reading
from components.store.maintenance.backup import back_up
from components.store.migrations import COMPLETE, UNFINISHED, read_revision
from components.store.schema import blob, blob_chunk, body, counted, message
from components.store.search.index import SearchIndex, open_index
from components.store.search.indexer import AT_REST, INDEXED, read_mails, to_indexed
from components.store.sort_key import FIRST_KEY, TIMED, find_time, to_sort_key
from components.store.sound_values import RowReader

#: The oldest schema that the checks below can read.
_REVISION = "m024"
#: Faults of one kind that are listed one by one.
_MOST_LISTED = 20
_PORTION = 500

_INDEXED = sa.and_(message.c.indexed, message.c.status.in_(AT_REST))
_WHOLE = (
    sa.select(*INDEXED)
    .join(body, body.c.message_id == message.c.id)
    .where(message.c.id > sa.bindparam("after"), _INDEXED)
    .order_by(message.c.id)
    .limit(_PORTION)
)
_PLACES = (
    sa.select(*TIMED, message.c.id, message.c.sort_key, message.c.indexed)
    .where(message.c.id > sa.bindparam("after"))
    .order_by(message.c.id)
    .limit(_PORTION)
)
_READ_TIMES = RowReader(TIMED)
#: Queries that must not find anything, by the words that describe their rows.
_CONTRADICTIONS = {
    "mails have a status that does not exist": "SELECT id, status FROM message "
    "WHERE status NOT IN ('held', 'sending', 'sent', 'queued', 'failed', 'unknown')",
    "mails are being sent without a lease or an attempt": "SELECT id FROM message WHERE status = 'sending' "
    "AND (lease_owner IS NULL OR lease_until IS NULL OR first_attempt_at IS NULL OR attempts < 1)",
    "mails have a lease and are not being sent": "SELECT id, status FROM message "
    "WHERE status <> 'sending' AND lease_owner IS NOT NULL",
    # Of others the attempts may have been left behind where they were imported from.
    "mails lack the record of their last attempt": "SELECT id FROM message WHERE status IN ('held', 'sending') "
    "AND attempts > 0 AND NOT EXISTS (SELECT 1 FROM attempt WHERE message_id = message.id AND number = attempts)",
    "mails have more attempts on record than they count": "SELECT message_id, number FROM attempt "
    "JOIN message ON message.id = message_id WHERE number > attempts",
    "mails have yet to be sent and are settled": "SELECT id, status FROM message "
    "WHERE status IN ('held', 'sending') AND settled_at IS NOT NULL",
    "mails are settled and due": "SELECT id, status FROM message "
    "WHERE status IN ('sent', 'queued', 'failed') AND (due_at IS NOT NULL OR undo_until IS NOT NULL)",
    "mails wait neither for a time nor for a person": "SELECT id FROM message "
    "WHERE status = 'held' AND due_at IS NULL AND NOT needs_you",
    "hours count other mails than there are": "SELECT workspace_id, hour, status, provider, code, sum(n) FROM ("
    "SELECT workspace_id, hour, status, provider, code, mails AS n FROM mails_by_hour UNION ALL "
    "SELECT workspace_id, hour, counted.status, counted.provider, counted.code, -1 FROM counted "
    "JOIN message ON message.id = message_id) AS both_sides GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0",
    "days count other delays than there are": "SELECT workspace_id, day, bucket, sum(n) FROM ("
    "SELECT workspace_id, day, bucket, mails AS n FROM delays_by_day UNION ALL "
    "SELECT workspace_id, hour / 24, bucket, -1 FROM counted JOIN message ON message.id = message_id "
    "WHERE bucket IS NOT NULL) AS both_sides GROUP BY 1, 2, 3 HAVING sum(n) <> 0",
    "contacts and deals count other mails than there are": "SELECT workspace_id, kind, key, sum(n) FROM ("
    "SELECT workspace_id, kind, key, mails AS n FROM mails_by_link UNION ALL "
    "SELECT workspace_id, 'contact', contact_id, -1 FROM counted JOIN message ON message.id = message_id "
    "WHERE counted.status IN ('sent', 'queued') AND contact_id <> '' UNION ALL "
    "SELECT workspace_id, 'deal', deal_id, -1 FROM counted JOIN message ON message.id = message_id "
    "WHERE counted.status IN ('sent', 'queued') AND deal_id <> '') AS both_sides GROUP BY 1, 2, 3 HAVING sum(n) <> 0",
    "days count other mails of colleagues than there are": "SELECT workspace_id, day, written_by, approved_by, "
    "sent_by, sum(n) FROM (SELECT workspace_id, day, written_by, approved_by, sent_by, mails AS n "
    "FROM mails_by_people UNION ALL "
    "SELECT workspace_id, hour / 24, written_by, approved_by, sent_by, -1 FROM counted "
    "JOIN message ON message.id = message_id WHERE counted.status IN ('sent', 'queued') "
    "AND (written_by <> '' OR approved_by <> '' OR sent_by <> '')) AS both_sides "
    "GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0",
    "people count other mails than there are": "SELECT workspace_id, mailbox, sum(n) FROM ("
    "SELECT workspace_id, mailbox, mails AS n FROM correspondent UNION ALL "
    "SELECT workspace_id, mailbox, -1 FROM recipient) AS both_sides GROUP BY 1, 2 HAVING sum(n) <> 0",
}


def check(path: Path) -> list[str]:
    """Describe what is wrong with the database in a file; the list is empty where it is sound.

    Needs as much space on the disk again. Raises StoreError where the file cannot be copied.
    """
    with tempfile.TemporaryDirectory(prefix="check-", dir=path.parent) as folder:
        copy = Path(folder) / "copy.db"
        back_up(f"sqlite:///{path}", copy)
        faults = list(_check_file(copy))
        if faults:
            # The checks of the contents would fail for the same reason.
            return faults
        return check_server(f"sqlite:///{copy}")


def check_server(url: str) -> list[str]:
    """Describe what is wrong with the database at a URL; the list is empty where what is ours in it is sound.

    It is checked as it is at one moment, and nobody waits. Raises ConfigError and StoreError.
    """
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            unreadable = _find_unreadable(read_revision(connection))
        return [unreadable] if unreadable else list(check_contents(engine))
    finally:
        engine.dispose()


def _find_unreadable(revision: str | None) -> str:
    """Describe why a database of this revision cannot be checked; "" where it can."""
    if revision is None:
        return "The database has no tables of the app. If it is the right one, start the app with it once."
    if revision.startswith((UNFINISHED, COMPLETE)):
        return "The database is an unfinished copy of another one. Run the same copy again."
    if revision < _REVISION:
        return f"The database has an older schema ({revision}). Start the app with it once, then check again."
    return ""


def _check_file(path: Path) -> Iterator[str]:
    try:
        with closing(sqlite3.connect(path)) as connection:
            for (text,) in connection.execute("PRAGMA integrity_check"):
                if text != "ok":
                    yield f"The file is damaged: {text}"
            for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_LISTED):
                yield f"Row {row} of {table} names a row of {parent} that is not there."
    except sqlite3.Error as error:
        yield f"The file cannot be read: {error}"


def check_contents(engine: sa.Engine) -> Iterator[str]:
    """Describe where what the app stores contradicts itself, in one consistent view. Raises StoreError."""
    search_index = open_index(engine)
    with reading(engine) as connection:
        yield from _limit("Lists have another place than its time says for mail", _find_misplaced(connection))
        faults = search_index.list_faults(connection)
        yield from faults
        if not faults:
            unlike = _find_unlike(connection, search_index)
            yield from _limit("The search index has other words for mail", unlike)
        for words, query in _CONTRADICTIONS.items():
            found = connection.execute(sa.text(query)).fetchmany(_MOST_LISTED)
            if found:
                yield f"{words[0].upper()}{words[1:]}: {', '.join(str(tuple(row)) for row in found)}."
        yield from _limit("The content of a file is not what it was:", _find_changed(connection))


def _find_misplaced(connection: sa.Connection) -> Iterator[str]:
    """Yield the ids of mails whose sort key is not that of their time.

    Others of the same time may take the keys up to it, at most as many as there ever were mails.
    """
    after, most = 0, connection.execute(sa.select(sa.func.max(message.c.id))).scalar_one() or 0
    while rows := connection.execute(_PLACES, {"after": after}).all():
        after = rows[-1].id
        for row in rows:
            at = find_time(_READ_TIMES.read_fields(row)) if row.indexed else None
            lowest = FIRST_KEY if at is None else to_sort_key(at)
            key = row.sort_key
            if not isinstance(key, int) or key < lowest or (at is not None and key > lowest + most):
                yield str(row.id)


def _find_unlike(connection: sa.Connection, search_index: SearchIndex) -> Iterator[str]:
    """Yield the ids of mails whose row in the index differs from their contents, or that are not counted."""
    after = 0
    while rows := [to_indexed(row) for row in connection.execute(_WHOLE, {"after": after})]:
        after = rows[-1]["id"]
        ids = {row["id"] for row in rows}
        counts = set(connection.execute(sa.select(counted.c.message_id).where(counted.c.message_id.in_(ids))).scalars())
        unlike = search_index.find_unlike(connection, read_mails(connection, rows))
        yield from map(str, sorted(unlike | (ids - counts)))


def _find_changed(connection: sa.Connection) -> Iterator[str]:
    for sha256, size in connection.execute(sa.select(blob.c.sha256, blob.c.size)).all():
        digest, length = hashlib.sha256(), 0
        pieces = sa.select(blob_chunk.c.data).where(blob_chunk.c.sha256 == sha256).order_by(blob_chunk.c.number)
        for (data,) in connection.execution_options(yield_per=1).execute(pieces):
            digest.update(data)
            length += len(data)
        if (digest.hexdigest(), length) != (sha256, size):
            yield sha256


def _limit(words: str, found: Iterator[str]) -> Iterator[str]:
    for number, name in enumerate(found):
        if number == _MOST_LISTED:
            yield f"{words} … and others."
            return
        yield f"{words} {name}."

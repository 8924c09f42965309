"""Copies everything from one database into another, of either kind.

While it copies, nobody else writes to the source. The app cannot open the target before every row has been compared,
and before the source has durably stopped sending what waits: no mail goes out from both. A copy that was interrupted at
any point goes on where it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from components.errors import StoreError
from components.store.crm.tables import crm_refresh
from components.store.engine import open_engine, reading, to_database, upsert, writing
from components.store.migrations import COMPLETE, UNFINISHED, read_revision, upgrade, write_revision
from components.store.schema import IS_OPEN, dispatcher, mails_by_people, message, metadata
from components.store.sound_values import DamagedPeople, DamagedText

#: Rows a transaction; those of files are large.
_PORTION, _PORTION_OF_FILES = 1000, 20
#: What belongs to processes that are running, of which there are none, and what the target's own triggers fill.
_LEFT_OUT = (dispatcher, crm_refresh, mails_by_people)
#: Seconds to wait for a writer of the source to come to an end.
_PATIENCE = 30.0
_WAITING = (IS_OPEN, message.c.due_at.is_not(None))


@dataclass(frozen=True, slots=True)
class TableCopy:
    """A table that was copied: its name and the number of its rows."""

    name: str
    rows: int


def copy_database(source_url: str, target_url: str, report: Callable[[TableCopy], None]) -> None:
    """Copy a database into an empty one, or go on with a copy that was interrupted.

    The target stays closed until a call returns. If a call fails after the source has stopped sending, another call
    finishes the copy. ``report`` is called with each table once its rows are there. Raises ConfigError for an unusable
    URL, and StoreError where a server runs on either database, where the target holds something else, or where a row
    cannot be kept as it is; the source is unchanged then.
    """
    source, target = open_engine(source_url), open_engine(target_url)
    try:
        _refuse_running(source, "first")
        revision = _prepare(source, target)
        with writing(source, _PATIENCE, may_idle=True) as connection:
            _refuse_running(source, "first")
            tables = _list_tables(source, target)
            for table in tables:
                report(TableCopy(table.name, _copy_table(connection, target, table)))
            with writing(target, may_idle=True) as finished:
                _compare(connection, finished, tables)
                for table in tables:
                    _copy_last_key(connection, finished, table)
                # The search index is built again, in the background.
                finished.execute(message.update().values(indexed=False))
                write_revision(finished, f"{COMPLETE}{revision}")
            _retire(connection)
            connection.execute(dispatcher.delete())
        # Only now, when the source has durably stopped sending.
        with writing(target) as opened:
            write_revision(opened, revision)
    finally:
        source.dispose()
        target.dispose()


def _refuse_running(engine: sa.Engine, which: str) -> None:
    """Raise StoreError where a server runs on a database."""
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table(dispatcher.name):
            return
        now = to_database(engine).read_clock(engine)
        alive = connection.execute(sa.select(sa.func.max(dispatcher.c.seen_until))).scalar_one() or 0.0
    if alive > now:
        raise StoreError(
            f"A server runs on the {which} database, or was killed less than a minute ago. Stop it, and try again in "
            f"{alive - now:.0f} s."
        )


def _prepare(source: sa.Engine, target: sa.Engine) -> str:
    """Bring both to the present tables and mark the target as unfinished; return the schema's revision.

    Raises StoreError where the target is in use.
    """
    upgrade(source)
    with reading(source) as connection:
        revision = str(read_revision(connection))
    with reading(target) as connection:
        reached = read_revision(connection) or ""
    if not reached.startswith((UNFINISHED, COMPLETE)):
        _refuse_running(target, "second")
        upgrade(target)
        with writing(target) as connection:
            for table in metadata.sorted_tables:
                if connection.execute(sa.select(sa.exists(sa.select(sa.literal(1)).select_from(table)))).scalar_one():
                    raise StoreError("The second database is not empty. Name an empty one; nothing was changed.")
            write_revision(connection, f"{UNFINISHED}{revision}")
    elif reached not in (f"{UNFINISHED}{revision}", f"{COMPLETE}{revision}"):
        raise StoreError("The second database is the beginning of a copy by another version. Name an empty one.")
    return revision


def _list_tables(*engines: sa.Engine) -> list[sa.Table]:
    """List the tables that both have, each after those that it refers to."""
    names = set.intersection(*(set(sa.inspect(engine).get_table_names()) for engine in engines))
    return [table for table in metadata.sorted_tables if table.name in names and table not in _LEFT_OUT]


def _copy_table(connection: sa.Connection, target: sa.Engine, table: sa.Table) -> int:
    """Copy the rows of a table that the target does not have yet; return how many there are."""
    # A row that refers to a later one of its own table gets that reference when all are there.
    later = [column for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
    first = next(iter(table.primary_key))
    is_ordered = isinstance(first.type, sa.Integer)
    query = sa.select(table).order_by(*table.primary_key)
    if is_ordered:
        with reading(target) as there:
            reached = there.execute(sa.select(sa.func.max(first))).scalar_one()
        query = query if reached is None else query.where(first >= reached)
    insert = upsert(target, table).on_conflict_do_nothing()
    unknown = dict.fromkeys(column.name for column in later)
    for rows in _read(connection, query, table):
        with writing(target) as there:
            there.execute(insert, [row | unknown for row in rows])
    for column in later:
        _copy_references(connection, target, table, column)
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _copy_references(connection: sa.Connection, target: sa.Engine, table: sa.Table, column: sa.Column[Any]) -> None:
    query = sa.select(table.c.id, column).where(column.is_not(None)).order_by(table.c.id)
    change = table.update().where(table.c.id == sa.bindparam("row")).values({column: sa.bindparam("other")})
    for rows in connection.execute(query).partitions(_PORTION):
        with writing(target) as there:
            there.execute(change, [{"row": number, "other": other} for number, other in rows])


def _read(connection: sa.Connection, query: sa.Select[Any], table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    """Read rows of a table, a portion at a time. Raises StoreError where a value cannot be what was written."""
    size = _PORTION_OF_FILES if any(isinstance(column.type, sa.LargeBinary) for column in table.c) else _PORTION
    for rows in connection.execute(query, execution_options={"yield_per": size}).mappings().partitions():
        for row in rows:
            if any(isinstance(value, DamagedText | DamagedPeople) for value in row.values()):
                key = ", ".join(str(row[column.name]) for column in table.primary_key)
                raise StoreError(
                    f"Row {key} of the table {table.name} is damaged and cannot be copied as it is. Erase that mail or "
                    "draft in the app, then copy again."
                )
        yield [dict(row) for row in rows]


def _compare(connection: sa.Connection, there: sa.Connection, tables: Sequence[sa.Table]) -> None:
    """Raise StoreError unless both have the same rows.

    An earlier call may have stopped the source from sending. Then the target's mails are compared as they would be
    after the same step, which a savepoint takes back.
    """
    savepoint = there.begin_nested()
    if (read_revision(there) or "").startswith(COMPLETE) and not _has_waiting(connection):
        _retire(there)
    for table in tables:
        if _digest(connection, table) != _digest(there, table):
            raise StoreError(
                f"The table {table.name} is not the same in both databases. Name an empty second database and copy "
                "again; the first one is unchanged."
            )
    savepoint.rollback()


def _digest(connection: sa.Connection, table: sa.Table) -> tuple[int, int]:
    """Return the number of rows of a table and the sum of their hashes, which does not depend on their order."""
    count = total = 0
    for rows in _read(connection, sa.select(table), table):
        for row in rows:
            row.pop("indexed", None)
            count += 1
            total += int.from_bytes(hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest()[:16])
    return count, total


def _copy_last_key(connection: sa.Connection, finished: sa.Connection, table: sa.Table) -> None:
    """Have the target number rows after the last number of the source: a number never comes to mean another mail."""
    keys = list(table.primary_key)
    if len(keys) == 1 and isinstance(keys[0].type, sa.Integer) and not keys[0].foreign_keys:
        there = connection.execute(sa.select(sa.func.max(keys[0]))).scalar_one() or 0
        last = to_database(connection).read_last_key(connection, table)
        to_database(finished).save_last_key(finished, table, max(there, last))


def _has_waiting(connection: sa.Connection) -> bool:
    """Tell whether any mail would go out by itself."""
    return bool(connection.execute(sa.select(sa.exists().where(*_WAITING))).scalar_one())


def _retire(connection: sa.Connection) -> None:
    """Let no mail go out from a database by itself any more."""
    waiting = message.update().where(*_WAITING)
    moved = {"due_at": None, "undo_until": None, "needs_you": True, "code": "missed"}
    connection.execute(waiting.where(message.c.status == "held").values(**moved))
    connection.execute(waiting.values(due_at=None, needs_you=True))

"""SQLite: a file of this machine, opened so that a commit that returned survives a power cut."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from components.errors import ConfigError, StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly
from components.private_files import create_private_file, make_private_folder
from components.store.database import PATIENCE
from components.store.database_file import DatabaseFile
from components.store.sound_values import read_text

log = logging.getLogger(__name__)

#: Milliseconds that the log's reset waits for readers, and that writers wait for the reset.
_RESET_PATIENCE = 200

#: SQLite's own table of the last number that each table gave.
_KEYS = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))

_ERRORS: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_FULL: (StoreFull, "The disk is full. Free some space, then try again; nothing was half saved."),
    sqlite3.SQLITE_READONLY: (
        StoreReadOnly,
        "The database cannot be written. Check the permissions of its file and folder, then try again.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreReadOnly,
        "The database file cannot be opened or created. Check that its folder exists and can be written.",
    ),
    sqlite3.SQLITE_BUSY: (StoreBusy, "The database is busy with another program. Try again in a moment."),
    sqlite3.SQLITE_LOCKED: (StoreBusy, "The database is busy with another program. Try again in a moment."),
    sqlite3.SQLITE_CORRUPT: (
        StoreCorrupt,
        "The database file is damaged. Stop the app, keep the file, and put a backup in its place.",
    ),
    sqlite3.SQLITE_NOTADB: (
        StoreCorrupt,
        "The database file is not a database. Stop the app, keep the file, and put a backup in its place.",
    ),
    sqlite3.SQLITE_IOERR: (StoreError, "The disk failed while reading or writing the database. Check it."),
}


class Sqlite:
    """Databases in a file."""

    spans_machines = False
    keeps_remains = False

    def open(self, place: sa.URL) -> sa.Engine:
        """Open a file, creating it and its folder where they are missing.

        Raises ConfigError where the URL names no file, and StoreReadOnly where it cannot be made or written.
        """
        if not place.database or place.database == ":memory:":
            raise ConfigError("LEADLEX_DATABASE_URL must name a file: a database in memory would lose every mail")
        path = Path(place.database)
        _prepare_file(path)
        # hide_parameters keeps what people wrote out of error texts. The connection used last is taken first: it still
        # has the pages that it wrote in its cache.
        pool = {"pool_size": 16, "max_overflow": 32, "pool_use_lifo": True}
        engine = sa.create_engine(place, connect_args={"timeout": PATIENCE}, hide_parameters=True, **pool)
        file = DatabaseFile(path)
        sa.event.listen(engine, "do_connect", file.check)
        sa.event.listen(engine, "connect", _prepare_connection)
        sa.event.listen(engine, "connect", file.hold)
        sa.event.listen(engine, "engine_disposed", file.release)
        sa.event.listen(engine, "begin", file.check)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def to_store_error(self, error: BaseException) -> StoreError | None:
        """Convert an error of ``sqlite3`` by its code."""
        if not isinstance(error, sqlite3.Error):
            return None
        # The low byte is the primary code, the rest refines it (https://sqlite.org/rescode.html).
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code not in _ERRORS:
            log.error("The database refused: %s", error)
            return StoreError("The database refused. The server's log says why.")
        kind, text = _ERRORS[code]
        return kind(text)

    def insert(self, table: sa.Table) -> sqlite.Insert:
        """Build an INSERT that accepts ON CONFLICT."""
        return sqlite.insert(table)

    def measure(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
        """Build the number of bytes of a text."""
        return sa.func.length(sa.cast(column, sa.LargeBinary))

    def read_clock(self, _engine: sa.Engine, /) -> float:
        """Return this machine's time: all processes of the database run on it."""
        return time.time()

    def save_copy(self, place: sa.URL, target: Path, /) -> None:
        """Copy the file; other connections may read and write meanwhile."""
        source = Path(place.database or "")
        if not source.is_file():
            raise ConfigError(f"There is no database at {source}.")
        try:
            # In one step: with several, each change by another process would restart the copy.
            with (
                closing(sqlite3.connect(source, timeout=PATIENCE)) as original,
                closing(sqlite3.connect(target)) as copy,
            ):
                original.backup(copy)
                # A single file, without a log beside it.
                copy.execute("PRAGMA journal_mode=DELETE").close()
        except sqlite3.Error as error:
            raise self.to_store_error(error) or error from None

    def read_last_key(self, connection: sa.Connection, table: sa.Table) -> int:
        """Return the last number that a table gave to a row."""
        key = connection.execute(sa.select(_KEYS.c.seq).where(_KEYS.c.name == table.name)).scalar_one_or_none()
        return int(key or 0)

    def save_last_key(self, connection: sa.Connection, table: sa.Table, key: int) -> None:
        """Have a table number its rows after ``key``."""
        connection.execute(_KEYS.delete().where(_KEYS.c.name == table.name))
        connection.execute(_KEYS.insert().values(name=table.name, seq=key))

    def empty_log(self, engine: sa.Engine, /) -> bool:
        """Write the log's pages into the database and truncate it; return whether that was possible.

        Readers and writers hardly wait for it.
        """
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            cursor.execute(f"PRAGMA busy_timeout={_RESET_PATIENCE}")
            busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")
            cursor.close()
        finally:
            connection.close()
        return not busy


def list_files(place: sa.URL) -> tuple[Path, ...]:
    """Return where a database and its log lie, existing or not; nothing where the URL names no file."""
    if place.get_backend_name() != "sqlite" or not place.database:
        return ()
    # SQLite puts the log beside the file that a link leads to.
    path = Path(place.database).resolve()
    return (path, *(Path(f"{path}{suffix}") for suffix in ("-wal", "-shm")))


def _prepare_file(path: Path) -> None:
    try:
        make_private_folder(path.parent)
    except OSError as error:
        raise StoreReadOnly(f"The folder of the database cannot be made: {error.strerror}.") from None
    try:
        # SQLite gives the files of its log the rights of this one.
        create_private_file(path)
    except FileExistsError:
        log.debug("The database exists already.")
    except OSError:
        kind, text = _ERRORS[sqlite3.SQLITE_CANTOPEN]
        raise kind(text) from None
    if not os.access(path, os.W_OK):
        # SQLite itself would only notice at the first change, and lose the mail that somebody just wrote.
        kind, text = _ERRORS[sqlite3.SQLITE_READONLY]
        raise kind(text)


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions itself: it would commit before each DDL statement, and a killed migration
    # would leave half a schema.
    connection.isolation_level = None
    # Otherwise one text that is not UTF-8 fails every query that reads it.
    connection.text_factory = read_text
    try:
        # secure_delete overwrites what is deleted, so that an erased mail's draft leaves no trace either.
        patience = f"busy_timeout={PATIENCE * 1000:.0f}"
        pragmas = (patience, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()
    except BaseException:
        connection.close()
        raise


def _begin(connection: sa.Connection) -> None:
    # A writer takes the lock at once: upgrading a read lock later fails with "busy", and waiting does not help.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

"""The database connection: opening, transactions, and translation of the driver's errors."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url

from components.errors import ConfigError, StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly
from components.private_files import create_private_file, make_private_folder
from components.store.database_file import DatabaseFile
from components.store.sound_values import read_text

log = logging.getLogger(__name__)

_SQLITE_ERRORS: dict[int, tuple[type[StoreError], str]] = {
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


def open_engine(url: str) -> sa.Engine:
    """Open the database at an SQLAlchemy URL, creating a SQLite file's folder where it is missing.

    SQLite runs with WAL, foreign keys, a busy timeout of 10 s and ``synchronous=FULL``: a commit that returned
    survives a power cut. Raises ConfigError for an unusable URL, and StoreReadOnly where the folder cannot be created
    or the file cannot be written.
    """
    try:
        place = make_url(url)
        if place.get_backend_name() != "sqlite":
            return sa.create_engine(place, pool_pre_ping=True, hide_parameters=True)
    except (sa.exc.ArgumentError, ImportError):
        # The message does not repeat the URL, which may contain a password.
        raise ConfigError(
            "LEADLEX_DATABASE_URL cannot be used: no database address, or its driver is missing"
        ) from None
    if not place.database or place.database == ":memory:":
        raise ConfigError("LEADLEX_DATABASE_URL must name a file: a database in memory would lose every mail")
    path = Path(place.database)
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
        kind, text = _SQLITE_ERRORS[sqlite3.SQLITE_CANTOPEN]
        raise kind(text) from None
    if not os.access(path, os.W_OK):
        # SQLite itself would only notice at the first change, and lose the mail that somebody just wrote.
        kind, text = _SQLITE_ERRORS[sqlite3.SQLITE_READONLY]
        raise kind(text)
    # hide_parameters keeps what people wrote out of error texts. The connection used last is taken first: it still
    # has the pages that it wrote in its cache.
    pool = {"pool_size": 16, "max_overflow": 32, "pool_use_lifo": True}
    engine = sa.create_engine(place, connect_args={"timeout": 10}, hide_parameters=True, **pool)
    file = DatabaseFile(path)
    sa.event.listen(engine, "do_connect", file.check)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "connect", file.hold)
    sa.event.listen(engine, "engine_disposed", file.release)
    sa.event.listen(engine, "begin", file.check)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def list_database_files(url: str) -> tuple[Path, ...]:
    """Return where a SQLite database and its log lie, existing or not; nothing for any other URL."""
    try:
        place = make_url(url)
    except sa.exc.ArgumentError:
        return ()
    if place.get_backend_name() != "sqlite" or not place.database:
        return ()
    # SQLite puts the log beside the file that a link leads to.
    path = Path(place.database).resolve()
    return (path, *(Path(f"{path}{suffix}") for suffix in ("-wal", "-shm")))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions itself: it would commit before each DDL statement, and a killed migration
    # would leave half a schema.
    connection.isolation_level = None
    # Otherwise one text that is not UTF-8 fails every query that reads it.
    connection.text_factory = read_text
    try:
        # secure_delete overwrites what is deleted, so that an erased mail's draft leaves no trace either.
        pragmas = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()
    except BaseException:
        connection.close()
        raise


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes the lock at once: upgrading a read lock later fails with "busy", and waiting does not help.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that gives SELECTs one consistent view. Raises StoreError."""
    with translated_errors(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that is committed durably when the block ends, or rolled back. Raises StoreError."""
    with (
        translated_errors(),
        engine.connect().execution_options(write=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise a StoreError that says what to do in place of a database driver's error."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise to_store_error(error.orig) from error
    except sqlite3.Error as error:
        raise to_store_error(error) from error
    except sa.exc.TimeoutError as error:
        raise StoreBusy("The app is doing too much at once to reach the database. Try again in a moment.") from error
    except UnicodeEncodeError as error:
        # Without its cause, which repeats what was typed.
        raise to_store_error(error) from None


def to_store_error(error: BaseException | None) -> StoreError:
    """Convert a driver's error to a StoreError, whose text contains neither SQL nor parameters."""
    if isinstance(error, UnicodeEncodeError):
        return StoreError("The text holds characters that cannot be saved. Type the last words again.")
    # The low byte is the primary code, the rest refines it (https://sqlite.org/rescode.html).
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code not in _SQLITE_ERRORS:
        log.error("The database refused: %s", error)
        return StoreError("The database refused. The server's log says why.")
    kind, text = _SQLITE_ERRORS[code]
    return kind(text)


def upsert(engine: sa.Engine, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Build an INSERT that accepts ON CONFLICT; SQLAlchemy has one for each database, with the same methods."""
    return postgresql.insert(table) if engine.dialect.name == "postgresql" else sqlite.insert(table)

"""The way to the database: opening it, transactions, and translation of the driver's errors."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from components.errors import ConfigError, StoreBusy, StoreError
from components.store.database import PATIENCE, Database, Upsert
from components.store.sqlite import Sqlite, list_files


def open_engine(url: str) -> sa.Engine:
    """Open the database at an SQLAlchemy URL: a file of SQLite, created where it is missing, or one on PostgreSQL.

    A commit that returned survives a power cut. Raises ConfigError for an unusable URL or a missing driver, and
    StoreReadOnly where a file or its folder cannot be created or written.
    """
    place = parse_url(url)
    return to_database(place).open(place)


def parse_url(url: str) -> sa.URL:
    """Parse the URL of a database; ``postgres://`` is read as ``postgresql://``.

    Raises ConfigError, whose text does not repeat the URL: it may contain a password.
    """
    scheme, separator, rest = url.partition("://")
    try:
        return make_url(f"postgresql://{rest}" if scheme == "postgres" and separator else url)
    except sa.exc.ArgumentError:
        raise ConfigError("LEADLEX_DATABASE_URL cannot be used: it is no address of a database") from None


def list_database_files(url: str) -> tuple[Path, ...]:
    """Return where a SQLite database and its log lie, existing or not; nothing for any other URL."""
    try:
        return list_files(parse_url(url))
    except ConfigError:
        return ()


def to_database(bind: sa.Engine | sa.Connection | sa.URL) -> Database:
    """Return what is particular to a database, open or named by its URL. Raises ConfigError."""
    return _load(bind.get_backend_name() if isinstance(bind, sa.URL) else bind.dialect.name)


@functools.cache
def _load(name: str) -> Database:
    """Return a kind of database. Raises ConfigError where there is none of this name, or its driver is missing."""
    if name == "sqlite":
        return Sqlite()
    if name != "postgresql":
        raise ConfigError("LEADLEX_DATABASE_URL must name a database of SQLite or PostgreSQL")
    try:
        from components.store.postgresql import Postgresql
    except ImportError:
        raise ConfigError(
            "LEADLEX_DATABASE_URL names a PostgreSQL database, whose driver psycopg is not installed. Install it: "
            "pip install 'psycopg[binary]'"
        ) from None
    return Postgresql()


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that gives SELECTs one consistent view. Raises StoreError."""
    with translated_errors(to_database(engine)), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine, patience: float = PATIENCE, *, may_idle: bool = False) -> Iterator[sa.Connection]:
    """Open a transaction that is committed durably when the block ends, or rolled back. Raises StoreError.

    On PostgreSQL it waits ``patience`` seconds for other writers, and the server ends it where it does nothing for a
    minute, unless it ``may_idle``; a file of SQLite has the patience of every writer.
    """
    with (
        translated_errors(to_database(engine)),
        engine.connect().execution_options(write=True, patience=patience, may_idle=may_idle) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def translated_errors(database: Database) -> Iterator[None]:
    """Raise a StoreError that says what to do in place of the error of a database's driver."""
    try:
        yield
    except sa.exc.TimeoutError:
        raise StoreBusy("The app is doing too much at once to reach the database. Try again in a moment.") from None
    except UnicodeEncodeError:
        # Without its cause, which repeats what was typed.
        raise StoreError("The text holds characters that cannot be saved. Type the last words again.") from None
    except Exception as error:
        raw = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        translated = database.to_store_error(raw) if raw is not None else None
        if translated is None:
            raise
        # Without its cause, which may repeat rows of people.
        raise translated from None


def upsert(bind: sa.Engine | sa.Connection, table: sa.Table) -> Upsert:
    """Build an INSERT that accepts ON CONFLICT."""
    return to_database(bind).insert(table)

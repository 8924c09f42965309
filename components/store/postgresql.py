"""PostgreSQL: a server that several processes and machines share.

One writer at a time, as in SQLite: a writer takes an advisory lock when it begins, so that it sees everything that was
committed before, and no two decide the same thing at once. A reader sees the database as it is at one moment.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.types.string import StrDumperUnknown
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import REGCLASS

from components.errors import (
    ConfigError,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnreachable,
)
from components.store.database import PATIENCE

log = logging.getLogger(__name__)

#: The advisory lock of all writers of a database: an arbitrary number, the same in every version.
_WRITERS = 5_106_204_417
#: Milliseconds for which the server lets a writer that does nothing keep the others waiting; 0 is for ever.
_MOST_IDLE, _UNLIMITED = 60_000, 0
#: All settings end with the transaction, so that a connection may be shared by a pooler such as PgBouncer.
_BEGIN_WRITING = sa.text(
    "SELECT current_setting('transaction_read_only'), set_config('lock_timeout', :patience, true), "
    "set_config('idle_in_transaction_session_timeout', :idle, true), "
    "CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END, "
    f"pg_advisory_xact_lock({_WRITERS})"
)
_CLOCK = sa.text("SELECT extract(epoch FROM clock_timestamp())")
_CONNECTING = {
    "application_name": "LeadLex Composer",
    "client_encoding": "utf8",
    "connect_timeout": "10",
    # A server that vanished without a word is noticed within half a minute, not after two hours.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
    # Statements that a pooler would not find again on another connection.
    "prepare_threshold": None,
}
#: No text of PostgreSQL holds NUL. In its place stands an escape, which begins with a character that no text needs.
_ESCAPE = "\ufffe"

#: Parameters of an address that hold secrets, and the environment variable for each; "" where libpq has none.
_SECRETS = {"password": "PGPASSWORD", "sslpassword": "", "oauth_client_secret": ""}

_READ_ONLY = (
    "The database accepts no changes: it is a replica, or was set to read-only. Point LEADLEX_DATABASE_URL at the "
    "primary server, or lift that setting; nothing was saved."
)
#: By SQLSTATE, or the class that it begins with (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_ERRORS: dict[str, tuple[type[StoreError], str]] = {
    "08": (
        StoreUnreachable,
        "The connection to the database broke. It comes back by itself; try again in a moment.",
    ),
    "25006": (StoreReadOnly, _READ_ONLY),
    "25P03": (
        StoreBusy,
        "The database server ended a change that had stood still for too long, so that others can write. Nothing of it "
        "was saved; try again.",
    ),
    "40": (StoreBusy, "The database is busy with another program. Try again in a moment."),
    "42501": (
        StoreReadOnly,
        "The database's user lacks a right that the app needs. Make it the owner of the database (see "
        "docs/deployment.md).",
    ),
    "53100": (
        StoreFull,
        "The disk of the database server is full. Free some space there, then try again; nothing was half saved.",
    ),
    "53200": (StoreBusy, "The database server is out of memory. Try again in a moment."),
    "53300": (StoreBusy, "The database server has no connection left. Raise its max_connections, or try again later."),
    "55P03": (StoreBusy, "The database is busy with another program. Try again in a moment."),
    "57014": (StoreBusy, "The database took too long and gave up. Try again in a moment."),
    "57P": (StoreUnreachable, "The database server is stopping or starting. The app goes on once it runs."),
    "58": (StoreError, "The disk of the database server failed. Check it."),
    "XX001": (StoreCorrupt, "The database is damaged. Stop the app, keep the server's files, and restore a backup."),
    "XX002": (StoreCorrupt, "An index of the database is damaged. Stop the app and run REINDEX DATABASE."),
}
#: What a server that refuses a connection says (without a code, and in English unless it was told otherwise).
_REFUSALS = {
    "password": "The database refused the user or the password in LEADLEX_DATABASE_URL. Correct them.",
    "role": "The database does not know the user in LEADLEX_DATABASE_URL. Create it, or correct the URL.",
    "does not exist": "The database in LEADLEX_DATABASE_URL does not exist on its server. Create it (see "
    "docs/deployment.md), or correct the URL.",
    "pg_hba": "The database server does not let this computer or user in. Allow it in pg_hba.conf.",
}
_BUSY_REFUSALS = ("too many", "connection slots")
_UNREACHABLE = (
    "The database server cannot be reached. Check that it runs and that LEADLEX_DATABASE_URL names its address; the "
    "app goes on by itself once it answers."
)


class Postgresql:
    """Databases on a server."""

    spans_machines = True
    keeps_remains = True

    def open(self, place: sa.URL) -> sa.Engine:
        """Open a database; the connection is made when it is first needed.

        Raises ConfigError where another driver than psycopg is named.
        """
        if place.drivername not in ("postgresql", "postgresql+psycopg"):
            raise ConfigError(
                "LEADLEX_DATABASE_URL must begin with postgresql:// and name no other driver than psycopg"
            )
        chosen = {name: value for name, value in _CONNECTING.items() if name not in place.query}
        pool = {"pool_size": 8, "max_overflow": 16, "pool_timeout": PATIENCE, "pool_use_lifo": True}
        engine = sa.create_engine(
            place.set(drivername="postgresql+psycopg"),
            connect_args=chosen,
            hide_parameters=True,
            # A server that was restarted is noticed before a statement fails.
            pool_pre_ping=True,
            **pool,
        )
        sa.event.listen(engine, "connect", _prepare_connection)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def to_store_error(self, error: BaseException) -> StoreError | None:
        """Convert an error of psycopg by its SQLSTATE; its text, which may repeat rows, is neither shown nor logged."""
        if not isinstance(error, psycopg.Error):
            return None
        state = error.sqlstate
        if state is None and isinstance(error, psycopg.OperationalError):
            return _to_refusal(str(error))
        for length in (5, 3, 2):
            if (state or "")[:length] in _ERRORS:
                kind, text = _ERRORS[(state or "")[:length]]
                return kind(text)
        # What these two classes say repeats values; the other ones speak of statements and settings.
        repeats = (state or "22")[:2] in ("22", "23")
        words = (error.diag.table_name, error.diag.column_name, error.diag.constraint_name)
        said = " ".join(filter(None, words)) if repeats else error.diag.message_primary
        log.error("The database refused: %s (%s) %s", type(error).__name__, state, said)
        return StoreError("The database refused. The server's log says why.")

    def insert(self, table: sa.Table) -> postgresql.Insert:
        """Build an INSERT that accepts ON CONFLICT."""
        return postgresql.insert(table)

    def measure(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
        """Build the number of bytes of a text."""
        return sa.func.octet_length(column)

    def read_clock(self, engine: sa.Engine, /) -> float:
        """Return the server's time, which is the same for all processes."""
        with engine.connect() as connection:
            return float(connection.execute(_CLOCK).scalar_one())

    def save_copy(self, place: sa.URL, target: Path, /) -> None:
        """Have ``pg_dump`` save the database, in the form that ``pg_restore`` reads."""
        # Like libpq: the last of several values counts, and a parameter wins over the password before the host.
        secrets = {name: values[-1] for name, values in place.normalized_query.items() if name in _SECRETS}
        if place.password:
            secrets.setdefault("password", str(place.password))
        parts = (place.username, None, place.host, place.port, place.database, place.query)
        url = sa.URL.create("postgresql", *parts).difference_update_query(_SECRETS).render_as_string()
        program = shutil.which("pg_dump")
        if program is None:
            raise StoreError(
                "pg_dump, which comes with PostgreSQL (Debian: postgresql-client), is not installed here. Where it is, "
                f"run: pg_dump --format=custom --file=FILE '{url}'"
            )
        # Every user of the machine can read the command lines of its processes.
        for name in secrets:
            if not _SECRETS[name]:
                raise StoreError(
                    f"pg_dump takes {name} on its command line alone, where everybody on this machine could read it. "
                    f"Run it where nobody else is, with {name} in the address: "
                    f"pg_dump --format=custom --file=FILE '{url}'"
                )
        environment = os.environ | {_SECRETS[name]: value for name, value in secrets.items()}
        command = [program, "--format=custom", f"--file={target}", "--no-password", f"--dbname={url}"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StoreError(f"pg_dump failed: {done.stderr.strip()}")

    def read_last_key(self, connection: sa.Connection, table: sa.Table) -> int:
        """Return the last number that a table gave to a row."""
        return int(connection.execute(sa.select(sa.func.pg_sequence_last_value(_to_sequence(table)))).scalar_one() or 0)

    def save_last_key(self, connection: sa.Connection, table: sa.Table, key: int) -> None:
        """Have a table number its rows after ``key``."""
        connection.execute(sa.select(sa.func.setval(_to_sequence(table), max(key, 1), key > 0)))

    def empty_log(self, _engine: sa.Engine, /) -> bool:
        """Do nothing: the server keeps its log as long as it was told to."""
        return True


def _to_sequence(table: sa.Table) -> sa.ColumnElement[Any]:
    """Build the sequence that numbers the rows of a table."""
    return sa.cast(sa.func.pg_get_serial_sequence(table.name, next(iter(table.primary_key)).name), REGCLASS)


def _to_refusal(text: str) -> StoreError:
    """Convert an error without a code: the connection was refused, or broke."""
    if "FATAL" in text or "password" in text:
        if any(words in text for words in _BUSY_REFUSALS):
            kind, words = _ERRORS["53300"]
            return kind(words)
        for sign, words in _REFUSALS.items():
            if sign in text:
                return StoreError(words)
    return StoreUnreachable(_UNREACHABLE)


def _begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    write = options.get("write", False)
    # The driver sends these when it begins the transaction, before its first statement.
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    raw.isolation_level = psycopg.IsolationLevel.READ_COMMITTED if write else psycopg.IsolationLevel.REPEATABLE_READ
    raw.read_only = None if write else True
    if write:
        patience = f"{options.get('patience', PATIENCE) * 1000:.0f}"
        idle = str(_UNLIMITED if options.get("may_idle", False) else _MOST_IDLE)
        if connection.execute(_BEGIN_WRITING, {"patience": patience, "idle": idle}).scalar_one() == "on":
            raise StoreReadOnly(_READ_ONLY)


class _TextDumper(StrDumperUnknown):
    """Writes texts, with an escape in place of NUL."""

    def dump(self, obj: str) -> Buffer | None:
        if "\0" in obj or _ESCAPE in obj:
            obj = obj.replace(_ESCAPE, _ESCAPE * 2).replace("\0", f"{_ESCAPE}0")
        return obj.encode()


class _TextLoader(Loader):
    """Reads texts as they were before they were written."""

    def load(self, data: Buffer) -> str:
        text = str(data, "utf-8")
        if _ESCAPE not in text:
            return text
        # An escape stands for itself or for NUL; between two pairs there is neither.
        return _ESCAPE.join(part.replace(f"{_ESCAPE}0", "\0") for part in text.split(_ESCAPE * 2))


def _prepare_connection(connection: psycopg.Connection[Any], _record: object) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding not in (None, "UTF8"):
        connection.close()
        raise StoreError(
            f"The database stores texts as {encoding}, which has no place for every letter. Create it with "
            "ENCODING 'UTF8' TEMPLATE template0."
        )
    connection.adapters.register_dumper(str, _TextDumper)
    for name in ("text", "varchar"):
        connection.adapters.register_loader(name, _TextLoader)

"""What differs between the databases, behind one Protocol; everything else is SQLAlchemy Core for both."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from components.errors import StoreError

#: Seconds for which a writer waits for other writers.
PATIENCE = 10.0

#: An INSERT that accepts ON CONFLICT; SQLAlchemy has one for each database, with the same methods.
Upsert = sqlite.Insert | postgresql.Insert


class Database(Protocol):
    """A kind of database.

    ``spans_machines`` tells whether processes of several machines may share one, so that a process is neither known by
    its number nor a time by a machine's own clock. ``keeps_remains`` tells whether erased words stay in its files until
    whoever runs it removes them.
    """

    spans_machines: bool
    keeps_remains: bool

    def open(self, place: sa.URL) -> sa.Engine:
        """Open the database at a URL. Raises ConfigError and StoreError."""

    def to_store_error(self, error: BaseException) -> StoreError | None:
        """Convert an error of this database's driver, without SQL or parameters; None for any other error."""

    def insert(self, table: sa.Table) -> Upsert:
        """Build an INSERT that accepts ON CONFLICT."""

    def measure(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
        """Build the number of bytes of a text."""

    def read_clock(self, engine: sa.Engine, /) -> float:
        """Return the time (epoch seconds) by the clock that all processes share. Raises StoreError."""

    def save_copy(self, place: sa.URL, target: Path, /) -> None:
        """Save the database as it is at one moment in a file that is there and empty. Raises StoreError and OSError."""

    def read_last_key(self, connection: sa.Connection, table: sa.Table) -> int:
        """Return the last number that a table gave to a row, so that it gives none twice; 0 before the first."""

    def save_last_key(self, connection: sa.Connection, table: sa.Table, key: int) -> None:
        """Have a table number its rows after ``key``."""

    def empty_log(self, engine: sa.Engine, /) -> bool:
        """Remove what was written from the log beside the database; return whether that was possible.

        Raises StoreError.
        """

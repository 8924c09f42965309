"""The statements of every send and every list: written by Core once, run by the driver.

SQLAlchemy's way takes longer than they do. Only what every mail passes, and what is read with every look at the
history and at its sums, belongs here; all else goes through Core.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

from components.store.engine import Transaction, reading, to_store_error

T = TypeVar("T")


class Prepared:
    """A statement for whichever database, with its text kept.

    Values are bound as their types say; a row comes as the driver gives it, SQLite's booleans as 0 and 1. Every run
    names the same values; the one for an ``IN`` is a tuple.
    """

    def __init__(self, statement: sa.Select[Any] | sa.UpdateBase | sa.TextClause) -> None:
        self._statement = statement
        self._lists = tuple(
            part.key
            for part in visitors.iterate(statement)
            if isinstance(part, sa.BindParameter) and part.expanding and part.required
        )
        self._texts: dict[tuple[str, str, tuple[int, ...]], _Text] = {}

    def run(self, connection: Transaction, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run it inside the caller's transaction and give its first row, if it has one. Raises StoreError."""
        return self._execute(connection, values, _fetch_first)

    def run_all(self, connection: Transaction, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Run it inside the caller's transaction and give its rows. Raises StoreError."""
        return self._execute(connection, values, _fetch_all)

    def change(self, connection: Transaction, values: Mapping[str, Any]) -> int:
        """Run an UPDATE inside the caller's transaction; returns how many rows it met. Raises StoreError."""
        return self._execute(connection, values, _count)

    def insert(self, connection: Transaction, values: Mapping[str, Any]) -> int | None:
        """Run an INSERT inside the caller's transaction; returns the key of its row, None where it gave way to another.

        The key comes by RETURNING; SQLite tells it without. Raises StoreError.
        """
        return self._execute(connection, values, _fetch_key)

    def read(self, engine: sa.Engine, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Give the first row of a SELECT that needs no other beside it. Raises StoreError."""
        with reading(engine) as view:
            return self.run(view, values)

    def read_all(self, engine: sa.Engine, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """The same for all of its rows. Raises StoreError."""
        with reading(engine) as view:
            return self.run_all(view, values)

    def _execute(self, connection: Transaction, values: Mapping[str, Any], take: Callable[[Any], T]) -> T:
        """Hand it to the driver, and give what ``take`` makes of the cursor."""
        text, bound = self._prepare(connection.dialect, values)
        cursor = connection.connection.cursor()
        try:
            announce(connection, cursor, text, bound)
            cursor.execute(text, bound)
            taken = take(cursor)
            cursor.close()
        except connection.dialect.loaded_dbapi.Error as error:
            raise to_store_error(error) from error
        except UnicodeEncodeError as error:
            # Not as its cause: it repeats what was typed.
            raise to_store_error(error) from None
        return taken

    def _prepare(self, dialect: sa.Dialect, values: Mapping[str, Any]) -> tuple[str, Any]:
        lengths = tuple([len(values[name]) for name in self._lists]) if self._lists else ()
        kind = (dialect.name, dialect.driver, lengths)
        text = self._texts.get(kind)
        if text is None:
            text = self._texts[kind] = _compile(self._statement, dialect, values)
        return text.sql, text.bind(values)


@dataclass(frozen=True, slots=True)
class _Text:
    """What the driver is given; ``names`` is the order of the values, None where it takes them by name.

    ``fixed`` are the values that the statement itself holds, ``lists`` the names for the members of each tuple.
    """

    sql: str
    names: Sequence[str] | None
    fixed: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]
    processors: Mapping[str, Callable[[Any], Any]]

    def bind(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        bound = {**self.fixed, **values}
        for name, process in self.processors.items():
            bound[name] = process(bound[name])
        for name, members in self.lists.items():
            bound.update(zip(members, bound.pop(name), strict=True))
        return bound if self.names is None else tuple([bound[name] for name in self.names])


def announce(connection: Transaction, cursor: object, text: str, bound: object) -> None:
    """Tell whoever listens to SQLAlchemy's statements of one that the driver is about to run."""
    listeners = connection.dispatch.before_cursor_execute
    for listener in listeners if listeners else ():
        listener(connection, cursor, text, bound, None, False)


def _fetch_first(cursor: Any) -> tuple[Any, ...] | None:
    row: tuple[Any, ...] | None = cursor.fetchone() if cursor.description else None
    return row


def _fetch_all(cursor: Any) -> Sequence[tuple[Any, ...]]:
    rows: Sequence[tuple[Any, ...]] = cursor.fetchall() if cursor.description else ()
    return rows


def _count(cursor: Any) -> int:
    count: int = cursor.rowcount
    return count


def _fetch_key(cursor: Any) -> int | None:
    if cursor.description:
        row = cursor.fetchone()
        return None if row is None else int(row[0])
    return int(cursor.lastrowid) if cursor.rowcount else None


def _compile(statement: sa.ClauseElement, dialect: sa.Dialect, values: Mapping[str, Any]) -> _Text:
    compiled = statement.compile(dialect=dialect, column_keys=list(values))
    assert isinstance(compiled, SQLCompiler)
    expanded = compiled.construct_expanded_state(dict(values))
    expansions = expanded.parameter_expansion
    # Those that the statement itself holds are fixed, member by member.
    lists = {name: members for name, members in expansions.items() if name in values}
    processors = {
        name: process
        for name, bind in compiled.binds.items()
        if name not in expansions and (process := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    given = {*values, *(member for members in lists.values() for member in members)}
    fixed = {
        name: processors[name](value) if name in processors else value
        for name, value in expanded.parameters.items()
        if name not in given
    }
    ours = {name: process for name, process in processors.items() if name in values}
    return _Text(expanded.statement, expanded.positiontup, fixed, lists, ours)

"""The statements of every send and every list: written by Core once, run by the driver.

SQLAlchemy's way takes longer than they do. Only what every mail passes, and what is read with every look at the
history and at its sums, belongs here; all else goes through Core.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from components.store.engine import DriverTransaction, Transaction, announce, to_store_error, translated_errors


class Prepared:
    """A statement for whichever database, with its text kept.

    Values are bound as their types say; a row comes as the driver gives it, SQLite's booleans as 0 and 1. Every run
    names the same values; the one for an ``IN`` is a tuple.
    """

    def __init__(self, statement: sa.Select[Any] | sa.UpdateBase | sa.TextClause) -> None:
        self._statement = statement
        self._texts: dict[tuple[object, ...], _Text] = {}

    def run(self, connection: Transaction, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run it inside the caller's transaction and give its first row, if it has one. Raises StoreError."""
        return next(iter(self.run_all(connection, values, 1)), None)

    def run_all(
        self, connection: Transaction, values: Mapping[str, Any], most: int | None = None
    ) -> Sequence[tuple[Any, ...]]:
        """Run it inside the caller's transaction and give its rows, or the first ``most``. Raises StoreError."""
        text, bound = self._prepare(connection.dialect, values)
        cursor = connection.connection.cursor()
        announce(connection, cursor, text, bound)
        return _execute(connection.dialect, cursor, text, bound, most)

    def read(self, engine: sa.Engine, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Give the first row of a SELECT that needs no other beside it, and so no transaction. Raises StoreError."""
        return next(iter(self.read_all(engine, values, 1)), None)

    def read_all(
        self, engine: sa.Engine, values: Mapping[str, Any], most: int | None = None
    ) -> Sequence[tuple[Any, ...]]:
        """The same for all of its rows, or the first ``most``. Raises StoreError."""
        with translated_errors():
            connection = engine.raw_connection()
            try:
                return self.run_all(DriverTransaction(engine, connection, writes=False), values, most)
            finally:
                connection.close()

    def _prepare(self, dialect: sa.Dialect, values: Mapping[str, Any]) -> tuple[str, Any]:
        lengths = tuple([len(value) for value in values.values() if isinstance(value, tuple)])
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


def _execute(dialect: sa.Dialect, cursor: Any, text: str, bound: Any, most: int | None) -> Sequence[tuple[Any, ...]]:
    try:
        cursor.execute(text, bound)
        rows: Sequence[tuple[Any, ...]] = ()
        if cursor.description:
            rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        cursor.close()
    except dialect.loaded_dbapi.Error as error:
        raise to_store_error(error) from error
    return rows


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

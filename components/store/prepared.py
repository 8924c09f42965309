"""The statements of every send and every list: written by Core once, run by the driver.

SQLAlchemy's way takes longer than they do. Only what every mail passes, and what is read with every look at the
history and at its sums, belongs here; all else goes through Core.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

from components.store.engine import Transaction, announce, to_store_error, viewing


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
        rows = self.run_all(connection, values, 1)
        return rows[0] if rows else None

    def run_all(
        self, connection: Transaction, values: Mapping[str, Any], most: int | None = None
    ) -> Sequence[tuple[Any, ...]]:
        """Run it inside the caller's transaction and give its rows, or the first ``most``. Raises StoreError."""
        text, bound = self._prepare(connection.dialect, values)
        cursor = connection.connection.cursor()
        return _execute(connection, cursor, text, bound, most)

    def read(self, engine: sa.Engine, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Give the first row of a SELECT that needs no other beside it. Raises StoreError."""
        rows = self.read_all(engine, values, 1)
        return rows[0] if rows else None

    def read_all(
        self, engine: sa.Engine, values: Mapping[str, Any], most: int | None = None
    ) -> Sequence[tuple[Any, ...]]:
        """The same for all of its rows, or the first ``most``. Raises StoreError."""
        with viewing(engine) as view:
            return self.run_all(view, values, most)

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


def _execute(
    connection: Transaction, cursor: Any, text: str, bound: Any, most: int | None
) -> Sequence[tuple[Any, ...]]:
    try:
        announce(connection, cursor, text, bound)
        cursor.execute(text, bound)
        rows: Sequence[tuple[Any, ...]] = ()
        if cursor.description:
            rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        cursor.close()
    except connection.dialect.loaded_dbapi.Error as error:
        raise to_store_error(error) from error
    except UnicodeEncodeError as error:
        # Not as its cause: it repeats what was typed.
        raise to_store_error(error) from None
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

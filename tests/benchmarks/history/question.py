"""A question that the benchmark asks through the store and in raw SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """A named question, asked through the store and through raw sqlite3, and how to compare both answers."""

    name: str
    store: Callable[[], Any]
    raw: Callable[[], Any]
    to_store_rows: Callable[[Any], list[Any]] = list
    to_raw_rows: Callable[[Any], list[Any]] = list

    def compare(self) -> int:
        """Ask both and return the number of rows. Raises ValueError where the answers differ."""
        ours, theirs = self.to_store_rows(self.store()), self.to_raw_rows(self.raw())
        if ours != theirs:
            raise ValueError(f"{self.name}: the store gives {len(ours)} rows, raw SQL {len(theirs)}, or others")
        return len(ours)


def ask(raw: sqlite3.Connection, sql: str, *values: object) -> list[Any]:
    """Return the rows of a SELECT, as the driver gives them."""
    return raw.execute(sql, values).fetchall()


def to_tuples(values: Iterable[Any]) -> list[Any]:
    """Convert dataclass values to tuples in the order of their fields."""
    return [tuple(getattr(value, name) for name in value.__dataclass_fields__) for value in values]

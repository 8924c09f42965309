"""A question with two implementations: through the store, and in raw SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """A named question through the store and through raw sqlite3, with the rows of each answer."""

    name: str
    store: Callable[[], Any]
    raw: Callable[[], Any]
    told: Callable[[Any], list[Any]] = list
    seen: Callable[[Any], list[Any]] = list

    def compare(self) -> int:
        """Ask both; return the number of rows. Raises ValueError where the answers differ."""
        told, seen = self.told(self.store()), self.seen(self.raw())
        if told != seen:
            raise ValueError(f"{self.name}: the store tells {len(told)} rows, raw SQL {len(seen)}, or others")
        return len(told)


def ask(raw: sqlite3.Connection, sql: str, *values: object) -> list[Any]:
    """Return the rows of a SELECT as the driver gives them."""
    return raw.execute(sql, values).fetchall()


def to_tuples(values: Iterable[Any]) -> list[Any]:
    """Convert frozen values to tuples of their fields."""
    return [tuple(getattr(value, name) for name in value.__dataclass_fields__) for value in values]

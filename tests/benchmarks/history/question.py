"""A question that is asked twice: through the store, and in raw SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """A question by name, through the store and through raw sqlite3, and the rows that the answer of each comes to."""

    name: str
    store: Callable[[], Any]
    raw: Callable[[], Any]
    told: Callable[[Any], list[Any]] = list
    seen: Callable[[Any], list[Any]] = list

    def compare(self) -> int:
        """Ask both; how many rows the answer has. Raises ValueError where they are not the same."""
        told, seen = self.told(self.store()), self.seen(self.raw())
        if told != seen:
            raise ValueError(f"{self.name}: the store tells {len(told)} rows, raw SQL {len(seen)}, or others")
        return len(told)


def ask(raw: sqlite3.Connection, sql: str, *values: object) -> list[Any]:
    """The rows of a SELECT, as the driver gives them."""
    return raw.execute(sql, values).fetchall()


def to_tuples(values: Iterable[Any]) -> list[Any]:
    """What frozen values hold, in the order of their fields."""
    return [tuple(getattr(value, name) for name in value.__dataclass_fields__) for value in values]

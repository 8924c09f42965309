"""Replaces stored values that are invalid for their column, and names the columns.

SQLite keeps any value in any column, and files get damaged. So rows of messages, attempts, drafts and files are read by
a ``RowReader``: one bad value costs neither its row nor the rows beside it. What is named is shown with the mail, which
is then neither sent nor taken back, and can be erased.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from components.model import LATEST_MOMENT, Status

#: Characters of a text in a row of a list, and of what is shown of one that is longer.
_LONGEST, _SHOWN = 100_000, 1_000
#: A mail may have thousands of recipients.
_LONGEST_OF = {"recipients": 10_000_000}
#: Seconds of an attempt.
_LONGEST_ATTEMPT = 1e7
_HIGHEST_NUMBER = 2**50

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: The columns of this length hold digests in hex.
_SHA256_LENGTH = 64
_SURROGATE = re.compile("[\ud800-\udfff]")
_STATUSES = frozenset(Status)


class DamagedText(str):
    """A text whose bytes (``stored``) are not UTF-8; U+FFFD stands for those that cannot be read."""

    stored: bytes


class DamagedPeople(list[list[str]]):
    """The pairs of name and mailbox that could be read of a value that is no list of them."""


class People(sa.TypeDecorator[list[list[str]]]):
    """A list of pairs of name and mailbox, as JSON; a value that is none is read as ``DamagedPeople``."""

    impl = sa.JSON
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], list[list[str]]]:
        """Return the function that reads a value of the driver (called by SQLAlchemy)."""
        decode = self.impl_instance.result_processor(dialect, coltype)

        def read(value: Any) -> list[list[str]]:
            try:
                return _to_people(decode(value) if decode else value, isinstance(value, DamagedText))
            except (ValueError, TypeError, RecursionError):
                return DamagedPeople()

        return read


def _to_people(value: Any, is_damaged: bool) -> list[list[str]]:
    if not isinstance(value, list):
        return DamagedPeople()
    pairs = [pair for pair in value if _is_pair(pair)]
    return DamagedPeople(pairs) if is_damaged or len(pairs) < len(value) else pairs


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_part, value))


def _is_part(value: Any) -> bool:
    # JSON can hold half of a surrogate pair, which can be neither stored nor shown.
    return isinstance(value, str) and len(value) <= _LONGEST and (value.isascii() or not _SURROGATE.search(value))


def read_text(data: bytes) -> str:
    """Decode a text of SQLite; for ``sqlite3.Connection.text_factory``."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = DamagedText(data.decode(errors="replace"))
        text.stored = data
        return text


def to_text(value: object) -> str:
    """Return a value as text; "" where it is none."""
    return value if isinstance(value, str) else ""


class RowReader:
    """Reads rows with certain columns of one or several tables."""

    def __init__(self, columns: Sequence[sa.Column[Any]]) -> None:
        self._names = [column.name for column in columns]
        self._rules = [(bool(column.nullable), *_to_rule(column)) for column in columns]

    def read(self, row: Sequence[Any], damaged: list[str]) -> list[Any]:
        """Return the row's values with invalid ones replaced; append the names of those columns to ``damaged``."""
        values = list(row[: len(self._rules)])
        for place, (is_nullable, is_sound, replace) in enumerate(self._rules):
            value = values[place]
            if not ((value is None and is_nullable) or is_sound(value)):
                damaged.append(self._names[place])
                values[place] = replace(value)
        return values

    def read_fields(self, row: Sequence[Any], damaged: list[str] | None = None) -> dict[str, Any]:
        """Return sound values of a row by the names of the columns."""
        return dict(zip(self._names, self.read(row, [] if damaged is None else damaged), strict=True))


Rule = tuple[Callable[[Any], bool], Callable[[Any], Any]]


def _to_rule(column: sa.Column[Any]) -> Rule:
    """Return a column's check, and the function that replaces a value which fails it."""
    is_sound, replace = _to_kind(column)
    is_readable = isinstance(column.type, sa.String) and column.type.length is None
    return is_sound, replace if is_readable or not column.nullable else lambda _value: None


def _to_kind(column: sa.Column[Any]) -> Rule:
    match column.type:
        case People():
            return (lambda value: type(value) is list), lambda value: value
        case sa.Boolean():
            return (lambda value: isinstance(value, bool)), bool
        case sa.Double():
            latest = _LONGEST_ATTEMPT if column.name == "duration" else LATEST_MOMENT
            return (lambda value: _is_number(value, latest)), lambda _value: 0.0
        case sa.Integer():
            highest = 2**63 if column.primary_key or column.foreign_keys else _HIGHEST_NUMBER
            return (lambda value: isinstance(value, int) and 0 <= value < highest), lambda _value: 0
        case sa.String() if column.name == "status":
            return (lambda value: value in _STATUSES), lambda _value: Status.FAILED
        case sa.String() if column.name == "idempotency_key":
            return (lambda value: _is_like(_UUID, value)), _to_uuid
        case sa.String(length=length) if length == _SHA256_LENGTH:
            return (lambda value: _is_like(_SHA256, value)), lambda _value: "0" * _SHA256_LENGTH
        case sa.Text() if column.table.name in ("body", "draft", "draft_version", "draft_comment"):
            return (lambda value: type(value) is str), to_text
        case sa.String(length=length):
            longest = length or _LONGEST_OF.get(column.name, _LONGEST)
            # What is damaged is of a type of its own.
            return (lambda value: type(value) is str and len(value) <= longest), _to_readable
    raise AssertionError(f"no rule for {column.type!r}")


def to_moment(value: object) -> float | None:
    """Return a time of the database (epoch seconds), or None where it is none."""
    return float(value) if isinstance(value, int | float) and _is_number(value, LATEST_MOMENT) else None


def _is_number(value: object, latest: float) -> bool:
    return isinstance(value, int | float) and 0 <= value < latest


def _is_like(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _to_readable(value: object) -> str:
    text = to_text(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _to_uuid(value: object) -> str:
    """Return an id in place of one that is none, always the same for the same value."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, repr(value)))

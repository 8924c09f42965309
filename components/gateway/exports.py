"""Read the CSV of an export row by row, while it arrives.

The table is RFC 4180 with a header. Columns are found by their names, in any order; unknown ones are ignored. A cell
that is longer than its field may be counts as missing, as in ``answers``; texts that a spreadsheet would take for
formulas stay what they are. Raises ValueError for anything that is no such table.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from components.crm import Contact, Deal
from components.gateway.answers import NAME_LIMIT, NUMBER_LIMIT, SHORT_LIMIT, to_stage

#: The most rows of one call.
EXPORT_ROWS = 50_000
#: The most characters of a line; a cell may have 128 Ki (``csv.field_size_limit``).
_LINE_LIMIT = 1024 * 1024
#: The most tags of a row.
_TAG_LIMIT = 100

#: Reads the cell of a field from a row.
Cell = Callable[[Sequence[str]], str]


def read_contacts(pieces: Iterable[bytes]) -> Iterator[Contact]:
    """Read an export of contacts; rows without an id are left out."""
    rows = _read_rows(pieces)
    columns = _Columns(next(rows, []))
    columns.require("id", ("id",))
    columns.require("full_name", ("full_name", "name", "email"))
    key, email = columns.find(SHORT_LIMIT, "id"), columns.find(SHORT_LIMIT, "email")
    name, phone = columns.find(NAME_LIMIT, "full_name", "name"), columns.find(NAME_LIMIT, "phone")
    title, company = columns.find(NAME_LIMIT, "job_title"), columns.find(NAME_LIMIT, "company_name", "company")
    linkedin, tags = columns.find(NAME_LIMIT, "linkedin_url"), columns.find(_LINE_LIMIT, "tags")
    created = columns.find(SHORT_LIMIT, "created_at", "created_date")
    updated = columns.find(SHORT_LIMIT, "updated_date", "updated_at")
    for row in rows:
        if contact_id := key(row):
            yield Contact(
                id=contact_id,
                full_name=name(row),
                email=email(row),
                phone=phone(row),
                job_title=title(row),
                company_name=company(row),
                linkedin_url=linkedin(row),
                created_at=created(row),
                updated_date=updated(row),
                tags=_to_tags(tags(row)),
            )


def read_deals(pieces: Iterable[bytes]) -> Iterator[Deal]:
    """Read an export of deals; rows without an id are left out."""
    rows = _read_rows(pieces)
    columns = _Columns(next(rows, []))
    columns.require("id", ("id",))
    columns.require("name", ("name",))
    key, name = columns.find(SHORT_LIMIT, "id"), columns.find(NAME_LIMIT, "name")
    stage = columns.find(NAME_LIMIT, "stage", "stage_name", "stage_id")
    pipeline = columns.find(NAME_LIMIT, "pipeline", "pipeline_name", "pipeline_id")
    status, value = columns.find(NAME_LIMIT, "status"), columns.find(SHORT_LIMIT, "value", "estimated_value")
    currency, company = columns.find(SHORT_LIMIT, "currency"), columns.find(NAME_LIMIT, "company_name", "company")
    contact, owner = (
        columns.find(SHORT_LIMIT, "main_contact_id", "contact_id"),
        columns.find(SHORT_LIMIT, "owner_email"),
    )
    created = columns.find(SHORT_LIMIT, "created_at", "created_date")
    closed = columns.find(SHORT_LIMIT, "closed_at", "closed_date")
    for row in rows:
        if deal_id := key(row):
            yield Deal(
                id=deal_id,
                name=name(row),
                stage=str(to_stage(stage(row))),
                status=status(row),
                pipeline=str(to_stage(pipeline(row))),
                estimated_value=_to_amount(value(row)),
                currency=currency(row),
                main_contact_id=contact(row),
                company_name=company(row),
                owner_email=owner(row),
                created_at=created(row),
                closed_at=closed(row),
            )


class _Columns:
    """The columns of a table by their names."""

    def __init__(self, header: Sequence[str]) -> None:
        names = [name.strip().casefold() for name in header]
        self._places: Mapping[str, int] = {name: place for place, name in enumerate(names)}

    def require(self, name: str, variants: Sequence[str]) -> None:
        """Raise ValueError if the table has none of the ``variants`` of a column."""
        if not self._places.keys() & set(variants):
            raise ValueError(f"the table has no column {name}")

    def find(self, limit: int, *variants: str) -> Cell:
        """Return what reads the first of the ``variants`` that the table has; "" above ``limit`` characters."""
        place = next((self._places[name] for name in variants if name in self._places), None)
        if place is None:
            return lambda _row: ""
        column = place

        def read(row: Sequence[str]) -> str:
            text = row[column].strip()
            return text.replace("\0", "\ufffd") if len(text) <= limit else ""

        return read


def _read_rows(pieces: Iterable[bytes]) -> Iterator[list[str]]:
    """Yield the header and the rows, all of one width; empty lines are left out."""
    stream = io.BufferedReader(_Pieces(iter(pieces)), 64 * 1024)
    lines = _read_lines(io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline=""))
    width = 0
    try:
        for number, row in enumerate(csv.reader(lines, strict=True)):
            if not row:
                continue
            width = width or len(row)
            if len(row) != width:
                raise ValueError(f"row {number} has {len(row)} cells instead of {width}")
            yield row
    except csv.Error as error:
        raise ValueError(str(error)) from None


def _read_lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_LINE_LIMIT):
        if len(line) == _LINE_LIMIT:
            raise ValueError("a line is too long")
        yield line


class _Pieces(io.RawIOBase):
    """An iterator of bytes as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Copy the next bytes into the buffer; returns how many, 0 at the end."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def _to_tags(cell: str) -> tuple[str, ...]:
    tags = (tag.strip() for tag in cell.split(",", _TAG_LIMIT)[:_TAG_LIMIT]) if cell else ()
    return tuple(tag for tag in tags if 0 < len(tag) <= NAME_LIMIT)


def _to_amount(cell: str) -> float | None:
    try:
        amount = float(cell) if cell.isascii() else math.nan
    except ValueError:
        return None
    return amount if abs(amount) <= NUMBER_LIMIT else None

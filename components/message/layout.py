"""Plain text in columns: widths as a terminal shows them, wrapping, and tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import repeat
from typing import Literal

Align = Literal["left", "center", "right"]
_GAP = "  "
_LEFT: Align = "left"


def to_width(text: str) -> int:
    """Count the columns of a text: wide East Asian characters and emoji take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_CHARACTER.get(unicodedata.east_asian_width(c), 1) for c in text if not unicodedata.combining(c))


_CHARACTER = {"W": 2, "F": 2}


def to_wrapped(text: str, width: int, hanging: str = "") -> list[str]:
    """Break text at blanks so that lines fit ``width``; a longer word (an address) keeps a line of its own.

    Line ends already in the text stay; ``hanging`` precedes every line but the first of each.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, length = "", 0
        for word in paragraph.split(" "):
            size = to_width(word)
            if line.strip() and length + 1 + size > width:
                lines.append(line)
                line, length = hanging + word, len(hanging) + size
            else:
                line = f"{line} {word}" if length else word
                length += size + (1 if length else 0)
        lines.append(line)
    return lines


def to_table(
    header: Sequence[str] | None, rows: Sequence[Sequence[str]], aligns: Sequence[Align], width: int
) -> list[str]:
    """Lay out a table: aligned columns where they fit ``width``, else one "Label: value" record a row."""
    everything = [*([header] if header else []), *rows]
    count = max((len(row) for row in everything), default=0)
    padded = [[*row, *[""] * (count - len(row))] for row in everything]
    # At least three, so that a rule of dashes never looks like the start of a signature.
    widths = [max(3, *(to_width(row[column]) for row in padded)) for column in range(count)]
    if sum(widths) + len(_GAP) * (count - 1) > width:
        return _to_records(header, rows, width)
    sides = [*aligns, *repeat(_LEFT, count - len(aligns))]
    lines = [_GAP.join(map(_to_cell, row, widths, sides)).rstrip(" ") for row in padded]
    if header:
        lines.insert(1, _GAP.join("-" * size for size in widths))
    return lines


def _to_cell(text: str, width: int, align: Align) -> str:
    space = width - to_width(text)
    left = {"left": 0, "center": space // 2, "right": space}[align]
    return " " * left + text + " " * (space - left)


def _to_records(header: Sequence[str] | None, rows: Sequence[Sequence[str]], width: int) -> list[str]:
    lines: list[str] = []
    for row in rows:
        if lines:
            lines.append("")
        for column, value in enumerate(row):
            label = header[column] if header and column < len(header) else ""
            if value:
                lines += to_wrapped(f"{label}: {value}" if label else value, width, hanging="  ")
    return lines

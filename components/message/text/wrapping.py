"""Wrap plain text and lay out its tables by display width."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Literal

from wcwidth import width as count_columns

from components.message.short_cache import cache_short

Align = Literal["left", "center", "right"]
_GAP = "  "
_LEFT: Align = "left"
# At the start of a line these would be a quote, a list or a signature; mail servers turn "From" into ">From".
_LINE_START_MARKUP = re.compile(r">.*|From|-+|[*+•]|[0-9]+[.)]|#+")
_IDEOGRAPHS = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003fffd"
# Characters that must not end a line, and that must not begin one (JIS X 4051).
_OPENING, _CLOSING = (
    "「『（【〈《〔［｛",
    "、。，．・：；？！」』）】〉》〕］｝ー々…ゃゅょっぁぃぅぇぉャュョッァィゥェォ",
)
_PIECES = re.compile(rf"[{_OPENING}]*(?:[^{_IDEOGRAPHS}]+|[{_IDEOGRAPHS}])[{_CLOSING}]*")


def display_width(text: str) -> int:
    """Count the columns of a text: two for emoji and wide East Asian characters, none for combining marks."""
    return len(text) if text.isascii() else count_columns(text, control_codes="ignore")


def wrap(text: str, width: int, hanging: str = "") -> list[str]:
    """Break text at spaces, and between Chinese and Japanese characters, into lines of at most ``width`` columns.

    A longer word (an address) gets a line of its own, and no break puts markup at the start of a line. Line breaks in
    the text are kept; ``hanging`` precedes every line but the first of each paragraph.
    """
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, width, hanging)]


def _wrap_uncached(paragraph: str, width: int, hanging: str) -> tuple[str, ...]:
    return tuple(_break_lines(paragraph, width, hanging))


# A keystroke changes one paragraph. Wrapping all the others again would take a sixth of the time to render a long mail.
_wrap_paragraph = cache_short(_wrap_uncached, entries=2048, longest=2_000)


def _break_lines(paragraph: str, width: int, hanging: str) -> Iterator[str]:
    line: list[str] = []
    length = 0
    for blank, piece in _split_pieces(paragraph):
        size = display_width(piece)
        if "".join(line).strip() and length + len(blank) + size > width:
            kept = _find_break(line, piece)
            yield "".join(line[:kept]).rstrip(" ")
            rest = "".join([*line[kept:], blank if line[kept:] else "", piece]).lstrip(" ")
            line = [hanging, rest]
            length = len(hanging) + display_width(rest)
        else:
            # Leading spaces are dropped.
            line.append(blank if any(line) else "")
            length += len(line[-1]) + size
            line.append(piece)
    yield "".join(line)


def _find_break(line: Sequence[str], piece: str) -> int:
    """Count the parts of a line (space, piece, space …) to keep, so that the next line begins with an allowed piece."""
    kept = len(line)
    while kept > 2 and _LINE_START_MARKUP.fullmatch(piece) and "".join(line[: kept - 2]).strip():
        kept -= 2
        piece = line[kept + 1]
    return kept


def _split_pieces(paragraph: str) -> Iterator[tuple[str, str]]:
    """Yield the unbreakable pieces, each after the space before it ("" within Chinese and Japanese)."""
    for at, word in enumerate(paragraph.split(" ")):
        blank = " " if at else ""
        for piece in [word] if word.isascii() else _PIECES.findall(word):
            yield blank, piece
            blank = ""


def format_table(
    header: Sequence[str] | None, rows: Sequence[Sequence[str]], aligns: Sequence[Align], width: int
) -> list[str]:
    """Lay out a table in aligned columns, or as "Label: value" records where it is wider than ``width``."""
    all_rows = [*([header] if header else []), *rows]
    count = max((len(row) for row in all_rows), default=0)
    padded = [[*row, *[""] * (count - len(row))] for row in all_rows]
    # At least three, so that a rule of dashes never looks like a signature delimiter.
    widths = [max(3, *(display_width(row[column]) for row in padded)) for column in range(count)]
    if sum(widths) + len(_GAP) * (count - 1) > width:
        return _format_records(header, rows, width)
    all_aligns = [*aligns, *repeat(_LEFT, count - len(aligns))]
    lines = [_GAP.join(map(_pad_cell, row, widths, all_aligns)).rstrip(" ") for row in padded]
    if header:
        lines.insert(1, _GAP.join("-" * size for size in widths))
    return lines


def _pad_cell(text: str, width: int, align: Align) -> str:
    space = width - display_width(text)
    left = {"left": 0, "center": space // 2, "right": space}[align]
    return " " * left + text + " " * (space - left)


def _format_records(header: Sequence[str] | None, rows: Sequence[Sequence[str]], width: int) -> list[str]:
    labels = list(header or ())
    used = {column for row in rows for column, value in enumerate(row) if value}
    # A label that no record has a value for would not be seen at all.
    lines = [line for column, label in enumerate(labels) if column not in used for line in wrap(label, width) if label]
    for row in filter(any, rows):
        if lines:
            lines.append("")
        for column, value in enumerate(row):
            label = labels[column] if column < len(labels) else ""
            if value:
                lines += wrap(f"{label}: {value}" if label else value, width, hanging="  ")
    return lines

"""Compares two states of a text word by word, for people who look at what has changed."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Words, runs of blanks, and signs: joined they are the text.
_TOKENS = re.compile(r"\w+|[^\S\n]+|\n|[^\w\s]")
#: More tokens than this are compared line by line: the time may grow with the square of their number.
_MOST_TOKENS = 3_000


class Change(enum.StrEnum):
    """What became of a piece of a text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text and what became of it."""

    change: Change
    text: str


def compare_texts(before: str, after: str) -> tuple[Piece, ...]:
    """Return both texts as one sequence of pieces: those kept and added are ``after``, kept and removed ``before``."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if max(len(old), len(new)) > _MOST_TOKENS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(Change.KEPT, "".join(old[start:end])))
            continue
        if start < end:
            pieces.append(Piece(Change.REMOVED, "".join(old[start:end])))
        if new_start < new_end:
            pieces.append(Piece(Change.ADDED, "".join(new[new_start:new_end])))
    return tuple(pieces)

"""Blocks: spans of time, each of which is a lexeme of the mails in it, so that the index finds the newest mails first.

GIN returns what matches in no order of use, so that a frequent word costs as much as it has mails. A search therefore
asks for a short span first, then for spans of eight times the length each, and for all the rest at last: it reads about
as many mails as it shows, and few questions lead to a rare word. Blocks have several lengths, because one lexeme costs
less to ask for than the sixty that are as long together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: The lengths of blocks, as powers of two of milliseconds: 18.6 hours, 6.2 days, 50 days, 398 days.
BITS = (26, 29, 32, 35)


@dataclass(frozen=True, slots=True)
class Span:
    """Sort keys ``[start, end)``, and the blocks that cover them: their length in bits and their numbers."""

    start: int
    end: int
    bits: int
    blocks: range


def to_block(workspace_id: int, bits: int, number: int) -> str:
    """Return the lexeme of a block of a workspace."""
    return f"@{workspace_id}.{bits}.{number:x}"


def list_own_blocks(workspace_id: int, sort_key: int) -> list[str]:
    """List the lexemes of the blocks that a mail lies in."""
    return [to_block(workspace_id, bits, sort_key >> bits) for bits in BITS]


def list_spans(start: int, end: int, is_ascending: bool) -> Iterator[Span]:
    """Yield the spans to ask for mails with keys ``[start, end)``, from the end, or from the start if ascending."""
    for bits in BITS:
        if start >= end:
            return
        if is_ascending:
            edge = min(((start >> bits) + 2) << bits, end)
            yield _to_span(start, edge, bits)
            start = edge
        else:
            edge = max((((end - 1) >> bits) - 1) << bits, start)
            yield _to_span(edge, end, bits)
            end = edge
    if start < end:
        yield _to_span(start, end, BITS[-1])


def _to_span(start: int, end: int, bits: int) -> Span:
    return Span(start, end, bits, range(start >> bits, ((end - 1) >> bits) + 1))

"""Where a text was hit, and the piece of it to show."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from components.store.search.language import Query, Term
from components.store.search.patterns import Phrase, Range, list_walks
from components.store.search.words import Word, to_phrase, walk_words

#: Characters of a snippet, and how many of them stand before the first hit.
_LENGTH, _LEAD = 160, 40


def list_phrases(query: Query, *fields: str) -> tuple[Phrase, ...]:
    """What to look for in a text: the wanted words without a place and those of the places named."""
    return tuple(
        to_phrase(part.text, part.prefix)
        for part in query.parts
        if isinstance(part, Term) and not part.negated and part.field in ("", *fields)
    )


def find_ranges(text: str, phrases: tuple[Phrase, ...]) -> tuple[Range, ...]:
    """The places of the phrases in a text, ``[start, end)`` in characters, in order and without overlaps."""
    merged: list[Range] = []
    for start, end in sorted(chain.from_iterable(_find(text, phrases))):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def cut_snippet(text: str, phrases: tuple[Phrase, ...]) -> tuple[str, tuple[Range, ...]] | None:
    """One line around the first hit and the ranges in it, or None where nothing was hit."""
    first = min((place for walk in _find(text, phrases) for place in islice(walk, 1)), default=None)
    if first is None:
        return None
    start = max(0, first[0] - _LEAD)
    if start:
        blank = text.find(" ", start, first[0])
        start = blank + 1 if blank >= 0 else start
    end = start + _LENGTH
    piece = " ".join(text[start:end].split())
    snippet = ("… " if start else "") + piece + (" …" if end < len(text) else "")
    return snippet, find_ranges(snippet, phrases)


def _find(text: str, phrases: tuple[Phrase, ...]) -> list[Iterator[Range]]:
    """Every place of every phrase, in order within each iterator."""
    if not phrases or not text:
        return []
    walks = list_walks(text, phrases)
    return [_compare(walk_words(text), phrases)] if walks is None else walks


def _compare(words: Iterator[tuple[Word, int]], phrases: Sequence[Phrase]) -> Iterator[Range]:
    seen: deque[tuple[Word, int]] = deque(maxlen=max(len(phrase) for phrase, _ in phrases))
    for word, offset in words:
        seen.append((word, offset))
        for phrase, prefix in phrases:
            if word.text.startswith(phrase[-1]) if prefix else word.text == phrase[-1]:
                tail = list(seen)[-len(phrase) :]
                if tuple(each.text for each, _ in tail[:-1]) == phrase[:-1]:
                    yield tail[0][0].start + tail[0][1], word.end + offset

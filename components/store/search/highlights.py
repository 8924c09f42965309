"""Where a text was hit, and the piece of it to show."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache

from components.store.search.language import Query, Term
from components.store.search.words import Word, to_phrase, walk_words

Range = tuple[int, int]
Phrase = tuple[tuple[str, ...], bool]
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
    for start, end in sorted(_find(text, phrases)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def cut_snippet(text: str, phrases: tuple[Phrase, ...]) -> tuple[str, tuple[Range, ...]] | None:
    """One line around the first hit and the ranges in it, or None where nothing was hit."""
    first = next(_find(text, phrases), None)
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


def _find(text: str, phrases: tuple[Phrase, ...]) -> Iterator[Range]:
    """Every place of every phrase. In ASCII, which most texts are in, a pattern says the same much faster."""
    if not phrases:
        return iter(())
    if text.isascii():
        pattern = _to_pattern(phrases)
        return (match.span(1) for match in pattern.finditer(text)) if pattern else iter(())
    return _compare(walk_words(text), phrases)


@lru_cache(maxsize=64)
def _to_pattern(phrases: tuple[Phrase, ...]) -> re.Pattern[str] | None:
    """What finds phrases in ASCII, each match looking ahead only, so that those that overlap are found too."""
    choices = [
        "[^a-z0-9]+".join(words) + ("[a-z0-9]*" if prefix else "(?![a-z0-9])")
        for words, prefix in sorted(phrases, key=lambda phrase: -len(phrase[0]))
        if all(word.isascii() for word in words)
    ]
    return re.compile(rf"(?<![a-z0-9])(?=({'|'.join(choices)}))[a-z0-9]", re.IGNORECASE) if choices else None


def _compare(words: Iterator[tuple[Word, int]], phrases: Sequence[Phrase]) -> Iterator[Range]:
    seen: deque[tuple[Word, int]] = deque(maxlen=max(len(phrase) for phrase, _ in phrases))
    for word, offset in words:
        seen.append((word, offset))
        for phrase, prefix in phrases:
            if word.text.startswith(phrase[-1]) if prefix else word.text == phrase[-1]:
                tail = list(seen)[-len(phrase) :]
                if tuple(each.text for each, _ in tail[:-1]) == phrase[:-1]:
                    yield tail[0][0].start + tail[0][1], word.end + offset

"""Finds where phrases occur in a text, and cuts the piece of it to show."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import chain

from components.store.search.query import Query, Term
from components.store.search.tokenizer import Phrase, Reading, list_readings, to_phrases, walk_words

#: Characters of a snippet, and how many of them come before the first hit.
_LENGTH, _LEAD = 160, 40

#: A place in a text, ``[start, end)`` in characters.
Range = tuple[int, int]


def list_phrases(query: Query, *fields: str) -> tuple[Phrase, ...]:
    """List what to look for in a text: the wanted terms without a field and those of the fields named."""
    return tuple(
        phrase
        for part in query.parts
        if isinstance(part, Term) and not part.negated and part.field in ("", *fields)
        for phrase in to_phrases(part.text, part.prefix)
    )


class Marker:
    """Finds phrases, as from ``list_phrases``, in one text after the other."""

    def __init__(self, phrases: tuple[Phrase, ...]) -> None:
        self._phrases = phrases
        self._patterns = tuple(
            _to_ascii_pattern(words, prefix) for words, prefix in phrases if all(word.isascii() for word in words)
        )

    def find_ranges(self, text: str) -> tuple[Range, ...]:
        """Find the places of the phrases in a text, in order; places that touch are merged."""
        merged: list[Range] = []
        for start, end in sorted(chain.from_iterable(self._find(text))):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def cut_snippet(self, text: str) -> tuple[str, tuple[Range, ...]] | None:
        """Return one line around the first hit and the ranges in it, or None without a hit."""
        hits = [hit for places in self._find(text) if (hit := next(places, None))]
        if not hits:
            return None
        first = min(hits)[0]
        start = max(0, first - _LEAD)
        if start:
            blank = text.find(" ", start, first)
            start = blank + 1 if blank >= 0 else start
        end = start + _LENGTH
        piece = " ".join(text[start:end].split())
        before, after = "… " if start else "", " …" if end < len(text) else ""
        shift = len(before)
        # Searched without the ellipses: with them it would not be ASCII, which is searched fastest.
        ranges = tuple((start + shift, end + shift) for start, end in self.find_ranges(piece))
        return f"{before}{piece}{after}", ranges

    def _find(self, text: str) -> list[Iterator[Range]]:
        """Find every place of every phrase; plain ASCII is searched by patterns, many times faster than by words."""
        readings = list_readings(text)
        if len(readings) > 1 or not text.isascii():
            return [_compare(text, self._phrases, reading) for reading in readings]
        text = text.lower()
        return [_search(pattern, text) for pattern in self._patterns]


def _to_ascii_pattern(words: tuple[str, ...], prefix: bool) -> re.Pattern[str]:
    """Compile a phrase for a text of ASCII in lower case, in which words are runs of letters and digits."""
    first, *others = map(re.escape, words)
    # It begins with the word itself, since a literal beginning is searched for fastest.
    begin = f"{first}(?<![a-z0-9]{first})"
    return re.compile("[^a-z0-9]+".join([begin, *others]) + ("[a-z0-9]*" if prefix else "(?![a-z0-9])"))


def _search(pattern: re.Pattern[str], text: str) -> Iterator[Range]:
    """Yield every match, including those that begin inside another."""
    match = pattern.search(text)
    while match:
        yield match.span()
        match = pattern.search(text, match.start() + 1)


def _compare(text: str, phrases: tuple[Phrase, ...], reading: Reading) -> Iterator[Range]:
    """Yield the places of the phrases, found by comparing the words that the index holds of a reading of a text."""
    seen: deque[tuple[str, int]] = deque(maxlen=max((len(words) for words, _ in phrases), default=0))
    for word, offset in walk_words(text, reading):
        seen.append((word.text, offset + word.start))
        for words, prefix in phrases:
            if word.text.startswith(words[-1]) if prefix else word.text == words[-1]:
                tail = list(seen)[-len(words) :]
                if tuple(text for text, _ in tail[:-1]) == words[:-1]:
                    yield tail[0][1], offset + word.end

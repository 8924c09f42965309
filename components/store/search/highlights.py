"""Where a text was hit, and the piece of it to show."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, repeat

from components.store.search.language import Query, Term
from components.store.search.patterns import Phrase, Range, list_walks, to_ascii_walks
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


class Marker:
    """Finds phrases, of ``list_phrases``, in one text after the other."""

    __slots__ = ("_ascii_walks", "_phrases")

    def __init__(self, phrases: tuple[Phrase, ...]) -> None:
        self._phrases = phrases
        self._ascii_walks = to_ascii_walks(phrases)

    def find_ranges(self, text: str) -> tuple[Range, ...]:
        """The places of the phrases in a text, ``[start, end)`` in characters, in order and without overlaps."""
        if not self._phrases:
            return ()
        walks = self._find(text)
        places = [*walks[0]] if len(walks) == 1 else sorted(chain.from_iterable(walks))
        merged = places[:1]
        for start, end in places[1:]:
            if start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def cut_snippet(self, text: str) -> tuple[str, tuple[Range, ...]] | None:
        """One line around the first hit and the ranges in it, or None where nothing was hit."""
        firsts = [*filter(None, map(next, self._find(text), repeat(None)))]
        if not firsts:
            return None
        first = min(firsts)[0]
        start = max(0, first - _LEAD)
        if start:
            blank = text.find(" ", start, first)
            start = blank + 1 if blank >= 0 else start
        end = start + _LENGTH
        piece = " ".join(text[start:end].split())
        before, after = "… " if start else "", " …" if end < len(text) else ""
        shift = len(before)
        # Looked for in the piece alone: with an ellipsis it would not be ASCII, which is searched fastest.
        ranges = [(one + shift, other + shift) for one, other in self.find_ranges(piece)]
        return f"{before}{piece}{after}", tuple(ranges)

    def _find(self, text: str) -> list[Iterator[Range]]:
        """Every place of every phrase, in order within each iterator."""
        if text.isascii():
            lower = text.lower()
            return [walk(lower) for walk in self._ascii_walks]
        walks = list_walks(text, self._phrases)
        return [_compare(walk_words(text), self._phrases)] if walks is None else walks


def _compare(words: Iterator[tuple[Word, int]], phrases: Sequence[Phrase]) -> Iterator[Range]:
    seen: deque[tuple[Word, int]] = deque(maxlen=max((len(phrase) for phrase, _ in phrases), default=0))
    for word, offset in words:
        seen.append((word, offset))
        for phrase, prefix in phrases:
            if word.text.startswith(phrase[-1]) if prefix else word.text == phrase[-1]:
                tail = list(seen)[-len(phrase) :]
                if tuple(each.text for each, _ in tail[:-1]) == phrase[:-1]:
                    yield tail[0][0].start + tail[0][1], word.end + offset

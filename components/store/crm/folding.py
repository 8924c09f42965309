"""Finding people and deals by any part of their texts, whatever the case, and with umlauts written either way.

All texts of a copy lie in memory as one, a line each: 50,000 people take 5 MB and are looked through in about a
millisecond. SQLite would have to visit each row for that, or keep a trigram index in which the names of erased people
stay behind.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from components.store.search.tokenizer import Reading, fold

#: Stands between the texts of one line. Like every blank it separates words, so that no word that is looked for has it.
_BETWEEN = "\x1f"
#: What stands before a text or a word that does not begin its line.
_BEFORE = (_BETWEEN.encode(), b" ")
#: The most lines that are put in order by how they begin: more are there only for a few letters.
_RANKED = 200
#: Bytes by which it is estimated how common a word is.
_SAMPLE = 256 * 1024
_WORD = re.compile(r"\S+")

#: The spellings of one word.
Word = tuple[bytes, ...]


def to_found_by(texts: Iterable[str]) -> str:
    """Return the line by which somebody with these texts is found: the texts in each of their readings."""
    lines = [" ".join(text.split()) for text in texts]
    readings = dict.fromkeys(_fold(line, reading) for reading in Reading for line in lines if line)
    return _BETWEEN.join(readings)


def _fold(text: str, reading: Reading) -> str:
    if text.isascii():
        return text.lower()
    # By words, which recur and are cached.
    return _WORD.sub(lambda word: word[0] if word[0].isascii() else fold(word[0], reading), text).lower()


def _to_spellings(word: str) -> Word:
    """Return the readings of a word; none where nothing of it is left, as of an accent alone."""
    return tuple(dict.fromkeys(filter(None, (_fold(word, reading).encode() for reading in Reading))))


class Lines:
    """The lines of a copy with the row of each, in order."""

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._text = bytearray(b"\n")
        self._starts, self._rows = array("q"), array("q")
        for row_id, line in lines:
            self._starts.append(len(self._text))
            self._rows.append(row_id)
            self._text += line.encode()
            self._text += b"\n"

    def find(self, typed: str) -> Iterator[int]:
        """Yield the rows whose line has every word of ``typed``: of the first ones those that begin so first."""
        words = [word for word in map(_to_spellings, typed.split()) if word]
        if not words:
            return
        # The rarest word leads, so that few lines are compared with the others.
        lead = min(words, key=self._count) if len(words) > 1 else words[0]
        others = [word for word in words if word is not lead]
        found = (place for place in self._walk(lead) if all(self._has(place, word) for word in others))
        first = list(islice(found, _RANKED))
        first.sort(key=lambda place: self._rank(place, lead))
        for place in chain(first, found):
            yield self._rows[place]

    def _walk(self, word: Word) -> Iterator[int]:
        """Yield the places of the lines that contain a word, each once."""
        seen: set[int] = set()
        for spelling in word:
            at = self._text.find(spelling)
            while at >= 0:
                place = bisect_right(self._starts, at) - 1
                if place not in seen:
                    seen.add(place)
                    yield place
                at = self._text.find(spelling, self._get_end(place))

    def _rank(self, place: int, word: Word) -> int:
        """Rank a line: 0 where it begins with the word, 1 where one of its words does, 2 for the others."""
        start, end = self._starts[place], self._get_end(place)
        if self._text.startswith(word, start):
            return 0
        return 2 - any(self._text.find(before + each, start, end) >= 0 for each in word for before in _BEFORE)

    def _has(self, place: int, word: Word) -> bool:
        start, end = self._starts[place], self._get_end(place)
        return any(self._text.find(spelling, start, end) >= 0 for spelling in word)

    def _get_end(self, place: int) -> int:
        return self._starts[place + 1] - 1 if place + 1 < len(self._starts) else len(self._text)

    def _count(self, word: Word) -> tuple[int, int]:
        """Estimate how common a word is, by a part of the text; of equal ones the longest counts as rarest."""
        return sum(self._text.count(spelling, 0, _SAMPLE) for spelling in word), -len(word[0])

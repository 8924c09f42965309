"""The lexemes that stand for a mail, besides its words and facets, which stand for themselves.

A lexeme that begins with a sign is no word: words consist of letters and digits.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence

from components.store.search.document import PLACES

#: The letters of the beginnings that are lexemes of their own; GIN collects the words of a longer one.
LONGEST_BEGINNING = 4
_LENGTHS = range(1, LONGEST_BEGINNING + 1)
#: The letters of a word that are kept; a tsvector takes 2,046 bytes of a lexeme.
LONGEST_WORD = 60
#: The lexeme of a mail that has more lexemes than a tsvector can take; it is asked for what it contains in its words.
OVERFULL = "!"
#: The bytes of lexemes that a tsvector can take, and what aligning one may cost
#: (https://www.postgresql.org/docs/current/textsearch-limitations.html).
_MOST_BYTES, _ALIGNMENT = 1 << 20, 1
#: Two words that follow each other share their lexeme with others, so that there are few and they stay small.
_PAIRS = 1 << 17
#: The places that an operator can name.
_NAMED = tuple(place for place in PLACES if place != "text")
#: Letters and digits of ASCII, and all that is not ASCII, as FTS5's tokenizer ``ascii`` splits a document.
_WORD = re.compile("[0-9a-z\u0080-\U0010ffff]+")
_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


def list_words(document: Mapping[str, str]) -> dict[str, list[str]]:
    """List the words of each place of a document."""
    return {place: _WORD.findall(document[place].translate(_LOWER)) for place in PLACES}


def to_lexemes(words: Mapping[str, Sequence[str]], others: Iterable[str]) -> list[str]:
    """List the lexemes of a mail's words by their places, and ``others`` (facets and blocks), in no certain order."""
    found = {cut(word) for listed in words.values() for word in listed}
    beginnings = {word[:length] for word in found for length in _LENGTHS}
    found.update(map(to_beginning, beginnings), others)
    for place, listed in words.items():
        found.update(map(to_pair, listed, listed[1:]))
        if place in _NAMED:
            found.update(to_named(place, word) for word in listed)
    if len("".join(found).encode()) + len(found) * _ALIGNMENT > _MOST_BYTES:
        return [*others, OVERFULL]
    return list(found)


def to_named(place: str, word: str) -> str:
    """Return the lexeme of a word, or of its beginning, in a place."""
    return f":{place}:{cut(word)}"


def to_beginning(letters: str) -> str:
    """Return the lexeme of a beginning of up to ``LONGEST_BEGINNING`` letters."""
    return f"*{letters}"


def to_pair(first: str, second: str) -> str:
    """Return the lexeme of two words that follow each other."""
    return f"+{zlib.crc32(f'{first} {second}'.encode()) % _PAIRS:x}"


def cut(word: str) -> str:
    """Cut a word, or a beginning, to what is kept of it."""
    return word[:LONGEST_WORD]

"""Splits texts into words, by one rule for indexing a mail, parsing a query and highlighting hits.

Case, accents, compatibility forms and soft hyphens are ignored (Unicode NFKD and case folding); punctuation and
symbols separate words. Text in scripts without spaces becomes overlapping pairs of letters, so that any part of a line
is found as it is typed. SQLite's own tokenizer only splits the result at its blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise


def _to_class(members: list[int]) -> str:
    return "".join(re.escape(chr(code)) for code in members)


_MARKS = _to_class([code for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"])
#: Characters that continue a word though they are not letters: marks, vowels and finals of decomposed Hangul,
#: invisible characters.
_GOES_ON = rf"{_MARKS}\u1160-\u11ff\u00ad\u200c\u200d\u2060\ufeff\uff9e\uff9f"
_RUN = re.compile(rf"[^\W_](?:[^\W_]|[{_GOES_ON}])*")
_CLUSTER = re.compile(rf".[{_GOES_ON}]*", re.DOTALL)
_LETTERS = re.compile(rf"[^\W_][{_MARKS}]*")
#: Thai, Lao, Burmese, Khmer, kana, Han and Hangul (whose particles are written as one with the word).
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
#: Those of them that need no folding and have no marks: the bulk of such texts.
_PLAIN = re.compile("[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]+")
#: Letters that people type without their stroke or ligature, and that Unicode does not decompose.
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is indexed, and its place in the text, ``[start, end)`` in characters.

    ``closes`` marks the last letter of a run without spaces, which follows the run's pairs as a word of its own.
    """

    text: str
    start: int
    end: int
    closes: bool = False


def split_words(text: str) -> Iterator[Word]:
    """Yield the words of a text, in order."""
    for word, offset in walk_words(text):
        yield Word(word.text, offset + word.start, offset + word.end, word.closes)


def walk_words(text: str) -> Iterator[tuple[Word, int]]:
    """Yield the words of a text as they are cached, each with the offset to add to its place."""
    for run in _RUN.finditer(text):
        offset = run.start()
        for word in _split_run(run.group()):
            yield word, offset


def to_index_text(text: str) -> str:
    """Convert a text to what the index stores: its words, separated by blanks."""
    if text.isascii():
        # SQLite's tokenizer does the same with ASCII.
        return text.replace("\0", " ")
    return " ".join(run if run.isascii() else _to_words(run) for run in _RUN.findall(text))


def to_phrase(text: str, prefix: bool = False) -> tuple[tuple[str, ...], bool]:
    """Convert a text to the words to search in sequence, and whether the last one is only the beginning of a word.

    A run without spaces may continue after its end in the text that is searched.
    """
    words = list(split_words(text))
    if words and words[-1].closes:
        inside_a_run = len(words) > 1 and words[-2].end > words[-1].start
        if inside_a_run:
            del words[-1]
        prefix = not inside_a_run
    return tuple(word.text for word in words), prefix and bool(words)


@lru_cache(maxsize=65_536)
def _to_words(run: str) -> str:
    return " ".join(word.text for word in _split_run(run))


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return a text without the differences that a search ignores."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(letter for letter in apart if not _is_dropped(letter))
    return unicodedata.normalize("NFC", kept).translate(_STROKES)


def _is_dropped(letter: str) -> bool:
    # Accents above and below, Hebrew and Arabic points; not the vowels of Indic scripts, nor the marks of kana.
    order = unicodedata.combining(letter)
    return order >= 200 or 10 <= order <= 35 or unicodedata.category(letter) == "Cf"


@lru_cache(maxsize=65_536)
def _split_run(run: str) -> tuple[Word, ...]:
    if run.isascii():
        return (Word(run.lower(), 0, len(run)),)
    if _PLAIN.fullmatch(run):
        pairs = [Word(run[start : start + 2], start, start + 2) for start in range(len(run) - 1)]
        return (*pairs, Word(run[-1], len(run) - 1, len(run), closes=True))
    folded = fold(run)
    if not _UNSPACED.search(folded):
        letters = "".join(_LETTERS.findall(folded))
        return (Word(letters, 0, len(run)),) if letters else ()
    units = [
        (letters, cluster.start(), cluster.end())
        for cluster in _CLUSTER.finditer(run)
        for letters in _LETTERS.findall(fold(cluster.group()))
    ]
    words: list[Word] = []
    first = 0
    while first < len(units):
        unspaced = bool(_UNSPACED.match(units[first][0]))
        last = first
        while last + 1 < len(units) and bool(_UNSPACED.match(units[last + 1][0])) == unspaced:
            last += 1
        span = units[first : last + 1]
        if unspaced:
            words += [Word(one + two, start, end) for (one, start, _), (two, _, end) in pairwise(span)]
            words.append(Word(*span[-1], closes=True))
        else:
            words.append(Word("".join(letters for letters, _, _ in span), span[0][1], span[-1][2]))
        first = last + 1
    return tuple(words)

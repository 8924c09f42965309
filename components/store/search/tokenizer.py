"""Splits texts into words, by one rule for indexing a mail, parsing a query and highlighting hits.

Case, accents, compatibility forms and soft hyphens are ignored (Unicode NFKD and case folding); punctuation and
symbols separate words. Text in scripts without spaces becomes overlapping pairs of letters, so that any part of a line
is found as it is typed. SQLite's own tokenizer only splits the result at its blanks.

A text has two readings (``Reading``). They differ where people write one thing in two ways: ``Müller`` is read as
*muller* and as *mueller*, ``1 000`` as *1*, *000* and as *1000*. A phrase is found in a text if one of its readings
occurs in one of the text's. So both spellings find each other, and *do* is no spelling of *doe*.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from components.store.search.numerals import DECIMAL, Words, find_numerals, has_numeral


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
#: Letters that are written out where they cannot be typed: German (DIN 5007-2), Danish, Norwegian and Swedish.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
#: Letters that become one of those, also decomposed.
_UMLAUT = re.compile("[äöüøåÄÖÜØÅ\u030a\u0308]")
#: Stands between the two readings of a text in the index, so that no phrase reaches from one into the other.
_BREAK = "\ue002"


class Reading(enum.Enum):
    """How a text is read: letter by letter, or as it is meant (umlauts written out, numbers and domains normalised)."""

    LITERAL = enum.auto()
    MEANT = enum.auto()


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is indexed, and its place in the text, ``[start, end)`` in characters.

    ``closes`` marks the last letter of a run without spaces, which follows the run's pairs as a word of its own.
    """

    text: str
    start: int
    end: int
    closes: bool = False


#: Words that follow each other, and whether the last is only the beginning of one.
Phrase = tuple[tuple[str, ...], bool]


def split_words(text: str, reading: Reading = Reading.LITERAL) -> Iterator[Word]:
    """Yield the words of a text in one reading, in order."""
    for word, offset in walk_words(text, reading):
        yield Word(word.text, offset + word.start, offset + word.end, word.closes)


def walk_words(text: str, reading: Reading) -> Iterator[tuple[Word, int]]:
    """Yield the words of a text as they are cached, each with the offset to add to its place."""
    at = 0
    for numeral in find_numerals(text):
        yield from _walk_runs(text, at, numeral.start, reading)
        at = numeral.end
        words = numeral.typed if reading is Reading.LITERAL else numeral.meant
        for word in _split_numeral(words, reading):
            yield word, numeral.start
    yield from _walk_runs(text, at, len(text), reading)


def list_readings(text: str) -> tuple[Reading, ...]:
    """List the readings of a text that may differ."""
    if has_numeral(text) or (not text.isascii() and _UMLAUT.search(text)):
        return (Reading.LITERAL, Reading.MEANT)
    return (Reading.LITERAL,)


def to_index_text(text: str) -> str:
    """Convert a text to what the index stores: its words, separated by blanks, in both readings if they differ."""
    literal, *others = dict.fromkeys(_join_words(text, reading) for reading in list_readings(text))
    return f"{literal} {_BREAK} {others[0]}" if others else literal


def to_phrases(text: str, prefix: bool = False) -> tuple[Phrase, ...]:
    """Convert a text to the phrases that find it, one for each reading; none where it has no words.

    A run without spaces may continue after its end in the text that is searched.
    """
    phrases = dict.fromkeys(_to_phrase(text, prefix, reading) for reading in list_readings(text))
    return tuple(phrase for phrase in phrases if phrase[0])


def is_beginning(text: str) -> bool:
    """Tell whether a text that is being typed can end in the beginning of a longer word; a number is whole.

    The end of a run without spaces is always open.
    """
    words = list(split_words(text))
    return bool(words) and not words[-1].closes and any(map(str.isalpha, words[-1].text.replace(DECIMAL, "")))


def _to_phrase(text: str, prefix: bool, reading: Reading) -> Phrase:
    words = list(split_words(text, reading))
    if words and words[-1].closes:
        inside_a_run = len(words) > 1 and words[-2].end > words[-1].start
        if inside_a_run:
            del words[-1]
        prefix = not inside_a_run
    return tuple(word.text for word in words), prefix and bool(words)


def _join_words(text: str, reading: Reading) -> str:
    """Return the words of a text between blanks; what SQLite's tokenizer splits the same way is left to it."""
    pieces: list[str] = []
    at = 0
    for numeral in find_numerals(text):
        pieces.append(_join_runs(text[at : numeral.start], reading))
        at = numeral.end
        words = numeral.typed if reading is Reading.LITERAL else numeral.meant
        pieces += [word.text for word in _split_numeral(words, reading)]
    pieces.append(_join_runs(text[at:], reading))
    return " ".join(pieces) if len(pieces) > 1 else pieces[0]


def _join_runs(text: str, reading: Reading) -> str:
    if text.isascii():
        # SQLite's tokenizer does the same with ASCII.
        return text.replace("\0", " ")
    return " ".join(run if run.isascii() else _join_run(run, reading) for run in _RUN.findall(text))


@lru_cache(maxsize=65_536)
def _join_run(run: str, reading: Reading) -> str:
    return " ".join(word.text for word in _split_run(run, reading))


def _walk_runs(text: str, start: int, end: int, reading: Reading) -> Iterator[tuple[Word, int]]:
    for run in _RUN.finditer(text, start, end):
        offset = run.start()
        for word in _split_run(run.group(), reading):
            yield word, offset


def _split_numeral(words: Words, reading: Reading) -> Iterator[Word]:
    """Yield the words of a numeral; the words of a label in Unicode all lie where its ASCII form does."""
    for text, start, end in words:
        for run in _RUN.findall(text):
            for word in _split_run(run, reading):
                yield Word(word.text, start, end, word.closes)


@lru_cache(maxsize=65_536)
def fold(text: str, reading: Reading = Reading.LITERAL) -> str:
    """Return a text without the differences that a search ignores."""
    text = unicodedata.normalize("NFKD", text).casefold()
    if reading is Reading.MEANT:
        text = unicodedata.normalize("NFC", text).translate(_WRITTEN_OUT)
    kept = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not _is_dropped(letter))
    return unicodedata.normalize("NFC", kept).translate(_STROKES)


def fold_long(text: str) -> str:
    """Fold a long text at once; what it contains is found by words that were folded by this function too."""
    return _DROPPED.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_STROKES)


def _is_dropped(letter: str) -> bool:
    # Accents above and below, Hebrew and Arabic points; not the vowels of Indic scripts, nor the marks of kana.
    order = unicodedata.combining(letter)
    return order >= 200 or 10 <= order <= 35 or unicodedata.category(letter) == "Cf"


_DROPPED = re.compile(f"[{_to_class([code for code in range(0x80, 0x10000) if _is_dropped(chr(code))])}]+")


@lru_cache(maxsize=65_536)
def _split_run(run: str, reading: Reading) -> tuple[Word, ...]:
    if run.isascii():
        return (Word(run.lower(), 0, len(run)),)
    if _PLAIN.fullmatch(run):
        pairs = [Word(run[start : start + 2], start, start + 2) for start in range(len(run) - 1)]
        return (*pairs, Word(run[-1], len(run) - 1, len(run), closes=True))
    folded = fold(run, reading)
    if not _UNSPACED.search(folded):
        letters = "".join(_LETTERS.findall(folded))
        return (Word(letters, 0, len(run)),) if letters else ()
    units = [
        (letters, cluster.start(), cluster.end())
        for cluster in _CLUSTER.finditer(run)
        for letters in _LETTERS.findall(fold(cluster.group(), reading))
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

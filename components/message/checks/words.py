"""Words as the checks compare them: lists of them, and their forms without case and accents."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def to_words(text: str) -> frozenset[str]:
    """Split a word list that is written as running text, so that it can be read and extended."""
    return frozenset(text.split())


def fold(word: str) -> str:
    """Fold a word: no case, no accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", word).casefold().translate(_LETTERS))
    return "".join(character for character in plain if not unicodedata.combining(character))


def to_spellings(word: str) -> frozenset[str]:
    """Fold a name in each way it may be spelt: Müller becomes "muller" and "mueller"."""
    return frozenset({fold(word), fold(unicodedata.normalize("NFC", word).casefold().translate(_GERMAN))})

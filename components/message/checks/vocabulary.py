"""Lists of words, written as running text so that they can be read and added to."""

from __future__ import annotations


def to_words(text: str) -> frozenset[str]:
    """The words of a text between its blanks and line ends."""
    return frozenset(text.split())

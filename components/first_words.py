"""The first words of a mail, as an inbox and our own lists show them."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile("<[^<>]*>")
#: Tags inside a line of text: they part no words.
_INLINE = re.compile("</?(?:a|b|code|del|em|i|s|strong|sub|sup|u)(?: [^<>]*)?>")

#: Characters of HTML in which they mostly are.
_BEGINNING = 600


def to_first_words(html: str, most: int) -> str:
    """At most ``most`` characters of sanitised HTML as they are read; the plain text has marks of its own in them.

    No more of a long mail is read than they need.
    """
    length = _BEGINNING
    while length < len(html):
        # Up to a tag: neither one nor an entity is cut.
        words = _to_words(html[: max(0, html.rfind("<", 0, length))], most)
        if len(words) == most:
            return words
        length *= 4
    return _to_words(html, most)


def _to_words(html: str, most: int) -> str:
    text = unescape(_TAG.sub(" ", _INLINE.sub("", html)))
    return " ".join(text.split(None, most)[:most])[:most]

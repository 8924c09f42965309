"""The first words of a message, as inboxes and the lists of messages show them."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile("<[^<>]*>")
#: Inline tags, which do not separate words.
_INLINE = re.compile("</?(?:a|b|code|del|em|i|s|strong|sub|sup|u)(?: [^<>]*)?>")

_SIGNATURE = re.compile("<p[^<>]*>-- ?<br")

#: Characters of HTML that are read first.
_FIRST_LENGTH = 600


def to_first_words(html: str, limit: int) -> str:
    """Extract at most ``limit`` characters of visible text from the beginning of sanitised HTML.

    Of a long message only as much as necessary is read. (The plain-text body would show its formatting marks.)
    """
    length = _FIRST_LENGTH
    while length < len(html):
        # Up to the start of a tag, so that no tag and no entity is cut.
        words = _extract_words(html[: max(0, html.rfind("<", 0, length))], limit)
        if len(words) == limit:
            return words
        length *= 4
    return _extract_words(html, limit)


def leave_out_signature(html: str) -> str:
    """Return the part of a mail's sanitised HTML that is above its signature, which a line "-- " begins."""
    found = _SIGNATURE.search(html)
    return html[: found.start()] if found else html


def _extract_words(html: str, limit: int) -> str:
    text = unescape(_TAG.sub(" ", _INLINE.sub("", html)))
    return " ".join(text.split(None, limit)[:limit])[:limit]

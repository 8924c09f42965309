"""The first words of a mail, as an inbox and our own lists show them."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile("<[^<>]*>")
#: Tags inside a line of text: they part no words.
_INLINE = re.compile("</?(?:a|b|code|del|em|i|s|strong|sub|sup|u)(?: [^<>]*)?>")


def to_first_words(html: str, most: int) -> str:
    """At most ``most`` characters of sanitised HTML as they are read; the plain text has marks of its own in them."""
    text = unescape(_TAG.sub(" ", _INLINE.sub("", html)))
    # As many words as fit at most: a long mail has thousands.
    return " ".join(text.split(None, most)[:most])[:most]

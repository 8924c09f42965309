"""A message in sections that nothing reaches across: each is converted and sanitised once while it stays as it is.

With a keystroke in a long mail one section changes. Put together again they are what the whole message gives at once,
to the byte; where something in it may reach further, the message is one section.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import TypeVar

from markdown import Markdown

from components.message.html.sanitiser import clean_with_bleach, clean_with_nh3
from components.message.markdown.converter import make_converter, normalise_source

T = TypeVar("T")

#: Sections that the process keeps, and the characters of the longest in Markdown and in HTML: with all of them hostile
#: these are some hundred megabytes.
KEPT, LONGEST, LONGEST_HTML = 1024, 4_000, 20_000

# An empty line, then one that begins with a word, be it emphasised, quoted or linked: it ends every list, quote, table
# and indented code. Blanks at its end would be read another way after a list.
_CUT = re.compile(r"\n\n(?=[*_]{0,2}[\"'(\[„“«]?[^\W\d_](?:[^\n]*\S)?(?:\n|\Z))")
# Raw HTML and fenced code may go on through empty lines.
_LASTING = re.compile(r"<[A-Za-z/!?]|```|~~~")
# The definition of an address counts in the whole message.
_DEFINITION = "]:"


def split_sections(source: str) -> list[str]:
    """Cut the source of a message (``normalise_source``) into sections, in linear time."""
    if _DEFINITION in source:
        return [source]
    lasting = _LASTING.search(source)
    end = lasting.start() if lasting else len(source)
    sections, start = [], 0
    for cut in _CUT.finditer(source):
        if cut.end() > end:
            break
        sections.append(source[start : cut.start()])
        start = cut.end()
    return [*sections, source[start:]]


def convert_sections(markdown: str) -> list[str]:
    """Turn Markdown into HTML that is not sanitised yet: a piece for each section, to be joined by line ends.

    May raise RecursionError, and may take for ever.
    """
    return [html for html in map(_convert, split_sections(normalise_source(markdown))) if html]


def sanitise_sections(dirty: Iterable[str]) -> tuple[str, list[tuple[str, str]]]:
    """Sanitise the HTML that ``convert_sections`` returns.

    Returns the sanitised HTML and the tag ("a" or "img") and address of every link and picture before sanitising.
    """
    pairs = [_clean(piece) for piece in dirty]
    # The second opinion is about the whole: it holds even where a cut was wrong.
    confirmed = clean_with_nh3("\n".join(cleaned for cleaned, _ in pairs))
    return confirmed, [address for _, addresses in pairs for address in addresses]


def _keep(make: Callable[[str], T], longest: int) -> Callable[[str], T]:
    fetch = lru_cache(KEPT)(make)
    return lambda text: fetch(text) if len(text) <= longest else make(text)


def _convert_anew(section: str) -> str:
    try:
        return _converter().reset().convert(section)
    except BaseException:
        # Broken off in the middle, it may keep something of this message.
        _converter.cache_clear()
        raise


@cache
def _converter() -> Markdown:
    # One for the process, since making it takes as long as a section; the rendering process has one thread.
    return make_converter()


_convert = _keep(_convert_anew, LONGEST)
_clean = _keep(clean_with_bleach, LONGEST_HTML)

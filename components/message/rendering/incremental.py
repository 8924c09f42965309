"""Convert and sanitise a message section by section, so that unchanged sections come from a cache.

A keystroke in a long message changes one section. The joined results equal, byte for byte, the result for the whole
message; where Markdown could reach from one section into another, the message stays one section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from markdown import Markdown

from components.message.html.sanitiser import clean_with_bleach, clean_with_nh3
from components.message.markdown.converter import make_converter, normalise_source
from components.message.short_cache import cache_short

#: Number of cached sections, and maximum characters of a cached section in Markdown and in HTML. In the worst case the
#: cache takes some hundred megabytes.
CACHED_SECTIONS, MAX_MARKDOWN, MAX_HTML = 1024, 4_000, 20_000

# An empty line, then one that begins with a word, which may be emphasised, quoted or linked: it ends every list, quote,
# table and indented code. Not with trailing spaces, which mean something else after a list.
_BOUNDARY = re.compile(r"\n\n(?=[*_]{0,2}[\"'(\[„“«]?[^\W\d_](?:[^\n]*\S)?(?:\n|\Z))")
# Raw HTML and fenced code may continue through empty lines.
_UNBOUNDED = re.compile(r"<[A-Za-z/!?]|```|~~~")
# A link definition applies to the whole message.
_DEFINITION = "]:"


def split_sections(source: str) -> list[str]:
    """Split normalised Markdown into sections, in linear time."""
    if _DEFINITION in source:
        return [source]
    unbounded = _UNBOUNDED.search(source)
    end = unbounded.start() if unbounded else len(source)
    sections, start = [], 0
    for cut in _BOUNDARY.finditer(source):
        if cut.end() > end:
            break
        sections.append(source[start : cut.start()])
        start = cut.end()
    return [*sections, source[start:]]


def convert_sections(markdown: str) -> list[str]:
    """Convert Markdown to unsanitised HTML: one item for each section, to be joined by line breaks.

    May raise RecursionError, and its time is not bounded.
    """
    return [html for html in map(_convert, split_sections(normalise_source(markdown))) if html]


def sanitise_sections(dirty: Iterable[str]) -> tuple[str, list[tuple[str, str]]]:
    """Sanitise the HTML that ``convert_sections`` returns.

    Returns the sanitised HTML and the tag ("a" or "img") and address of every link and picture before sanitising.
    """
    pairs = [_clean(piece) for piece in dirty]
    # nh3 gets the whole: the result is safe even if a section ended in the wrong place.
    confirmed = clean_with_nh3("\n".join(cleaned for cleaned, _ in pairs))
    return confirmed, [address for _, addresses in pairs for address in addresses]


def _convert_uncached(section: str) -> str:
    try:
        return _converter().reset().convert(section)
    except BaseException:
        # An interrupted converter may keep state of this message.
        _converter.cache_clear()
        raise


@cache
def _converter() -> Markdown:
    # One converter for the process, since creating it takes as long as a section; the worker has one thread.
    return make_converter()


_convert = cache_short(_convert_uncached, CACHED_SECTIONS, MAX_MARKDOWN)
_clean = cache_short(clean_with_bleach, CACHED_SECTIONS, MAX_HTML)

"""Find the links and pictures of a Markdown text with their positions, in linear time."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Maximum number of links that are read, and maximum characters of a link's text.
LINKS_LIMIT, TEXT_LIMIT = 300, 300

_INLINE = re.compile(
    r"\]\([ ]{0,3}<?(?P<inline>(?:[^\s()<>\\]|\\.){0,2000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,500})?)"
    r"|^[ ]{0,3}\[(?P<label>[^\[\]\n^]{1,100})\]:[ ]{1,4}<?(?P<defined>[^\s<>]{1,2000})"
    r"|<a\b[^<>]{0,200}?\bhref\s?=\s?[\"'](?P<href>[^\"'<>]{0,2000})"
    r"|<img\b(?P<image>[^<>]{0,2500})>"
    r"|(?<![\w@/.])(?P<bare>https?://[^\s<>\"'\[\]]{0,2000})",
    re.I | re.M,
)
_SRC = re.compile(r"\bsrc\s?=\s?[\"']([^\"'<>]{0,2000})", re.I)
_ALT = re.compile(r"\balt\s?=\s?(?:\"([^\"]{0,1000})\"|'([^']{0,1000})')", re.I)


@dataclass(frozen=True, slots=True)
class Link:
    """A link or picture: its text (of a picture the alternative text), its target, and the position of the target."""

    text: str
    target: str
    start: int
    end: int
    is_image: bool = False
    #: A bare address: the text is the target.
    is_bare: bool = False


def list_links(text: str) -> tuple[Link, ...]:
    """Find the first ``LINKS_LIMIT`` links of a Markdown text with blanked code, in order."""
    found: list[Link] = []
    for match in _INLINE.finditer(text):
        found += _to_links(text, match)
        if len(found) >= LINKS_LIMIT:
            break
    return tuple(found)


def _to_links(text: str, match: re.Match[str]) -> Iterator[Link]:
    if match["inline"] is not None:
        opening = text.rfind("[", max(0, match.start() - TEXT_LIMIT), match.start())
        if opening >= 0 and "\n\n" not in text[opening : match.start()]:
            words = text[opening + 1 : match.start()]
            yield Link(words, match["inline"], *match.span("inline"), is_image=text[opening - 1 : opening] == "!")
    elif match["defined"] is not None:
        yield Link(match["label"], match["defined"], *match.span("defined"))
    elif match["href"] is not None:
        closing = text.find("<", match.end(), match.end() + TEXT_LIMIT)
        opening = text.find(">", match.end(), match.end() + TEXT_LIMIT)
        words = text[opening + 1 : closing] if 0 <= opening < closing else ""
        yield Link(words, html.unescape(match["href"]), *match.span("href"))
    elif match["image"] is not None:
        source, alt = _SRC.search(match["image"]), _ALT.search(match["image"])
        if source:
            offset = match.start("image")
            words = (alt[1] or alt[2] or "") if alt else ""
            yield Link(words, html.unescape(source[1]), offset + source.start(1), offset + source.end(1), is_image=True)
    else:
        target = match["bare"].rstrip(".,;:!?)*_~")
        yield Link(target, target, match.start("bare"), match.start("bare") + len(target), is_bare=True)

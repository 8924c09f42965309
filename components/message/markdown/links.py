"""Links and pictures with an address in parentheses, as CommonMark 0.31 defines them (6.3 and 6.4).

Python-Markdown takes any quote in an address for the beginning of a title, up to the end of the paragraph.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import IMAGE_LINK_RE, LINK_RE, ImageInlineProcessor, LinkInlineProcessor
from markdown.treeprocessors import Treeprocessor

from components.message.markdown.raw_html import LESS_THAN

#: Maximum nesting of parentheses in an address, as in the reference implementation.
_PARENTHESES_LIMIT = 32

_OPENING = re.compile(r"\([ \n]*")
_ANGLED = re.compile(rf"[<{LESS_THAN}]([^<>\n{LESS_THAN}]*)>")
_PART = re.compile(r"[^\s()]+|[()]")
_TITLE = re.compile(r"[ \n]+(?:\"([^\"]*)\"|'([^']*)'|\(([^()]*)\))")
_ENDING = re.compile(r"[ \n]*\)")
_SPACES = re.compile(r"\s+")

_WWW = re.compile(r"www\.[^/?#]+\.", re.I)
_MAIL = re.compile(r"[^\s@:/?#<>\"]+@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(r"https?://", re.I)
#: Characters that a web address holds percent-encoded (RFC 3986, 2.1).
_ENCODED = str.maketrans(
    {character: f"%{ord(character):02X}" for character in ' "<>\\^`{|}'} | {LESS_THAN: "%3C", "\xa0": "%C2%A0"}
)


class _DestinationProcessor(LinkInlineProcessor):
    """Reads destination and title."""

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        """Read ``(destination "title")`` at ``index``; returns destination, title, end, and whether it is a link."""
        failure = "", None, index, False
        opening = _OPENING.match(data, index)
        if not opening:
            return failure
        destination, index = _read_destination(data, opening.end())
        title = _TITLE.match(data, index)
        ending = _ENDING.match(data, title.end() if title else index)
        if not ending:
            return failure
        text = next((group for group in title.groups() if group is not None), "") if title else None
        cleaned = None if text is None else _SPACES.sub(" ", self.unescape(text))
        return self.unescape(destination), cleaned, ending.end(), True


class _LinkProcessor(_DestinationProcessor):
    """Makes links."""


class _ImageProcessor(_DestinationProcessor, ImageInlineProcessor):
    """Makes pictures."""


class _AddressProcessor(Treeprocessor):
    """Completes link addresses: ``[us](www.a.test)``, ``[me](jane@a.test)``, ``[it](https://a.test/"x")``."""

    def run(self, root: Element) -> None:
        """Rewrite the addresses of all links in the tree."""
        for link in root.iter("a"):
            address = link.get("href", "")
            if _WWW.match(address):
                address = f"https://{address}"
            elif _MAIL.fullmatch(address):
                address = f"mailto:{address}"
            if _WEB.match(address):
                link.set("href", address.translate(_ENCODED))
            elif address:
                link.set("href", address)


def register_links(md: Markdown) -> None:
    """Replace Python-Markdown's links and pictures."""
    md.inlinePatterns.register(_LinkProcessor(LINK_RE, md), "link", 160)
    md.inlinePatterns.register(_ImageProcessor(IMAGE_LINK_RE, md), "image_link", 150)
    # After the inline patterns (20), which create the links.
    md.treeprocessors.register(_AddressProcessor(md), "mail_addresses", 15)


def _read_destination(data: str, index: int) -> tuple[str, int]:
    """Read a destination at ``index``; returns it and its end. It may be empty."""
    if angled := _ANGLED.match(data, index):
        return angled[1], angled.end()
    depth, end = 0, index
    while part := _PART.match(data, end):
        if part[0] == ")" and depth == 0:
            break
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if depth > _PARENTHESES_LIMIT:
            break
        end = part.end()
    return (data[index:end], end) if depth == 0 else ("", index)

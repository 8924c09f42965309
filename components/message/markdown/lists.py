"""Numbered lists that keep the numbers that were typed.

A list goes on only where its numbers go up by one; elsewhere a new list begins, with its own first number.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions.sane_lists import SaneOListProcessor

#: A number that HTML can show as the number of an item: "01" would become "1".
NUMBER = "(?:0|[1-9][0-9]{0,8})"
_ITEM = re.compile(rf"^ {{0,3}}({NUMBER})\. ", re.MULTILINE)


class _CountingListProcessor(SaneOListProcessor):
    """Begins a new list at every number that does not follow."""

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)
        self.RE = re.compile(rf"^ {{0,3}}{NUMBER}\. +(.*)")
        self.CHILD_RE = re.compile(rf"^ {{0,3}}(({NUMBER}\.)) +(.*)")

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Parse the items of the first block up to the first number that does not follow."""
        items = list(_ITEM.finditer(blocks[0]))
        first = int(items[0][1])
        end = next((item.start() for at, item in enumerate(items) if int(item[1]) != first + at), None)
        if end is not None:
            blocks[:1] = [blocks[0][: end - 1], blocks[0][end:]]
        sibling = self.lastChild(parent)
        goes_on = sibling is not None and sibling.tag == "ol" and _count_on(sibling) == first
        self.SIBLING_TAGS = ["ol"] if goes_on else []  # type: ignore[misc]
        super().run(parent, blocks)


def register_lists(md: Markdown) -> None:
    """Replace the numbered lists of ``sane_lists``."""
    md.parser.blockprocessors.register(_CountingListProcessor(md.parser), "olist", 40)


def _count_on(numbered: Element) -> int:
    return int(numbered.get("start", "1")) + len(numbered)

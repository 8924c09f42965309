"""Each block reads in the direction of its own text."""

from __future__ import annotations

import re

import pytest

from components.message.rendering.pipeline import render_in_process

#: Message: direction of the whole, and of each block that has another than what is around it.
DIRECTIONS = {
    "Dear Noa,\n\nשלום נועה, מצורף החוזה.\n\nBest": ("ltr", [("p", "rtl")]),
    "שלום דן,\n\nThe contract is signed.\n\nבברכה": ("rtl", [("p", "ltr")]),
    "Hi\n\n- סעיף 4\n- סעיף 7": ("ltr", [("ul", "rtl")]),
    "שלום\n\n1. First\n2. Second": ("rtl", [("ol", "ltr")]),
    "Hi\n\n- one\n- שתיים": ("ltr", [("li", "rtl")]),
    "Hi\n\n> שלום\n>\n> hello": ("ltr", [("blockquote", "rtl"), ("p", "ltr")]),
    "Hi\n\n# שלום": ("ltr", [("h1", "rtl")]),
    "Hi\n\n| a | b |\n|---|---|\n| 1 | שלום |": ("ltr", [("td", "rtl")]),
    "Hi\n\n| א | b |\n|---|---|\n| 1 | 2 |": ("ltr", [("table", "rtl"), ("th", "ltr")]),
    "Hi\n\n123, 456": ("ltr", []),
    "שלום\n\n123, 456": ("rtl", []),
    "Hi\n\nمرحبا بالعالم": ("ltr", [("p", "rtl")]),
    "Hi\n\n**שלום** and more": ("ltr", [("p", "rtl")]),
    "Hello שלום": ("ltr", []),
}


@pytest.mark.parametrize("message", DIRECTIONS)
def test_block_direction(message: str) -> None:
    """A block has ``dir`` where it differs from what is around it, and only there."""
    whole, blocks = DIRECTIONS[message]
    first, *others = re.findall(r'<(\w+)[^>]* dir="(\w+)"', render_in_process(message).html)
    assert first == ("div", whole)
    assert others == blocks


def test_styles_follow_the_direction() -> None:
    """The bar of a quote and the indent of a list are on the side where their lines begin."""
    html = render_in_process("Hi\n\n> שלום\n\nand\n\n- סעיף").html
    assert re.search('<blockquote dir="rtl" style="[^"]*border-right:3px', html)
    assert re.search('<ul dir="rtl" style="[^"]*padding:0 24px 0 0', html)
    assert "border-left" not in html

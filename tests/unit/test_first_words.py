"""The first words of a message, as inboxes and lists show them."""

from __future__ import annotations

import pytest

from components.first_words import leave_out_signature, to_first_words
from components.message import render


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("", ""),
        ("<p>Dear <strong>Jane</strong>!</p>", "Dear Jane!"),
        ("<p>One</p><p>two<br>three</p>", "One two three"),
        ('<div style="x"><table><tr><td>a</td><td>b &amp; c</td></tr></table></div>', "a b & c"),
        ('<p>See <a href="https://x.example">our page</a>, *not* [1]</p>', "See our page, *not* [1]"),
        ("<p>" + "word " * 100 + "</p>", ("word " * 24)[:120]),
        ("<p>" + "word " * 9_000 + "</p>", ("word " * 24)[:120]),
        ("<p>wo<em>rd</em> &amp;</p>" * 900, ("word & " * 18)[:120]),
        ('<p><a href="https://x.example/' + "a" * 599 * 4 + '">page</a></p>' + "<p></p>" * 900, "page"),
    ],
    ids=["nothing", "inline", "blocks", "table", "link", "long", "one long block", "many blocks", "long tag"],
)
def test_the_first_words_are_read_as_text(html: str, words: str) -> None:
    """Without formatting marks and tags, and with spaces where a reader sees them."""
    assert to_first_words(html, 120) == words


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("Short.\n\n-- \nAlex Reuter\nSales", "Short."),
        ("Short -- and sweet.\n\n-- \nAlex", "Short -- and sweet."),
        ("-- \nAlex", ""),
        ("No signature,\n\n--- not one\neither", "No signature, --- not one either"),
    ],
)
def test_lists_leave_the_signature_out(markdown: str, words: str) -> None:
    """A row of a list has no room for what every mail ends with."""
    assert to_first_words(leave_out_signature(render(markdown).html), 120) == words

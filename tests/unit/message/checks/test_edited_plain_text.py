"""An edited plain text that differs from the message."""

from __future__ import annotations

import pytest

from components.message import Rendered
from components.message.checks.edited_plain_text import check_plain_text
from tests.unit.message.checks.contexts import fixed, make_context, only

TEXT = "Dear Jane,\n\nour price is 1,250.00 EUR for the whole package, see https://acme.com/x1 for more.\n"


@pytest.mark.parametrize(
    ("own", "part"),
    [
        (TEXT.replace("1,250.00", "900"), "“900”"),
        (TEXT + "\nValid until 2031.", "“2031”"),
        ("Something else altogether, written for another mail to somebody we met.", "something else"),
    ],
)
def test_it_does_not_follow(own: str, part: str) -> None:
    """A number that the message lacks, or other words; one click generates it again."""
    context = make_context(plain_text=own, rendered=Rendered("", TEXT))
    finding = only(check_plain_text(context))
    assert part in finding.text
    assert fixed(context, finding).plain_text == ""


@pytest.mark.parametrize(
    "own",
    [
        "",
        " \n",
        TEXT,
        TEXT.replace("\n\n", "\n"),
        TEXT.replace("1,250.00", "1.250,00"),
        TEXT.replace(", see https://acme.com/x1 for more", ""),
        TEXT.replace("https://acme.com/x1", "https://acme.com/y2"),
        "Dear Jane,\n\nour price: 1,250.00 EUR.\n",
        TEXT.upper(),
    ],
)
def test_it_follows(own: str) -> None:
    """Shorter, wrapped otherwise, other links, other punctuation of numbers."""
    assert not list(check_plain_text(make_context(plain_text=own, rendered=Rendered("", TEXT))))


def test_nothing_to_compare() -> None:
    """There is nothing to compare with a message that could not be rendered."""
    assert not list(check_plain_text(make_context(plain_text="Price 900")))

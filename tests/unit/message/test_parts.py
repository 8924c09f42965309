"""Signature and quoted original are separated from the author's text and replaced without changing it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message import parts, quote_text
from components.message.parts import split_parts, with_signature

QUOTE = quote_text("Dear Jo,\n\nwhen?\n", "On 3 May, Sam wrote:")
LINES = st.lists(st.sampled_from(["Hi", "", " ", "-- ", "--", "> a", ">", "On Monday Jo wrote:", "- x"]), max_size=12)


@pytest.mark.parametrize(
    ("markdown", "own", "signature", "quote"),
    [
        ("Hi Jo", "Hi Jo", "", ""),
        ("", "", "", ""),
        ("Hi\n\n-- \nSam\n", "Hi\n\n", "-- \nSam\n", ""),
        ("Hi\n\n--\nSam", "Hi\n\n", "--\nSam", ""),
        ("Hi\r\n\r\n-- \r\nSam", "Hi\r\n\r\n", "-- \r\nSam", ""),
        (f"Hi\n\n{QUOTE}", "Hi\n\n", "", QUOTE),
        (f"Hi\n\n-- \nSam\n\n{QUOTE}", "Hi\n\n", "-- \nSam\n\n", QUOTE),
        ("Hi\n\n> one\n> two", "Hi\n\n", "", "> one\n> two"),
        # Answers between the quoted lines are the author's own.
        ("> when?\n\nTomorrow.", "> when?\n\nTomorrow.", "", ""),
        ("a\n-- \nb\n-- \nSam", "a\n-- \nb\n", "-- \nSam", ""),
        # A rule, a list and a table's line are no signature.
        ("a\n\n---\n\nb", "a\n\n---\n\nb", "", ""),
        ("Prices: -- \nb", "Prices: -- \nb", "", ""),
    ],
)
def test_split_parts(markdown: str, own: str, signature: str, quote: str) -> None:
    """Each part is found where a mail program would find it."""
    assert split_parts(markdown) == parts.MessageParts(own, signature, quote)


@given(LINES)
def test_the_parts_make_the_message(lines: list[str]) -> None:
    """The parts of any text join to the same text."""
    markdown = "\n".join(lines)
    parts = split_parts(markdown)
    assert parts.own + parts.signature + parts.quote == markdown


@given(LINES, st.sampled_from(["", "Sam", "**Jo**\nAcme"]))
def test_a_signature_takes_the_place_of_the_other(lines: list[str], signature: str) -> None:
    """It is the only signature; text and quote change only in blank lines; a repetition changes nothing."""
    before = split_parts("\n".join(lines))
    once = with_signature("\n".join(lines), signature)
    if "-- " not in before.own and "--" not in before.own:
        parts = split_parts(once)
        assert parts.signature.strip().removeprefix("--").strip() == signature
        if signature or before.quote:
            assert (parts.own.strip(), parts.quote.strip()) == (before.own.strip(), before.quote.strip())
        else:
            # Without the signature below it, a block of ``>`` lines ends the message, and is its quote.
            assert (parts.own + parts.quote).split() == before.own.split()
        assert with_signature(once, signature) == once


def test_the_first_signature_leaves_room_to_write() -> None:
    """An empty message with a signature begins with an empty line, and loses it with the signature."""
    assert with_signature("", "Sam") == "\n\n-- \nSam"
    assert with_signature("\n\n-- \nSam", "") == ""


def test_quoting_marks_every_line() -> None:
    """Blank lines too, so that the quote is one block."""
    assert QUOTE == "On 3 May, Sam wrote:\n\n> Dear Jo,\n>\n> when?\n"

"""Two states of a text, compared word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message import Change, compare_texts

WORDS = st.lists(st.sampled_from(("Guten", " ", "Tag", ",", "\n", "12.50", "€", "é")), max_size=60).map("".join)


@given(WORDS, WORDS)
def test_the_pieces_are_both_texts(before: str, after: str) -> None:
    """Nothing is lost: what was kept and removed is the one, what was kept and added the other."""
    pieces = compare_texts(before, after)
    assert "".join(each.text for each in pieces if each.change is not Change.ADDED) == before
    assert "".join(each.text for each in pieces if each.change is not Change.REMOVED) == after


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("to Jane", "to Hannah", [("kept", "to "), ("removed", "Jane"), ("added", "Hannah")]),
        ("", "new", [("added", "new")]),
        ("same", "same", [("kept", "same")]),
        ("12.50", "12.80", [("kept", "12."), ("removed", "50"), ("added", "80")]),
    ],
)
def test_words_are_compared(before: str, after: str, changes: list[tuple[str, str]]) -> None:
    """Whole words and numbers are exchanged, not letters."""
    assert [(each.change, each.text) for each in compare_texts(before, after)] == changes


def test_long_texts_are_compared_by_lines() -> None:
    """So that no text takes long."""
    before = "\n".join(f"line {number}" for number in range(3_000))
    pieces = compare_texts(before, before.replace("line 7\n", "line seven\n"))
    assert [(each.change, each.text) for each in pieces if each.change is not Change.KEPT] == [
        ("removed", "line 7\n"),
        ("added", "line seven\n"),
    ]

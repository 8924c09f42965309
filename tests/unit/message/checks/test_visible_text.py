"""The visible text of Markdown keeps its positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message.checks.visible_text import blank_code, blank_targets, list_sentences

PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "word",
            " ",
            "\n",
            "\n\n",
            "`",
            "``",
            "```",
            "~~~",
            "    ",
            "> ",
            "- ",
            "](",
            ")",
            "https://",
            "@",
            "\r\n",
            "\x0b",
        ]
    ),
    max_size=40,
).map("".join)


@given(PIECES)
def test_places_stay(text: str) -> None:
    """The length is unchanged, and so is every character that is not blanked."""
    for blank in (blank_code, blank_targets):
        blanked = blank(text)
        assert len(blanked) == len(text)
        assert all(new in (old, " ") for new, old in zip(blanked, text, strict=True))


@pytest.mark.parametrize(
    ("markdown", "left"),
    [
        ("a `b` c", "a c"),
        ("a ``b ` c`` d", "a d"),
        ("a ` b", "a ` b"),
        ("a `b\n\nc` d", "a `b c` d"),
        ("```\nb\n```\na", "a"),
        ("~~~ x\nb\n```\n~~~\na", "a"),
        ("```\nb", ""),
        ("a\n\n    b\n    c\n\nd", "a d"),
        ("a\n    b", "a b"),
        ("- a\n\n    b\n\nc", "- a b c"),
        ("> a\nb", "b"),
    ],
)
def test_code_and_quotes(markdown: str, left: str) -> None:
    """Code is fenced, indented or between backticks; a quote begins its line."""
    assert " ".join(blank_code(markdown).split()) == left


def test_sentences() -> None:
    """Sentences end at full stops, blank lines and list items, not at line breaks."""
    assert list(list_sentences("One\ntwo. Three!\n\nFour\n- five\n- six")) == [
        "One two.",
        "Three!",
        "Four",
        "- five",
        "- six",
    ]
    assert max(map(len, list_sentences("x" * 2000))) == 600

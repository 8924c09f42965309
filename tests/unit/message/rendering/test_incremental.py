"""Rendering by sections gives the same result as rendering the whole message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message.html.sanitiser import clean_with_bleach, sanitise
from components.message.markdown.converter import to_html
from components.message.rendering.incremental import MAX_MARKDOWN, convert_sections, sanitise_sections, split_sections
from tests.unit.message.rendering.test_properties import MANY, marks, messages, words

LINES = [
    *(
        "Dear Jane,",
        "- one",
        "  - two",
        "1. one",
        "2) two",
        "- [x] done",
        "* star",
        "1986. It was",
        "> quoted",
        "> - q",
    ),
    *("| a | b |", "|---|--:|", "a | b", "--|--", "    code", "Text  ", "Text\\", "***", "---", "-- ", "===", "# Head"),
    *(
        "text *em",
        "em* text",
        "`code",
        "x` y",
        "[a](https://a.test)",
        "![p](https://a.test/x.png)",
        "www.a.test B&B &am",
    ),
    *("**By:** Monday", "*soon*", "__all__", "_a", '"We"', "(a", "[us](https://a.test) b", "*a", "**a", "„Ja“", "**1"),
    *("&", "me@a.test", "~~gone~~", "  indented", "\t tab", "A > B", "a < b", "[r]", "é", "@you #4 :)", "x", "", "   "),
]
lines = st.sampled_from(LINES)
letters = st.lists(lines, max_size=20).map("\n".join) | st.lists(lines | marks | words, max_size=16).map("\n\n".join)


@MANY
@given(letters | messages)
def test_sections_give_what_the_whole_gives(message: str) -> None:
    """Byte for byte, before and after sanitising, addresses included, whatever was rendered before."""
    try:
        whole = to_html(message)
    except RecursionError:
        return
    pieces = convert_sections(message)
    assert "\n".join(pieces) == whole
    clean, offered = sanitise_sections(pieces)
    assert clean == sanitise(whole)
    assert sorted(offered) == sorted(clean_with_bleach(whole)[1])


def test_a_keystroke_changes_one_section() -> None:
    """In a typical message, so that the others come from the cache."""
    mail = "Dear Jane,\n\nthank you.\n\n- one\n\n- two\n\nWe can:\n\n| a |\n|--|\n| 1 |\n\n> quoted\n\nMore{}\n\nAlex"
    before, after = split_sections(mail.format("")), split_sections(mail.format("x"))
    assert len(before) == len(after) == 5
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("One [a]\n\nTwo\n\n[a]: https://a.test", 1),
        ("One\n\nTwo <b>bold\n\nThree", 2),
        ("One\n\nTwo\n\n```\ncode\n\nThree\n```\n\nFour", 2),
        ("One <!-- two\n\nThree", 1),
        ("One\n\n  two\n\n- three\n\n4. four", 1),
    ],
)
def test_nothing_is_cut_that_may_go_on(message: str, count: int) -> None:
    """Definitions apply everywhere; raw HTML and fenced code continue; indented lines and lists may belong above."""
    assert len(split_sections(message)) == count


@pytest.mark.parametrize("piece", ["\n", "a\n\n", " \n\n", "a ", "\n\na" + " " * 99])
def test_cutting_is_linear(piece: str) -> None:
    """Splitting loses nothing; in quadratic time it would not finish."""
    text = piece * (100_000 // len(piece))
    assert "\n\n".join(split_sections(text)) == text


def test_a_long_section_is_not_kept() -> None:
    """It gives the same result each time."""
    text = "word " * MAX_MARKDOWN
    assert convert_sections(text) == convert_sections(text) == [to_html(text)]

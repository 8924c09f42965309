"""Lists and whole lines by real keys and buttons, with undo; ``tests/javascript`` has every case."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

BARE = dict.fromkeys(map(ord, "«»‸"))


def expect_undone(desk: Desk, before: str) -> None:
    """See that one undo gives back the text as it was."""
    desk.press("Control+z")
    desk.writer.expect_message(before.translate(BARE))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- one‸", "- one\n- ‸"),
        # Those below are counted on, also where a number grows by a digit.
        ("9. a‸\n10. b", "9. a\n10. ‸\n11. b"),
        # An empty item ends the list.
        ("- one\n- ‸", "- one\n‸"),
        # No list here.
        ("plain‸", "plain\n‸"),
    ],
)
def test_enter(desk: Desk, before: str, after: str) -> None:
    """Goes on with the list or quote, ends it on an empty item, and is plain elsewhere."""
    desk.put(before)
    desk.press("Enter")
    assert desk.read() == after
    expect_undone(desk, before)


def test_shift_enter_makes_no_item(desk: Desk) -> None:
    """A line of its own within the item."""
    desk.put("- one‸")
    desk.press("Shift+Enter")
    assert desk.read() == "- one\n‸"


@pytest.mark.parametrize(("before", "after"), [("- one\n- ‸", "- one\n‸"), ("- one‸", "- on‸")])
def test_backspace(desk: Desk, before: str, after: str) -> None:
    """Behind an empty marker it takes the marker, elsewhere a letter."""
    desk.put(before)
    desk.press("Backspace")
    assert desk.read() == after
    expect_undone(desk, before)


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("1. one\n2. two‸\n3. three", "Tab", "1. one\n  1. two‸\n2. three"),
        ("- one\n  - two‸", "Shift+Tab", "- one\n- two‸"),
    ],
)
def test_tab_in_a_list(desk: Desk, before: str, key: str, after: str) -> None:
    """One step deeper or less deep, with all that is below, numbers right."""
    desk.put(before)
    desk.press(key)
    assert desk.read() == after
    expect(desk.area).to_be_focused()
    expect_undone(desk, before)


@pytest.mark.parametrize(("before", "key"), [("plain‸", "Tab"), ("- the first‸", "Shift+Tab")])
def test_tab_never_traps(desk: Desk, before: str, key: str) -> None:
    """Where nothing can be moved it moves the focus and changes nothing."""
    desk.put(before)
    desk.press(key)
    expect(desk.area).not_to_be_focused()
    desk.writer.expect_message(before.translate(BARE))


@pytest.mark.parametrize(
    ("tool", "key", "before", "after"),
    [
        ("Bulleted list", "Control+Shift+8", "«one\n\ntwo»", "«- one\n\n- two»"),
        ("Quote", "Control+Shift+9", "«> one\n>\n> two»", "«one\n\ntwo»"),
        ("Code", "Control+e", "«one\ntwo»", "```\n«one\ntwo»\n```"),
        ("Table", "", "Dear‸ Jane", "Dear Jane\n\n| «Item» | Amount |\n| --- | ---: |\n|  |  |\n"),
    ],
)
def test_whole_lines(desk: Desk, tool: str, key: str, before: str, after: str) -> None:
    """The buttons of lines, and their keys: on, off, undone."""
    for way in {key, ""}:
        desk.put(before)
        desk.use(tool, way)
        assert desk.read() == after
        expect_undone(desk, before)


def test_tab_stays_in_a_table(desk: Desk) -> None:
    """A table is filled in with Tab alone, a row begins behind the last cell, Escape lets Tab leave."""
    desk.put("‸")
    desk.use("Table")
    for text in ("Licence", "Price", "Basic", "100", "Plus"):
        desk.type(text)
        desk.press("Tab")
    assert desk.read() == "| Licence | Price |\n| --- | ---: |\n| Basic | 100 |\n| Plus | ‸ |\n"
    desk.press("Escape", "Tab")
    expect(desk.area).not_to_be_focused()


def test_a_list_written_by_hand(desk: Desk) -> None:
    """At 30 ms a key: items, a nested one, the end of the list, and the text after it."""
    desk.put("‸")
    desk.type("We offer:\n1. a car\nwheels")
    desk.press("Tab")
    desk.type("\n\na bike\n\nBest")
    assert desk.read() == "We offer:\n1. a car\n  1. wheels\n2. a bike\nBest‸"

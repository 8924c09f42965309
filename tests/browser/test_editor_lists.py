"""Lists and whole lines: Enter, Backspace, Tab, the buttons; each with the browser's own undo."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

BARE = dict.fromkeys(map(ord, "«»‸"))


def expect_undone(desk: Desk, before: str) -> None:
    """See that one undo gives back the text as it was."""
    desk.press("Control+z")
    expect(desk.area).to_have_value(before.translate(BARE))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- one‸", "- one\n- ‸"),
        ("* one‸", "* one\n* ‸"),
        ("- one ‸two", "- one\n- ‸two"),
        ("1. one‸", "1. one\n2. ‸"),
        ("9) nine‸", "9) nine\n10) ‸"),
        ("  - nested‸", "  - nested\n  - ‸"),
        ("- [x] done‸", "- [x] done\n- [ ] ‸"),
        ("> quoted‸", "> quoted\n> ‸"),
        ("> - one‸", "> - one\n> - ‸"),
        (">> deep‸", ">> deep\n>> ‸"),
        # Those below are counted on, also where a number grows by a digit.
        ("1. a‸\n2. b\n3. c", "1. a\n2. ‸\n3. b\n4. c"),
        ("9. a‸\n10. b", "9. a\n10. ‸\n11. b"),
        ("1. a‸\n  - x\n2. b", "1. a\n2. ‸\n  - x\n3. b"),
        # An empty item ends the list, or the level that it is on.
        ("- one\n- ‸", "- one\n‸"),
        ("1. one\n2. ‸", "1. one\n‸"),
        ("- one\n  - ‸", "- one\n- ‸"),
        ("1. one\n  - two\n  - ‸\n2. three", "1. one\n  - two\n- ‸\n2. three"),
        ("1. one\n  1. two\n  2. ‸\n2. three", "1. one\n  1. two\n2. ‸\n3. three"),
        ("> one\n> ‸", "> one\n‸"),
        ("> - ‸", "> ‸"),
        ("- [ ] ‸", "‸"),
        # No list here.
        ("‸- one", "\n‸- one"),
        ("plain‸", "plain\n‸"),
        ("---‸", "---\n‸"),
        ("It was founded in\n1986. It grew‸", "It was founded in\n1986. It grew\n‸"),
        ("```\n- code‸\n```", "```\n- code\n‸\n```"),
        ("- one «and» two", "- one\n- ‸two"),
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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- one\n- ‸", "- one\n‸"),
        ("  1. ‸", "‸"),
        ("- [ ] ‸", "‸"),
        ("> ‸", "‸"),
        ("> - ‸", "> ‸"),
        ("- one‸", "- on‸"),
        ("- ‸one", "-‸one"),
    ],
)
def test_backspace(desk: Desk, before: str, after: str) -> None:
    """Behind an empty marker it takes the marker, elsewhere a letter."""
    desk.put(before)
    desk.press("Backspace")
    assert desk.read() == after
    expect_undone(desk, before)


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("- one\n- tw‸o", "Tab", "- one\n  - tw‸o"),
        ("1. one\n2. two‸\n3. three", "Tab", "1. one\n  1. two‸\n2. three"),
        ("1. one\n  1. two\n2. three‸\n3. four", "Tab", "1. one\n  1. two\n  2. three‸\n2. four"),
        ("- one\n- two‸\n  - below", "Tab", "- one\n  - two‸\n    - below"),
        ("- one\n«- two\n- three»", "Tab", "- one\n«  - two\n  - three»"),
        ("- one\n  - two‸", "Shift+Tab", "- one\n- two‸"),
        ("1. one\n  1. two‸\n2. three", "Shift+Tab", "1. one\n2. two‸\n3. three"),
        ("> - one\n> - two‸", "Tab", "> - one\n>   - two‸"),
    ],
)
def test_tab_in_a_list(desk: Desk, before: str, key: str, after: str) -> None:
    """One step deeper or less deep, with all that is below, numbers right."""
    desk.put(before)
    desk.press(key)
    assert desk.read() == after
    expect(desk.area).to_be_focused()
    expect_undone(desk, before)


@pytest.mark.parametrize(
    ("before", "key"),
    [
        ("plain‸", "Tab"),
        ("plain‸", "Shift+Tab"),
        ("- the first‸", "Tab"),
        ("- one\n  - as deep as it goes‸", "Tab"),
        ("- the first‸", "Shift+Tab"),
        ("> quoted‸", "Tab"),
    ],
)
def test_tab_never_traps(desk: Desk, before: str, key: str) -> None:
    """Where nothing can be moved it moves the focus and changes nothing."""
    desk.put(before)
    desk.press(key)
    expect(desk.area).not_to_be_focused()
    expect(desk.area).to_have_value(before.translate(BARE))


@pytest.mark.parametrize(
    ("tool", "key", "before", "after"),
    [
        ("Bulleted list", "Control+Shift+8", "«one\n\ntwo»", "«- one\n\n- two»"),
        ("Bulleted list", "Control+Shift+8", "«- one\n- two»", "«one\ntwo»"),
        ("Bulleted list", "Control+Shift+8", "1. on‸e", "- on‸e"),
        ("Bulleted list", "Control+Shift+8", "‸", "- ‸"),
        ("Numbered list", "Control+Shift+7", "«one\ntwo\n»three", "«1. one\n2. two»\nthree"),
        ("Numbered list", "Control+Shift+7", "«- one\n- [ ] two»", "«1. one\n2. [ ] two»"),
        ("Numbered list", "Control+Shift+7", "> on‸e", "> 1. on‸e"),
        ("Numbered list", "Control+Shift+7", "1. ‸one", "‸one"),
        ("Quote", "Control+Shift+9", "«one\n\ntwo»", "«> one\n>\n> two»"),
        ("Quote", "Control+Shift+9", "«> one\n>\n> two»", "«one\n\ntwo»"),
        ("Heading", "", "on‸e", "## on‸e"),
        ("Heading", "", "# on‸e", "on‸e"),
        ("Code", "Control+e", "«one\ntwo»", "```\n«one\ntwo»\n```"),
        ("Code", "Control+e", "```\no‸ne\n```", "«one»"),
        ("Code", "Control+e", "«a ``` b\nc»", "````\n«a ``` b\nc»\n````"),
        ("Code", "Control+e", "‸", "```\n‸\n```"),
        ("Table", "", "Dear‸ Jane", "Dear Jane\n\n| «Item» | Amount |\n| --- | ---: |\n|  |  |\n"),
        ("Picture", "", "see «our roof»", "see ![our roof](«https://»)"),
    ],
)
def test_whole_lines(desk: Desk, tool: str, key: str, before: str, after: str) -> None:
    """The buttons of lines, and their keys: on, off, undone."""
    for way in {key, ""}:
        desk.put(before)
        desk.use(tool, way)
        assert desk.read() == after
        expect_undone(desk, before)


def test_a_list_written_by_hand(desk: Desk) -> None:
    """At 30 ms a key: items, a nested one, the end of the list, and the text after it."""
    desk.put("‸")
    desk.type("We offer:\n1. a car\nwheels")
    desk.press("Tab")
    desk.type("\n\na bike\n\nBest")
    assert desk.read() == "We offer:\n1. a car\n  1. wheels\n2. a bike\nBest‸"

"""Marks and links by real keys and buttons, with undo; ``tests/javascript`` has every case."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

BARE = dict.fromkeys(map(ord, "«»‸"))
KEYS = {"Bold": "Control+b", "Italic": "Control+i", "Strike through": "Control+Shift+x", "Code": "Control+e"}
MARKS = {"Bold": "**", "Italic": "*", "Strike through": "~~", "Code": "`"}


def test_a_mark_goes_on_and_off_by_key_and_button(desk: Desk) -> None:
    """The selection stays on the words; once more takes the mark away; undo gives back each step."""
    tool, mark = "Bold", MARKS["Bold"]
    for key in (KEYS[tool], ""):
        desk.put("one «two» three")
        desk.use(tool, key)
        assert desk.read() == f"one {mark}«two»{mark} three"
        expect(desk.tool(tool)).to_have_attribute("aria-pressed", "true")
        desk.use(tool, key)
        assert desk.read() == "one «two» three"
        expect(desk.tool(tool)).to_have_attribute("aria-pressed", "false")
        desk.press("Control+z")
        desk.writer.expect_message(f"one {mark}two{mark} three")
        desk.press("Control+z")
        desk.writer.expect_message("one two three")
        desk.press("Control+y")
        desk.writer.expect_message(f"one {mark}two{mark} three")


def test_every_mark_has_a_key_and_a_button(desk: Desk) -> None:
    """Each with its own signs, and the button shows that it is on."""
    for tool, mark in MARKS.items():
        for key in (KEYS[tool], ""):
            desk.put("one «two» three")
            desk.use(tool, key)
            assert desk.read() == f"one {mark}«two»{mark} three"
            expect(desk.tool(tool)).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("**one «two» three**", "b", "**one** «two» **three**"),
        ("one tw‸o three", "b", "one **tw‸o** three"),
        ("«- one\n- two\n\n> three»", "b", "- **«one**\n- **two**\n\n> **three»**"),
    ],
)
def test_marks_meet_what_is_there(desk: Desk, before: str, key: str, after: str) -> None:
    """What a person means by the key, whatever stands around the selection."""
    desk.put(before)
    desk.press(f"Control+{key}")
    assert desk.read() == after
    if before.translate(BARE) != after.translate(BARE):
        desk.press("Control+z")
        desk.writer.expect_message(before.translate(BARE))


def test_bold_while_typing(desk: Desk) -> None:
    """Ctrl+B, a word, Ctrl+B, on: as in every word processor."""
    desk.put("‸")
    desk.type("our ")
    desk.press("Control+b")
    desk.type("best")
    desk.press("Control+b")
    desk.type(" offer")
    assert desk.read() == "our **best** offer‸"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("see «our page» now", "see [our page](«https://») now"),
        ("see [our p‸age](https://a.example) now", "see «our page» now"),
    ],
)
def test_links(desk: Desk, before: str, after: str) -> None:
    """Words or an address become a link, with what is missing selected; on a link it is taken off."""
    for key in ("Control+k", ""):
        desk.put(before)
        desk.use("Link", key)
        assert desk.read() == after
        desk.press("Control+z")
        desk.writer.expect_message(before.translate(BARE))


def test_keys_of_another_alphabet(desk: Desk) -> None:
    """On a Russian keyboard the key of B still makes bold; with AltGr nothing happens."""
    desk.put("«два»")
    desk.area.dispatch_event("keydown", {"key": "и", "code": "KeyB", "ctrlKey": True})
    assert desk.read() == "**«два»**"
    desk.area.dispatch_event("keydown", {"key": "b", "code": "KeyB", "ctrlKey": True, "altKey": True})
    assert desk.read() == "**«два»**"

"""Pasting from a real clipboard, with undo; ``tests/javascript`` has every case."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "paste"
SOURCE = "def __init__(*a):\n    pass"


@pytest.mark.parametrize("name", ["word", "web-page"])
def test_rich_text_becomes_markdown(desk: Desk, name: str) -> None:
    """What each program writes becomes what a person would have written; undo takes it away as one."""
    desk.put("‸")
    desk.paste((SAMPLES / f"{name}.html").read_text("utf-8"))
    desk.writer.expect_message((SAMPLES / f"{name}.md").read_text("utf-8").rstrip("\n"))
    assert desk.page.evaluate("typeof window.ran") == "undefined"
    desk.press("Control+z")
    desk.writer.expect_message("")


def test_accidents_show_as_they_were(desk: Desk) -> None:
    """What looks like Markdown in a pasted text reads in the mail as it read on the page."""
    desk.put("‸")
    desk.paste((SAMPLES / "web-page.html").read_text("utf-8"))
    body = desk.writer.preview.content_frame.locator("body")
    for line in (
        "# not a heading",
        "- not a list",
        "1. not one either",
        "+ nor this",
        "<b>not bold</b> &amp; **not strong** `not code` ~~kept~~ [no](link)",
    ):
        expect(body.get_by_text(line)).to_be_visible()
    expect(body.locator("table th")).to_have_text(["Item", "Amount", "Note"])
    expect(body.locator("pre")).to_have_text("import this\nx = [*range(3)]\n")
    expect(body.get_by_role("link", name="the manual")).to_have_attribute(
        "href", "https://example.com/docs?a=1&b=%282%29"
    )


def test_source_code_stays_plain(desk: Desk) -> None:
    """Editors and terminals colour their text with HTML; only the text counts."""
    desk.put("‸")
    desk.paste((SAMPLES / "vscode.html").read_text("utf-8"), SOURCE)
    desk.writer.expect_message(SOURCE)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<img src='http://a.example/x.png' alt='insecure'><img src=x alt=none onerror='window.ran=1'>text", "text"),
        ("<svg onload='window.ran=1'><text>t</text></svg><iframe src='javascript:parent.ran=1'></iframe>safe", "safe"),
    ],
)
def test_hostile_pieces_run_nothing(desk: Desk, html: str, markdown: str) -> None:
    """The text alone comes in: no handler runs, no picture loads."""
    desk.put("‸")
    desk.paste(html)
    desk.writer.expect_message(markdown)
    assert desk.page.evaluate("typeof window.ran") == "undefined"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("one ‸ two", "one **bold**‸ two"),
        ("```\n‸\n```", "```\nbold‸\n```"),
    ],
)
def test_a_piece_within_a_line(desk: Desk, before: str, after: str) -> None:
    """It goes where the caret is; in a block of code it is plain."""
    desk.put(before)
    desk.paste("<b>bold</b>", "bold")
    assert desk.read() == after


def test_plain_text_goes_in_as_it_is(desk: Desk) -> None:
    """Markdown that was copied as text is Markdown."""
    desk.put("see ‸")
    desk.copy("", "**bold** and\n- a list")
    desk.press("Control+v")
    assert desk.read() == "see **bold** and\n- a list‸"


def test_paste_without_formatting(desk: Desk) -> None:
    """Ctrl+Shift+V puts in the bare text."""
    desk.put("‸")
    desk.copy("<b>bold</b>", "bold")
    desk.press("Control+Shift+v")
    desk.writer.expect_message("bold")


_GIVE_FILE = """(field, kind) => {
    const files = new DataTransfer()
    files.items.add(new File(["a;b"], "figures.csv", { type: "text/csv" }))
    const event = kind === "paste"
        ? new ClipboardEvent(kind, { clipboardData: files, bubbles: true, cancelable: true })
        : new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true })
    field.dispatchEvent(event)
}"""


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_file_leaves_the_text_alone(desk: Desk, kind: str) -> None:
    """Its contents do not go into the mail, and the selection is not taken away for it."""
    desk.put("Dear «Jane»")
    desk.area.evaluate(_GIVE_FILE, kind)
    desk.press("ArrowRight")
    desk.type("!")
    desk.writer.expect_message("Dear Jane!")


def test_cut_without_a_selection_takes_nothing(desk: Desk) -> None:
    """Nor does it change what was copied before."""
    desk.put("one\ntw‸o")
    desk.copy("", "copied")
    desk.press("Control+x", "Control+c")
    desk.writer.expect_message("one\ntwo")
    desk.press("Control+v")
    assert desk.read() == "one\ntwcopied‸o"


@pytest.mark.parametrize(
    ("before", "pasted", "after"),
    [
        ("see «our page» now", "https://a.example/x_(1)", "see [our page](https://a.example/x_%281%29)‸ now"),
    ],
)
def test_an_address_over_words(desk: Desk, before: str, pasted: str, after: str) -> None:
    """Makes them a link, and undo gives the words back."""
    desk.put(before)
    desk.copy("", pasted)
    desk.press("Control+v")
    assert desk.read() == after
    desk.press("Control+z")
    desk.writer.expect_message(before.translate(dict.fromkeys(map(ord, "«»‸"))))

"""Pasting: rich text becomes Markdown, source code and plain text stay what they are, and nothing runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "paste"
RICH = sorted(path.stem for path in SAMPLES.glob("*.md") if path.stem != "README")
CODE = sorted(path.stem for path in SAMPLES.glob("*.html") if path.stem not in RICH)
SOURCE = "def __init__(*a):\n    pass"


@pytest.mark.parametrize("name", RICH)
def test_rich_text_becomes_markdown(desk: Desk, name: str) -> None:
    """What each program writes becomes what a person would have written; undo takes it away as one."""
    desk.put("‸")
    desk.paste((SAMPLES / f"{name}.html").read_text("utf-8"))
    expect(desk.area).not_to_have_value("")
    assert desk.area.input_value() == (SAMPLES / f"{name}.md").read_text("utf-8").rstrip("\n")
    assert desk.page.evaluate("typeof window.ran") == "undefined"
    desk.press("Control+z")
    expect(desk.area).to_have_value("")


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


@pytest.mark.parametrize("name", CODE)
def test_source_code_stays_plain(desk: Desk, name: str) -> None:
    """Editors and terminals colour their text with HTML; only the text counts."""
    desk.put("‸")
    desk.paste((SAMPLES / f"{name}.html").read_text("utf-8"), SOURCE)
    expect(desk.area).to_have_value(SOURCE)


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p><b>one</b><b> two</b></p>", "**one two**"),
        ("<b>Title<br></b>text", "**Title**\ntext"),
        ("<b><p>one</p><p>two</p></b>", "**one**\n\n**two**"),
        ("<b>a<b>b</b>c</b>", "**abc**"),
        ("<span style='font-weight:700;font-style:italic'>both</span>", "***both***"),
        ("<p style='font-weight:bold'>all of it</p>", "**all of it**"),
        ("<a href='https://a.example'><p>one</p></a>", "[one](https://a.example)"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("<a href='mailto:a@b.example'>Ann</a>", "[Ann](mailto:a@b.example)"),
        ("<a href='https://a.example'><img src='https://a.example/x.png' alt='Logo'></a>", "[Logo](https://a.example)"),
        ("<ol start=3><li>c<li>d</ol>", "3. c\n4. d"),
        ("<ol><li>a<ul><li>b<ol><li>c</ol></ul></ol>", "1. a\n   - b\n     1. c"),
        ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n\n- c"),
        ("<p>*\\* 5 * 3, snake_case, _x_, a|b, &nbsp; end</p>", "\\*\\\\\\* 5 * 3, snake_case, \\_x\\_, a|b, end"),
        ("<p>https://example.com/_a_*b</p>", "https://example.com/_a_*b"),
        ("<p>1986. A year<br>2. line<br>-- dash</p>", "1986\\. A year\n2\\. line\n-- dash"),
        ("<p>a<b>- b</b></p>", "a**- b**"),
        ("<pre>two\n  lines `x`</pre>", "```\ntwo\n  lines `x`\n```"),
        ("<kbd>Ctrl</kbd> and <tt>x_y</tt>", "`Ctrl` and `x_y`"),
        ("<p>one</p><p>&nbsp;</p><p></p><p>two</p>", "one\n\ntwo"),
        ("<ul><li role=checkbox aria-checked=true>done</li></ul>", "- [x] done"),
        ("<img src='http://a.example/x.png' alt='insecure'><img src=x alt=none onerror='window.ran=1'>text", "text"),
        ("<svg onload='window.ran=1'><text>t</text></svg><iframe src='javascript:parent.ran=1'></iframe>safe", "safe"),
    ],
)
def test_small_pieces(desk: Desk, html: str, markdown: str) -> None:
    """The cases that programs differ in, one by one."""
    desk.put("‸")
    desk.paste(html)
    expect(desk.area).to_have_value(markdown)
    assert desk.page.evaluate("typeof window.ran") == "undefined"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("one ‸ two", "one **bold**‸ two"),
        ("- ‸", "- **bold**‸"),
        ("```\n‸\n```", "```\nbold‸\n```"),
        ("«one»", "**bold**‸"),
    ],
)
def test_a_piece_within_a_line(desk: Desk, before: str, after: str) -> None:
    """It goes where the caret is; in a block of code it is plain."""
    desk.put(before)
    desk.paste("<b>bold</b>", "bold")
    assert desk.read() == after


def test_blocks_get_room(desk: Desk) -> None:
    """Several paragraphs or a list in the middle of a line stand by themselves."""
    desk.put("one ‸two")
    desk.paste("<ul><li>a</li><li>b</li></ul>")
    assert desk.read() == "one \n\n- a\n- b\n\n‸two"


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
    expect(desk.area).to_have_value("bold")


@pytest.mark.parametrize(
    ("before", "pasted", "after"),
    [
        ("see «our page» now", "https://a.example/x_(1)", "see [our page](https://a.example/x_%281%29)‸ now"),
        ("see ‸ now", "https://a.example", "see https://a.example‸ now"),
        ("see «https://old.example»", "https://a.example", "see https://a.example‸"),
        ("see [us](«https://»)", "https://a.example", "see [us](https://a.example‸)"),
        ("see «our page»", "not an address", "see not an address‸"),
    ],
)
def test_an_address_over_words(desk: Desk, before: str, pasted: str, after: str) -> None:
    """Makes them a link, and undo gives the words back."""
    desk.put(before)
    desk.copy("", pasted)
    desk.press("Control+v")
    assert desk.read() == after
    desk.press("Control+z")
    expect(desk.area).to_have_value(before.translate(dict.fromkeys(map(ord, "«»‸"))))

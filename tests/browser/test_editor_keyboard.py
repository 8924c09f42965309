"""The editor by keyboard, by screen reader, by input method, from right to left, and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.server import Server

ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)
TOOLS = [
    *("Bold", "Italic", "Strike through", "Heading", "Link", "Bulleted list", "Numbered list"),
    *("Quote", "Code", "Table", "Picture", "Keyboard shortcuts"),
]


def test_the_toolbar_is_one_stop(desk: Desk) -> None:
    """Tab leads to it, arrows through it and round its ends, Enter does what the button says."""
    desk.put("«word»")
    desk.press("Tab")
    expect(desk.tool("Bold")).to_be_focused()
    for name in (*TOOLS[1:], "Bold"):
        desk.press("ArrowRight")
        expect(desk.tool(name)).to_be_focused()
    desk.press("ArrowLeft")
    expect(desk.tool("Keyboard shortcuts")).to_be_focused()
    desk.press("Home", "ArrowRight", "Enter")
    assert desk.read() == "*«word»*"
    expect(desk.area).to_be_focused()
    expect(desk.page.get_by_role("status").filter(has_text="Italic on")).to_have_count(1)
    desk.press("Tab")
    expect(desk.tool("Italic")).to_be_focused()
    desk.press("Shift+Tab")
    expect(desk.area).to_be_focused()


def test_buttons_say_their_name_and_key(desk: Desk) -> None:
    """Accessible name, and the key in the title."""
    names = desk.page.get_by_role("toolbar", name="Formatting").get_by_role("button")
    assert [button.get_attribute("aria-label") for button in names.all()] == TOOLS
    expect(desk.tool("Bold")).to_have_attribute("title", "Bold (Ctrl+B)")
    expect(desk.tool("Quote")).to_have_attribute("title", "Quote (Ctrl+Shift+9)")
    expect(desk.tool("Table")).to_have_attribute("title", "Table")
    expect(desk.tool("Table")).not_to_have_attribute("aria-pressed", re.compile(""))


def test_pressed_follows_the_caret(desk: Desk) -> None:
    """The buttons show what the caret stands in."""
    for state, on in {
        "- **bo‸ld**": {"Bold", "Bulleted list"},
        "> 1. *i‸t*": {"Italic", "Numbered list", "Quote"},
        "## `co‸de`": {"Heading", "Code"},
        "```\nco‸de\n```": {"Code"},
        "plai‸n ~~old~~": set(),
        "plain ~~ol‸d~~": {"Strike through"},
    }.items():
        desk.put(state)
        for name in TOOLS[:9]:
            if name != "Link":
                expect(desk.tool(name)).to_have_attribute("aria-pressed", "true" if name in on else "false")


def test_the_keys_are_listed(desk: Desk) -> None:
    """ "?" outside of a field opens them, in a field it is a letter; the focus stays inside and comes back."""
    page = desk.page
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    desk.put("why‸")
    desk.press("?")
    assert desk.read() == "why?‸"
    expect(dialog).to_be_hidden()
    desk.tool("Bold").focus()
    desk.press("?")
    expect(dialog).to_be_visible()
    for row in ("Send", "Save now", "Show Cc", "Show Bcc", "Bold", "Numbered list", "Paste the bare text"):
        expect(dialog.get_by_text(row, exact=True)).to_be_visible()
    close = dialog.get_by_role("button", name="Close")
    expect(close).to_be_focused()
    for _ in range(2):
        desk.press("Tab")
        expect(dialog.get_by_role("group", name="Keyboard shortcuts")).to_be_focused()
        desk.press("Shift+Tab")
        expect(close).to_be_focused()
    desk.press("Escape")
    expect(dialog).to_be_hidden()
    expect(desk.tool("Bold")).to_be_focused()
    desk.tool("Keyboard shortcuts").click()
    expect(dialog).to_be_visible()
    close.click()
    expect(dialog).to_be_hidden()


def test_an_input_method_is_left_alone(desk: Desk) -> None:
    """While a word is composed Enter and Ctrl+B belong to it; the list goes on after it."""
    wire = desk.page.context.new_cdp_session(desk.page)
    desk.put("- ‸")
    wire.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
    desk.writer.expect_message("- にほ")
    # As browsers report the keys that the input method takes for itself.
    for key in ({"key": "Enter"}, {"key": "Tab"}, {"key": "b", "ctrlKey": True}):
        desk.area.dispatch_event("keydown", {**key, "isComposing": True})
    desk.writer.expect_message("- にほ")
    expect(desk.writer.preview).to_have_attribute("srcdoc", re.compile("にほ"))
    wire.send("Input.imeSetComposition", {"text": "日本", "selectionStart": 2, "selectionEnd": 2})
    wire.send("Input.insertText", {"text": "日本"})
    assert desk.read() == "- 日本‸"
    desk.press("Enter")
    assert desk.read() == "- 日本\n- ‸"


def test_right_to_left(desk: Desk) -> None:
    """Hebrew stands at the right by itself, and marks go around the right letters."""
    desk.put("‸")
    desk.type("שלום עולם")
    lines = desk.area.locator(".cm-line")
    expect(lines.nth(0)).to_have_css("direction", "rtl")
    desk.press("Shift+ArrowRight", "Shift+ArrowRight")
    desk.press("Control+b")
    assert desk.read() == "שלום עו**«לם»**"
    desk.press("Control+z")
    desk.writer.expect_message("שלום עולם")


def test_letters_of_two_halves_stay_whole(desk: Desk) -> None:
    """An edit next to an emoji never cuts it in two."""
    desk.put("- 😀‸\n- 😁")
    desk.press("Enter")
    assert desk.read() == "- 😀\n- ‸\n- 😁"
    desk.put("😀«😁»😂")
    desk.press("Control+b")
    assert desk.read() == "😀**«😁»**😂"


def test_the_browser_checks_the_spelling(desk: Desk) -> None:
    """And corrects it on a phone, in the language of the browser."""
    for name, value in {
        "spellcheck": "true",
        "autocorrect": "on",
        "autocapitalize": "sentences",
        "lang": "en-GB",
        "aria-multiline": "true",
    }.items():
        expect(desk.area).to_have_attribute(name, value)


def test_the_preview_follows_without_a_pause(desk: Desk) -> None:
    """Typing on and on at 30 ms a key never starves it: at the last key it already shows the beginning."""
    desk.put("‸")
    desk.page.evaluate(
        """() => addEventListener("keyup", (event) => {
            const roots = [...document.querySelectorAll("*")].map(element => element.shadowRoot).filter(Boolean)
            const frames = roots.flatMap(root => [...root.querySelectorAll("iframe")])
            if (event.key === "!") window.shown = frames.map(frame => frame.srcdoc).join("")
        })"""
    )
    desk.type("beginning " + "and so on " * 10 + "end!")
    assert "beginning and so on" in desk.page.evaluate("window.shown")
    expect(desk.writer.preview).to_have_attribute("srcdoc", re.compile("and so on end"))


def test_text_looks_like_its_format(desk: Desk) -> None:
    """Bold is bold, a heading larger, a link a link; the marks around them step back."""
    desk.put("Dear\n## Offer\n**Jane** see [our page](https://x.example)‸")
    plain, heading, bold = (desk.area.get_by_text(text, exact=True) for text in ("Dear", "## Offer", "**Jane**"))
    size, weight, colour = (
        f"element => getComputedStyle(element).{name}" for name in ("fontSize", "fontWeight", "color")
    )
    assert float(heading.evaluate(size)[:-2]) > float(plain.evaluate(size)[:-2])
    assert int(bold.evaluate(weight)) >= 600 > int(plain.evaluate(weight))
    expect(desk.area.get_by_text("our page", exact=True)).to_have_css("text-decoration-line", "underline")
    mark = desk.area.get_by_text("**", exact=True).first
    assert mark.evaluate(colour) != bold.evaluate(colour)


def test_words_are_found(desk: Desk) -> None:
    """Ctrl+F finds what is out of sight too, Escape leads back to the text."""
    desk.put("‸needle\n" + "hay\n" * 500 + "the needle")
    desk.press("Control+f")
    expect(desk.page.get_by_role("textbox", name="Find")).to_be_focused()
    desk.type("needle")
    desk.press("Enter", "Enter", "Escape")
    expect(desk.area).to_be_focused()
    desk.press("ArrowRight")
    desk.type("s")
    desk.writer.expect_message(re.compile("the needles$"))


def test_it_grows_with_its_text(desk: Desk) -> None:
    """It has no scroll bar of its own: the page scrolls, and the buttons stay in view."""
    desk.put("‸")
    low = desk.area.evaluate("area => area.closest('.cm-scroller').clientHeight")
    desk.put("a\n" * 19 + "‸")
    high = desk.area.evaluate("area => area.closest('.cm-scroller').clientHeight")
    desk.put("a\n" * 500 + "‸")
    most = desk.area.evaluate("area => area.closest('.cm-scroller').clientHeight")
    assert low < high < desk.page.evaluate("innerHeight") < most
    desk.area.press("ControlOrMeta+End")
    expect(desk.tool("Bold")).to_be_in_viewport()


def test_on_a_phone(make_page: Callable[..., Page], server: Server) -> None:
    """Every button is as large as a thumb, in one row that scrolls; the keys stay at hand; its keyboard makes lists."""
    page = make_page((390, 844))
    wire = page.context.new_cdp_session(page)
    wire.send("Network.setUserAgentOverride", {"userAgent": ANDROID})
    desk = Desk(page, server.url)
    desk.open()
    for name in TOOLS:
        box = desk.tool(name).bounding_box()
        assert box is not None
        assert box["width"] >= 44
        assert box["height"] >= 44
    assert len({round((desk.tool(name).bounding_box() or {"y": 0})["y"]) for name in TOOLS}) == 1
    expect(desk.tool("Keyboard shortcuts")).to_be_in_viewport(ratio=1)
    desk.put("«word»")
    desk.tool("Code").click()
    assert desk.read() == "`«word»`"
    assert desk.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    # The keyboards of phones compose every word, and name no keys.
    desk.put("‸")
    for text in ("- o", "- on", "- one"):
        wire.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    wire.send("Input.insertText", {"text": "- one"})
    wire.send(
        "Input.dispatchKeyEvent",
        {"type": "keyDown", "key": "Unidentified", "windowsVirtualKeyCode": 229, "text": "\r"},
    )
    desk.writer.expect_message("- one\n- ")
    desk.tool("Keyboard shortcuts").click()
    expect(desk.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_in_viewport(ratio=1)

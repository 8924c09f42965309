"""A whole mail written with the keyboard alone: shortcuts, a paste, an undo and recipient chips."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.deliveries import Deliveries
from tests.browser.writer import Writer

#: Milliseconds between two keys.
PACE = 30
RICH = "<p>as <b>agreed</b> on <a href='https://example.com/call'>the call</a></p>"
MARKDOWN = (
    "Dear **Jane**,\n\nthank *you*. Our prices:\n\n1. Licence\n2. Support\n\n"
    "as **agreed** on [the call](https://example.com/call)"
)


def paste(page: Page, html: str) -> None:
    """Put rich text on the clipboard and press Ctrl+V."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """(html) => navigator.clipboard.write([new ClipboardItem({
            "text/html": new Blob([html], { type: "text/html" }),
            "text/plain": new Blob([html], { type: "text/plain" }),
        })])""",
        html,
    )
    page.keyboard.press("Control+v")


def test_a_mail_typed_with_the_keyboard_is_sent_as_previewed(quick: Writer, deliveries: Deliveries) -> None:
    """Recipients, subject, message and Send work without a mouse; the sent HTML is the preview's, byte for byte."""
    page, keys = quick.page, quick.page.keyboard
    quick.to.focus()
    keys.type("jane@example.com, Sam Poe <sam@example.com>;", delay=PACE)
    keys.press("Control+Shift+C")
    expect(page.get_by_label("Cc", exact=True)).to_be_focused()
    keys.type("team@example.com", delay=PACE)
    keys.press("Enter")
    quick.subject.focus()
    keys.type("Typed", delay=PACE)
    quick.message.focus()
    keys.type("Dear ", delay=PACE)
    keys.press("Control+b")
    keys.type("Jane", delay=PACE)
    keys.press("Control+b")
    keys.type(",\n\nthank ", delay=PACE)
    keys.press("Control+i")
    keys.type("you", delay=PACE)
    keys.press("Control+i")
    keys.type(". Our prices:\n\n1. Licence", delay=PACE)
    keys.press("Enter")
    keys.type("Support", delay=PACE)
    keys.press("Enter")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("a slip", delay=PACE)
    for _ in range(len("a slip")):
        keys.press("Backspace")
    paste(page, RICH)
    quick.expect_message(MARKDOWN)
    keys.press("Control+z")
    quick.expect_message(re.compile(r"Support\n\n$"))
    keys.press("Control+y")
    quick.expect_message(MARKDOWN)
    keys.press("Control+s")
    expect(quick.preview.content_frame.get_by_role("link", name="the call")).to_be_visible()
    shown = quick.preview.get_attribute("srcdoc") or ""
    keys.press("Control+Enter")
    quick.expect_sent()
    (delivery,) = deliveries.find("Typed")
    html, _ = deliveries.read_bodies(delivery)
    assert shown.endswith(f"</head><body>{html}</body></html>")
    assert delivery.to == "jane@example.com, Sam Poe <sam@example.com>"
    mail = deliveries.read_eml(delivery)
    assert b"\r\nCc: team@example.com\r\n" in mail or b"\nCc: team@example.com\n" in mail


def test_new_mail_and_drafts_are_a_key_away(writer: Writer) -> None:
    """ "c" begins a mail from anywhere, "g" and "d" lead to the drafts; in a field they are letters."""
    page, keys = writer.page, writer.page.keyboard
    writer.to.press_sequentially("c@example.com,")
    writer.subject.fill("The first")
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_role("heading", name="The first").click()
    keys.press("c")
    expect(writer.subject).to_have_value("")
    expect(page.locator("#to:focus")).to_have_count(1)
    writer.subject.fill("The second, gd")
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_role("heading", name="The second").click()
    keys.press("g")
    keys.press("d")
    expect(page.locator("button.row")).to_have_count(2)
    writer.row("The second").click()
    expect(writer.subject).to_have_value("The second, gd")
    page.get_by_role("button", name="Discard").click()
    expect(writer.subject).to_have_value("")
    writer.panel.get_by_role("button", name="Restore").click()
    expect(writer.subject).to_have_value("The second, gd")

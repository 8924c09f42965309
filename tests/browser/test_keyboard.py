"""A whole mail written with the keyboard alone: shortcuts, a paste, an undo and recipient chips."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from components.model import Address, OutgoingMail
from tests.browser.deliveries import Deliveries
from tests.browser.workspace import Workspace
from tests.browser.writer import Writer
from tests.unit.store.samples import to_record

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


def test_the_palette_leads_anywhere(stranger: Writer, workspace: Workspace) -> None:
    """Ctrl+K finds commands, people, and mails by their subject; Escape gives the focus back; in the text it links."""
    page, keys = stranger.page, stranger.page.keyboard
    field = page.get_by_role("combobox", name="Command, person or subject")
    search = page.get_by_label("Search", exact=True)
    for name, subject in (("Jane Doe", "Our offer"), ("Max Poe", "Lunch on Friday")):
        to = (Address(name, f"{name[:3].lower()}@example.com"),)
        workspace.insert(to_record(OutgoingMail(to=to, subject=subject, html="<p>Hi</p>", text="Hi")))
    stranger.enter()
    stranger.subject.focus()
    keys.press("Control+k")
    expect(field).to_be_focused()
    keys.press("Escape")
    expect(field).to_be_hidden()
    expect(stranger.subject).to_be_focused()
    keys.press("Control+k")
    keys.type("outb")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Outbox")).to_be_visible()
    keys.press("Control+k")
    keys.type("max p", delay=PACE)
    expect(page.get_by_role("option", name="Max Poe")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(search).to_have_value("to:max@example.com")
    expect(page.locator("button.row .subject")).to_have_text(["Lunch on Friday"])
    keys.press("Control+k")
    keys.type("off", delay=PACE)
    page.get_by_role("option", name="Our offer").click()
    expect(page.get_by_role("heading", name="Our offer")).to_be_visible()
    expect(search).to_have_value("subject:off")
    keys.press("Control+k")
    keys.type("Friday", delay=PACE)
    keys.press("Enter")
    expect(search).to_have_value("Friday")
    expect(page.get_by_role("heading", name="Our offer")).to_have_count(0)
    stranger.leave_field()
    keys.press("g")
    keys.press("c")
    stranger.message.focus()
    keys.press("Control+k")
    expect(field).to_be_hidden()
    stranger.expect_message(re.compile(r"\[.*\]\("))
    stranger.subject.focus()
    keys.press("Control+k")
    keys.type("disc")
    keys.press("Enter")
    expect(page.get_by_role("link", name="Connect", exact=True)).to_be_visible()

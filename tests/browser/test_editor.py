"""Writing: caret, preview and text stay as one left them, whatever the page does meanwhile."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.writer import NewMail, Writer


def test_the_caret_stays_where_one_types(writer: Writer) -> None:
    """Typing in the middle, slower than the preview updates, goes where the caret is, in any script."""
    writer.write_message("Hello world")
    writer.message.press("Home")
    for _ in "Hello":
        writer.message.press("ArrowRight")
    writer.message.press_sequentially(" schöne, дорогой", delay=120)
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("Hello schöne, дорогой world"))
    writer.expect_message("Hello schöne, дорогой world")
    writer.page.keyboard.type("!")
    writer.expect_message("Hello schöne, дорогой! world")


def test_what_was_typed_survives_other_pages(writer: Writer) -> None:
    """Every field is as it was after a look at another page."""
    writer.to.fill("jane@example.com")
    writer.cc().fill("sam@example.com")
    writer.subject.fill("Kept over pages")
    writer.write_message("Kept")
    writer.message.press_sequentially(" to the last key")
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("Kept to the last key"))
    writer.visit("Drafts")
    expect(writer.row("Kept over pages")).to_be_visible()
    writer.visit("Compose")
    writer.expect_recipients("To", "jane@example.com")
    writer.expect_recipients("Cc", "sam@example.com")
    expect(writer.subject).to_have_value("Kept over pages")
    writer.expect_message("Kept to the last key")
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("Kept to the last key"))


def test_what_comes_and_goes_leaves_the_editor_alone(brisk: Writer) -> None:
    """Faults, and the countdown of the mail before it, never take the text or the caret away."""
    page, writer = brisk.page, brisk
    writer.compose(NewMail("The mail before"))
    writer.send.click()
    expect(writer.subject).to_have_value("")
    writer.write_message("Dear")
    # What the run before had drawn may still stand beside it for a moment.
    expect(page.get_by_text("The mail before").first).to_be_visible()
    writer.send.click()
    expect(page.get_by_text("Enter a subject.").first).to_be_visible()
    writer.subject.fill("The next")
    expect(page.get_by_text("Enter a subject.")).to_have_count(0)
    writer.message.press("End")
    writer.message.press_sequentially(" Jane")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_have_count(0)
    expect(writer.message).to_be_focused()
    page.keyboard.type(", more")
    writer.expect_message("Dear Jane, more")
    expect(writer.preview).to_have_attribute("srcdoc", re.compile("Dear Jane, more"))

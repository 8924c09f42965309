"""The sheet of Compose: its title, and the folded fields below the text."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.writer import NewMail, Writer

THREAD = "e8817b54-c0a8-434c-9098-72b1359168de"
LONG = "Engagement terms for the supply contract, second draft with the changes of Monday, and the fees for 2027"


def test_the_subject_is_the_title(writer: Writer) -> None:
    """It follows what is typed; a long one is cut, and the buttons beside it stay where they are."""
    page = writer.page
    page.set_viewport_size({"width": 1280, "height": 800})
    writer.to.fill("jane@example.com")
    expect(page.get_by_role("heading", name="New mail")).to_be_visible()
    writer.subject.fill("Short")
    expect(page.get_by_role("heading", name="Short")).to_be_visible()
    expect(page.get_by_text("Saved")).to_be_visible()
    before = writer.send.bounding_box()
    writer.subject.fill(LONG)
    title = page.get_by_role("heading", name=LONG)
    expect(title).to_be_visible()
    assert title.evaluate("(title) => title.scrollWidth > title.clientWidth")
    assert writer.send.bounding_box() == before


def test_folded_fields_keep_what_is_typed_and_show_it(writer: Writer) -> None:
    """Folded at once after the last key, they lose nothing; what they contain and what is wrong is seen outside."""
    page, keys = writer.page, writer.page.keyboard
    writer.compose(NewMail("Folded", message="Hi Jane"))
    writer.field("Reply-To").press_sequentially("office@", delay=30)
    writer.more.click()
    expect(page.get_by_label("Reply-To", exact=True)).to_be_hidden()
    expect(writer.more).to_contain_text("Replies to office")
    problems = page.locator(".st-key-readiness")
    expect(problems).to_contain_text("“office@” is not an e-mail address")
    field = writer.field("Reply-To")
    expect(field).to_have_value("office@")
    field.press("End")
    keys.type("acme.example", delay=30)
    expect(problems).to_contain_text("Ready to send")
    writer.field("Thread ID").fill(THREAD)
    # By the keyboard, which leaves no field before it folds them.
    writer.more.press("Enter")
    expect(page.get_by_label("Thread ID", exact=True)).to_be_hidden()
    expect(writer.more).to_contain_text("Thread e8817b54…")
    writer.open(f"/?draft={page.url.rpartition('=')[2]}")
    expect(writer.more).to_contain_text(re.compile("Replies to office.*acme.*example"))
    expect(writer.field("Thread ID")).to_have_value(THREAD)


def test_send_leads_from_the_preview_to_what_is_wrong(writer: Writer) -> None:
    """Where the preview hides the text, Send shows it with the checks again, and the focus is there."""
    page = writer.page
    page.set_viewport_size({"width": 1280, "height": 800})
    writer.compose(NewMail("From the preview", message="Hi Bob"))
    page.get_by_role("radio", name="Preview").click()
    expect(writer.message).to_be_hidden()
    writer.send.click()
    checks = page.locator(".st-key-readiness")
    expect(checks).to_be_focused()
    expect(checks).to_contain_text("You greet “Bob”")
    expect(page.get_by_role("radio", name="Write")).to_be_checked()


def test_a_wide_window_shows_fields_and_preview(writer: Writer) -> None:
    """Side by side; either can be closed for as long as the session lasts, and Send shows the fields again."""
    page = writer.page
    write, preview, both = (page.get_by_role("radio", name=name, exact=True) for name in ("Write", "Preview", "Both"))
    tab = page.get_by_role("tab", name="Plain text")
    expect(both).to_be_checked()
    text, frame = writer.message.bounding_box(), writer.preview.bounding_box()
    assert text is not None
    assert frame is not None
    assert text["x"] + text["width"] <= frame["x"]
    assert frame["y"] < text["y"] + text["height"]
    write.click()
    expect(tab).to_be_hidden()
    expect(writer.message).to_be_visible()
    writer.visit("Drafts")
    writer.visit("Compose")
    expect(write).to_be_checked()
    expect(tab).to_be_hidden()
    preview.click()
    expect(tab).to_be_visible()
    expect(writer.message).to_be_hidden()
    writer.send.click()
    expect(page.locator(".st-key-readiness")).to_be_focused()
    expect(both).to_be_checked()
    # With room for one of them the same choice offers one or the other.
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(both).to_be_hidden()
    expect(write).to_be_checked()
    expect(page.get_by_role("radiogroup", name="View")).to_have_count(1)

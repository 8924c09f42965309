"""A reload begins a new session; the typed text comes back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.writer import NewMail, Writer

MAIL = NewMail(
    "Half written",
    to="Jane Doe <jane@example.com>",
    message="Line one\n\n- and *more*",
    cc="cc@example.com",
    contact_id="e8817b54-c0a8-434c-9098-72b1359168de",
    files=({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Some notes"},),
)


def test_a_reload_in_the_middle_of_writing_loses_nothing(writer: Writer) -> None:
    """The browser is still connected, so the page shows the draft at once, with every field."""
    writer.compose(MAIL)
    writer.page.reload()
    writer.expect_recipients("To", "Jane Doe jane@example.com")
    expect(writer.subject).to_have_value(MAIL.subject)
    writer.expect_message(MAIL.message)
    writer.expect_recipients("Cc", "cc@example.com")
    writer.expect_linked(MAIL.contact_id)
    expect(writer.file_row("notes.txt")).to_be_visible()

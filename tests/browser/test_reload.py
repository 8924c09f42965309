"""A reload, or a restart of the app, begins a new session; the typed text comes back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.server import Server
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
    """The browser is still connected, so the page shows the draft at once."""
    writer.compose(MAIL)
    writer.page.reload()
    expect_draft(writer)


def test_a_restart_of_the_app_loses_nothing(writer: Writer, server: Server) -> None:
    """The server has forgotten the key. Without it nothing of the draft is shown; once connected again, all of it."""
    page = writer.page
    writer.compose(MAIL)
    server.stop()
    server.start()
    page.goto(page.url)
    expect(page.get_by_text("Connect to open this draft.")).to_be_visible()
    expect(page.get_by_text("Jane Doe")).to_have_count(0)
    writer.visit("Settings")
    writer.connect_here()
    writer.visit("Compose")
    expect_draft(writer)


def expect_draft(writer: Writer) -> None:
    """Expect the whole draft in the composer."""
    writer.expect_recipients("To", "Jane Doe jane@example.com")
    expect(writer.subject).to_have_value(MAIL.subject)
    writer.expect_message(MAIL.message)
    writer.expect_recipients("Cc", "cc@example.com")
    writer.expect_linked(MAIL.contact_id)
    expect(writer.file_row("notes.txt")).to_be_visible()

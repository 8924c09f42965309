"""Drafts: saved automatically, opened in two windows, copied, deleted and restored."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Route, expect

from tests.browser.deliveries import Deliveries
from tests.browser.server import Server
from tests.browser.test_send_once import open_window
from tests.browser.writer import NewMail, Writer

SAVED = re.compile("^Saved")
ELSEWHERE = "This draft was changed in another window."


def open_twice(writer: Writer, subject: str) -> Writer:
    """Begin a draft, open it in a second window and change it there."""
    writer.compose(NewMail(subject))
    other = open_window(writer, writer.page.url)
    expect(other.subject).to_have_value(subject)
    other.write_message("Theirs")
    expect(other.preview.content_frame.get_by_text("Theirs")).to_be_visible()
    expect(other.page.get_by_text(SAVED)).to_be_visible()
    return other


def test_a_conflict_of_two_windows_keeps_both_versions(writer: Writer, deliveries: Deliveries) -> None:
    """Nothing is overwritten or sent before the person has chosen; afterwards both versions are drafts."""
    other = open_twice(writer, "Two versions")
    writer.write_message("Mine")
    expect(writer.page.get_by_text(ELSEWHERE)).to_be_visible()
    writer.send.click()
    expect(writer.page.get_by_text("choose first which version")).to_be_visible()
    writer.page.get_by_role("button", name="Keep mine as a new draft").click()
    expect(writer.page.get_by_text(ELSEWHERE)).to_have_count(0)
    writer.expect_message("Mine")
    writer.visit("Drafts")
    expect(writer.row("Two versions")).to_have_count(2)
    expect(writer.row("Mine")).to_have_count(1)
    other.expect_message("Theirs")
    assert deliveries.find("Two versions") == []


def test_a_draft_is_copied_deleted_and_restored(writer: Writer) -> None:
    """Each takes one click in the list."""
    writer.compose(NewMail("From the list"))
    writer.visit("Drafts")
    row, page = writer.row("From the list"), writer.page
    page.get_by_role("button", name="Duplicate From the list").click()
    expect(row).to_have_count(2)
    page.get_by_role("button", name="Delete From the list").first.click()
    expect(row).to_have_count(1)
    writer.panel.get_by_role("button", name="Restore").click()
    expect(row).to_have_count(2)
    row.first.click()
    expect(writer.subject).to_have_value("From the list")


def test_a_signature_makes_no_draft_and_can_be_exchanged(quick: Writer, deliveries: Deliveries) -> None:
    """A new mail begins with the default signature; another one replaces it below the words already written."""
    writer, page = quick, quick.page
    writer.visit("Settings")
    for name, text in (("Work", "Max\n**Acme**"), ("Private", "Max")):
        expect(page.get_by_label("Name", exact=True)).to_have_count(1)
        writer.expect_idle()
        page.get_by_text("New signature").click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Text in Markdown").last.fill(text)
        page.get_by_role("button", name="Save").last.click()
        expect(page.get_by_text(re.compile(rf"^{name}( \(default\))?$"))).to_be_visible()
    expect(page.get_by_text("Work (default)")).to_be_visible()
    writer.visit("Compose")
    writer.expect_message("\n\n-- \nMax\n**Acme**")
    assert "draft=" not in page.url
    writer.message.press("Control+Home")
    page.keyboard.type("Dear Jo,", delay=30)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("radio", name="Private").click()
    writer.expect_message("Dear Jo,\n\n-- \nMax")
    # The fields are drawn anew; for a moment the old ones are still on the page.
    expect(writer.to).to_have_count(1)
    writer.to.fill("jo@example.com")
    writer.subject.fill("Signed")
    writer.expect_complete()
    writer.send.click()
    writer.expect_sent()
    _, text = deliveries.read_bodies(deliveries.wait_for("Signed"))
    assert text == "Dear Jo,\n\n-- \nMax\n"
    writer.visit("Settings")
    for name in ("Private", "Work (default)"):
        # The run before draws the list anew; a click in the middle of that would meet an element that goes.
        writer.expect_idle()
        page.get_by_text(name, exact=True).click()
        # By key: the button moves while the form unfolds.
        page.get_by_role("button", name="Delete…").locator("visible=true").press("Enter")
        page.get_by_role("button", name="Delete signature").click()
        expect(page.get_by_text(name, exact=True)).to_have_count(0)


def test_an_edited_plain_text_is_sent(quick: Writer, deliveries: Deliveries) -> None:
    """The plain text goes out as edited for this mail; the HTML still follows the message."""
    quick.compose(NewMail("Own words", message="Dear **Jane**"))
    page = quick.page
    page.get_by_role("tab", name="Plain text").click()
    page.get_by_role("button", name="Edit for this mail").click()
    own = page.get_by_role("textbox", name="Plain text")
    own.press("Control+a")
    page.keyboard.type("Dear Jane, by hand", delay=30)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.reload()
    page.get_by_role("tab", name="Plain text").click()
    expect(own).to_have_value("Dear Jane, by hand")
    quick.write_message("Dear **Jane Doe**")
    page.get_by_role("tab", name="Preview").click()
    expect(quick.preview.content_frame.get_by_text("Jane Doe")).to_be_visible()
    quick.send.click()
    quick.expect_sent()
    (delivery,) = deliveries.find("Own words")
    html, text = deliveries.read_bodies(delivery)
    assert text.strip() == "Dear Jane, by hand"
    assert "<strong>Jane Doe</strong>" in html


# Everything that the save status says from now on.
LISTEN = """() => {
    const roots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot).filter(Boolean)
    const shown = roots.map((root) => root.querySelector(".saved")).find(Boolean)
    const said = []
    new MutationObserver(() => said.push(shown.textContent)).observe(shown, { childList: true, subtree: true })
    return said
}"""


@pytest.mark.usefixtures("closed_tab")
def test_the_save_status_never_claims_too_much(stranger: Writer) -> None:
    """A change that is undone is saved; without a connection the page does not say that the last words are saved."""
    writer, page = stranger, stranger.page
    writer.enter()
    writer.compose(NewMail("Offline"))
    writer.expect_idle()
    said = page.evaluate_handle(LISTEN)
    writer.message.press("End")
    page.keyboard.type("xy")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(page.get_by_text(SAVED)).to_be_visible()
    assert "Saving…" in said.json_value()
    page.context.set_offline(True)
    page.route_web_socket("**", lambda route: route.close())
    writer.message.press("End")
    page.keyboard.type(" and more")
    expect(page.get_by_text("Saving…")).to_be_visible()


def test_the_preview_shows_what_recipients_see(writer: Writer) -> None:
    """Phone width, dark colours, and pictures on request; before that nothing is loaded from the web."""
    requested: list[str] = []
    page = writer.page

    def record(route: Route) -> None:
        requested.append(route.request.url)
        route.abort()

    page.context.route("https://**", record)
    writer.compose(NewMail("Views", message="Dear Jane\n\n![logo](https://pictures.example/logo.png)"))
    expect(page.get_by_text("Pictures are off here")).to_be_visible()
    page.get_by_text("Phone", exact=True).click()
    expect(writer.preview).to_have_css("width", "375px")
    expect(page.locator("iframe[title='Preview']")).to_have_count(1)
    box = writer.preview.bounding_box()
    assert box is not None
    assert box["width"] <= 390
    page.get_by_text("Dark", exact=True).click()
    expect(writer.preview.content_frame.locator("html")).to_have_css("background-color", "rgb(27, 28, 30)")
    assert requested == []
    with page.expect_request("https://pictures.example/logo.png"):
        page.get_by_text("Pictures", exact=True).click()


def test_typing_during_a_slow_save_is_no_conflict(writer: Writer, server: Server) -> None:
    """Script runs of one window that overlap do not conflict with each other."""
    writer.compose(NewMail("A slow disk"))
    for _ in range(3):
        with locked(server):
            writer.message.press("End")
            writer.page.keyboard.type(" and so on", delay=150)
    expect(writer.preview.content_frame.get_by_text("and so on and so on and so on")).to_be_visible()
    expect(writer.page.get_by_text(SAVED)).to_be_visible()
    expect(writer.page.get_by_text(ELSEWHERE)).to_have_count(0)


def test_typing_during_a_slow_upload_attaches_the_file_once(writer: Writer, server: Server) -> None:
    """A script run that begins while the one before still saves the file gets the same upload."""
    writer.compose(NewMail("A slow disk and a file"))
    with locked(server):
        with writer.page.expect_request("**/uploads"):
            writer.choose_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Some notes"})
        writer.message.press("End")
        writer.page.keyboard.type(" and so on", delay=150)
    expect(writer.page.get_by_text(re.compile("^1 file,"))).to_be_visible()
    expect(writer.preview.content_frame.get_by_text("and so on")).to_be_visible()
    expect(writer.page.get_by_text(SAVED)).to_be_visible()
    expect(writer.file_row("notes.txt")).to_have_count(1)


def test_leaving_right_after_the_last_key_loses_nothing(writer: Writer) -> None:
    """A tap, the shortest of clicks, waits for the last input, while the app renders a slow text."""
    writer.compose(NewMail("Typed first"))
    writer.write_message("\\![" * 1200)
    writer.subject.fill("Typed last")
    writer.to.press_sequentially("sam@example.com")
    writer.page.get_by_role("link", name="Drafts").click()
    expect(writer.page.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()
    expect(writer.row("Typed last")).to_contain_text("sam@example.com")


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Hold the database's write lock, as a slow disk would."""
    with closing(sqlite3.connect(server.database, isolation_level=None, timeout=30)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("COMMIT")

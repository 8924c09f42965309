"""Drafts as they are lived with: kept by themselves, two windows on one, copied, thrown away and brought back."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.sync_api import Route, expect

from tests.browser.server import Server
from tests.browser.test_once import reopen
from tests.browser.writer import Letter, Writer

SAVED = re.compile("^Saved")
ELSEWHERE = "This draft was changed in another window."


def open_twice(writer: Writer, subject: str) -> Writer:
    """Begin a draft, and open it in a second window, where it is changed."""
    writer.compose(Letter(subject))
    other = Writer(writer.page.context.new_page(), writer.url)
    reopen(other, writer.page.url)
    expect(other.subject).to_have_value(subject)
    other.message.fill("Theirs")
    expect(other.preview.content_frame.get_by_text("Theirs")).to_be_visible()
    expect(other.page.get_by_text(SAVED)).to_be_visible()
    return other


def test_the_second_window_is_told_and_keeps_its_text(writer: Writer, server: Server) -> None:
    """Nothing is overwritten and nothing is sent before one has chosen; both versions are there afterwards."""
    other = open_twice(writer, "Two versions")
    writer.message.fill("Mine")
    expect(writer.page.get_by_text(ELSEWHERE)).to_be_visible()
    writer.send.click()
    expect(writer.page.get_by_text("choose first which version")).to_be_visible()
    writer.page.get_by_role("button", name="Keep mine as a new draft").click()
    expect(writer.page.get_by_text(ELSEWHERE)).to_have_count(0)
    expect(writer.message).to_have_value("Mine")
    writer.visit("Drafts")
    expect(writer.row("Two versions")).to_have_count(2)
    expect(writer.row("Mine")).to_have_count(1)
    expect(other.message).to_have_value("Theirs")
    assert server.list_deliveries("Two versions") == []


def test_the_second_window_may_take_the_other_version(writer: Writer) -> None:
    """What the other window wrote takes the place of what stood here, and goes on from there."""
    open_twice(writer, "One version")
    writer.message.fill("Mine")
    writer.page.get_by_role("button", name="Open the other version").click()
    expect(writer.message).to_have_value("Theirs")
    writer.message.fill("Theirs and mine")
    expect(writer.page.get_by_text(SAVED)).to_be_visible()
    writer.visit("Drafts")
    expect(writer.row("Theirs and mine")).to_have_count(1)


def test_a_draft_is_copied_thrown_away_and_brought_back(writer: Writer) -> None:
    """Each by one click in the list."""
    writer.compose(Letter("From the list"))
    writer.visit("Drafts")
    row, page = writer.row("From the list"), writer.page
    page.get_by_role("button", name="Duplicate From the list").click()
    expect(row).to_have_count(2)
    page.get_by_role("button", name="Delete From the list").first.click()
    expect(row).to_have_count(1)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(row).to_have_count(2)
    row.first.click()
    expect(writer.subject).to_have_value("From the list")


def test_a_signature_makes_no_draft_and_is_changed_by_a_choice(quick: Writer, server: Server) -> None:
    """The default stands in every new mail; another one takes its place under the words already written."""
    writer, page = quick, quick.page
    writer.visit("Settings")
    for name, text in (("Work", "Max\n**Acme**"), ("Private", "Max")):
        expect(page.get_by_label("Name", exact=True)).to_have_count(1)
        page.get_by_text("New signature").click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Text in Markdown").last.fill(text)
        page.get_by_role("button", name="Save").last.click()
        expect(page.get_by_text(re.compile(rf"^{name}( \(default\))?$"))).to_be_visible()
    expect(page.get_by_text("Work (default)")).to_be_visible()
    writer.visit("Compose")
    expect(writer.message).to_have_value("\n\n-- \nMax\n**Acme**")
    assert "draft=" not in page.url
    writer.message.press("Control+Home")
    page.keyboard.type("Dear Jo,", delay=30)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("radio", name="Private").click()
    expect(writer.message).to_have_value("Dear Jo,\n\n-- \nMax")
    # The fields are drawn afresh; for a moment the old ones stand beside them.
    expect(writer.to).to_have_count(1)
    writer.to.fill("jo@example.com")
    writer.subject.fill("Signed")
    expect(page.get_by_role("button", name="Later")).to_be_enabled()
    writer.send.click()
    writer.expect_sent()
    _, text = server.read_bodies(server.await_delivery("Signed"))
    assert text == "Dear Jo,\n\n-- \nMax\n"
    writer.visit("Settings")
    for name in ("Private", "Work (default)"):
        page.get_by_text(name, exact=True).click()
        page.get_by_role("button", name="Delete").locator("visible=true").click()
        expect(page.get_by_text(name, exact=True)).to_have_count(0)


def test_an_own_plain_text_goes_out(quick: Writer, server: Server) -> None:
    """Edited for this mail, it is sent as it stands, while the HTML keeps following the message."""
    quick.compose(Letter("Own words", message="Dear **Jane**"))
    page = quick.page
    page.get_by_role("tab", name="Plain text").click()
    page.get_by_role("button", name="Edit for this mail").click()
    own = page.get_by_role("textbox", name="Plain text")
    own.press("Control+a")
    page.keyboard.type("Dear Jane, by hand", delay=30)
    expect(page.get_by_text(SAVED)).to_be_visible()
    reopen(quick, page.url)
    page.get_by_role("tab", name="Plain text").click()
    expect(own).to_have_value("Dear Jane, by hand")
    quick.message.fill("Dear **Jane Doe**")
    page.get_by_role("tab", name="Preview").click()
    expect(quick.preview.content_frame.get_by_text("Jane Doe")).to_be_visible()
    quick.send.click()
    quick.expect_sent()
    (delivery,) = server.list_deliveries("Own words")
    html, text = server.read_bodies(delivery)
    assert text.strip() == "Dear Jane, by hand"
    assert "<strong>Jane Doe</strong>" in html


def test_what_is_not_kept_yet_says_so(writer: Writer) -> None:
    """What is typed and taken back is; without a connection nothing ever claims that the last words are saved."""
    writer.compose(Letter("Offline"))
    page = writer.page
    writer.message.press("End")
    page.keyboard.type("xy")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(page.get_by_text("Saving…")).to_be_visible()
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.context.set_offline(True)
    page.route_web_socket("**", lambda route: route.close())
    writer.message.press("End")
    page.keyboard.type(" and more")
    expect(page.get_by_text("Saving…")).to_be_visible()


def test_the_recipients_view(writer: Writer) -> None:
    """Phone width, dark, and pictures on request: nothing is asked of the web before."""
    asked: list[str] = []
    page = writer.page

    def record(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.context.route("https://**", record)
    writer.compose(Letter("Views", message="Dear Jane\n\n![logo](https://pictures.example/logo.png)"))
    frame = page.locator("iframe[title='Preview']")
    expect(page.get_by_text("Pictures are off here")).to_be_visible()
    page.get_by_text("Phone", exact=True).click()
    expect(page.locator(".frame.phone")).to_be_visible()
    expect(frame).to_have_count(1)
    box = frame.bounding_box()
    assert box is not None
    assert box["width"] <= 390
    page.get_by_text("Dark", exact=True).click()
    expect(writer.preview.content_frame.locator("html")).to_have_css("background-color", "rgb(27, 28, 30)")
    assert asked == []
    with page.expect_request("https://pictures.example/logo.png"):
        page.get_by_text("Pictures", exact=True).click()


def test_typing_on_while_a_save_takes_long_is_no_second_window(writer: Writer, server: Server) -> None:
    """Runs of one window that overlap, since each begins before the last has ended, do not contradict each other."""
    writer.compose(Letter("A slow disk"))
    database = sqlite3.connect(next(server.data.glob("*.db")), isolation_level=None, timeout=30)
    for _ in range(3):
        database.execute("BEGIN IMMEDIATE")
        writer.message.press("End")
        writer.page.keyboard.type(" and so on", delay=150)
        database.execute("COMMIT")
    database.close()
    expect(writer.preview.content_frame.get_by_text("and so on and so on and so on")).to_be_visible()
    expect(writer.page.get_by_text(SAVED)).to_be_visible()
    expect(writer.page.get_by_text(ELSEWHERE)).to_have_count(0)


def test_typing_on_while_a_file_is_kept_attaches_it_once(writer: Writer, server: Server) -> None:
    """A run that begins while the one before still keeps the file is told of the same upload."""
    writer.compose(Letter("A slow disk and a file"))
    database = sqlite3.connect(next(server.data.glob("*.db")), isolation_level=None, timeout=30)
    database.execute("BEGIN IMMEDIATE")
    with writer.page.expect_response(lambda response: response.request.method == "PUT"):
        writer.choose_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Some notes"})
    writer.message.press("End")
    writer.page.keyboard.type(" and so on", delay=150)
    database.execute("COMMIT")
    database.close()
    expect(writer.page.get_by_text(re.compile("^1 file,"))).to_be_visible()
    expect(writer.preview.content_frame.get_by_text("and so on")).to_be_visible()
    expect(writer.page.get_by_text(SAVED)).to_be_visible()
    expect(writer.file_row("notes.txt")).to_have_count(1)


@pytest.mark.parametrize("held", [0, 80])
def test_leaving_in_the_same_moment_loses_nothing(writer: Writer, held: int) -> None:
    """By a tap, which ends as soon as it began, and by a hand, while the app is busy with a text that takes long."""
    writer.compose(Letter(f"Typed first {held}"))
    writer.message.fill("\\![" * 1200)
    writer.subject.fill(f"Typed last {held}")
    writer.to.press_sequentially("sam@example.com")
    writer.page.get_by_role("link", name="Drafts").click(delay=held)
    expect(writer.page.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()
    expect(writer.row(f"Typed last {held}")).to_contain_text("sam@example.com")

"""Attaching files by button, drop and paste, with what can go wrong on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Route, expect

from tests.browser.deliveries import Deliveries
from tests.browser.transfers import drag_in, drop, make_transfer, paste
from tests.browser.writer import NewMail, Writer

NOTES: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Some notes"}


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of 25 MB that cannot be compressed to nothing by anybody on the way; Chromium reads it from the disk."""
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(range(256)) * (25 * 2**20 // 256))
    return path


def test_a_file_dropped_anywhere_is_attached_and_sent(quick: Writer, deliveries: Deliveries) -> None:
    """Over the text, whose editor would insert it; the page says where it goes while it is dragged."""
    page = quick.page
    quick.compose(NewMail("Dropped"))
    transfer = make_transfer(page, "offer.csv", "text/csv")
    quick.message.dispatch_event("dragenter", {"dataTransfer": transfer})
    expect(page.get_by_text("Drop to attach")).to_be_visible()
    drop(quick.message, transfer)
    expect(page.get_by_text("Drop to attach")).to_be_hidden()
    expect(quick.file_row("offer.csv")).to_be_visible()
    expect(page.get_by_text("1 file, 1 KB of 18 MB")).to_be_visible()
    quick.send.click()
    quick.expect_sent()
    mail = deliveries.read_message(deliveries.wait_for("Dropped"))
    assert [part.get_filename() for part in mail.iter_attachments()] == ["offer.csv"]


@pytest.mark.parametrize("from_edge", [True, False])
def test_a_file_dropped_on_the_preview_is_seen_on_its_way(writer: Writer, tmp_path: Path, from_edge: bool) -> None:
    """The frame of the mail does not take it, and the fields that the preview hides show how far it is."""
    page, held = writer.page, list[Route]()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("radio", name="Preview", exact=True).click()
    expect(writer.message).to_be_hidden()
    page.route("**/uploads", lambda upload: held.append(upload))
    path = tmp_path / "offer.csv"
    path.write_text("Item,Amount")
    drag_in(page, path, onto=writer.preview, from_edge=from_edge)
    expect(page.get_by_role("progressbar", name="Uploading offer.csv")).to_be_in_viewport()
    held.pop().continue_()
    expect(page.get_by_text("offer.csv attached")).to_be_in_viewport()
    page.unroute("**/uploads")
    page.get_by_role("radio", name="Write", exact=True).click()
    expect(writer.file_row("offer.csv")).to_be_visible()


def test_a_pasted_picture_asks_first(writer: Writer) -> None:
    """By the keyboard: Escape leaves it, Enter attaches it, and in the text it stands by an address on the web."""
    page = writer.page
    writer.write_message("Hello")
    paste(writer.message, make_transfer(page, "image.png", "image/png", html="<p>from <b>Word</b></p>"))
    writer.expect_message("Hellofrom **Word**")
    paste(writer.message, make_transfer(page, "image.png", "image/png"))
    question = page.get_by_role("group", name="Pictures")
    expect(question).to_contain_text("Attach “image.png”, or show it in the text?")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(writer.message).to_be_focused()
    paste(writer.message, make_transfer(page, "image.png", "image/png"))
    page.keyboard.press("Enter")
    expect(writer.file_row("image.png")).to_be_visible()
    page.get_by_role("button", name="Remove image.png").click()
    expect(writer.file_row("image.png")).to_have_count(0)
    writer.message.focus()
    paste(writer.message, make_transfer(page, "image.png", "image/png"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    address = page.get_by_label("Address of “image.png”")
    expect(address).to_be_focused()
    page.keyboard.insert_text("C:\\roof.png")
    page.keyboard.press("Enter")
    expect(address).to_be_focused()
    address.fill("https://www.example.com/roof (1).png")
    page.keyboard.press("Enter")
    writer.expect_message("Hellofrom **Word**![image](https://www.example.com/roof%20%281%29.png)")
    page.keyboard.type("Our roof")
    writer.expect_message("Hellofrom **Word**![Our roof](https://www.example.com/roof%20%281%29.png)")
    # What a browser copies names the address; of several pictures one after the other is asked for.
    copied = make_transfer(page, "plan.png", "image/png", html="<img src='https://www.example.com/plan.png'>")
    for transfer in (copied, make_transfer(page, "image.png", "image/png")):
        paste(writer.message, transfer)
    expect(question).to_contain_text("Attach 2 pictures, or show them in the text?")
    page.get_by_role("button", name="In the text").click()
    expect(page.get_by_label("Address of “plan.png”")).to_have_value("https://www.example.com/plan.png")
    page.keyboard.press("Enter")
    expect(address).to_be_focused()
    expect(address).to_have_value("")
    page.keyboard.press("Escape")
    expect(writer.message).to_be_focused()
    writer.expect_message(re.compile(r"!\[plan\]\(https://www\.example\.com/plan\.png\)"))


def test_a_mail_does_not_leave_without_a_file_on_its_way(writer: Writer, deliveries: Deliveries) -> None:
    """Send says what it waits for; a cancelled upload and a broken one keep the rest."""
    page = writer.page
    writer.compose(NewMail("Waits"))
    page.route("**/uploads", lambda _route: None)
    writer.choose_files(NOTES)
    expect(page.get_by_role("progressbar", name="Uploading notes.txt")).to_be_visible()
    writer.send.click()
    expect(page.get_by_text("a file is still being uploaded")).to_be_visible()
    page.get_by_role("button", name="Cancel notes.txt").click()
    expect(page.get_by_role("progressbar", name="Uploading notes.txt")).to_have_count(0)
    page.unroute("**/uploads")
    page.route("**/uploads", lambda route: route.abort())
    writer.choose_files(NOTES)
    uploads = page.get_by_role("list", name="Uploads").get_by_role("listitem")
    expect(uploads).to_contain_text("The connection broke. Try again.")
    page.get_by_role("button", name="Dismiss notes.txt").click()
    expect(uploads).to_have_count(0)
    page.unroute("**/uploads")
    writer.choose_files(NOTES)
    expect(writer.file_row("notes.txt")).to_be_visible()
    assert deliveries.find("Waits") == []


def test_a_file_of_25_mb_arrives_and_a_larger_one_is_named(writer: Writer, large: Path) -> None:
    """The limit of a whole mail is said beside the file that is over it."""
    writer.choose_files(large)
    expect(writer.file_row("large.bin")).to_contain_text("26.2 MB")
    expect(writer.page.get_by_label("Attachments").get_by_role("alert")).to_contain_text("of 18 MB")
    with large.open("ab") as file:
        file.write(b"!")
    writer.choose_files(large.rename(large.with_name("larger.bin")))
    expect(writer.page.get_by_text("Larger than 25 MB")).to_be_visible()

"""Undo: the whole mail comes back, and nothing goes out."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.deliveries import Deliveries
from tests.browser.writer import NewMail, Writer

CONTACT = "e8817b54-c0a8-434c-9098-72b1359168de"


def test_undo_restores_every_field(patient: Writer, deliveries: Deliveries) -> None:
    """After Undo the mail is corrected and sent at once with "Send now"; only the correction goes out."""
    page, writer = patient.page, patient
    writer.compose(
        NewMail(
            "Taken back",
            to="Jane Doe <jane@example.com>, sam@example.com",
            message="First | *thoughts*",
            cc="cc@example.com",
            contact_id=CONTACT,
            files=({"name": "offer.txt", "mimeType": "text/plain", "buffer": b"An offer"},),
        )
    )
    address = page.url
    writer.send.click()
    page.get_by_role("button", name="Undo", exact=True).click()
    writer.expect_recipients("To", "Jane Doe jane@example.com", "sam@example.com")
    expect(writer.subject).to_have_value("Taken back")
    writer.expect_message("First | *thoughts*")
    writer.expect_recipients("Cc", "cc@example.com")
    writer.expect_linked(CONTACT)
    expect(writer.file_row("offer.txt")).to_be_visible()
    expect(writer.message).to_be_focused()
    expect(page).to_have_url(address)

    writer.subject.fill("Corrected")
    expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    writer.send.click()
    expect(page.get_by_text("Sends in")).to_be_visible()
    page.get_by_role("button", name="Send now").click()
    writer.expect_sent()
    assert deliveries.find("Taken back") == []
    (delivery,) = deliveries.find("Corrected")
    assert b"offer.txt" in deliveries.read_eml(delivery)


def test_undo_works_from_another_page(patient: Writer, deliveries: Deliveries) -> None:
    """The countdown is shown on the history too, also after a reload; Undo leads back and leaves no mail behind."""
    page, writer = patient.page, patient
    writer.compose(NewMail("Undone elsewhere", message="Some *words*"))
    writer.send.click()
    expect(page.get_by_text("Sends in")).to_be_visible()
    writer.visit("History")
    expect(writer.row("Undone elsewhere")).to_be_visible()
    page.reload()
    expect(writer.panel.get_by_text("To jane@example.com")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(writer.subject).to_have_value("Undone elsewhere")
    writer.expect_message("Some *words*")
    expect(writer.message).to_be_focused()
    writer.visit("Drafts")
    expect(writer.row("Undone elsewhere")).to_be_visible()
    writer.visit("Outbox")
    expect(page.get_by_text("Nothing is waiting.")).to_be_visible()
    assert deliveries.find("Undone elsewhere") == []

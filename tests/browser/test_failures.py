"""Every failure says what happened to the mail and what to do next; no typed text is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.deliveries import Deliveries
from tests.browser.held_requests import HeldRequests
from tests.browser.workspace import Workspace
from tests.browser.writer import NewMail, Writer


def test_a_provider_error_needs_a_person(quick: Writer, deliveries: Deliveries) -> None:
    """After the automatic retry the mail is unknown and counted in the navigation; sending it anew states the risk."""
    page = quick.page
    quick.compose(NewMail("In doubt", to="provider-error@practice.example"))
    quick.send.click()
    expect(page.get_by_role("link", name="Outbox 1")).to_be_visible()
    expect(page).to_have_title("(1) LeadLex Composer")
    quick.visit("Outbox")
    page.get_by_role("group", name="Needs attention").get_by_role("button").filter(has_text="In doubt").click()
    expect(page.get_by_text("The mailbox reported an error. It may or may not have been sent.")).to_be_visible()
    expect(quick.row("In doubt")).to_contain_text("Unknown")
    page.get_by_role("button", name="Send as new", exact=True).click()
    expect(page.get_by_text("The recipient may get it twice.")).to_be_visible()
    expect(page.get_by_role("button", name="Send anyway")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Mark as not sent").click()
    expect(page.get_by_role("link", name="Outbox", exact=True)).to_be_visible()
    expect(page).to_have_title("LeadLex Composer")
    assert deliveries.find("In doubt") == []


def test_empty_fields_are_named_after_a_click_on_send(stranger: Writer, workspace: Workspace) -> None:
    """Before the click no empty field is reported; after it each is, also where a field was still loading."""
    workspace.set_undo(0)
    page = stranger.page
    held = HeldRequests(page, "**/recipients/recipients.js", "**/editor/editor.js")
    stranger.enter()
    recipients = page.locator(".st-key-recipients")
    expect(page.get_by_text("Enter a subject.")).to_have_count(0)
    stranger.send.click()
    expect(page.get_by_text("Enter a subject.").first).to_be_visible()
    held.let_through()
    expect(recipients.get_by_text("Add at least one recipient.")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="Write a message.")).to_be_visible()
    stranger.to.fill("jane@example.com")
    stranger.subject.click()
    expect(recipients.get_by_text("Add at least one recipient.")).to_have_count(0)


def test_sending_without_a_connection_keeps_the_mail(
    stranger: Writer, workspace: Workspace, deliveries: Deliveries
) -> None:
    """Send says where to connect; after connecting the same mail goes out."""
    workspace.set_undo(0)
    stranger.open()
    stranger.compose(NewMail("Not connected yet", message="Written *before*"))
    stranger.send.click()
    expect(stranger.page.get_by_text("Not sent. Connect in Settings first.")).to_be_visible()
    expect(stranger.subject).to_have_value("Not connected yet")
    stranger.expect_message("Written *before*")
    stranger.visit("Settings")
    stranger.connect_here()
    stranger.visit("Compose")
    stranger.expect_message("Written *before*")
    stranger.send.click()
    stranger.expect_sent()
    assert len(deliveries.find("Not connected yet")) == 1

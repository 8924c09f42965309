"""Completions of the search line, by keyboard and by touch; typed text never changes without a choice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from components.model import Address, OutgoingMail
from tests.browser.server import Server
from tests.browser.test_accessibility import list_barriers
from tests.browser.workspace import Workspace
from tests.browser.writer import Writer
from tests.unit.store.samples import to_record

HOSTILE = '"><img src=x onerror="document.title=1">'


@pytest.fixture
def stocked(workspace: Workspace) -> Workspace:
    """A workspace from which two mails were sent."""
    for name, mailbox, contact in (("Hannah", "hannah@mill.example", "c 7"), (HOSTILE, "eve@example.com", "")):
        mail = OutgoingMail(
            to=(Address(name, mailbox),), subject=f"To {mailbox}", html="", text="Hi", contact_id=contact
        )
        workspace.insert(to_record(mail, provider="gmail", sent_by="Sam Taylor"))
    return workspace


def open_history(writer: Writer) -> tuple[Locator, Locator]:
    """Open the history, and return its search field and the completions."""
    writer.enter("/history")
    return writer.page.get_by_label("Search", exact=True), writer.page.get_by_role("option")


@pytest.mark.usefixtures("stocked")
def test_a_line_is_written_with_few_keys(stranger: Writer) -> None:
    """Two letters, arrows, Enter and Tab write an operator; the list follows, and keys typed meanwhile are not lost."""
    page = stranger.page
    search, options = open_history(stranger)
    subjects = page.locator("button.row .subject")
    expect(subjects).to_have_count(2)
    stranger.leave_field()
    page.keyboard.press("/")
    page.keyboard.type("st", delay=40)
    expect(options).to_have_text([re.compile("^status: sent, queued")])
    expect(search).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".completion").get_by_role("status")).to_have_text("1 suggested")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_id(
        search.get_attribute("aria-activedescendant") or "none"
    )
    page.keyboard.press("Enter")
    expect(search).to_have_value("status:")
    expect(options).to_have_text(["sent", "queued", "failed", "unknown", "waiting", "sending"])
    # Without a choice Tab and Enter keep their usual meaning.
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(search).to_be_focused()
    page.keyboard.type("se", delay=40)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("to:han", delay=40)
    expect(search).to_have_value("status:sent to:han")
    expect(options).to_have_text(["Hannah hannah@mill.example"])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(search).to_have_value("status:sent to:hannah@mill.example ")
    expect(subjects).to_have_text(["To hannah@mill.example"])
    expect(page).to_have_url(re.compile(r"q=status%3Asent\+to%3Ahannah"))
    expect(options).to_have_count(0)
    page.keyboard.type("contact:", delay=40)
    options.filter(has_text="c 7").click()
    expect(search).to_have_value('status:sent to:hannah@mill.example contact:"c 7" ')
    expect(search).to_be_focused()
    expect(page.get_by_role("button", name=re.compile("contact"))).to_be_visible()
    page.keyboard.type("by:tay", delay=40)
    options.filter(has_text="Sam Taylor").click()
    expect(search).to_have_value('status:sent to:hannah@mill.example contact:"c 7" by:"Sam Taylor" ')
    expect(subjects).to_have_text(["To hannah@mill.example"])
    page.keyboard.press("ArrowDown")
    expect(page.locator("button.row").first).to_be_focused()


def test_a_tap_chooses_on_a_phone(make_page: Callable[..., Page], server: Server, stocked: Workspace) -> None:
    """Names of people are shown as text, whatever they contain; the completions fit and are accessible."""
    writer = Writer(make_page((390, 844), dark=True), server.url, stocked.key)
    page = writer.page
    search, options = open_history(writer)
    search.press_sequentially("to:", delay=40)
    expect(options.filter(has_text=HOSTILE)).to_be_visible()
    expect(page.locator(".completion img")).to_have_count(0)
    assert list_barriers(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    options.filter(has_text=HOSTILE).click()
    expect(search).to_have_value("to:eve@example.com ")
    expect(page.locator("button.row .subject")).to_have_text(["To eve@example.com"])
    assert page.title() != "1"

"""Reading the history: list and mail scroll on their own, the keys read on, and what is printed is the mail alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from components.gateway.practice import PracticeGateway
from components.model import Address, Attachment, OutgoingMail
from components.store import Store
from tests.browser.conftest import connecting
from tests.browser.server import Server
from tests.browser.test_search import type_search
from tests.browser.workspace import Workspace
from tests.browser.writer import Writer
from tests.unit.store.samples import to_record

MAILS, MOST = 60, 20_000
LONG = "<p>Dear Jane,</p>" + "<p>and so on</p>" * 60


def fill(workspace: Workspace, numbers: range = range(MAILS), html: str = LONG) -> None:
    """Put mails into the history, a minute apart up to now; the text of each is longer than a window."""
    first = time.time() - MOST * 60
    workspace.insert(
        *(
            to_record(
                OutgoingMail((Address("Jane Doe", "jane@example.com"),), f"Matter {number}", html, "Dear Jane,"),
                created_at=first + number * 60,
                sent_by="Eva Brandt",
            )
            for number in numbers
        )
    )


@pytest.fixture(scope="module")
def connected(browser: Browser, server: Server, store: Store, gateway: PracticeGateway) -> Iterator[Writer]:
    """A person with mails a minute apart, each longer than a window, in a tab that tests of this module share."""
    workspace = Workspace(store, gateway.base_url)
    fill(workspace)
    mail = OutgoingMail(
        (Address("Jane Doe", "jane@example.com"),),
        "To be printed",
        f'<img src="https://pictures.example/a.png">{LONG}',
        "Dear Jane,",
        thread_id="thr_1",
        attachments=(Attachment("offer.txt", "text/plain", 8, store.blobs.save_blob([b"An offer"])),),
    )
    at = time.time() - MOST * 60 - 120
    answer = replace(mail, subject="Re: To be printed", attachments=())
    workspace.insert(to_record(mail, created_at=at, written_by="Alex Kern", sent_by="Eva Brandt"))
    workspace.insert(to_record(answer, created_at=at + 60))
    with connecting(browser, server.url, workspace.key) as writer:
        yield writer


@pytest.fixture
def reader(connected: Writer) -> Writer:
    """A person who opens the history."""
    connected.open("/history")
    return connected


def test_the_opened_mail_is_always_in_view(reader: Writer) -> None:
    """By a click far down in the list and by fifteen keys: the mail begins at its top, and the page does not scroll."""
    page = reader.page
    page.set_viewport_size({"width": 1280, "height": 800})
    rows = page.locator("button.row")
    expect(rows.nth(22)).to_contain_text("Matter 37")
    rows.nth(22).click()
    expect(page.get_by_role("heading", name="Matter 37", exact=True)).to_be_in_viewport(ratio=1)
    expect(rows.nth(22)).to_be_in_viewport(ratio=1)
    # To the end of the mail, so that the next one has to begin at its top again.
    page.get_by_text("Details", exact=True).scroll_into_view_if_needed()
    for _ in range(15):
        page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Matter 52", exact=True)).to_be_in_viewport(ratio=1)
    expect(rows.nth(7)).to_be_in_viewport(ratio=0.9)
    expect(rows.nth(7)).to_have_attribute("aria-current", "true")
    assert page.evaluate("[...document.querySelectorAll('.stMain')].map((each) => each.scrollTop)") == [0]


def test_a_search_without_the_opened_mail_closes_it(reader: Writer) -> None:
    """One with it leaves it open."""
    page = reader.page
    opened = page.get_by_role("heading", name="Matter 55", exact=True)
    reader.row("Matter 55").click()
    expect(opened).to_be_visible()
    type_search(reader, "matter 55")
    expect(page.get_by_text("1 mail", exact=True)).to_be_visible()
    expect(opened).to_be_visible()
    type_search(reader, "matter 12")
    expect(reader.row("Matter 12")).to_be_visible()
    expect(opened).to_have_count(0)
    expect(page.get_by_text("Choose a mail to read it.")).to_be_visible()


def test_an_opened_mail_prints_without_the_page_around_it(reader: Writer) -> None:
    """On paper are the header fields, the text and the names of files, and neither lists, thread nor buttons."""
    page = reader.page
    type_search(reader, 'subject:"to be printed"')
    reader.row("To be printed").last.click()
    heading = page.get_by_role("heading", name="To be printed", exact=True)
    expect(heading).to_be_visible()
    page.get_by_role("button", name="Thread", exact=True).click()
    expect(page.get_by_role("group", name="After it").get_by_role("button")).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    expect(reader.fresh.get_by_text("Pictures", exact=True)).to_be_visible()
    # The text is in a frame of its own.
    shown = page.locator(".st-key-mail")
    page.emulate_media(media="print")
    expect(heading).to_be_visible()
    expect(reader.preview).to_be_visible()
    lines = [line for line in shown.inner_text().splitlines() if line.strip()]
    assert lines[:3] == ["To be printed", "From Eva Brandt · written by Alex Kern", "To Jane Doe <jane@example.com>"]
    assert re.fullmatch(r"Date \w{3} \d{1,2} \w{3} \d{4} \d{1,2}:\d\d \S+", lines[3])
    assert lines[4:] == ["Attachments offer.txt"]
    for hidden in (page.locator("button.row"), page.get_by_role("link", name="Download")):
        expect(hidden.filter(visible=True)).to_have_count(0)
    expect(shown.get_by_role("button").filter(visible=True)).to_have_count(0)
    expect(page.locator("[data-testid=stSidebar]")).to_be_hidden()
    page.emulate_media(media="screen")


def test_the_history_grows_from_nothing_to_thousands(stranger: Writer, workspace: Workspace) -> None:
    """With none it says so; one is read; 50 are two pages; of 20,000 any is found, and the pages go on."""
    page = stranger.page
    rows, older = page.locator("button.row"), page.get_by_role("button", name="Older")

    def grow(start: int, stop: int) -> None:
        stranger.visit("Drafts")
        fill(workspace, range(start, stop), html="<p>Dear Jane,</p>")
        stranger.visit("History")

    stranger.enter("/history")
    expect(page.get_by_text("Nothing has been sent from here yet.")).to_be_visible()
    grow(0, 1)
    expect(page.get_by_text("1 mail", exact=True)).to_be_visible()
    rows.click()
    expect(page.get_by_role("heading", name="Matter 0", exact=True)).to_be_visible()
    grow(1, 50)
    expect(page.get_by_text("50 mails", exact=True)).to_be_visible()
    expect(rows.first).to_contain_text("Matter 49")
    older.click()
    expect(rows.first).to_contain_text("Matter 24")
    expect(older).to_have_count(0)
    grow(50, MOST)
    expect(page.get_by_text("1,000+ mails", exact=True)).to_be_visible()
    expect(rows.first).to_contain_text("Matter 19999")
    older.click()
    expect(rows.first).to_contain_text("Matter 19974")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Matter 19974", exact=True)).to_be_visible()
    type_search(stranger, "matter 12345")
    expect(page.get_by_text("1 mail", exact=True)).to_be_visible()
    expect(rows).to_contain_text("Matter 12345")
    # The app counts in the background too, a little at a time.
    while not workspace.store.insights.is_complete():
        continue
    stranger.visit("Insights")
    page.get_by_role("radio", name="A year").click()
    expect(page.get_by_text("20,000", exact=True).first).to_be_visible()
    expect(page.get_by_text("Still counting older mails.")).to_have_count(0)

"""Search in the history: typing, chips, filters, a link for a colleague, the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from components.gateway.practice import PracticeGateway
from components.model import Address, OutgoingMail
from components.store import Store
from tests.browser.conftest import connecting
from tests.browser.server import Server
from tests.browser.test_accessibility import list_barriers
from tests.browser.workspace import Workspace
from tests.browser.writer import Writer
from tests.unit.store.samples import to_record

HOSTILE = '<img src=x onerror="document.title=1"> & <b>bold</b>'
#: Subject, text and recipient.
MAILS = (
    ("Offer for the mill", "Our price for the turbine is fair.", "hannah@mill.example"),
    ("Lunch on Friday?", "The usual place, and the turbine again.", "sam@example.com"),
    (HOSTILE, "A turbine with <script>alert(1)</script> in it", "eve@example.com"),
)


@pytest.fixture(scope="module")
def stocked(store: Store, gateway: PracticeGateway) -> Workspace:
    """A workspace from which three mails were sent."""
    workspace = Workspace(store, gateway.base_url)
    for subject, text, mailbox in MAILS:
        mail = OutgoingMail(to=(Address("", mailbox),), subject=subject, html=f"<p>{escape(text)}</p>", text=text)
        workspace.insert(to_record(mail, provider="gmail"))
    return workspace


@pytest.fixture(scope="module")
def connected(browser: Browser, server: Server, stocked: Workspace) -> Iterator[Writer]:
    """A person with the workspace's key, in a tab that the tests of this module share."""
    with connecting(browser, server.url, stocked.key) as writer:
        yield writer


@pytest.fixture
def reader(connected: Writer) -> Writer:
    """A person who opens the history of the three mails."""
    connected.open("/history")
    return connected


def type_search(reader: Writer, line: str) -> None:
    """Replace the search line, key by key."""
    search = reader.page.get_by_label("Search", exact=True)
    search.click()
    search.press("ControlOrMeta+a")
    search.press_sequentially(line, delay=40)
    expect(search).to_have_value(line)


def expect_subjects(reader: Writer, *subjects: str) -> None:
    """Expect these mails in the list, in this order."""
    expect(reader.page.locator("button.row .subject")).to_have_text(list(subjects))


def test_typing_finds_and_marks(reader: Writer) -> None:
    """The list follows the typing and a click on a chip; hits are marked in subject and text; no character is lost."""
    page = reader.page
    expect_subjects(reader, HOSTILE, "Lunch on Friday?", "Offer for the mill")
    type_search(reader, "turbine price")
    expect_subjects(reader, "Offer for the mill")
    expect(page.get_by_text("1 mail", exact=True)).to_be_visible()
    expect(page.locator(".found mark")).to_have_text(["price", "turbine"])
    type_search(reader, "lunch")
    expect_subjects(reader, "Lunch on Friday?")
    expect(page.locator(".subject mark")).to_have_text(["Lunch"])
    expect(page).to_have_url(re.compile(r"q=lunch"))
    type_search(reader, "turbine to:sam")
    expect_subjects(reader, "Lunch on Friday?")
    # The completions cover the chips while one types.
    page.keyboard.press("Escape")
    page.get_by_role("button", name="to:sam").click()
    # In quotes, since it is now the last word and would otherwise count as a beginning.
    expect(page.get_by_label("Search", exact=True)).to_have_value('"turbine"')
    expect_subjects(reader, HOSTILE, "Lunch on Friday?", "Offer for the mill")
    expect(page.get_by_role("button", name="to:sam")).to_have_count(0)
    type_search(reader, "lunch nowhere")
    expect(page.get_by_text("No mail found")).to_be_visible()
    expect(page.get_by_label("Search", exact=True)).to_be_focused()


def test_hostile_mails_and_lines_stay_text(reader: Writer) -> None:
    """HTML in mails and in the search line is shown character by character, marked or not."""
    page = reader.page
    type_search(reader, "turbine script onerror")
    expect_subjects(reader, HOSTILE)
    expect(page.locator(".subject mark")).to_have_text(["onerror"])
    expect(page.locator(".row img, .row script, .row b")).to_have_count(0)
    type_search(reader, 'subject:"<b>bold" status:"<i>"')
    expect(page.get_by_role("button", name=re.compile("bold"))).not_to_have_count(0)
    expect(page.get_by_text("is not known")).to_be_visible()
    expect(page.locator(".st-key-search").locator("b, i")).to_have_count(0)
    assert page.title() != "1"


def test_a_link_shows_a_colleague_the_same(reader: Writer, make_context: Callable[[], BrowserContext]) -> None:
    """Search and opened mail are in the address: without a key it shows nothing, with the key the same view."""
    page = reader.page
    type_search(reader, "turbine -lunch")
    expect_subjects(reader, HOSTILE, "Offer for the mill")
    reader.row("Offer for the mill").click()
    expect(page.get_by_role("heading", name="Offer for the mill")).to_be_visible()
    expect(page).to_have_url(re.compile(r"mail=\d+"))
    expect(page).to_have_url(re.compile(r"q=turbine"))
    colleague = Writer(make_context().new_page(), reader.url, reader.key)
    colleague.page.goto(page.url)
    expect(colleague.page.get_by_text("Connect to see the history")).to_be_visible()
    expect(colleague.page.get_by_text("Offer for the mill")).to_have_count(0)
    colleague.visit("Settings")
    colleague.connect_here()
    colleague.visit("History")
    expect(colleague.page.get_by_label("Search", exact=True)).to_have_value("turbine -lunch")
    expect(colleague.page).to_have_url(re.compile(r"q=turbine"))
    expect_subjects(colleague, HOSTILE, "Offer for the mill")
    expect(colleague.page.get_by_role("heading", name="Offer for the mill")).to_be_visible()


def test_the_keyboard_is_enough(reader: Writer) -> None:
    """/ focuses the search, arrows move, j and k open, Enter leads into the mail, u closes; in a field they are not."""
    page = reader.page
    search = page.get_by_label("Search", exact=True)
    expect_subjects(reader, HOSTILE, "Lunch on Friday?", "Offer for the mill")
    reader.leave_field()
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("jk/", delay=40)
    expect(search).to_have_value("jk/")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("turbine", delay=40)
    expect(page.locator(".found mark")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    expect(page.locator("button.row").nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("button.row").nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("button.row").nth(1)).to_be_focused()
    opened = page.get_by_role("heading", name="Lunch on Friday?")
    expect(opened).to_be_visible()
    expect(page.locator("button.row").nth(1)).to_be_focused()
    expect(page.locator("button.row").nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("Enter")
    expect(opened).to_be_focused()
    page.keyboard.press("u")
    expect(opened).to_have_count(0)
    expect(page.locator("button.row").nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("nowhere", delay=40)
    expect(page.get_by_text("No mail found")).to_be_visible()
    reader.leave_field()
    page.keyboard.press("/")
    expect(search).to_be_focused()


def test_the_search_is_accessible(make_page: Callable[..., Page], server: Server, stocked: Workspace) -> None:
    """axe-core finds no barrier in hits, chips, remarks and filters, in the dark; a phone does not scroll sideways."""
    reader = Writer(make_page((390, 844), dark=True), server.url, stocked.key)
    page = reader.page
    reader.enter("/history")
    type_search(reader, "turbine after:2020 on:someday")
    expect(page.get_by_text("is no date")).to_be_visible()
    type_search(reader, "turbine after:2020 -to:sam")
    expect(page.locator(".found mark")).to_have_count(2)
    # On a phone the completions cover the controls until Enter closes them.
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_label("Contact", exact=True)).to_be_visible()
    assert list_barriers(page) == []
    page.wait_for_function("() => document.scrollingElement.scrollWidth <= innerWidth")

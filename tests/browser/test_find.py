"""Finding a mail again as a person does: typing, chips, a link for a colleague, the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.server import Server
from tests.browser.test_accessibility import list_barriers
from tests.browser.writer import Letter, Writer

HOSTILE = '<img src=x onerror="document.title=1"> & <b>bold</b>'
LETTERS = (
    Letter("Offer for the mill", message="Our price for the turbine is fair.", to="hannah@mill.example"),
    Letter("Lunch on Friday?", message="The usual place, and the turbine again.", to="sam@example.com"),
    Letter(HOSTILE, message="A turbine with <script>alert(1)</script> in it", to="eve@example.com"),
)


@pytest.fixture
def reader(quick: Writer, server: Server) -> Writer:
    """Somebody at the history of a workspace from which three mails were sent."""
    for letter in LETTERS:
        if not server.list_deliveries(letter.subject):
            quick.compose(letter)
            quick.send.click()
            quick.expect_sent()
            quick.another.click()
            expect(quick.subject).to_have_value("")
    quick.visit("History")
    return quick


def type_search(reader: Writer, line: str) -> None:
    """Type a line key by key in place of the former."""
    search = reader.page.get_by_label("Search", exact=True)
    search.click()
    search.press("ControlOrMeta+a")
    search.press_sequentially(line, delay=40)
    expect(search).to_have_value(line)


def expect_subjects(reader: Writer, *subjects: str) -> None:
    """See that the list shows these mails, in this order."""
    expect(reader.page.locator("button.row .subject")).to_have_text(list(subjects))


def test_typing_finds_and_marks(reader: Writer) -> None:
    """While one types the list follows, the hit is marked in subject and text, and no letter is lost."""
    page = reader.page
    expect_subjects(reader, HOSTILE, "Lunch on Friday?", "Offer for the mill")
    type_search(reader, "turbine price")
    expect_subjects(reader, "Offer for the mill")
    expect(page.get_by_text("1 mail", exact=True)).to_be_visible()
    expect(page.locator(".preview mark")).to_have_text(["price", "turbine"])
    type_search(reader, "lunch")
    expect_subjects(reader, "Lunch on Friday?")
    expect(page.locator(".subject mark")).to_have_text(["Lunch"])
    expect(page).to_have_url(re.compile(r"q=lunch"))
    type_search(reader, "lunch nowhere")
    expect(page.get_by_text("No mail found")).to_be_visible()
    expect(page.get_by_label("Search", exact=True)).to_be_focused()


def test_hostile_mails_and_lines_stay_text(reader: Writer) -> None:
    """What is written in mails and into the field is shown letter by letter, marked or not."""
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


def test_a_chip_takes_its_operator_out(reader: Writer) -> None:
    """The line follows the chip, and the list the line."""
    page = reader.page
    type_search(reader, "turbine to:sam")
    expect_subjects(reader, "Lunch on Friday?")
    # What completes the line lies over the chips while one types.
    page.keyboard.press("Escape")
    page.get_by_role("button", name="to:sam").click()
    expect(page.get_by_label("Search", exact=True)).to_have_value("turbine")
    expect_subjects(reader, HOSTILE, "Lunch on Friday?", "Offer for the mill")
    expect(page.get_by_role("button", name="to:sam")).to_have_count(0)


def test_a_filter_is_an_operator(reader: Writer) -> None:
    """What the controls ask for stands in the line, beside what was typed."""
    page = reader.page
    type_search(reader, "turbine")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="Failed").click()
    expect(page.get_by_label("Search", exact=True)).to_have_value("turbine status:failed")
    expect(page.get_by_text("No mail found")).to_be_visible()
    page.get_by_role("button", name="status:failed").click()
    expect_subjects(reader, HOSTILE, "Lunch on Friday?", "Offer for the mill")


def test_a_link_shows_a_colleague_the_same(
    reader: Writer, make_context: Callable[..., BrowserContext], server: Server
) -> None:
    """Search and opened mail are in the address; without the key it shows nothing, with it the same view."""
    page = reader.page
    type_search(reader, "turbine -lunch")
    expect_subjects(reader, HOSTILE, "Offer for the mill")
    reader.row("Offer for the mill").click()
    expect(page.get_by_role("heading", name="Offer for the mill")).to_be_visible()
    expect(page).to_have_url(re.compile(r"mail=\d+"))
    expect(page).to_have_url(re.compile(r"q=turbine"))
    colleague = Writer(make_context().new_page(), server.url)
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
    """A slash searches, the arrow leads into the list, j and k move, Enter opens; in a field they are letters."""
    page = reader.page
    search = page.get_by_label("Search", exact=True)
    expect_subjects(reader, HOSTILE, "Lunch on Friday?", "Offer for the mill")
    page.get_by_role("heading", name="History").click()
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("jk/", delay=40)
    expect(search).to_have_value("jk/")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("turbine", delay=40)
    expect(page.locator(".preview mark")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    expect(page.locator("button.row").nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("button.row").nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("button.row").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Lunch on Friday?")).to_be_visible()
    expect(page.locator("button.row").nth(1)).to_be_focused()
    expect(page.locator("button.row").nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("nowhere", delay=40)
    expect(page.get_by_text("No mail found")).to_be_visible()
    page.get_by_role("heading", name="History").click()
    page.keyboard.press("/")
    expect(search).to_be_focused()


def test_the_operators_are_explained_in_place(reader: Writer) -> None:
    """One click away, with an example of each."""
    page = reader.page
    page.get_by_role("button", name="How to search").click()
    expect(page.get_by_text("words of an attached file's name")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("words of an attached file's name")).to_be_hidden()


@pytest.mark.parametrize(("size", "dark"), [((1280, 800), True), ((390, 844), False)])
@pytest.mark.usefixtures("reader")
def test_searching_keeps_nobody_out(
    make_context: Callable[..., BrowserContext], server: Server, dark: bool, size: tuple[int, int]
) -> None:
    """Hits, chips, remarks and controls are read by everybody, in both themes; a phone does not scroll sideways."""
    other = Writer(make_context(size, dark=dark).new_page(), server.url)
    page = other.page
    other.open("/settings")
    other.connect_here()
    other.visit("History")
    type_search(other, "turbine after:2020 on:someday")
    expect(page.get_by_text("is no date")).to_be_visible()
    type_search(other, "turbine after:2020 -to:sam")
    expect(page.locator(".preview mark")).to_have_count(2)
    # On a phone what completes the line lies over the controls, until one is done with it.
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_label("Contact ID", exact=True)).to_be_visible()
    assert list_barriers(page) == []
    page.wait_for_function("document.scrollingElement.scrollWidth <= innerWidth")

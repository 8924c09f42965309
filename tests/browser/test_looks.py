"""On a phone everything fits and one thing is shown at a time; the colours follow the computer's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.server import Server
from tests.browser.writer import Letter, Writer

PHONE = (390, 844)
LONG = "An unbreakable subject " + "x" * 90


@pytest.fixture
def phone(make_context: Callable[..., BrowserContext], server: Server) -> Writer:
    """Somebody with a phone, whose mails go out at once."""
    writer = Writer(make_context(PHONE).new_page(), server.url)
    writer.connect(undo="Off")
    return writer


def test_nothing_is_wider_than_a_phone(phone: Writer) -> None:
    """No page scrolls sideways, however long the words are that it shows."""
    page = phone.page
    expect_fit(phone)
    phone.compose(Letter(LONG, message="| A | B |\n|---|---|\n| " + "y" * 200 + " | 2 |\n\n`" + "z" * 300 + "`"))
    expect_fit(phone)
    phone.send.click()
    phone.expect_sent()
    expect_fit(phone)
    for name in ("Drafts", "Outbox", "History", "Insights", "Settings"):
        phone.visit(name)
        expect_fit(phone)
    phone.visit("History")
    phone.row(LONG).click()
    expect(page.get_by_role("tab", name="Attempts")).to_be_visible()
    expect_fit(phone)
    page.get_by_role("tab", name="Request and answer").click()
    expect(page.get_by_text("SHA-256 of the exact body")).to_be_visible()
    expect_fit(phone)
    page.get_by_role("tab", name="Attempts").click()
    expect(page.get_by_role("table")).to_be_visible()
    expect_fit(phone)


def test_a_phone_shows_writing_or_the_preview(phone: Writer) -> None:
    """The switch shows one side at a time, and Send stays at hand."""
    page = phone.page
    expect(phone.message).to_be_visible()
    expect(page.get_by_role("tab", name="Plain text")).to_be_hidden()
    page.get_by_role("radio", name="Preview").click()
    expect(page.get_by_role("tab", name="Plain text")).to_be_visible()
    expect(phone.message).to_be_hidden()
    expect(phone.send).to_be_in_viewport()
    page.get_by_role("radio", name="Write").click()
    expect(phone.message).to_be_visible()
    expect(page.get_by_role("tab", name="Plain text")).to_be_hidden()


def test_a_phone_shows_the_list_or_the_mail(phone: Writer) -> None:
    """Opening a mail hides the list; "Back to the list" brings it back."""
    page = phone.page
    phone.compose(Letter("Read on a phone"))
    phone.send.click()
    phone.expect_sent()
    phone.visit("History")
    back = page.get_by_role("button", name="Back to the list")
    expect(back).to_be_hidden()
    phone.row("Read on a phone").click()
    expect(page.get_by_role("heading", name="Read on a phone")).to_be_visible()
    expect(phone.row("Read on a phone")).to_be_hidden()
    # What is left out keeps no room.
    title, way = page.get_by_role("heading", name="History", exact=True).bounding_box(), back.bounding_box()
    assert title is not None
    assert way is not None
    assert way["y"] - title["y"] - title["height"] < 40
    back.click()
    expect(phone.row("Read on a phone")).to_be_visible()
    expect(page.get_by_role("heading", name="Read on a phone")).to_be_hidden()


@pytest.mark.parametrize(("dark", "colour"), [(False, "rgb(255, 255, 255)"), (True, "rgb(18, 22, 28)")])
def test_the_page_follows_the_colour_scheme(
    make_context: Callable[..., BrowserContext], server: Server, dark: bool, colour: str
) -> None:
    """Light by day, dark by night, with the theme's own background."""
    writer = Writer(make_context(dark=dark).new_page(), server.url)
    writer.open()
    expect(writer.send).to_be_visible()
    expect(writer.page.get_by_test_id("stApp")).to_have_css("background-color", colour)


def expect_fit(writer: Writer) -> None:
    """See that the page does not scroll sideways."""
    page = writer.page
    page.wait_for_function("document.scrollingElement.scrollWidth <= innerWidth")
    sideways = (
        "[...document.querySelectorAll('[data-testid=stMain]')].filter(e => e.scrollWidth > e.clientWidth).length"
    )
    page.wait_for_function(f"{sideways} === 0")

"""The layout: on a phone everything fits and one pane is shown at a time; on a laptop the text has the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from components.model import Address, OutgoingMail
from tests.browser.server import Server
from tests.browser.workspace import Workspace
from tests.browser.writer import NewMail, Writer
from tests.unit.store.samples import to_record

PHONE = (390, 844)
LONG = "An unbreakable subject " + "x" * 90

#: Notes from picture to picture what can be clicked and has moved since the page was drawn, in shadow roots too.
WATCH_PLACES = """(() => {
    const places = new Map()
    window.moved = new Set()
    const list = (root) => [...root.querySelectorAll("*")].flatMap(
        (each) => [each, ...(each.shadowRoot ? list(each.shadowRoot) : [])]
    )
    const isPressed = (each) => each.matches("a, button, input, summary, [contenteditable]")
    const look = () => {
        const isDrawn = document.querySelector("[data-test-script-state=notRunning]") !== null
        for (const each of list(document).filter(isPressed)) {
            if (!each.checkVisibility({ visibilityProperty: true })) continue
            const { x, y } = each.getBoundingClientRect(), before = places.get(each)
            const isMoved = before && Math.hypot(before.x - x, before.y - y) > 8
            if (isDrawn && isMoved) moved.add(`${each.ariaLabel || each.innerText}: ${[before.x, before.y, x, y]}`)
            places.set(each, { x, y })
        }
        requestAnimationFrame(look)
    }
    look()
})()"""


@pytest.fixture
def phone(make_page: Callable[..., Page], server: Server, workspace: Workspace) -> Writer:
    """A person with a phone who has not opened the app yet."""
    workspace.set_undo(0)
    return Writer(make_page(PHONE), server.url, workspace.key)


@pytest.mark.parametrize("width", [1440, 1024])
def test_nothing_moves_while_a_page_loads(
    make_context: Callable[[], BrowserContext], server: Server, workspace: Workspace, width: int
) -> None:
    """In a browser without a cache the code of fields and buttons comes late; a click meets what it was aimed at."""
    page = make_context().new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(WATCH_PLACES)
    writer = Writer(page, server.url, workspace.key)
    writer.open("/history")
    expect(page.get_by_role("button", name="Practice mode")).to_be_visible()
    writer.expect_idle()
    assert page.evaluate("[...moved]") == []
    for path in ("/", "/history"):
        writer.enter(path)
        writer.expect_idle()
        if path == "/":
            expect(writer.message).to_be_visible()
        assert page.evaluate("[...moved]") == []


def test_nothing_is_wider_than_a_phone(phone: Writer) -> None:
    """No page scrolls sideways, however long its words are."""
    page = phone.page
    phone.enter()
    expect_fit(phone)
    phone.compose(NewMail(LONG, message="| A | B |\n|---|---|\n| " + "y" * 200 + " | 2 |\n\n`" + "z" * 300 + "`"))
    expect_fit(phone)
    phone.send.click()
    phone.expect_sent()
    expect_fit(phone)
    for name in ("Drafts", "Outbox", "History", "Insights", "Settings"):
        phone.visit(name)
        expect_fit(phone)
    phone.visit("History")
    phone.row(LONG).click()
    expect(page.get_by_role("heading", name=LONG)).to_be_visible()
    expect_fit(phone)
    phone.open_details("Request and answer")
    expect(page.get_by_text("SHA-256 of the exact body")).to_be_visible()
    expect_fit(phone)
    phone.open_details("Attempts")
    expect(page.get_by_role("table")).to_be_visible()
    expect_fit(phone)


def test_a_phone_shows_writing_or_the_preview(phone: Writer) -> None:
    """The switch shows one side at a time, and Send stays in view."""
    page = phone.page
    phone.enter()
    expect(phone.message).to_be_visible()
    expect(page.get_by_role("tab", name="Plain text")).to_be_hidden()
    page.get_by_role("radio", name="Preview").click()
    expect(page.get_by_role("tab", name="Plain text")).to_be_visible()
    expect(phone.message).to_be_hidden()
    expect(phone.send).to_be_in_viewport()
    page.get_by_role("radio", name="Write").click()
    expect(phone.message).to_be_visible()
    expect(page.get_by_role("tab", name="Plain text")).to_be_hidden()


def test_a_phone_shows_the_list_or_the_mail(phone: Writer, workspace: Workspace) -> None:
    """Opening a mail hides the list; "Back to the list" shows it again."""
    page = phone.page
    mail = OutgoingMail(
        to=(Address("Jane", "jane@example.com"),), subject="Read on a phone", html="<p>Hi</p>", text="Hi"
    )
    workspace.insert(to_record(mail))
    phone.enter("/history")
    back = page.get_by_role("button", name="Back to the list")
    expect(back).to_be_hidden()
    phone.row("Read on a phone").click()
    expect(page.get_by_role("heading", name="Read on a phone")).to_be_visible()
    expect(phone.row("Read on a phone")).to_be_hidden()
    # Hidden elements leave no gap below Streamlit's bar.
    button = back.bounding_box()
    assert button is not None
    assert button["y"] < 100
    back.click()
    expect(phone.row("Read on a phone")).to_be_focused()
    expect(page.get_by_role("heading", name="Read on a phone")).to_be_hidden()


def test_the_text_has_the_page_of_a_laptop(patient: Writer) -> None:
    """It begins above the middle, on lines that one reads with ease, and nothing moves for the panel after Send."""
    page = patient.page
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("radio", name="Write", exact=True)).to_be_visible()
    patient.expect_idle()
    before = read_places(patient)
    _, top, width, _ = before["message"]
    assert top < 400
    assert 680 <= width <= 700
    patient.compose(NewMail("Leaves the next mail in its place"))
    patient.send.click()
    expect(patient.panel.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    expect(patient.to).to_have_count(1)
    expect(patient.subject).to_have_value("")
    patient.expect_idle()
    assert read_places(patient) == before


def read_places(writer: Writer) -> dict[str, tuple[float, ...]]:
    """Read where the parts of the sheet stand: left, top, width and height."""
    checks = writer.page.locator(".st-key-readiness")
    parts = {
        "to": writer.to,
        "subject": writer.subject,
        "message": writer.message,
        "send": writer.send,
        "checks": checks,
    }
    boxes = {name: part.bounding_box() for name, part in parts.items()}
    return {name: (box["x"], box["y"], box["width"], box["height"]) for name, box in boxes.items() if box is not None}


def expect_fit(writer: Writer) -> None:
    """Expect that the page does not scroll sideways."""
    page = writer.page
    page.wait_for_function("() => document.scrollingElement.scrollWidth <= innerWidth")
    sideways = (
        "[...document.querySelectorAll('[data-testid=stMain]')].filter(e => e.scrollWidth > e.clientWidth).length"
    )
    page.wait_for_function(f"() => {sideways} === 0")

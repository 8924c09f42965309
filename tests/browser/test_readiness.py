"""The panel "Ready to send": it warns, corrects with a click, and never blocks sending."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.deliveries import Deliveries
from tests.browser.server import Server
from tests.browser.test_layout import PHONE, expect_fit
from tests.browser.workspace import Workspace
from tests.browser.writer import NewMail, Writer

MESSAGE = "Hi Bob,\n\nplease find our offer attached, the price is on [our page](http://acme.com)."


def panel(writer: Writer) -> Locator:
    """The panel "Ready to send"."""
    return writer.page.locator(".st-key-readiness")


def test_two_warnings_are_fixed_and_one_is_ignored(quick: Writer, deliveries: Deliveries) -> None:
    """Two clicks correct warnings; the first Ctrl+Enter leads to the third, a missing file, the second sends."""
    quick.compose(NewMail("Our offer", to="Jane Doe <jane@practice.example>", message=MESSAGE))
    look = panel(quick)
    expect(look).to_contain_text("You wrote “please find our offer attached”, but no file is attached.")
    expect(look).to_contain_text("You greet “Bob”")
    expect(quick.page.get_by_text("3 warnings", exact=True)).to_be_visible()
    look.get_by_role("button", name="Write “Jane”").click()
    quick.expect_message(MESSAGE.replace("Bob", "Jane"))
    expect(look).not_to_contain_text("You greet")
    look.get_by_role("button", name="Use https:").click()
    corrected = MESSAGE.replace("Bob", "Jane").replace("http:", "https:")
    quick.expect_message(corrected)
    expect(quick.page.get_by_text("1 warning", exact=True)).to_be_visible()
    expect(look).to_contain_text("Ready to send to 1 recipient")
    quick.message.press("Control+Enter")
    expect(look).to_be_focused()
    expect(quick.send_anyway).to_be_visible()
    assert deliveries.find("Our offer") == []
    quick.page.keyboard.press("Control+Enter")
    quick.expect_sent()
    expect(quick.page.locator("#to:focus")).to_have_count(1)
    html, _ = deliveries.read_bodies(deliveries.wait_for("Our offer"))
    assert 'href="https://acme.com"' in html


def test_a_phone_shows_the_panel_under_the_text(
    make_page: Callable[..., Page], server: Server, workspace: Workspace
) -> None:
    """The count is beside Send while one writes; the panel fits and its buttons work."""
    phone = Writer(make_page(PHONE, dark=True), server.url, workspace.key)
    phone.enter()
    phone.compose(NewMail("Small", to="Jane Doe <jane@practice.example>", message=MESSAGE))
    expect(phone.page.get_by_text("3 warnings", exact=True)).to_be_visible()
    expect_fit(phone)
    panel(phone).get_by_role("button", name="Write “Jane”").click()
    expect(phone.page.get_by_text("2 warnings", exact=True)).to_be_visible()

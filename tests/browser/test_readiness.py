"""The panel "Ready to send" as a person uses it: it warns, mends by a click, and never stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy

from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.server import Server
from tests.browser.test_looks import PHONE, expect_fit
from tests.browser.writer import Letter, Writer

MESSAGE = "Hi Bob,\n\nplease find our offer attached, the price is on [our page](http://acme.com)."


def panel(writer: Writer) -> Locator:
    """The panel."""
    return writer.page.locator(".st-key-readiness")


def test_a_forgotten_attachment_a_fix_and_send_anyway(quick: Writer, server: Server) -> None:
    """The promise is quoted, two clicks mend the rest in place, one more sends the mail as it is."""
    quick.compose(Letter("Our offer", to="Jane Doe <jane@practice.example>", message=MESSAGE))
    look = panel(quick)
    expect(look).to_contain_text("You wrote “please find our offer attached”, but no file is attached.")
    expect(look).to_contain_text("You greet “Bob”")
    expect(quick.page.get_by_text("3 things to look at", exact=True)).to_be_visible()
    look.get_by_role("button", name="Write “Jane”").click()
    expect(quick.message).to_have_value(MESSAGE.replace("Bob", "Jane"))
    expect(look).not_to_contain_text("You greet")
    look.get_by_role("button", name="Use https:").click()
    mended = MESSAGE.replace("Bob", "Jane").replace("http:", "https:")
    expect(quick.message).to_have_value(mended)
    expect(quick.page.get_by_text("1 thing to look at", exact=True)).to_be_visible()
    expect(look).to_contain_text("Ready to send to 1 recipient")
    quick.send.click()
    quick.expect_sent()
    mail = message_from_bytes(server.read_eml(server.await_delivery("Our offer")), policy=policy.default)
    body = mail.get_body(("html",))
    assert body is not None
    assert 'href="https://acme.com"' in body.get_content()


def test_fine_as_it_is_stays_so_while_one_types_on(writer: Writer) -> None:
    """A warning called fine is gone; what is typed meanwhile and afterwards stays."""
    writer.compose(Letter("Fine", to="Jane Doe <jane@practice.example>", message="Hi Bob,\n\nhello"))
    look = panel(writer)
    look.get_by_role("button", name="Fine as it is").click()
    expect(look).not_to_contain_text("You greet")
    writer.message.press("Control+End")
    writer.message.press_sequentially(" and more", delay=30)
    expect(look).to_contain_text("5 words")
    expect(look).not_to_contain_text("You greet")
    expect(writer.message).to_have_value("Hi Bob,\n\nhello and more")


def test_a_phone_shows_the_panel_under_the_preview(make_context: Callable[..., BrowserContext], server: Server) -> None:
    """The count stands beside Send while one writes; the panel fits and its buttons work."""
    phone = Writer(make_context(PHONE, dark=True).new_page(), server.url)
    phone.connect()
    phone.compose(Letter("Small", to="Jane Doe <jane@practice.example>", message=MESSAGE))
    expect(phone.page.get_by_text("3 things to look at", exact=True)).to_be_visible()
    phone.page.get_by_role("radio", name="Preview").click()
    expect_fit(phone)
    panel(phone).get_by_role("button", name="Write “Jane”").click()
    expect(panel(phone)).to_contain_text("2 things to look at")

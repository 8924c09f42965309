"""Linking by typing: a name in "To" becomes a recipient with its contact, and the mail goes out with the link."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.deliveries import Deliveries
from tests.browser.writer import Writer

HANNAH = "e8817b54-c0a8-434c-9098-72b1359168de"
#: Milliseconds between keys.
PACE = 30


def test_a_name_becomes_a_recipient_with_its_contact(quick: Writer, deliveries: Deliveries) -> None:
    """Typed, suggested, taken by Enter, shown as a chip, offered the deal, sent: the request holds both ids."""
    page = quick.page
    quick.to.press_sequentially("okaf", delay=PACE)
    option = page.get_by_role("option", selected=True)
    expect(option).to_contain_text("Hannah Okafor")
    expect(option).to_contain_text("Northwind Grid plc · General Counsel")
    quick.to.press("Enter")
    quick.expect_recipients("To", "Hannah Okafor hannah.okafor@northwind-grid.example")
    quick.expect_linked(HANNAH)
    expect(page.get_by_role("list", name="Linked")).to_contain_text("Hannah Okafor · Northwind Grid plc")
    expect(quick.to).to_be_focused()
    page.get_by_role("button", name="Link to Northwind Grid").click()
    expect(page.get_by_role("list", name="Linked").get_by_role("listitem")).to_have_count(2)
    quick.subject.fill("Linked by name")
    quick.write_message("Dear Hannah,\n\nthe terms as agreed.")
    quick.send.click()
    quick.expect_sent()
    (delivery,) = deliveries.find("Linked by name")
    mail = deliveries.read_message(delivery)
    assert mail["X-LeadLex-Contact"] == HANNAH
    assert mail["X-LeadLex-Deal"]
    quick.expect_linked()

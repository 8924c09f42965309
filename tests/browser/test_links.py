"""Linking by typing: a name in "To" becomes a recipient with its contact, and the mail goes out with the link."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from playwright.sync_api import Page, expect

from components.crm import Contact, Kind
from components.gateway.practice import PracticeGateway
from components.model import HOUR_SECONDS
from components.store import Store
from tests.browser.deliveries import Deliveries
from tests.browser.server import Server
from tests.browser.workspace import Workspace
from tests.browser.writer import NewMail, Writer

HANNAH = "e8817b54-c0a8-434c-9098-72b1359168de"
MARCUS = "b365b547-fbb4-4d7b-803f-61413f5e86f5"
SAVED = re.compile("^Saved")
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
    expect_hover_card(quick)
    page.get_by_role("button", name="Link to Northwind Grid").click()
    expect(page.get_by_role("list", name="Linked").get_by_role("listitem")).to_have_count(2)
    quick.subject.fill("Linked by name")
    quick.write_message("Dear Hannah,\n\nthe terms as agreed.")
    # After a click the fields report their text only when the run of that click has ended.
    expect(quick.preview).to_have_attribute("srcdoc", re.compile("the terms as agreed"))
    quick.send.click()
    quick.expect_sent()
    (delivery,) = deliveries.find("Linked by name")
    mail = deliveries.read_message(delivery)
    assert mail["X-LeadLex-Contact"] == HANNAH
    assert mail["X-LeadLex-Deal"]
    quick.expect_linked()


def test_links_are_found_removed_and_kept(writer: Writer) -> None:
    """By name, by the keyboard alone; a removed one stays removed after a reload, a chosen one stays."""
    page = writer.page
    writer.to.press_sequentially("marcus.feld@feldbahn.example,", delay=PACE)
    writer.expect_linked(MARCUS)
    page.get_by_role("button", name="Remove Marcus Feld", exact=True).click()
    writer.expect_linked()
    writer.link.press_sequentially("northwind", delay=PACE)
    expect(page.get_by_role("option", name="Hannah Okafor")).to_be_visible()
    deal = page.get_by_role("option").filter(has_text="Deal ·")
    expect(deal).to_have_count(1)
    while deal.get_attribute("aria-selected") != "true":
        writer.link.press("ArrowDown")
    writer.link.press("Enter")
    expect(page.get_by_role("list", name="Linked")).to_contain_text("Northwind Grid: offshore cable arbitration")
    writer.link.press_sequentially("nobody such", delay=PACE)
    writer.subject.fill("Kept")
    expect(page.get_by_text("Not linked yet")).to_be_visible()
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.reload()
    expect(page.get_by_role("list", name="Linked").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("list", name="Linked")).to_contain_text("Northwind Grid: offshore cable arbitration")


def test_a_chosen_contact_needs_no_question(writer: Writer) -> None:
    """Of two contacts with one address, the one that was chosen by the keyboard is linked."""
    writer.to.press_sequentially("donau", delay=PACE)
    option = writer.page.get_by_role("option", name="Sabine Köhler")
    expect(option).to_be_visible()
    while option.get_attribute("aria-selected") != "true":
        writer.to.press("ArrowDown")
    writer.to.press("Enter")
    writer.expect_recipients("To", "Sabine Köhler legal@donau-rueck.example")
    expect(writer.page.get_by_role("list", name="Linked")).to_contain_text("Sabine Köhler · ")
    expect(writer.page.get_by_text("Who is")).to_have_count(0)


def test_an_address_of_two_contacts_asks_who_is_meant(writer: Writer) -> None:
    """One click answers; the contact is linked."""
    page = writer.page
    writer.to.press_sequentially("legal@donau-rueck.example", delay=PACE)
    writer.to.press("Tab")
    expect(page.get_by_text("Who is legal@donau-rueck.example?")).to_be_visible()
    page.get_by_role("button", name="Sabine Köhler").click()
    expect(page.get_by_role("list", name="Linked")).to_contain_text("Sabine Köhler · ")
    expect(page.get_by_text("Who is")).to_have_count(0)


@pytest.fixture
def former_copy(store: Store, workspace: Workspace) -> None:
    """A copy of the CRM from some hours ago, when its only contact was somebody who has left since."""
    loads, at = store.crm_loads, time.time() - 20 * HOUR_SECONDS
    loads.begin_refresh(workspace.id, "former", at)
    for kind, rows in ((Kind.CONTACT, [Contact("c-former", "Olga Okafor")]), (Kind.DEAL, [])):
        load = loads.start_load(workspace.id, kind, "former")
        load.add(rows, at)
        load.finish(at)
    loads.end_refresh(workspace.id, "former")


@pytest.mark.usefixtures("former_copy")
def test_a_refresh_on_a_click_finds_who_is_new(writer: Writer) -> None:
    """The copy of this morning knows somebody else; a click in Settings renews it, and says when."""
    page = writer.page
    writer.link.press_sequentially("okafor", delay=PACE)
    expect(page.get_by_role("option")).to_have_text(re.compile("Olga Okafor Contact"))
    writer.visit("Settings")
    age = page.get_by_text(re.compile("contacts?, copied "))
    expect(age).to_have_text(re.compile("^1 contact, copied "))
    before = age.inner_text().partition(", ")[2]
    page.get_by_role("button", name="Copy again").click()
    renewed = age.filter(has_text="120 contacts")
    expect(renewed).to_be_visible()
    assert renewed.inner_text().partition(", ")[2] != before
    writer.visit("Compose")
    writer.link.press_sequentially("okafor", delay=PACE)
    expect(page.get_by_role("option").first).to_contain_text("Hannah Okafor")
    expect(page.get_by_role("option").filter(has_text="Olga")).to_have_count(0)


def test_without_any_crm_ids_are_typed(page: Page, server: Server, gateway: PracticeGateway) -> None:
    """A search says what it costs and then why it fails; an id is typed by hand, and the mail goes out with it."""
    writer = Writer(page, server.url, f"wbk_noread_{uuid.uuid4().hex}")
    writer.connect(undo="Off")
    writer.link.press_sequentially("Hannah", delay=PACE)
    expect(page.get_by_role("option")).to_have_text(["Search LeadLex for “Hannah” one API call"])
    writer.link.press("Enter")
    expect(page.get_by_text("This API key may not read contacts")).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(0)
    writer.compose(NewMail("Linked by hand", contact_id=HANNAH))
    writer.send.click()
    writer.expect_sent()
    deliveries = Deliveries(gateway, writer.key)
    assert deliveries.read_message(deliveries.wait_for("Linked by hand"))["X-LeadLex-Contact"] == HANNAH


def test_a_pasted_address_links_without_a_key(writer: Writer) -> None:
    """What can mean only one thing needs no choice: leaving the field takes it."""
    page = writer.page
    writer.link.fill(f"https://app.leadlex.example/contacts/{HANNAH}")
    expect(page.get_by_role("option", name="Hannah Okafor")).to_be_visible()
    writer.subject.focus()
    writer.expect_linked(HANNAH)
    expect(writer.link).to_have_value("")


def test_a_choice_while_the_app_is_away_is_kept(writer: Writer, server: Server) -> None:
    """A link that is removed while the app has died stays removed once it is back."""
    page = writer.page
    writer.to.press_sequentially("marcus.feld@feldbahn.example,", delay=PACE)
    writer.expect_linked(MARCUS)
    writer.subject.fill("Removed while away")
    expect(page.get_by_text(SAVED)).to_be_visible()
    server.kill()
    page.get_by_role("button", name="Remove Marcus Feld", exact=True).click()
    writer.expect_linked()
    server.start()
    reconnect(page, writer)
    expect(writer.subject).to_have_value("Removed while away")
    expect(page.get_by_text(SAVED)).to_be_visible()
    writer.expect_linked()


def expect_hover_card(writer: Writer) -> None:
    """Look at the card over the contact's chip: by the pointer and the keyboard, beside what is typed."""
    page = writer.page
    chip, card = page.get_by_role("list", name="Linked").get_by_role("listitem"), page.get_by_role("tooltip")
    before = chip.bounding_box()
    expect(card).to_have_count(0)
    chip.hover()
    expect(card).to_contain_text("General Counsel")
    expect(card).to_contain_text("Northwind Grid: offshore cable arbitration")
    shown, field = card.bounding_box(), writer.link.bounding_box()
    assert before == chip.bounding_box()
    assert shown
    assert field
    assert shown["y"] + shown["height"] <= field["y"] or shown["y"] >= field["y"] + field["height"]
    assert shown["y"] >= 0
    card.hover()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    page.get_by_role("button", name="Remove Hannah Okafor", exact=True).focus()
    expect(card).to_be_visible()
    writer.link.focus()
    expect(card).to_have_count(0)


def reconnect(page: Page, writer: Writer) -> None:
    """Connect after the app was started again."""
    expect(page.get_by_text("Not connected")).to_be_visible()
    writer.visit("Settings")
    writer.connect_here()
    writer.visit("Compose")

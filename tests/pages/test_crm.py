"""Contacts and deals by name: in Settings, History, Insights and exports, from the copy of the CRM."""

from __future__ import annotations

import csv
import time

import pytest
from streamlit.testing.v1 import AppTest

from components.crm import Contact, Deal, Kind
from components.model import Address, OutgoingMail
from components.store.crm.lookups import CrmView
from components.ui.services import services
from tests.pages.driver import connected_workspace, insert_messages, list_component_data, open_page, texts, to_session
from tests.unit.store.samples import to_record

PATIENCE = 20.0


@pytest.fixture
def linked(practising: AppTest, crm: CrmView) -> tuple[Contact, Deal]:
    """A contact and a deal of the practice firm to which a mail is linked, beside a mail that is not."""
    contact = next(each for each in crm.find_contacts("a", 50) if each.company_name)
    (deal, *_) = crm.find_deals("a")
    mail = OutgoingMail(
        (Address(contact.full_name, contact.email),), "Linked", "", "t", contact_id=contact.id, deal_id=deal.id
    )
    other = OutgoingMail((Address("", "else@example.com"),), "Not linked", "", "t")
    insert_messages(practising, [to_record(each, created_at=time.time()) for each in (mail, other)])
    return contact, deal


def search(app: AppTest, line: str) -> list[str]:
    """Search the history and return the subjects found."""
    open_page(app, "history").text_input(key="q").set_value(line).run()
    (found,) = [data["rows"] for data in list_component_data(app) if data.get("label") == "Mails"]
    return [row["subject"] for row in found]


def test_settings_say_how_old_the_copy_is(practising: AppTest, crm: CrmView) -> None:
    """The number of rows and their age; a click copies again."""
    assert crm.kinds == set(Kind)
    said = texts(open_page(practising, "settings"))
    assert "120 contacts, copied " in said
    assert "40 deals, copied " in said
    practising.button(key="crm-refresh").click().run()
    assert services().crm.wait(connected_workspace(practising), PATIENCE)
    assert list(practising.error) == []


def test_a_search_takes_names(practising: AppTest, linked: tuple[Contact, Deal]) -> None:
    """A contact's name or company, a deal's name, and still their ids."""
    contact, deal = linked
    for operator, value in (
        ("contact", contact.full_name),
        ("contact", contact.company_name),
        ("contact", contact.id),
        ("deal", deal.name),
        ("deal", deal.id),
    ):
        assert search(practising, f'{operator}:"{value}"') == ["Linked"], value
        assert search(practising, f'-{operator}:"{value}"') == ["Not linked"], value
    search(practising, f"contact:{contact.id}")
    assert any(contact.full_name in chip.label.replace("\\", "") for chip in practising.button)


def test_names_stand_where_ids_stood(practising: AppTest, linked: tuple[Contact, Deal]) -> None:
    """In the opened mail, the timeline and Insights; ids are under the details alone."""
    contact, deal = linked
    number = next(mail.id for mail in services().store.history.get_summaries([1, 2], 1).values() if mail.contact_id)
    practising.query_params["mail"] = str(number)
    app = open_page(practising, "history")
    labels = {button.label.replace("\\", "") for button in app.button}
    assert f"All to {contact.full_name}" in labels
    assert any(label.startswith(f"All of {deal.name[:20]}") for label in labels)
    assert contact.id not in texts(app)
    app.button(key=f"contact-{number}").click().run()
    assert f"1 mail · {contact.full_name}" in texts(app).replace("\\", "")
    charts = list_component_data(open_page(practising, "insights"))
    shown = [row["name"] for data in charts if data.get("kind") == "rows" for row in data["rows"]]
    assert {f"{contact.full_name} · {contact.company_name}", deal.name} <= set(shown)


def test_a_table_has_the_names(practising: AppTest, linked: tuple[Contact, Deal]) -> None:
    """Beside the ids, in columns of their own; empty where a mail has no link."""
    contact, deal = linked
    open_page(practising, "history").button(key="export").click().run()
    export = to_session(practising).transfer.export
    assert export is not None
    until = time.monotonic() + PATIENCE
    while not export.ready:
        assert time.monotonic() < until, export.problem
    rows = list(csv.DictReader(export.path.read_text("utf-8-sig").splitlines()))
    named = {row["Subject"]: (row["Contact name"], row["Deal name"]) for row in rows}
    assert named == {"Linked": (contact.full_name, deal.name), "Not linked": ("", "")}

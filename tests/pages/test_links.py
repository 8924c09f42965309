"""Linking a mail to a contact and a deal: by its recipients, by name, by a pasted id, without a CRM."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from components.crm import Contact, Deal, Kind
from components.gateway.client import Client
from components.mailer.connection import connect
from components.model import ApiKey
from components.store.crm.lookups import CrmView
from components.ui.services import services
from components.ui.session import Session
from tests.pages.driver import (
    PERSON,
    SHELL,
    address_mail,
    choose_link,
    connected_workspace,
    field,
    list_component_data,
    send_and_settle,
    set_undo,
    shown_links,
    shown_recipients,
    texts,
    to_connection,
    to_session,
    type_into,
    type_link,
    write_mail,
)

PATIENCE = 20.0
HANNAH = "e8817b54-c0a8-434c-9098-72b1359168de"
HANNAH_MAIL = "hannah.okafor@northwind-grid.example"
MARCUS = "b365b547-fbb4-4d7b-803f-61413f5e86f5"
MARCUS_MAIL = "marcus.feld@feldbahn.example"
#: Contacts of the practice firm that share an address.
SHARED, BJOERN, SABINE = "legal@donau-rueck.example", "Björn Schröder", "Sabine Köhler"
#: A contact without any deal.
PAT_MAIL = "pat.demo@practice.example"
STRANGER = "nobody@elsewhere.example"


def connect_with(key: str) -> AppTest:
    """The app in the hands of ``PERSON``, connected to the practice gateway with a key of a special kind."""
    base_url = services().practice.start()
    connection = connect(services().store, services().clients.open(base_url), ApiKey(key), base_url)
    services().store.people.add_person(connection.workspace_id, PERSON)
    set_undo(connection.workspace_id, 0)
    app = AppTest.from_file(SHELL, default_timeout=30)
    app.session_state["session"] = Session(connection=replace(connection, person=PERSON))
    app.run()
    assert services().crm.wait(connection.workspace_id, PATIENCE)
    return app.run()


def count_calls(app: AppTest) -> int:
    """Count the calls that the session's key has made, by what the gateway says is left; this takes one itself."""
    connection = to_connection(app)
    client = Client(connection.base_url)
    limit = client.fetch_users(connection.key).rate_limit
    client.close()
    assert limit is not None
    assert limit.limit is not None
    assert limit.remaining is not None
    return limit.limit - limit.remaining


def choose_person(app: AppTest, contact: Contact) -> AppTest:
    """Choose a contact among the suggestions for "To", as the browser reports it."""
    text = f"{contact.full_name} <{contact.email}>"
    value = {"to": text, "cc": "", "bcc": ""}
    app.session_state[field(app, "recipients")] = {"value": value, "contacts": {text: contact.id}}
    return app.run()


def address(app: AppTest, to: str) -> AppTest:
    """Put recipients into "To" and run."""
    address_mail(app, to)
    return app.run()


def linked(app: AppTest) -> list[tuple[str, str]]:
    """Return name and note of the chips."""
    return [(each["name"], each["note"]) for each in shown_links(app)["links"]]


def labels(app: AppTest) -> list[str]:
    """Return the labels of all buttons, as they read."""
    return [button.label.replace("\\", "") for button in app.button]


def click(app: AppTest, label: str) -> AppTest:
    """Click the button with a label."""
    return next(each for each in app.button if each.label.replace("\\", "") == label).click().run()


def load_deals(app: AppTest, *deals: Deal) -> None:
    """Let the copy of the deals hold these, as a refresh would."""
    connection, loads = to_connection(app), services().store.crm_loads
    assert loads.begin_refresh(connection.workspace_id, "test", time.time() + 60) == "test"
    load = loads.start_load(connection.workspace_id, Kind.DEAL, "test")
    load.add(deals, time.time() + 60)
    load.finish(time.time())
    loads.end_refresh(connection.workspace_id, "test")
    loads.save_access(connection.workspace_id, connection.fingerprint, Kind.DEAL, True, time.time())


# By its recipients


def test_choosing_a_contact_links_it_and_offers_the_only_deal(practising: AppTest, crm: CrmView) -> None:
    """The chip has name and company; the deal is linked by a click; the mail goes out with both ids."""
    hannah = crm.get_contact(HANNAH)
    assert hannah is not None
    choose_person(practising, hannah)
    assert linked(practising) == [("Hannah Okafor", "Northwind Grid plc")]
    (offered,) = [label for label in labels(practising) if label.startswith("Link to")]
    click(practising, offered)
    deal = crm.find_deals("Northwind Grid")[0]
    assert linked(practising) == [("Hannah Okafor", "Northwind Grid plc"), (deal.name, "")]
    assert offered == f"Link to {deal.name}"
    assert offered not in labels(practising)
    type_into(practising, "subject", "Hello")
    type_into(practising, "markdown", "The terms as agreed")
    summary = send_and_settle(practising.run())
    assert (summary.contact_id, summary.deal_id) == (HANNAH, deal.id)
    assert linked(practising) == []


def test_a_typed_address_links_its_only_contact(practising: AppTest, crm: CrmView) -> None:
    """Once it is complete; of two recipients the first who is in the CRM; a stranger stays quiet."""
    assert crm.kinds
    address(practising, STRANGER)
    assert linked(practising) == []
    key = field(practising, "recipients")
    value = {"to": f"{STRANGER}, {HANNAH_MAIL}", "cc": "", "bcc": ""}
    practising.session_state[key] = {"value": value, "typing": {"label": "To", "text": HANNAH_MAIL}}
    assert linked(practising.run()) == []
    address(practising, f"{STRANGER}, {HANNAH_MAIL.upper()}, {MARCUS_MAIL}")
    assert linked(practising) == [("Hannah Okafor", "Northwind Grid plc")]
    assert "Who is" not in texts(practising)


def test_an_address_of_two_contacts_asks(practising: AppTest, crm: CrmView) -> None:
    """Nothing is linked before the answer, which is one click; "Neither" is quiet; choosing one needs no question."""
    address(practising, SHARED)
    assert linked(practising) == []
    assert f"Who is {SHARED}?" in texts(practising)
    asked = [label for label in labels(practising) if label.startswith((BJOERN, SABINE))]
    assert len(asked) == 2
    click(practising, next(label for label in asked if label.startswith(SABINE)))
    assert linked(practising)[0][0] == SABINE
    assert "Who is" not in texts(practising)
    practising.button(key="discard").click().run()
    click(address(practising, SHARED), "Neither")
    assert "Who is" not in texts(address(practising, f"{SHARED}, {STRANGER}"))
    assert linked(practising) == []
    practising.button(key="discard").click().run()
    bjoern = next(each for each in crm.list_contacts_at(SHARED) if each.full_name == BJOERN)
    choose_person(practising, bjoern)
    assert linked(practising)[0][0] == BJOERN
    assert "Who is" not in texts(practising)


def test_the_question_goes_with_its_recipient(practising: AppTest, crm: CrmView) -> None:
    """Who is asked about and removed again is asked about no more."""
    assert crm.kinds
    assert "Who is" in texts(address(practising, SHARED))
    assert "Who is" not in texts(address(practising, STRANGER))


def test_a_removed_link_stays_removed(practising: AppTest, crm: CrmView) -> None:
    """In later runs, with another recipient, and in a new session that opens the draft."""
    assert crm.kinds
    write_mail(practising, HANNAH_MAIL)
    choose_link(practising, contact_id="")
    assert linked(practising.run()) == []
    assert linked(address(practising, f"{HANNAH_MAIL}, {MARCUS_MAIL}")) == []
    draft = to_session(practising).composer.draft
    again = AppTest.from_file(SHELL, default_timeout=30)
    again.session_state["session"] = Session(connection=to_connection(practising))
    again.query_params["draft"] = draft.id
    assert linked(again.run().run()) == []
    assert to_session(again).composer.draft.to == draft.to


def test_a_link_goes_with_the_recipient_for_whom_it_was_made(practising: AppTest, crm: CrmView) -> None:
    """Otherwise a wrong choice, corrected, would leave the mail in the wrong file."""
    assert crm.kinds
    address(practising, f"{HANNAH_MAIL}, {MARCUS_MAIL}")
    assert linked(practising)[0][0] == "Hannah Okafor"
    assert linked(address(practising, MARCUS_MAIL))[0][0] == "Marcus Feld"
    assert linked(address(practising, STRANGER)) == []


def test_a_chosen_link_is_never_replaced(practising: AppTest, crm: CrmView) -> None:
    """Neither by another recipient, nor when the recipients change."""
    assert crm.kinds
    choose_link(practising, contact_id=MARCUS)
    for to in (HANNAH_MAIL, STRANGER, SHARED):
        assert linked(address(practising, to))[0][0] == "Marcus Feld"
    assert "Who is" not in texts(practising)


def test_several_deals_are_a_list(practising: AppTest, crm: CrmView) -> None:
    """With name, stage and value; one that is won is not offered; a contact without a deal is offered none."""
    assert crm.kinds
    load_deals(
        practising,
        Deal(
            "d-1", "Arbitration", "Proposal", "open", estimated_value=40_000.0, currency="EUR", main_contact_id=HANNAH
        ),
        Deal("d-2", "Grid code", "Qualified", "active", main_contact_id=HANNAH),
        Deal("d-3", "Old matter", "Closed", "won", main_contact_id=HANNAH),
    )
    address(practising, HANNAH_MAIL)
    offered = [button for button in practising.button if (button.key or "").startswith("link-deal-")]
    assert [button.label.replace("\\", "") for button in offered] == [
        "Arbitration · Proposal · EUR 40,000",
        "Grid code · Qualified",
    ]
    offered[1].click().run()
    assert to_session(practising).composer.draft.deal_id == "d-2"
    assert linked(practising)[1] == ("Grid code", "")
    practising.button(key="discard").click().run()
    address(practising, PAT_MAIL)
    assert linked(practising)[0][0] == "Pat Demo"
    assert not [label for label in labels(practising) if label.startswith("Link to")]


# By typing


def test_the_crm_is_searched_without_a_call(practising: AppTest, crm: CrmView) -> None:
    """Names, companies and umlauts typed letter by letter into "To" and "Link" make no API call."""
    assert crm.kinds
    before = count_calls(practising)
    for end in range(1, len("mueller") + 1):
        text = "mueller"[:end]
        state = {"value": {"to": text, "cc": "", "bcc": ""}, "typing": {"label": "To", "text": text}}
        practising.session_state[field(practising, "recipients")] = state
        found = shown_recipients(practising.run())["found"]
        assert found["typed"] == text
        assert len(found["people"]) == 8 or end > 1
        type_link(practising, text)
    joerg = next(each for each in found["people"] if each["name"] == "Jörg Müller-Lüdenscheid")
    assert joerg["note"] == "Havelwerke AG · Chefsyndikus · joerg.mueller@havelwerke.example"
    assert joerg["text"] == "Jörg Müller-Lüdenscheid <joerg.mueller@havelwerke.example>"
    assert count_calls(practising) == before + 1, "the probe alone"


def test_a_name_a_deal_an_id_and_an_address(practising: AppTest, crm: CrmView) -> None:
    """A name, an id and an address each find their contact or deal; an unknown id is offered as typed."""
    deal = crm.find_deals("Northwind Grid")[0]
    hannah = ("contact", "Hannah Okafor", "Contact · Northwind Grid plc · General Counsel")
    assert hannah in type_link(practising, "okafor")
    assert any(kind == "deal" and name == deal.name for kind, name, _ in type_link(practising, deal.name))
    for text in (HANNAH, HANNAH.upper(), f"https://app.leadlex.example/w/{deal.id}/contacts/{HANNAH}?tab=mails"):
        assert type_link(practising, text) == [hannah]
    assert type_link(practising, f"https://app.leadlex.example/deals/{deal.id}")[0][:2] == ("deal", deal.name)
    assert type_link(practising, "D-17") == [
        ("contact", "D-17", "Contact ID as typed"),
        ("deal", "D-17", "Deal ID as typed"),
    ]
    choose_link(practising, deal_id="D-17")
    practising.run()
    assert "“D-17” is not a UUID" in texts(write_mail(practising, STRANGER))
    assert [(each["id"], each["name"]) for each in shown_links(practising)["links"]] == [("D-17", "")]


def test_a_link_that_the_browser_kept_comes_back(practising: AppTest, crm: CrmView) -> None:
    """What was chosen while the app was away is put back by the journal, and saved."""
    assert crm.kinds
    write_mail(practising, STRANGER)
    told = next(data for data in list_component_data(practising) if "checksums" in data)
    state = to_session(practising)
    draft = state.composer.draft
    state.composer.open_draft(replace(draft, id="0" * 8 + draft.id[8:]))
    state.composer.settled = ()
    practising.run()
    head = {name: told[name] for name in ("draft", "opening", "scope", "version")}
    practising.session_state["journal"] = {"restore": [{**head, "texts": {"contact_id": HANNAH}}]}
    practising.run()
    saved = services().store.drafts.get_draft(draft.id, connected_workspace(practising))
    assert saved is not None
    assert saved.contact_id == HANNAH


# Without a CRM


def test_without_permission_ids_are_typed(practising: AppTest) -> None:
    """Nothing is suggested; a search says why; a typed id is linked and goes out."""
    app = connect_with("wbk_noread_links")
    assert practising
    assert linked(address(app, HANNAH_MAIL)) == []
    assert type_link(app, "Hannah") == []
    assert shown_links(app)["found"]["searches"]
    search(app, "Hannah")
    assert "may not read contacts" in shown_links(app)["note"]
    assert not shown_links(app)["found"]["searches"]
    assert [name for _, name, _ in type_link(app, HANNAH)] == [HANNAH, HANNAH]
    assert not shown_links(app)["found"]["searches"]
    choose_link(app, contact_id=HANNAH)
    write_mail(app, STRANGER)
    assert send_and_settle(app).contact_id == HANNAH


def test_an_explicit_search_makes_one_call(practising: AppTest) -> None:
    """Where no copy could be made, LeadLex is asked on Enter alone, once for a text; whom it found has a name."""
    app = connect_with("wbk_old_links")
    assert practising
    before = count_calls(app)
    for text in ("Ok", "Okafor"):
        assert type_link(app, text) == []
        assert shown_links(app)["found"]["searches"]
    assert count_calls(app) == before + 1, "the probe alone"
    for _ in range(2):
        search(app, "Okafor")
        app.run()
    assert [each["name"] for each in shown_links(app)["found"]["offers"]] == ["Hannah Okafor"]
    assert count_calls(app) == before + 3, "one search and two probes"
    choose_link(app, contact_id=HANNAH)
    assert linked(app.run()) == [("Hannah Okafor", "Northwind Grid plc")]
    search(app, "Nobody at all")
    assert shown_links(app)["note"] == "LeadLex has no contact “Nobody at all”."


def search(app: AppTest, text: str) -> None:
    """Type into "Link" and ask LeadLex, as Enter does."""
    app.session_state[field(app, "links")] = {"typed": text, "search": text}
    app.run()
    app.session_state[field(app, "links")] = {"typed": text}


# The card


def test_the_card_tells_what_is_known(practising: AppTest, crm: CrmView) -> None:
    """The card queries mails only while it is open. It shows deals, last mails and the next one without an API call.

    The chip's own card has the same facts, deals and last mails.
    """
    hannah = crm.get_contact(HANNAH)
    assert hannah is not None
    send_and_settle(write_mail(practising, HANNAH_MAIL, subject="Our terms"))
    set_undo(connected_workspace(practising), 60)
    write_mail(practising, HANNAH_MAIL, subject="Next week").button(key="send").click().run()
    address(practising, HANNAH_MAIL)
    before = count_calls(practising)
    assert "Last mails" not in read_card(practising)
    practising.session_state[field(practising, "card")] = True
    card = read_card(practising.run())
    deal = crm.find_deals("Northwind Grid")[0]
    told = dict(shown_links(practising)["card"])
    assert told["Company"] + told["Title"] + told["Phone"] == [hannah.company_name, hannah.job_title, hannah.phone]
    assert [line.partition(" · ")[0] for line in told["Open deals"]] == [deal.name]
    (last,) = [line for line in told["Last mails"] if line.endswith(f"{PERSON} · Our terms")]
    assert told["Last mails"] == [last]
    for text in (hannah.full_name, hannah.company_name, hannah.job_title, hannah.phone, deal.name):
        assert text in card
    assert re.search(rf"Last mails.*{PERSON} · Our terms", card)
    assert re.search(rf"Next scheduled.*{PERSON} · Next week", card)
    assert count_calls(practising) == before + 1, "the probe alone"
    click(practising, "Notes and tasks")
    detail = Client(to_connection(practising).base_url).fetch_contact(to_connection(practising).key, HANNAH).data
    card = read_card(practising)
    assert detail.recent_notes[0].text in card
    assert detail.open_tasks[0].title in card
    assert count_calls(practising) == before + 4, "two probes, the card, and the test's own"


def read_card(app: AppTest) -> str:
    """Return the text of all drawn HTML, which has no other text of the card."""
    return " ".join(re.sub("<[^>]+>", " ", element.proto.body) for element in app.get("html")).replace("  ", " ")

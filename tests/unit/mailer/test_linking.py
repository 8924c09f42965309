"""What a mail can be linked to: the contacts of its recipients, a typed name, a pasted id or LeadLex address."""

from __future__ import annotations

import pytest

from components.crm import Contact, Deal, Kind
from components.mailer.crm.linking import (
    Candidates,
    Link,
    Recipient,
    Reference,
    find_candidates,
    format_value,
    list_open_deals,
    read_reference,
    suggest_links,
)
from components.store import Store
from components.store.crm.lookups import CrmView
from tests.unit.store.samples import NOW

KEY = "key"
ID, OTHER = "e8817b54-c0a8-434c-9098-72b1359168de", "0a1b2c3d-0000-4000-8000-000000000001"
ANNA = Contact(ID, "Anna Müller", "Anna.Mueller@havel.example", job_title="GC", company_name="Havelwerke AG")
TWIN = Contact("c-2", "Ole Twin", "anna.mueller@havel.example")
OLE = Contact("c-3", "Ole Sørensen", "ole@nordhavn.example")
SALE = Deal(
    OTHER, "Havelwerke: sale", "Proposal", "open", estimated_value=120_000.0, currency="EUR", main_contact_id=ID
)
LOST = Deal("d-2", "Havelwerke: lease", status="lost", main_contact_id=ID)
ANNA_LINK = Link(Kind.CONTACT, ID, "Anna Müller", "Havelwerke AG · GC")
SALE_LINK = Link(Kind.DEAL, OTHER, "Havelwerke: sale", "Proposal · EUR 120,000")


@pytest.fixture
def crm(store: Store) -> CrmView:
    """A copy with three contacts, two of whom share an address, and two deals of one of them."""
    workspace_id = store.workspaces.save_workspace("f", False)
    assert store.crm_loads.begin_refresh(workspace_id, "me", NOW + 60) == "me"
    contacts = store.crm_loads.start_load(workspace_id, Kind.CONTACT, "me")
    contacts.add([ANNA, TWIN, OLE], NOW + 60)
    contacts.finish(NOW)
    deals = store.crm_loads.start_load(workspace_id, Kind.DEAL, "me")
    deals.add([SALE, LOST], NOW + 60)
    deals.finish(NOW)
    for kind in Kind:
        store.crm_loads.save_access(workspace_id, KEY, kind, True, NOW)
    return store.crm.open_view(workspace_id, KEY)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        (f" {ID} ", Reference(ID)),
        ("D-17", Reference("D-17")),
        (f"https://app.leadlex.com/contacts/{ID}", Reference(ID, Kind.CONTACT)),
        (f"https://app.leadlex.com/w/{OTHER}/Deals/{ID}/notes?x=1#y", Reference(ID, Kind.DEAL)),
        (f"http://127.0.0.1:8700/crm?deal_id={ID}&tab=1", Reference(ID, Kind.DEAL)),
        ("https://app.leadlex.com/contacts/con_1", Reference("con_1", Kind.CONTACT)),
        (f"https://app.leadlex.com/w/{OTHER}/p/{ID}", Reference(ID)),
        ("https://app.leadlex.com/settings", None),
        ("Hannah", None),
        ("Anna 2", None),
        ("anna2@havel.example", None),
        ("x1" * 40, None),
        ("", None),
    ],
)
def test_ids_in_texts(text: str, reference: Reference | None) -> None:
    """An id alone, or in an address that says of what it is; names and mail addresses are none."""
    assert read_reference(text) == reference


def test_the_first_known_recipient_counts(crm: CrmView) -> None:
    """Strangers are passed over; an address of two names both, unless one of them was chosen."""
    stranger, ole = Recipient("x@y.example"), Recipient("OLE@nordhavn.example")
    assert find_candidates([stranger], crm) is None
    assert find_candidates([stranger, ole], crm) == Candidates(ole.mailbox, (OLE,))
    shared = Recipient("anna.mueller@havel.example")
    assert find_candidates([shared, ole], crm) == Candidates(shared.mailbox, (ANNA, TWIN))
    assert find_candidates([Recipient(shared.mailbox, TWIN.id)], crm) == Candidates(shared.mailbox, (TWIN,))
    assert find_candidates([Recipient(shared.mailbox, "gone")], crm) == Candidates(shared.mailbox, (ANNA, TWIN))


def test_names_and_ids_are_suggested(crm: CrmView) -> None:
    """By name or company, contacts before deals; what has the id; an unknown id as it was typed."""
    assert suggest_links("havelwerke", crm) == (ANNA_LINK, SALE_LINK, Link(Kind.DEAL, "d-2", "Havelwerke: lease"))
    assert suggest_links(ID.upper(), crm) == (ANNA_LINK,)
    assert suggest_links(f"https://x.example/{OTHER}", crm) == (SALE_LINK,)
    assert suggest_links(f"https://x.example/contacts/{OTHER}", crm) == (Link(Kind.CONTACT, OTHER),)
    assert suggest_links("Z-9", crm) == (Link(Kind.CONTACT, "Z-9"), Link(Kind.DEAL, "Z-9"))
    assert suggest_links("nobody", crm) == ()


def test_without_a_copy_ids_alone_are_taken() -> None:
    """A name means nothing then."""
    assert suggest_links(ID, None) == (Link(Kind.CONTACT, ID), Link(Kind.DEAL, ID))
    assert suggest_links("Anna", None) == ()


def test_open_deals_alone_are_offered(crm: CrmView) -> None:
    """Neither lost ones nor those of others."""
    assert list_open_deals(ID, crm) == (SALE,)
    assert list_open_deals("c-3", crm) == ()


def test_values() -> None:
    """With thousands parted; without a currency the number alone; nothing where there is none."""
    assert format_value(SALE) == "EUR 120,000"
    assert format_value(Deal("d", "n", estimated_value=1.5e6)) == "1,500,000"
    assert format_value(LOST) == ""

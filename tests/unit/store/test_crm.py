"""The copy of the CRM: replaced as a whole, found by any part of a name, and forgotten where a person was erased."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import sqlalchemy as sa

from components.crm import Contact, Deal, Kind
from components.errors import StateError
from components.model import Address, Draft, OutgoingMail, Status
from components.store import Store
from components.store.crm.folding import Lines, to_found_by
from components.store.crm.lookups import CopyState, CrmView
from components.store.engine import writing
from components.store.maintenance.erasure import Erasure, ErasureTarget
from tests.unit.store.samples import NOW, insert, list_plans, to_record

KEY = "key-1"
FAR = NOW + 1000
ANNA = Contact("c-1", "Anna Müller", "Anna.Mueller@Havel.example", "+49", "GC", "Havelwerke AG", tags=("a b", "c"))
OLE = Contact("c-2", "Ole Sørensen", "ole@nordhavn.example", company_name="Nordhavn A/S")
TWIN = Contact("c-3", "Anna Muller-Stein", "anna.mueller@havel.example", company_name="Havelwerke AG")
SALE = Deal("d-1", "Havelwerke: sale", "Proposal", "open", "M&A", 120_000.0, "EUR", company_name="Havelwerke AG")


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace whose key LeadLex let read everything."""
    number = store.workspaces.save_workspace("f", False)
    for kind in Kind:
        store.crm_loads.save_access(number, KEY, kind, True, NOW)
    return number


def load(store: Store, workspace_id: int, values: Iterable[Contact] | Iterable[Deal], now: float = NOW) -> None:
    """Load a complete export, as a refresh does."""
    rows = list(values)
    kind = Kind.DEAL if rows and isinstance(rows[0], Deal) else Kind.CONTACT
    assert store.crm_loads.begin_refresh(workspace_id, "me", FAR) == "me"
    while store.crm_loads.remove_remnants(workspace_id, kind):
        continue
    new = store.crm_loads.start_load(workspace_id, kind, "me")
    new.add(rows, FAR)  # type: ignore[arg-type]
    new.finish(now)
    while store.crm_loads.remove_remnants(workspace_id, kind):
        continue
    store.crm_loads.end_refresh(workspace_id, "me")


def view(store: Store, workspace_id: int, key: str = KEY) -> CrmView:
    """What a key may see."""
    return store.crm.open_view(workspace_id, key)


def names(found: Iterable[Contact]) -> list[str]:
    """The ids, in order."""
    return [contact.id for contact in found]


def count_rows(store: Store, table: str) -> int:
    """Count the rows of all loads."""
    with store.engine.connect() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_everything_is_kept(store: Store, workspace_id: int) -> None:
    """A person and a deal come back with all fields; the state names age and number."""
    load(store, workspace_id, [ANNA, OLE])
    load(store, workspace_id, [SALE], now=NOW + 5)
    seen = view(store, workspace_id)
    assert seen.get_contact("c-1") == ANNA
    assert seen.get_deal("d-1") == SALE
    assert seen.get_contact("c-9") is None
    assert seen.get_deal("d-9") is None
    assert seen.list_deals_of("c-1") == (SALE,)
    assert seen.list_deals_of("c-2") == ()
    assert seen.list_names(Kind.CONTACT, ["c-2", "c-9", "c-1"] * 600) == {"c-1": "Anna Müller", "c-2": "Ole Sørensen"}
    assert seen.list_names(Kind.DEAL, ["d-1"]) == {"d-1": "Havelwerke: sale"}
    assert store.crm.list_copies(workspace_id) == {Kind.CONTACT: CopyState(NOW, 2), Kind.DEAL: CopyState(NOW + 5, 1)}


def test_the_main_contact_comes_before_the_company(store: Store, workspace_id: int) -> None:
    """Where LeadLex names main contacts, a person has their own deals and not those of the whole company."""
    load(store, workspace_id, [ANNA, TWIN])
    own = Deal("d-2", "Own", main_contact_id="c-3", company_name="Havelwerke AG")
    load(store, workspace_id, [SALE, own])
    assert view(store, workspace_id).list_deals_of("c-3") == (own,)
    assert {deal.id for deal in view(store, workspace_id).list_deals_of("c-1")} == {"d-1", "d-2"}


def test_an_address_of_two_people(store: Store, workspace_id: int) -> None:
    """Both are named, whatever the case of the address."""
    load(store, workspace_id, [ANNA, OLE, TWIN])
    assert names(view(store, workspace_id).list_contacts_at("anna.mueller@HAVEL.example")) == ["c-1", "c-3"]
    assert view(store, workspace_id).list_contacts_at("") == ()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Müller", ["c-1", "c-3"]),
        ("MUELLER", ["c-1", "c-3"]),
        ("muller", ["c-1", "c-3"]),
        ("mu\u0308ll", ["c-1", "c-3"]),
        ("soren", ["c-2"]),
        ("soeren", ["c-2"]),
        ("Søren nord", ["c-2"]),
        ("nord ole", ["c-2"]),
        ("havel", ["c-1", "c-3"]),
        ("@nord", ["c-2"]),
        ("a", ["c-1", "c-3", "c-2"]),
        ("stein anna", ["c-3"]),
        ("annamüller", []),
        ("gc", []),
        ("%", []),
        (" \n", []),
        ("\u0308 \u00ad", []),
        ("anna \u0308", ["c-1", "c-3"]),
        ("\x1f\0", []),
        ("\U0001f600", []),
    ],
)
def test_people_are_found_by_any_part(store: Store, workspace_id: int, typed: str, found: list[str]) -> None:
    """By name, address or company, in every spelling; who begins so comes first."""
    load(store, workspace_id, [ANNA, OLE, TWIN])
    seen = view(store, workspace_id)
    assert sorted(names(seen.find_contacts(typed))) == sorted(found)
    assert names(seen.find_contacts(typed))[:1] == found[:1]
    assert sorted(seen.find_ids(Kind.CONTACT, typed)) == sorted(found)


def test_beginnings_come_first() -> None:
    """Of many lines, first those that begin with the word, then those with such a word, then the others; each once."""
    texts = [["Hanna Beck"], ["Joanna Annas"], ["Bo Ann"], ["Ann Ann"], ["X", "ann@x.example"]]
    lines = Lines(enumerate(to_found_by(each) for each in texts))
    assert list(lines.find("Ann")) == [3, 1, 2, 4, 0]
    assert list(lines.find("ann bo")) == [2]
    many = Lines((number, to_found_by([f"Ann {number}"])) for number in range(1000))
    assert list(many.find("ann")) == list(range(1000))


def test_deals_are_found_by_name_and_company(store: Store, workspace_id: int) -> None:
    """Any part of either."""
    load(store, workspace_id, [SALE, Deal("d-2", "Kauf", company_name="Müller KG")])
    seen = view(store, workspace_id)
    assert seen.find_deals("sale") == (SALE,)
    assert [deal.id for deal in seen.find_deals("mueller")] == ["d-2"]
    assert seen.find_ids(Kind.DEAL, "havel") == ("d-1",)


def test_finding_follows_the_copy(store: Store, workspace_id: int) -> None:
    """A text in memory is read again after a refresh, also by another process, and never shows who was erased."""
    load(store, workspace_id, [ANNA, OLE])
    other = Store(str(store.engine.url))
    assert names(view(other, workspace_id).find_contacts("anna")) == ["c-1"]
    early = view(other, workspace_id)
    store.erasures.erase_mails(workspace_id, ErasureTarget("contact", "c-1"), NOW)
    assert early.find_contacts("anna") == ()
    load(store, workspace_id, [TWIN])
    assert names(view(other, workspace_id).find_contacts("an")) == ["c-3"]
    other.close()


def test_only_the_limit_is_given(store: Store, workspace_id: int) -> None:
    """Who is gone does not count towards it."""
    insert(store, workspace_id, mail=_to_mail("c-1"))
    load(store, workspace_id, [ANNA])
    load(store, workspace_id, [Contact(f"n-{number}", f"Anna {number}") for number in range(20)])
    seen = view(store, workspace_id)
    assert len(seen.find_contacts("anna", limit=8)) == 8
    assert "c-1" in seen.find_ids(Kind.CONTACT, "anna")


def test_a_key_sees_what_leadlex_gave_it(store: Store, workspace_id: int) -> None:
    """Another key sees nothing, or only the kind that its own call brought; a refusal ends that."""
    load(store, workspace_id, [ANNA])
    load(store, workspace_id, [SALE])
    assert view(store, workspace_id, "other").kinds == frozenset()
    assert view(store, workspace_id, "other").find_contacts("anna") == ()
    assert view(store, workspace_id, "other").get_contact("c-1") is None
    assert view(store, workspace_id, "other").list_contacts_at(ANNA.email) == ()
    assert view(store, workspace_id, "other").list_names(Kind.CONTACT, ["c-1"]) == {}
    store.crm_loads.save_access(workspace_id, "other", Kind.DEAL, True, NOW)
    assert view(store, workspace_id, "other").kinds == {Kind.DEAL}
    assert view(store, workspace_id, "other").get_deal("d-1") == SALE
    assert view(store, workspace_id, "other").list_deals_of("c-1") == ()
    store.crm_loads.save_access(workspace_id, KEY, Kind.CONTACT, False, NOW + 1)
    assert view(store, workspace_id).kinds == {Kind.DEAL}
    assert store.crm.list_access(workspace_id, KEY)[Kind.CONTACT].allowed is False


def test_another_workspace_sees_nothing(store: Store, workspace_id: int) -> None:
    """Not even with the same key, and its own refresh removes nothing here."""
    load(store, workspace_id, [ANNA])
    other = store.workspaces.save_workspace("g", False)
    store.crm_loads.save_access(other, KEY, Kind.CONTACT, True, NOW)
    load(store, other, [OLE])
    assert names(view(store, other).find_contacts("a")) == ["c-2"]
    assert view(store, other).get_contact("c-1") is None
    assert view(store, workspace_id).get_contact("c-1") == ANNA
    store.erasures.erase_mails(other, ErasureTarget("contact", "c-1"), NOW)
    assert view(store, workspace_id).get_contact("c-1") == ANNA


def test_an_unfinished_load_is_not_seen(store: Store, workspace_id: int) -> None:
    """What a process wrote before it died changes nothing, and is removed before the next load."""
    load(store, workspace_id, [ANNA])
    store.crm_loads.begin_refresh(workspace_id, "dead", FAR)
    half = store.crm_loads.start_load(workspace_id, Kind.CONTACT, "dead")
    assert half.add([OLE, OLE, TWIN], FAR) == 2
    assert half.add([OLE], FAR) == 0
    seen = view(store, workspace_id)
    assert (seen.get_contact("c-1"), seen.get_contact("c-2")) == (ANNA, None)
    store.crm_loads.end_refresh(workspace_id, "dead")
    load(store, workspace_id, [ANNA])
    assert view(store, workspace_id).get_contact("c-2") is None
    assert count_rows(store, "crm_contact") == 1


def test_a_refresh_belongs_to_one_process(store: Store, workspace_id: int) -> None:
    """Whoever has lost it can neither add rows nor show them."""
    assert store.crm_loads.begin_refresh(workspace_id, "first", FAR) == "first"
    slow = store.crm_loads.start_load(workspace_id, Kind.CONTACT, "first")
    slow.add([ANNA], FAR + 1)
    assert store.crm_loads.get_refresh(workspace_id) == ("first", FAR + 1)
    assert store.crm_loads.begin_refresh(workspace_id, "second", FAR) == "first"
    store.crm_loads.end_refresh(workspace_id, "first")
    assert store.crm_loads.begin_refresh(workspace_id, "second", FAR) == "second"
    store.crm_loads.end_refresh(workspace_id, "first")
    with pytest.raises(StateError):
        slow.add([OLE], FAR)
    with pytest.raises(StateError):
        slow.finish(NOW)
    assert view(store, workspace_id).kinds == frozenset()


def test_a_failure_keeps_the_copy(store: Store, workspace_id: int) -> None:
    """It is remembered until a refresh succeeds."""
    load(store, workspace_id, [ANNA])
    store.crm_loads.save_failure(workspace_id, Kind.CONTACT, "Why.", NOW + 1, NOW + 2)
    assert store.crm.list_copies(workspace_id)[Kind.CONTACT] == CopyState(NOW, 1, NOW + 1, "Why.", NOW + 2)
    assert view(store, workspace_id).get_contact("c-1") == ANNA
    load(store, workspace_id, [ANNA], now=NOW + 3)
    assert store.crm.list_copies(workspace_id)[Kind.CONTACT] == CopyState(NOW + 3, 1)


def _to_mail(contact_id: str = "", deal_id: str = "") -> OutgoingMail:
    return OutgoingMail((Address("", "x@y.example"),), "S", "<p>h</p>", "h", contact_id=contact_id, deal_id=deal_id)


def test_who_vanished_keeps_the_name_while_a_mail_refers_to_them(store: Store, workspace_id: int) -> None:
    """Id and name alone, over several refreshes, until the last mail or draft is gone."""
    store.transfer.insert_messages(workspace_id, [to_record(_to_mail("c-1", "d-1"))])
    store.drafts.save_draft(Draft("d" * 36, contact_id="c-2"), workspace_id, "opening")
    load(store, workspace_id, [ANNA, OLE, TWIN])
    load(store, workspace_id, [SALE])
    for _ in range(2):
        load(store, workspace_id, [Contact("c-4", "New")])
        load(store, workspace_id, [Deal("d-4", "New")])
    seen = view(store, workspace_id)
    assert seen.get_contact("c-1") == Contact("c-1", "Anna Müller")
    assert seen.get_contact("c-2") == Contact("c-2", "Ole Sørensen")
    assert seen.get_contact("c-3") is None
    assert seen.get_deal("d-1") == Deal("d-1", "Havelwerke: sale")
    assert seen.find_contacts("müller") == ()
    assert seen.find_deals("sale") == ()
    assert seen.find_ids(Kind.CONTACT, "mueller") == ("c-1",)
    assert seen.find_ids(Kind.CONTACT, "havel") == ()
    assert store.crm.list_copies(workspace_id)[Kind.CONTACT].rows == 1
    assert store.erasures.erase_mails(workspace_id, ErasureTarget("address", "x@y.example"), NOW) == 1
    seen = view(store, workspace_id)
    assert seen.get_contact("c-1") is None
    assert seen.get_deal("d-1") is None
    assert seen.get_contact("c-2") == Contact("c-2", "Ole Sørensen")
    assert seen.get_contact("c-4") is not None


@pytest.mark.parametrize(
    ("target", "gone"),
    [
        (ErasureTarget("contact", "c-1"), {"c-1"}),
        (ErasureTarget("address", "ANNA.mueller@havel.example"), {"c-1", "c-3"}),
    ],
)
def test_an_erased_person_stays_erased(store: Store, workspace_id: int, target: ErasureTarget, gone: set[str]) -> None:
    """Also without mails, also in a load under way, and only a digest of the id remains."""
    everybody = [ANNA, OLE, TWIN]
    load(store, workspace_id, everybody)
    store.crm_loads.begin_refresh(workspace_id, "me", FAR)
    running = store.crm_loads.start_load(workspace_id, Kind.CONTACT, "me")
    running.add([ANNA, OLE], FAR)
    assert store.erasures.erase_mails(workspace_id, target, NOW) == 0
    assert store.erasures.list_erasures(workspace_id) == (Erasure(target.kind, 0, NOW, None),)
    assert not gone & set(view(store, workspace_id).list_names(Kind.CONTACT, ["c-1", "c-2", "c-3"]))
    running.add([TWIN], FAR)
    running.finish(NOW + 1)
    store.crm_loads.end_refresh(workspace_id, "me")
    load(store, workspace_id, everybody)
    left = view(store, workspace_id).list_names(Kind.CONTACT, ["c-1", "c-2", "c-3"])
    assert set(left) == {"c-1", "c-2", "c-3"} - gone
    with store.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM crm_erased")).all()
    assert len(rows) == len(gone)
    assert not any("c-" in str(value) for row in rows for value in row)


def test_who_is_erased_before_the_first_refresh_does_not_come(store: Store, workspace_id: int) -> None:
    """The id of a mail's contact is known without a copy."""
    store.transfer.insert_messages(workspace_id, [to_record(_to_mail("c-1"), Status.SENT)])
    assert store.erasures.erase_mails(workspace_id, ErasureTarget("contact", "c-1"), NOW) == 1
    load(store, workspace_id, [ANNA, OLE])
    assert view(store, workspace_id).get_contact("c-1") is None


@pytest.mark.databases("sqlite")
def test_damaged_rows_are_shown_as_far_as_they_can_be(store: Store, workspace_id: int) -> None:
    """A value of another kind costs neither the row nor the rows beside it."""
    load(store, workspace_id, [ANNA, OLE])
    load(store, workspace_id, [SALE])
    with writing(store.engine) as connection:
        connection.execute(
            sa.text("UPDATE crm_contact SET phone = x'ff', tags = x'07', found_by = x'00' WHERE id = 'c-1'")
        )
        connection.execute(sa.text("UPDATE crm_deal SET estimated_value = 'much'"))
    seen = view(store, workspace_id)
    found = seen.get_contact("c-1")
    assert found is not None
    assert (found.full_name, found.phone, found.tags) == ("Anna Müller", "", ())
    assert names(seen.find_contacts("ole")) == ["c-2"]
    assert [deal.estimated_value for deal in seen.find_deals("sale")] == [None]


@pytest.mark.databases("sqlite")
def test_look_ups_visit_few_rows(store: Store, workspace_id: int) -> None:
    """Every look-up goes by an index; what was found, by its row."""
    load(store, workspace_id, [ANNA, OLE, TWIN])
    load(store, workspace_id, [SALE])
    seen = view(store, workspace_id)
    seen.find_contacts("anna")
    by_row = list_plans(store, lambda: seen.find_contacts("anna"), "crm_contact")
    assert by_row == ["SEARCH crm_contact USING INTEGER PRIMARY KEY (rowid=?)"]
    looks = (
        lambda: seen.get_contact("c-1"),
        lambda: seen.list_names(Kind.CONTACT, ["c-1"]),
    )
    for look in looks:
        (plan,) = list_plans(store, look, "crm_contact")
        assert plan.startswith("SEARCH crm_contact USING INDEX")
        assert plan.count("=?") == 3
    (plan,) = list_plans(store, lambda: seen.list_deals_of("c-2"), "crm_deal")[:1]
    assert "crm_deal_by_main_contact_id" in plan

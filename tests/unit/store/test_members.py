"""Members: known by issuer and subject, with a name of their own, and whose mails may go out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.errors import NotPermitted, StateError
from components.model import Draft, Identity, Member, Person, Role, Status, WorkspaceSettings
from components.store import ClaimTerms, Sender, Store
from components.store.members import SENDER_BARRED
from tests.unit.store.samples import FRESH, NOW, OPEN, claim, find_key, insert, to_message

ALEX = Identity("https://id.test", "alex", "alex@firm.test", "Alex Reuter")
JANE = Identity("https://id.test", "jane", "jane@firm.test", "Jane Doe")


def join(store: Store, workspace_id: int, identity: Identity = ALEX, role: Role = Role.SENDER) -> Member:
    """Let somebody in."""
    return store.members.save_visit(workspace_id, identity, role, NOW)


@pytest.fixture
def firm(store: Store) -> int:
    """A workspace of one key."""
    return store.workspaces.save_workspace("f", False)


def test_a_member_is_known_by_issuer_and_subject(store: Store, firm: int) -> None:
    """Address and name may change; the role that the first visit gave stays."""
    first = join(store, firm)
    moved = join(store, firm, replace(ALEX, address="reuter@firm.test"), Role.ADMIN)
    assert moved == replace(first, address="reuter@firm.test")
    assert store.members.find_member(firm, ALEX) == moved
    assert store.members.find_member(firm, replace(ALEX, issuer="https://other.test")) is None
    other = store.workspaces.save_workspace("g", False)
    assert store.members.find_member(other, ALEX) is None
    assert store.members.get_member(other, first.id) is None


@pytest.mark.parametrize(
    "stranger",
    [replace(ALEX, issuer="https://other.test"), replace(ALEX, subject="alex-2", name="Somebody")],
)
def test_the_address_of_a_member_lets_nobody_else_in(store: Store, firm: int, stranger: Identity) -> None:
    """Neither under another issuer nor another subject, nor after a removal, until an admin releases it."""
    alex = join(store, firm)
    for removed_at in (None, NOW):
        store.members.save_removal(firm, alex.id, removed_at)
        with pytest.raises(NotPermitted, match=r"alex@firm\.test belongs to another sign-in here"):
            join(store, firm, stranger)
    store.members.release_address(firm, alex.id)
    assert join(store, firm, stranger).id != alex.id
    assert join(store, firm).address == ""


def test_the_operators_admin_takes_the_address_over(store: Store, firm: int) -> None:
    """After a change of the identity provider an admin comes in anew; what the former sign-in had stays with it."""
    alex = join(store, firm)
    moved = replace(ALEX, issuer="https://other.test")
    renewed = store.members.save_visit(firm, moved, Role.ADMIN, NOW, by_operator=True)
    assert (renewed.name, renewed.role) == ("Alex Reuter (alex@firm.test)", Role.ADMIN)
    assert store.members.get_member(firm, alex.id) == replace(alex, address="")


def test_the_operator_lets_a_removed_admin_in_again(store: Store, firm: int) -> None:
    """A visit alone does not."""
    alex = join(store, firm)
    store.members.save_removal(firm, alex.id, NOW)
    assert join(store, firm).removed_at == NOW
    again = store.members.save_visit(firm, ALEX, Role.ADMIN, NOW, by_operator=True)
    assert (again.removed_at, again.role) == (None, Role.ADMIN)


def test_names_are_unique(store: Store, firm: int) -> None:
    """The second of a name is told apart by the address, since settings and signatures go by names."""
    join(store, firm)
    second = join(store, firm, replace(JANE, name="alex reuter"))
    third = join(store, firm, replace(JANE, subject="3", name="", address="x@firm.test"))
    assert second.name == "alex reuter (jane@firm.test)"
    assert third.name == "x@firm.test"
    assert join(store, firm, replace(JANE, name="alex reuter")).name == second.name


def test_the_only_name_of_before_goes_to_the_first_member_once(store: Store, firm: int) -> None:
    """Settings, signatures and drafts of somebody who worked alone; whoever comes next begins anew."""
    store.people.add_person(firm, "Lex")
    store.people.save_person(firm, Person("Lex", 30, "desk@firm.test"))
    store.signatures.save_signature(firm, "Lex", "Work", "Alex", default=True)
    store.drafts.save_draft(Draft("d" * 36, subject="Angebot", written_by="Lex"), firm)
    join(store, firm)
    join(store, firm, JANE)
    assert store.people.list_people(firm) == (Person(ALEX.name, 30, "desk@firm.test"), Person(JANE.name))
    assert store.signatures.get_default(firm, ALEX.name) == "Alex"
    assert store.signatures.list_signatures(firm, JANE.name) == ()
    assert [each.written_by for each in store.drafts.list_drafts(firm)] == [ALEX.name]


def test_of_several_names_each_goes_to_its_own(store: Store, firm: int) -> None:
    """A team finds what stands under each name; a second person of a name does not get it."""
    for name, undo in (("Alex Reuter", 30), ("Jane Doe", 60), ("Sam", 5)):
        store.people.add_person(firm, name)
        store.people.save_person(firm, Person(name, undo))
    for identity in (JANE, ALEX, replace(JANE, subject="jane-2", address="other@firm.test")):
        join(store, firm, identity)
    assert store.people.get_person(firm, JANE.name).undo_seconds == 60
    assert store.people.get_person(firm, ALEX.name).undo_seconds == 30
    assert store.people.get_person(firm, "Sam").undo_seconds == 5
    assert store.people.get_person(firm, "Jane Doe (other@firm.test)") == Person("Jane Doe (other@firm.test)")


def test_a_new_name_takes_everything_along(store: Store, firm: int) -> None:
    """Settings, signatures and drafts follow; a signature whose name is taken gets a number; mails keep the name."""
    join(store, firm, JANE)
    store.people.save_person(firm, Person(JANE.name, 60))
    store.signatures.save_signature(firm, JANE.name, "Work", "Doe", default=True)
    store.signatures.save_signature(firm, "Jane Roe", "Work", "chosen before", default=False)
    store.drafts.save_draft(Draft("d" * 36, written_by=JANE.name), firm)
    mail = insert(store, firm, sent_by=JANE.name)
    renamed = join(store, firm, replace(JANE, name="Jane Roe"))
    assert renamed.name == "Jane Roe"
    assert store.people.list_people(firm) == (Person("Jane Roe", 60),)
    assert store.signatures.get_default(firm, "Jane Roe") == "Doe"
    assert [each.name for each in store.signatures.list_signatures(firm, "Jane Roe")] == ["Work", "Work (2)"]
    assert [each.written_by for each in store.drafts.list_drafts(firm)] == ["Jane Roe"]
    summary = store.history.get_summary(mail, firm)
    assert summary is not None
    assert summary.sent_by == JANE.name


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER])
def test_a_mail_of_somebody_who_may_not_send_is_not_recorded(store: Store, firm: int, role: Role) -> None:
    """The transaction that would record it asks; the draft stays."""
    alex = join(store, firm)
    store.members.save_role(firm, alex.id, role)
    value = Draft("d" * 36, subject="Angebot")
    store.drafts.save_draft(value, firm)
    with pytest.raises(NotPermitted, match="may not send"):
        store.outbox.insert_message(to_message(firm, draft_id=value.id, sender_id=alex.id))
    assert store.drafts.get_draft(value.id, firm) is not None
    assert store.history.find_summary(value.id, firm) is None


def test_a_member_of_another_workspace_records_nothing(store: Store, firm: int) -> None:
    """A sender counts only within their own workspace."""
    alex = join(store, store.workspaces.save_workspace("g", False))
    with pytest.raises(NotPermitted):
        store.outbox.insert_message(to_message(firm, sender_id=alex.id))


def test_waiting_mails_of_a_removed_sender_wait_for_an_admin(store: Store, firm: int) -> None:
    """What waits is held with its reason; what others send goes out; what is released goes out as the admin's."""
    alex, jane = join(store, firm), join(store, firm, JANE, Role.ADMIN)
    held = insert(store, firm, sender_id=alex.id, sent_by=alex.name)
    other = insert(store, firm, sender_id=jane.id)
    store.members.save_removal(firm, alex.id, NOW)
    summary = store.history.get_summary(held, firm)
    assert summary is not None
    assert (summary.status, summary.code, summary.due_at, summary.needs_you) == (Status.HELD, SENDER_BARRED, None, True)
    first = claim(store, firm)
    assert first is not None
    assert first.summary.id == other
    assert claim(store, firm) is None
    store.outbox.reschedule(held, firm, OPEN, Sender(find_key(store, firm), jane.name, jane.id), NOW)
    released = claim(store, firm)
    assert released is not None
    assert (released.summary.id, released.summary.sent_by, released.summary.sender_id) == (held, jane.name, jane.id)


def test_no_claim_takes_what_falls_due_again_after_a_removal(store: Store, firm: int) -> None:
    """A mail that was under way then is neither repeated nor forgotten: the next look parks it."""
    alex = join(store, firm)
    held = insert(store, firm, sender_id=alex.id)
    taken = claim(store, firm)
    assert taken is not None
    store.members.save_removal(firm, alex.id, NOW)
    store.leases.expire_leases((Status.SENDING,), Status.HELD, NOW + 100)
    store.outbox.change(held, firm, OPEN, due_at=NOW, needs_you=False, unclear=False)
    assert claim(store, firm) is None
    assert store.members.park_barred() == 1
    assert store.members.park_barred() == 0


def test_somebody_who_is_let_in_again_sends_again(store: Store, firm: int) -> None:
    """Their parked mails stay a person's decision."""
    alex = join(store, firm)
    parked = insert(store, firm, sender_id=alex.id)
    store.members.save_role(firm, alex.id, Role.WRITER)
    store.members.save_role(firm, alex.id, Role.SENDER)
    assert claim(store, firm) is None
    fresh = insert(store, firm, sender_id=alex.id)
    taken = claim(store, firm)
    assert taken is not None
    assert taken.summary.id == fresh != parked


def test_drafts_are_handed_over(store: Store, firm: int) -> None:
    """Those of the leaver alone; an unknown heir changes nothing."""
    alex, jane = join(store, firm), join(store, firm, JANE)
    for number, name in enumerate((alex.name, alex.name, jane.name)):
        store.drafts.save_draft(Draft(f"{number}" * 36, written_by=name), firm)
    with pytest.raises(StateError):
        store.members.hand_over_drafts(firm, alex.id, 99)
    assert store.members.hand_over_drafts(firm, alex.id, jane.id) == 2
    assert {each.written_by for each in store.drafts.list_drafts(firm)} == {jane.name}


def test_members_of_merged_workspaces_are_one(store: Store) -> None:
    """Who is a member of both keeps the role of the larger one, and what they sent stays theirs."""
    one, other = (store.workspaces.save_workspace(name, False) for name in "fg")
    insert(store, one)
    mine = join(store, one, role=Role.WRITER)
    theirs = join(store, other)
    alone = join(store, other, replace(JANE, name=ALEX.name))
    mail = insert(store, other, sender_id=theirs.id)
    insert(store, one)
    for key in "fg":
        home = store.workspaces.join_workspace(key, False, "p", WorkspaceSettings("ws-1"))
    assert [each.id for each in store.members.list_members(home)] == [mine.id, alone.id]
    moved = store.members.get_member(home, mine.id)
    summary = store.history.get_summary(mail, home)
    assert moved is not None
    assert summary is not None
    assert (moved.role, summary.sender_id) == (Role.WRITER, mine.id)


def test_each_server_key_sends_in_its_workspace(store: Store) -> None:
    """Of several keys of the server, each sends what nobody has tried in its own workspace, and nothing else."""
    mine, other, third = (store.workspaces.save_workspace(name, False) for name in "fgh")
    mails = {insert(store, number, key_fingerprint="gone"): key for number, key in ((mine, "f"), (other, "g"))}
    insert(store, third, key_fingerprint="gone")
    terms = ClaimTerms("me", ("f", "g"), OPEN, Status.SENDING, NOW, NOW + 60, FRESH, ("f", "g"))
    claims = [store.leases.claim(terms) for _ in range(3)]
    assert {each.summary.id: each.summary.key_fingerprint for each in claims if each is not None} == mails
    assert claims[2] is None

"""Roles under a sign-in: every action that writes, called directly, as every role."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from components.errors import NotPermitted, StateError
from components.mailer.connection import open_workspace
from components.mailer.permissions import RIGHTS, Permissions, Right
from components.mailer.status_text import StatusContext, to_status_text
from components.model import ApiKey, Connection, Identity, Role, Status
from components.store import MessageSummary, Store
from tests.unit.mailer.office import ACTIONS, BOSS, OUTSIDE, READING, Office, to_identity
from tests.unit.mailer.rig import BASE_URL, START


@pytest.fixture
def open_office(store: Store) -> Iterator[Callable[[Role], Office]]:
    """Open a workspace for a member of a role."""
    with ExitStack() as offices:
        yield lambda role: offices.enter_context(closing(Office(store, role)))


def get_summary(office: Office, message_id: int) -> MessageSummary:
    """Return a mail as it is now."""
    summary = office.store.history.get_summary(message_id, office.workspace_id)
    assert summary is not None
    return summary


def name_route(route: tuple[type, str]) -> str:
    """Name an action as one calls it."""
    return f"{route[0].__name__}.{route[1]}"


def is_permitted(route: tuple[type, str], role: Role) -> bool:
    """Tell whether a role has the right that an action needs."""
    right = ACTIONS[route].right
    return right is None or right in RIGHTS[role]


def find_unrefused(office: Office, routes: Iterable[tuple[type, str]], reason: str) -> dict[str, str]:
    """Call actions that must be refused. Return what went wrong, by action: it was done, or it changed a row."""
    before, faults = office.dump(), {}
    for route in routes:
        try:
            ACTIONS[route].call(office)
        except NotPermitted as error:
            if reason not in str(error):
                faults[name_route(route)] = str(error)
        else:
            faults[name_route(route)] = "was done"
        if office.dump() != before:
            faults[name_route(route)] = "changed the database"
            before = office.dump()
    return faults


@pytest.mark.parametrize(
    ("route", "role"),
    [(route, role) for route in ACTIONS for role in Role if is_permitted(route, role)],
    ids=lambda value: value if isinstance(value, Role) else name_route(value),
)
def test_an_action_does_its_work_for_a_role_that_has_the_right(
    open_office: Callable[[Role], Office], route: tuple[type, str], role: Role
) -> None:
    """The action changes the database, unless it only reads."""
    office = open_office(role)
    before = office.dump()
    ACTIONS[route].call(office)
    assert (office.dump() == before) is (route in READING)


@pytest.mark.parametrize("role", Role)
def test_a_role_is_refused_what_it_has_no_right_to(open_office: Callable[[Role], Office], role: Role) -> None:
    """Every such action says so, and changes no row of the database."""
    routes = [route for route in ACTIONS if not is_permitted(route, role)]
    assert bool(routes) is (role is not Role.ADMIN)
    assert find_unrefused(open_office(role), routes, f"Your role here is {role}") == {}


@pytest.mark.parametrize("is_removed", [True, False], ids=["a removed admin", "nobody has signed in"])
def test_nothing_is_open_to_whoever_is_no_member(open_office: Callable[[Role], Office], is_removed: bool) -> None:
    """Neither to an admin who was removed, nor to a connection with which nobody has signed in."""
    office = open_office(Role.ADMIN)
    assert office.me.member_id is not None
    office.store.members.save_removal(office.workspace_id, office.me.member_id, START)
    office.me = office.me if is_removed else office.stranger
    routes = [route for route, action in ACTIONS.items() if action.right is not None]
    assert find_unrefused(office, routes, "not let in") == {}


def test_the_table_has_every_action() -> None:
    """A new method that takes a connection must be added to the table."""
    kinds = {kind for kind, _ in ACTIONS}
    found = {
        (kind, name)
        for kind in kinds
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and "connection" in inspect.signature(method).parameters
    }
    assert found == ACTIONS.keys() | OUTSIDE


def test_without_a_sign_in_everybody_may_do_everything(store: Store) -> None:
    """Names are chosen then, not proved."""
    with closing(Office(store, Role.READER)) as office:
        permissions = Permissions(store, has_sign_in=False)
        for right in Right:
            permissions.require(office.stranger, right)
        assert permissions.list_rights(office.stranger) == frozenset(Right)


def test_a_name_cannot_be_chosen_under_a_sign_in(open_office: Callable[[Role], Office]) -> None:
    """Not even by an admin."""
    office = open_office(Role.ADMIN)
    for connection in (office.me, office.stranger):
        with pytest.raises(NotPermitted):
            office.people.choose_name(connection, "Somebody")


@pytest.mark.parametrize("name", ["undo", "send_now", "reschedule"])
def test_what_waits_of_a_demoted_sender_is_an_admins(open_office: Callable[[Role], Office], name: str) -> None:
    """It keeps its status and names the reason; a sender can neither release nor cancel it, an admin can do both."""
    office = open_office(Role.SENDER)
    office.members.change_role(office.boss, office.get_member(office.colleague).id, Role.WRITER)
    held = get_summary(office, office.waiting)
    assert (held.status, held.due_at, held.needs_you) == (Status.HELD, None, True)
    text = to_status_text(held, StatusContext(START, True, None, str))
    assert text.word == "Waiting"
    assert "Jane may not send here any more, so it waits for an admin." in text.happened
    acts: dict[str, Callable[[Connection, int], object]] = {
        "undo": office.outbox.undo,
        "send_now": office.outbox.send_now,
        "reschedule": lambda who, mail: office.outbox.reschedule(who, mail, START + 60),
    }
    act = acts[name]
    with pytest.raises(NotPermitted, match="Ask an admin"):
        act(office.me, office.waiting)
    assert get_summary(office, office.waiting) == held
    act(office.boss, office.waiting)
    if name == "undo":
        assert office.store.drafts.get_draft(held.draft_id, office.workspace_id) is not None
    else:
        released = get_summary(office, office.waiting)
        assert (released.sender_id, released.sent_by) == (office.boss.member_id, BOSS.name)


def test_sending_and_cancelling_all_leaves_what_waits_for_an_admin(open_office: Callable[[Role], Office]) -> None:
    """Neither action on all of a kind is a way around."""
    office = open_office(Role.SENDER)
    office.members.remove(office.boss, office.get_member(office.colleague).id)
    held = get_summary(office, office.waiting)
    office.outbox.send_missed(office.me)
    office.outbox.cancel_waiting(office.me)
    assert get_summary(office, office.waiting) == held


def test_nobody_changes_themselves_or_the_operators_admins(open_office: Callable[[Role], Office]) -> None:
    """So that no workspace is left without somebody who looks after it."""
    office = open_office(Role.ADMIN)
    me, boss = office.get_member(office.me), office.get_member(office.boss)
    for member, reason in ((me, "your own role"), (boss, "LEADLEX_ADMINS")):
        with pytest.raises(StateError, match=reason):
            office.members.change_role(office.me, member.id, Role.READER)
        with pytest.raises(StateError, match=reason):
            office.members.remove(office.me, member.id)


@pytest.mark.parametrize(
    "identity",
    [None, Identity("https://id.test", "x", "x@elsewhere.test"), Identity("https://id.test", "x", "x@sub.firm.test")],
)
def test_who_is_not_allowed_is_not_let_in(open_office: Callable[[Role], Office], identity: Identity | None) -> None:
    """A domain stands for itself alone, and a key alone is no way in."""
    office = open_office(Role.SENDER)
    before = office.dump()
    with pytest.raises(NotPermitted, match="not let in"):
        office.members.admit(office.stranger, identity)
    assert office.dump() == before


def test_a_key_of_an_unknown_workspace_lets_nobody_in(open_office: Callable[[Role], Office]) -> None:
    """A second key would open a workspace of its own, without the rules of the first; in practice mode it may."""
    office = open_office(Role.ADMIN)
    other = open_workspace(office.store, ApiKey("wbk_other"), BASE_URL)
    with pytest.raises(NotPermitted, match="Let it read the settings in LeadLex"):
        office.members.admit(other, BOSS)
    assert office.store.members.list_members(other.workspace_id) == ()
    practice = open_workspace(office.store, ApiKey("wbk_practice"), BASE_URL, practice=True)
    assert office.members.admit(practice, BOSS).member_id is not None


def test_somebody_removed_is_not_let_in_again_by_coming_back(open_office: Callable[[Role], Office]) -> None:
    """Until an admin says so; then with the role of before."""
    office = open_office(Role.WRITER)
    member = office.get_member(office.me)
    office.members.remove(office.boss, member.id)
    with pytest.raises(NotPermitted, match="You were removed"):
        office.admit(to_identity("alex"))
    office.members.readmit(office.boss, member.id)
    assert office.admit(to_identity("alex")) == office.me
    assert office.get_member(office.me).role is Role.WRITER


def test_a_visit_is_noted_and_a_new_name_taken_at_once(open_office: Callable[[Role], Office]) -> None:
    """When somebody was seen last is written every five minutes at most."""
    office = open_office(Role.SENDER)
    office.clock.now += 100
    office.admit(to_identity("alex"))
    assert office.get_member(office.me).seen_at == START
    renamed = office.admit(replace(to_identity("alex"), name="Alexandra"))
    assert (renamed.person, renamed.member_id) == ("Alexandra", office.me.member_id)
    office.clock.now += 1000
    office.admit(replace(to_identity("alex"), name="Alexandra"))
    assert office.get_member(office.me).seen_at == START + 1100

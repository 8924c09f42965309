"""The history of a mail: only added to, gone with the mail, and the same in every export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from components.errors import StoreError
from components.model import DAY_SECONDS, Actor, Draft, Identity, Role, Status, WorkspaceSettings
from components.review import ApprovalRule, ApprovalScope, MailEventKind
from components.store import Store
from components.store.drafts import KEPT_DELETED
from components.store.engine import writing
from components.store.json_format import from_record, to_record
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.retention import Retention
from components.store.review.events import append_event
from components.store.review.tables import approval, mail_event, review
from components.store.search.query import parse
from tests.unit.store.samples import NOW, insert

NOW_AT = datetime.fromtimestamp(NOW, UTC)
DRAFT = Draft(
    "5f1d4f0e-6c0b-4c39-9f0a-0a9e2b0d6c11",
    to="jane@example.com",
    subject="Angebot",
    markdown="Guten Tag",
    written_by="Ann",
)
#: The events that ``review_once`` appends; asking for a review shares the draft.
REVIEWED = [("written", "Ann"), ("shared", "Ann"), ("asked", "Ann"), ("returned", "Ben"), ("approved", "Ben")]


def add_member(store: Store, workspace_id: int, name: str) -> Actor:
    """Let somebody in who may send."""
    identity = Identity("https://id.test", name, f"{name}@firm.test", name)
    return Actor(name, store.members.save_visit(workspace_id, identity, Role.SENDER, NOW).id)


def review_once(store: Store, workspace_id: int) -> tuple[Actor, Actor]:
    """Have Ann write a draft that Ben gives back and then approves; return both."""
    ann, ben = (add_member(store, workspace_id, name) for name in ("Ann", "Ben"))
    version = store.drafts.save_draft(DRAFT, workspace_id, actor=ann).version
    assert ben.member_id is not None
    this = (workspace_id, DRAFT.id)
    store.reviews.save_request(*this, [ben.member_id], ann, NOW)
    store.reviews.save_seen(*this, ben.member_id, "Geheimes")
    store.reviews.save_return(*this, version, "Geheimer Grund", ben, NOW)
    store.reviews.save_approval(*this, version, "0" * 64, ben, NOW)
    store.draft_locks.release(DRAFT.id, workspace_id, ann)
    return ann, ben


def list_kinds(store: Store, workspace_id: int, draft_id: str = DRAFT.id) -> list[tuple[str, str]]:
    """List what was done, and by whom."""
    return [(event.kind, event.person) for event in store.mail_events.list_events(workspace_id, draft_id)]


def test_saving_writes_the_history(store: Store) -> None:
    """Once for each who changes something, and not at a save that changes nothing."""
    mine = store.workspaces.save_workspace("a", False)
    ann, ben = (add_member(store, mine, name) for name in ("Ann", "Ben"))
    version = store.drafts.save_draft(DRAFT, mine, actor=ann).version
    store.drafts.share_draft(DRAFT.id, mine, ann, is_shared=True)
    store.draft_locks.release(DRAFT.id, mine, ann)
    for actor, subject in ((ann, "a"), (ann, "b"), (ben, "b"), (ben, "c"), (ann, "d")):
        draft = Draft(DRAFT.id, subject=subject, version=version)
        version = store.drafts.save_draft(draft, mine, actor=actor).version
        store.draft_locks.release(DRAFT.id, mine, actor)
    expected = [("written", "Ann"), ("shared", "Ann"), ("changed", "Ann"), ("changed", "Ben"), ("changed", "Ann")]
    assert list_kinds(store, mine) == expected


def test_a_send_and_an_undo_are_in_the_history(store: Store) -> None:
    """The mail keeps the history of its draft, and of a mail that was never saved it begins with Send."""
    mine = store.workspaces.save_workspace("a", False)
    ann, ben = review_once(store, mine)
    message_id = insert(store, mine, draft_id=DRAFT.id, sent_by="Ben", sender_id=ben.member_id)
    sent = store.history.get_message(message_id, mine)
    assert sent is not None
    assert sent.summary.approved_by == "Ben"
    expected = [*REVIEWED, ("sent", "Ben")]
    assert [(event.kind, event.person) for event in sent.events] == expected
    store.outbox.retract(message_id, (Status.HELD,), mine, DRAFT, ann)
    assert list_kinds(store, mine) == [*expected, ("undone", "Ann")]
    other = insert(store, mine, draft_id="2" * 36, sent_by="Ann", sender_id=ann.member_id)
    assert store.history.get_message(other, mine) is not None
    assert list_kinds(store, mine, "2" * 36) == [("written", "Ann"), ("sent", "Ann")]


@pytest.mark.parametrize("column", ["draft_id", "at", "kind", "person", "detail"])
def test_the_database_refuses_a_change(store: Store, column: str) -> None:
    """Whoever asks it."""
    mine = store.workspaces.save_workspace("a", False)
    review_once(store, mine)
    with pytest.raises(StoreError), writing(store.engine) as connection:
        connection.execute(mail_event.update().values({column: 1.0 if column == "at" else "changed"}))


@pytest.mark.parametrize("is_sent", [False, True])
def test_the_database_refuses_to_delete_what_is_there(store: Store, is_sent: bool) -> None:
    """Neither of a draft nor of a mail."""
    mine = store.workspaces.save_workspace("a", False)
    review_once(store, mine)
    if is_sent:
        insert(store, mine, draft_id=DRAFT.id)
    with pytest.raises(StoreError), writing(store.engine) as connection:
        connection.execute(mail_event.delete())


def count_words(store: Store, word: str) -> int:
    """Count the rows of reviews and histories that hold a word."""
    with store.engine.connect() as connection:
        texts = [*connection.execute(sa.select(mail_event.c.detail)).scalars()]
        texts += [*connection.execute(sa.select(review.c.seen + review.c.reason)).scalars()]
    return sum(word in (text or "") for text in texts)


def erase(store: Store, workspace_id: int, message_id: int) -> None:
    """Erase the mail."""
    store.erasures.erase_mails(workspace_id, ErasureTarget("mail", str(message_id)), NOW)


def keep_a_month(store: Store, workspace_id: int, _message_id: int) -> None:
    """Keep bodies for a month, a year after the mail."""
    store.retention.apply_retention(workspace_id, Retention(1, None), 0, NOW + 365 * DAY_SECONDS)


@pytest.mark.parametrize(("remove", "left"), [(erase, 0), (keep_a_month, len(REVIEWED) + 1)])
def test_erasure_and_retention_cover_it(store: Store, remove: Callable[[Store, int, int], None], left: int) -> None:
    """Erasing takes everything along; retention removes reasons and what reviewers saw, and keeps who did what."""
    mine = store.workspaces.save_workspace("a", False)
    review_once(store, mine)
    message_id = insert(store, mine, draft_id=DRAFT.id)
    store.outbox.change(message_id, mine, tuple(Status), status=Status.SENT, due_at=None)
    assert count_words(store, "Geheim") == 2
    remove(store, mine, message_id)
    assert count_words(store, "Geheim") == 0
    assert len(list_kinds(store, mine)) == left
    with store.engine.connect() as connection:
        used = connection.execute(sa.select(sa.func.count()).select_from(approval)).scalar_one()
    assert used == (1 if left else 0)


def test_a_draft_that_is_thrown_away_takes_it_along(store: Store) -> None:
    """After the week in which it can be restored."""
    mine = store.workspaces.save_workspace("a", False)
    review_once(store, mine)
    store.drafts.delete_draft(DRAFT.id, mine)
    assert list_kinds(store, mine) == REVIEWED
    store.drafts.delete_old_drafts(4_000_000_000.0 + KEPT_DELETED)
    assert list_kinds(store, mine) == []
    assert count_words(store, "Geheim") == 0


def test_an_export_has_the_history_and_who_approved(store: Store) -> None:
    """And an import restores both, as names; the search finds the approver."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "ab")
    review_once(store, mine)
    message_id = insert(store, mine, draft_id=DRAFT.id, sent_by="Cem")
    store.outbox.change(message_id, mine, tuple(Status), status=Status.SENT, due_at=None)
    exported = store.history.get_message(message_id, mine)
    assert exported is not None
    record = to_record(exported)
    assert [(each["kind"], each["person"]) for each in record["history"]] == [*REVIEWED, ("sent", "Cem")]
    assert from_record(record).events == exported.events
    assert store.transfer.insert_messages(other, [from_record(record)]) == 1
    (hit,) = store.search.search_mails(other, parse("by:ben", NOW_AT)).hits
    found = store.history.get_message(hit.summary.id, other)
    assert found is not None
    assert (found.summary.approved_by, found.events) == ("Ben", exported.events)


def test_a_merge_takes_reviews_and_rules_along(store: Store) -> None:
    """Under the numbers of the members there; of two rules the stricter one stays."""
    place, told = "https://leadlex.test/v1", WorkspaceSettings("ws-1", "Reuter", "reuter", "UTC", "de-DE")
    home = store.workspaces.join_workspace("a", False, place, told)
    for number in range(3):
        insert(store, home, draft_id=str(number) * 36, key_fingerprint="a")
    known = add_member(store, home, "Ben")
    store.approvals.save_rule(home, ApprovalRule(ApprovalScope.ABOVE, 5))
    mine = store.workspaces.save_workspace("b", False)
    review_once(store, mine)
    store.approvals.save_rule(mine, ApprovalRule(ApprovalScope.WRITERS))
    assert store.workspaces.join_workspace("b", False, place, told) == home
    assert store.approvals.get_rule(home).scope is ApprovalScope.ALL
    assert not store.approvals.get_rule(mine).is_on
    (only,) = store.reviews.list_reviews(home, DRAFT.id)
    assert only.reviewer_id == known.member_id
    assert [each.approved_by for each in store.reviews.list_approvals(home, DRAFT.id)] == ["Ben"]
    assert list_kinds(store, home) == REVIEWED
    assert store.reviews.has_edited(home, DRAFT.id, add_member(store, home, "Ann")) is False


def test_another_part_of_the_store_can_append(store: Store) -> None:
    """In its own transaction, in order."""
    mine = store.workspaces.save_workspace("a", False)
    ann = add_member(store, mine, "Ann")
    store.drafts.save_draft(DRAFT, mine, actor=ann)
    with writing(store.engine) as connection:
        number = append_event(connection, mine, DRAFT.id, MailEventKind.SHARED, ann, NOW, "the team")
    assert number > 0
    last = store.mail_events.list_events(mine, DRAFT.id)[-1]
    assert (last.kind, last.at, last.person, last.detail) == ("shared", NOW, "Ann", "the team")

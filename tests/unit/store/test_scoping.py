"""Workspaces are isolated: no method returns or changes what belongs to another workspace."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from components.errors import StateError
from components.model import Actor, Address, Draft, OutgoingMail, RateLimit, Status
from components.store import ApiKeyState, AttemptResult, Sender, Store
from components.store.api_keys import ApiKeyStore
from components.store.correspondents import CorrespondentStore
from components.store.crm.loads import LoadStore
from components.store.crm.lookups import CrmStore
from components.store.drafting.comments import DraftCommentStore
from components.store.drafting.locks import DraftLockStore
from components.store.drafting.versions import DraftVersionStore
from components.store.drafts import DraftStore
from components.store.history import HistoryStore
from components.store.insights import InsightStore
from components.store.leases import LeaseStore
from components.store.members import MemberStore
from components.store.outbox import OutboxStore
from components.store.people import PersonStore, SignatureStore
from components.store.related import RelatedStore
from components.store.replies import ReplyStore
from components.store.review.approvals import ApprovalStore
from components.store.review.events import MailEventStore
from components.store.review.reviews import ReviewStore
from components.store.search.searching import SearchStore
from components.store.transfer import BulkImportStore
from components.store.workspaces import WorkspaceStore
from tests.summaries import list_open, list_summaries
from tests.unit.store.samples import FRESH, NOW, OPEN, claim, insert, to_message

#: What the dispatcher does for all workspaces, or for a message that it has claimed, and whether the index is complete.
FOR_ALL = {
    "delete_old_drafts",
    "is_complete",
    "bring_forward",
    "expire_leases",
    "find_oldest_due",
    "limit_waits",
    "remove_dispatchers",
    "list_heartbeats",
    "list_active_keys",
    "list_claims",
    "note_key",
    "park_overdue",
    "park_barred",
    "park_unapproved",
    "read_claimed",
    "owns_lease",
    "renew",
    "settle",
    "save_workspace",
    "join_workspace",
    "finish_merges",
}


@pytest.mark.parametrize(
    "kind",
    [
        *(CorrespondentStore, DraftStore, HistoryStore, InsightStore, LeaseStore, OutboxStore, SearchStore),
        *(RelatedStore, PersonStore, SignatureStore, BulkImportStore, WorkspaceStore, ApiKeyStore),
        *(CrmStore, LoadStore, ReplyStore, MemberStore, ApprovalStore, MailEventStore, ReviewStore),
        *(DraftCommentStore, DraftLockStore, DraftVersionStore),
    ],
)
def test_every_method_names_its_workspace(kind: type) -> None:
    """A method without a workspace, or a key's fingerprint, among its parameters is one of the known exceptions."""
    for name, method in inspect.getmembers(kind, inspect.isfunction):
        if not name.startswith("_") and name not in FOR_ALL:
            names = set(inspect.signature(method).parameters)
            assert names & {"workspace_id", "fingerprint", "terms", "new"}, name


def test_nothing_is_given_to_another_workspace(store: Store) -> None:
    """Lists, counts and single mails are empty for a stranger."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "ab")
    message_id = insert(store, mine, draft_id="d")
    assert store.history.get_message(message_id, mine) is not None
    assert list_summaries(store, other) == ()
    assert store.history.get_summary(message_id, other) is None
    assert store.history.get_message(message_id, other) is None
    assert list(store.history.get_summaries([message_id, 99], mine)) == [message_id]
    assert store.history.get_summaries([message_id], other) == {}
    assert store.history.find_summary("d", other) is None
    assert store.history.find_summary("d", mine) is not None
    assert list_open(store, other) == ()
    assert store.outbox.count_needing_you(other) == 0
    assert claim(store, other) is None


def test_nothing_is_changed_by_another_workspace(store: Store) -> None:
    """Every change under another number is refused and leaves the mail as it was."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "ab")
    message_id = insert(store, mine)
    store.leases.park_overdue(OPEN, NOW + 1, FRESH, key="b")
    before = store.history.get_summary(message_id, mine)
    assert before is not None
    assert before.due_at == NOW
    outbox, statuses = store.outbox, tuple(Status)
    with pytest.raises(StateError):
        outbox.change(message_id, other, statuses, status=Status.SENT)
    with pytest.raises(StateError):
        outbox.retract(message_id, statuses, other, Draft(id=before.draft_id), Actor())
    with pytest.raises(StateError):
        outbox.reopen(message_id, other, statuses, Draft(id="x"), Actor())
    with pytest.raises(StateError):
        outbox.retry_unknown(message_id, other, statuses, Sender("a"), NOW, FRESH)
    with pytest.raises(StateError):
        outbox.reschedule(message_id, other, statuses, Sender("a"), NOW + 5)
    with pytest.raises(StateError):
        outbox.insert_message(to_message(other, supersedes_id=message_id))
    with pytest.raises(StateError):
        outbox.insert_message(to_message(other, draft_id=before.draft_id))
    assert store.history.get_summary(message_id, mine) == before
    assert list_summaries(store, other) == ()
    assert store.drafts.list_drafts(other) == ()


def test_limits_and_habits_are_a_workspaces_own(store: Store) -> None:
    """Undo time, calls left and pauses of one do not reach the other."""
    mine, other = (store.workspaces.save_workspace(name, False) for name in "ab")
    store.workspaces.save_undo_seconds(mine, 60)
    store.api_keys.save_rate_limit("a", RateLimit(10, 0, NOW), NOW + 60)
    store.api_keys.save_rate_limit("a", None)
    assert store.workspaces.get_workspace(other).undo_seconds == 10
    assert store.api_keys.find_key("b") == ApiKeyState("b", other)
    assert store.api_keys.find_key("a") == ApiKeyState("a", mine, None, None, None, NOW + 60, RateLimit(10, 0, NOW))
    assert store.api_keys.list_pauses(other) == {"b": None}
    insert(store, mine)
    theirs = insert(store, other)
    assert claim(store, mine) is None
    taken = claim(store, other)
    assert taken is not None
    assert taken.summary.id == theirs


def test_a_mail_comes_back_as_it_was_recorded(store: Store) -> None:
    """Addresses, bodies and links are the same after the way through the database: the bytes must be."""
    mine = store.workspaces.save_workspace("a", False)
    mail = OutgoingMail(
        to=(Address('O"Neil, é', "a@x.com"), Address("", "b@x.com")),
        subject="Ünï\u2028✓",
        html="<p>a\r\nb\0</p>",
        text=" a\r\n",
        markdown="*a*",
        cc=(Address("C", "c@x.com"),),
        bcc=(Address("", "d@x.com"),),
        reply_to=Address("R", "r@x.com"),
        thread_id="t",
    )
    for sample in (mail, replace(mail, cc=(), bcc=(), reply_to=None, thread_id="")):
        message_id = insert(store, mine, mail=sample)
        letter = store.history.get_message(message_id, mine)
        assert letter is not None
        assert letter.mail == sample


def test_pages_follow_each_other(store: Store) -> None:
    """Pages list the newest mails first, each once; mails that need a person are counted."""
    mine = store.workspaces.save_workspace("a", False)
    ids = [insert(store, mine) for _ in range(7)]
    page = list_summaries(store, mine, limit=3)
    rest = list_summaries(store, mine, before_key=page[-1].sort_key)
    assert [summary.id for summary in (*page, *rest)] == ids[::-1]
    taken = claim(store, mine)
    assert taken is not None
    store.leases.settle(taken, AttemptResult(Status.FAILED, "refused", needs_you=True, duration=0.1))
    assert [summary.id for summary in list_open(store, mine)] == ids
    assert store.outbox.count_needing_you(mine) == 1

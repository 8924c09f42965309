"""Bulk import: mails are imported whole, once, and only settled or unknown ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.errors import StateError
from components.model import Address, Attachment, OutgoingMail, RateLimit, Status
from components.store import Attempt, Store
from components.store.search.query import Query
from components.store.sort_key import to_sort_key
from tests.summaries import list_summaries
from tests.unit.store.samples import NOW, to_record

MAIL = OutgoingMail(
    to=(Address("Jané", "jane@example.com"),),
    subject="Hello",
    html="<p>Hi</p>",
    text="Hi",
    reply_to=Address("", "sam@x.org"),
    attachments=(Attachment("a.pdf", "application/pdf", 3, None, "files/1"),),
    contact_id="c",
)
ATTEMPT = Attempt(1, NOW, 0.5, "sent", 200, None, None, "req", RateLimit(10, 9, NOW))


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("f", False)


def test_a_mail_arrives_whole(store: Store, workspace_id: int) -> None:
    """An imported mail keeps its files and attempts; id and workspace are this database's."""
    attempts = (ATTEMPT, replace(ATTEMPT, number=2, rate_limit=None))
    record = replace(to_record(replace(MAIL, text_edited=True)), attempts=attempts)
    assert store.transfer.insert_messages(workspace_id, [record]) == 1
    (summary,) = list_summaries(store, workspace_id)
    found = store.history.get_message(summary.id, workspace_id)
    assert found is not None
    own = replace(record.summary, id=summary.id, workspace_id=workspace_id, sort_key=to_sort_key(NOW + 10))
    assert found == replace(record, summary=own)
    assert found.mail.text_edited is True
    assert list(store.iteration.iterate_messages(workspace_id, Query())) == [found]


def test_nothing_arrives_twice(store: Store, workspace_id: int) -> None:
    """A mail is not imported twice, whether in one file or two, by its draft id or its key."""
    records = [to_record(MAIL) for _ in range(3)]
    assert store.transfer.insert_messages(workspace_id, [*records[:2], records[0]]) == 2
    assert store.transfer.insert_messages(workspace_id, records) == 1
    same_key = replace(records[0], summary=replace(records[0].summary, draft_id="other"))
    assert store.transfer.insert_messages(workspace_id, iter([same_key])) == 0
    assert store.transfer.insert_messages(workspace_id, ()) == 0
    assert len(list_summaries(store, workspace_id)) == 3


@pytest.mark.parametrize("status", [Status.HELD, Status.SENDING, Status.DRAFT])
def test_what_is_not_at_rest_is_refused(store: Store, workspace_id: int, status: Status) -> None:
    """A mail that is not settled or unknown is refused, since importing it could send it."""
    with pytest.raises(StateError, match="come to rest"):
        store.transfer.insert_messages(workspace_id, [to_record(MAIL), to_record(MAIL, status)])
    assert list_summaries(store, workspace_id) == ()


def test_what_was_due_elsewhere_is_not_due_here(store: Store, workspace_id: int) -> None:
    """An imported unknown mail waits for a person; the dispatcher does not ask about it."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, Status.UNKNOWN, due_at=NOW, undo_until=NOW)])
    (summary,) = list_summaries(store, workspace_id)
    assert (summary.due_at, summary.undo_until) == (None, None)

"""Two processes that decide the same thing at the same moment: exactly one decides it, on both databases."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import sqlalchemy as sa

from components.errors import ComposerError, DraftConflict, StateError
from components.model import Actor, Draft, Status
from components.store import AttemptResult, RecordedMessage, Store
from components.store.engine import open_engine, reading
from components.store.migrations import upgrade
from components.store.schema import draft, message, recipient
from tests.postgresql import Cluster
from tests.unit.store.samples import NOW, claim, insert, to_message

#: Rounds of each race. Without the rule that decides it, most of them go wrong.
ROUNDS = 15


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """Another process on the same database."""
    opened = Store(store.engine.url.render_as_string(hide_password=False))
    yield opened
    opened.close()


def race(*actions: Callable[[], object]) -> list[object]:
    """Run actions at the same moment; return what each gave, or its error."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        start.wait()
        try:
            return action()
        except ComposerError as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_two_start_on_an_empty_database(postgresql: Cluster) -> None:
    """Both find every table, and neither fails."""
    with postgresql.database() as url:
        engines = [open_engine(url) for _ in range(3)]
        assert race(*(partial(upgrade, each) for each in engines)) == [None] * 3
        with reading(engines[0]) as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(message)).scalar_one() == 0
        for each in engines:
            each.dispose()


def test_two_index_at_once(store: Store, other: Store) -> None:
    """Each mail is indexed and counted once."""
    workspace_id = store.workspaces.save_workspace("f", False)
    for _ in range(ROUNDS):
        for _ in range(4):
            send(store, workspace_id)
        found = race(store.index.catch_up, other.index.catch_up)
        assert not [each for each in found if isinstance(each, Exception)]
    assert [each.count for each in store.correspondents.list_correspondents(workspace_id)] == [4 * ROUNDS]
    with reading(store.engine) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(recipient)).scalar_one() == 4 * ROUNDS


def send(store: Store, workspace_id: int) -> int:
    """Send a mail; return its id."""
    insert(store, workspace_id)
    claimed = claim(store, workspace_id)
    assert claimed is not None
    store.leases.settle(claimed, AttemptResult(Status.SENT, "sent", False, 0.1, settled_at=NOW + 1))
    return claimed.summary.id


def test_a_status_changes_while_it_is_indexed(store: Store, other: Store) -> None:
    """What the indexer read before the change is not taken for what it is now."""
    workspace_id = store.workspaces.save_workspace("f", False)
    for _ in range(ROUNDS):
        insert(store, workspace_id)
        claimed = claim(store, workspace_id)
        assert claimed is not None
        end = AttemptResult(Status.SENT, "sent", False, 0.1, settled_at=NOW + 1)
        race(store.index.catch_up, partial(other.leases.settle, claimed, end))
        store.index.catch_up()
    with reading(store.engine) as connection:
        counted = connection.execute(sa.text("SELECT count(*) FROM counted WHERE status = 'sent'")).scalar_one()
    assert counted == ROUNDS


def test_two_windows_save_one_draft(store: Store, other: Store) -> None:
    """One is saved, the other is told."""
    for number in range(ROUNDS):
        value = Draft(id=str(number), subject="first")
        version = store.drafts.save_draft(value, None).version
        changed = [Draft(id=value.id, subject=name, version=version) for name in ("a", "b")]
        found = race(
            partial(store.drafts.save_draft, changed[0], None, "one"),
            partial(other.drafts.save_draft, changed[1], None, "two"),
        )
        assert Counter(type(each) for each in found)[DraftConflict] == 1, found


def test_a_late_save_meets_send(store: Store, other: Store) -> None:
    """A draft that became a mail is not there beside it, whichever came first."""
    workspace_id = store.workspaces.save_workspace("f", False)
    for _ in range(ROUNDS):
        value = Draft(id=str(uuid.uuid4()), subject="x")
        version = store.drafts.save_draft(value, workspace_id).version
        late = Draft(id=value.id, subject="y", version=version)
        sent, saved = race(
            partial(store.outbox.insert_message, to_message(workspace_id, draft_id=value.id)),
            partial(other.drafts.save_draft, late, workspace_id),
        )
        assert not isinstance(sent, Exception)
        assert not isinstance(saved, Exception) or isinstance(saved, StateError)
    with reading(store.engine) as connection:
        beside = sa.select(sa.func.count()).where(draft.c.id == message.c.draft_id)
        assert connection.execute(beside).scalar_one() == 0


def test_two_see_a_new_workspace(store: Store, other: Store) -> None:
    """Both find the same one."""
    for number in range(ROUNDS):
        name = f"{number:064}"
        found = race(*(partial(each.workspaces.save_workspace, name, False) for each in (store, other)))
        assert len(set(found)) == 1, found


def test_two_clicks_record_one_mail(store: Store, other: Store) -> None:
    """The second of two sends of one draft finds the first one's mail."""
    workspace_id = store.workspaces.save_workspace("f", False)
    for _ in range(ROUNDS):
        new = [to_message(workspace_id, draft_id="d") for _ in range(2)]
        one, two = race(partial(store.outbox.insert_message, new[0]), partial(other.outbox.insert_message, new[1]))
        assert isinstance(one, RecordedMessage)
        assert isinstance(two, RecordedMessage)
        assert sorted((one.created, two.created)) == [False, True]
        assert one.message_id == two.message_id
        store.outbox.retract(one.message_id, (Status.HELD,), workspace_id, Draft(id="d"), Actor())


def test_two_claim_one_mail(store: Store, other: Store) -> None:
    """One of them delivers it."""
    workspace_id = store.workspaces.save_workspace("f", False)
    for _ in range(ROUNDS):
        insert(store, workspace_id)
        found = race(partial(claim, store, workspace_id, "one"), partial(claim, other, workspace_id, "two"))
        assert sorted(each is None for each in found) == [False, True]

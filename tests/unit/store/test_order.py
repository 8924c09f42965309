"""One order for everything: lists, search, pages and exports, and an index that an earlier version wrote."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.model import DAY_SECONDS, Address, OutgoingMail, Status
from components.store import AttemptResult, ClaimTerms, Store
from components.store.engine import writing
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.integrity import check
from components.store.search.query import Query, parse
from components.store.sort_key import FIRST_KEY, assign_keys, find_time, to_sort_key, to_time
from tests.unit.store.samples import NOW, OPEN, find_key, insert, restore_release, to_record

pytestmark = pytest.mark.databases("sqlite")

AT = datetime.fromtimestamp(NOW, UTC)
ALL, WORD = Query(), parse("angebot", AT)
MAIL = OutgoingMail(to=(Address("Jane", "jane@example.com"),), subject="Angebot", html="", text="x", contact_id="c")
#: The mails of the database of schema m009, newest first: 2 is scheduled, 12 was just clicked, 3 to 6 were imported.
ORDER = [2, 12, 11, 10, 9, 7, 8, 1, 6, 4, 5, 3]


def list_pages(store: Store, workspace_id: int, query: Query, size: int = 3) -> list[int]:
    """List the ids of all pages of a search."""
    ids: list[int] = []
    before: int | None = None
    while True:
        page = store.search.search_mails(workspace_id, query, before, size)
        ids += [hit.summary.id for hit in page.hits]
        before = page.next_key
        if before is None:
            return ids


def list_exported(store: Store, workspace_id: int, query: Query) -> list[int]:
    """List the ids of an export, newest first."""
    return [each.summary.id for each in store.iteration.iterate_messages(workspace_id, query)][::-1]


def deliver(store: Store, workspace_id: int, at: float) -> int | None:
    """Send what has been due longest, and have it settled at a time; return its id."""
    now = NOW + 1e6
    terms = ClaimTerms(
        "me", (find_key(store, workspace_id),), OPEN, Status.SENDING, now, now + 60, (now - 80_000, now + 600)
    )
    claim = store.leases.claim(terms)
    if claim is None:
        return None
    store.leases.settle(claim, AttemptResult(Status.SENT, "sent", False, 0.1, settled_at=at))
    return claim.summary.id


TIME = st.integers(0, 20).map(lambda seconds: NOW + seconds)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), TIME),
        st.tuples(st.just("schedule"), TIME),
        st.tuples(st.just("import"), TIME),
        st.tuples(st.just("deliver"), TIME),
        st.tuples(st.just("index"), TIME),
    ),
    max_size=25,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, size=st.integers(1, 5))
def test_the_order_is_that_of_a_plain_sort(store: Store, steps: Sequence[tuple[str, float]], size: int) -> None:
    """Whatever happens in whatever order, lists, search, pages and export have all mails by their times."""
    workspace_id = store.workspaces.save_workspace(uuid.uuid4().hex, False)
    times: dict[int, float] = {}
    for step, at in steps:
        if step == "send":
            times[insert(store, workspace_id, mail=MAIL, created_at=at, due_at=None)] = at
        elif step == "schedule":
            times[insert(store, workspace_id, mail=MAIL, created_at=NOW, due_at=at)] = at
        elif step == "import":
            record = to_record(MAIL, created_at=at, settled_at=at)
            store.transfer.insert_messages(workspace_id, [record])
            imported = store.history.find_summary(record.summary.draft_id, workspace_id)
            assert imported is not None
            times[imported.id] = at
        elif step == "deliver" and (number := deliver(store, workspace_id, at)) is not None:
            times[number] = at
        elif step == "index":
            store.index.catch_up(2)
    found = [hit.summary for hit in store.search.search_mails(workspace_id, WORD, limit=100).hits]
    assert [times[each.id] for each in found] == sorted(times.values(), reverse=True)
    assert all(0 <= to_time(each.sort_key) - times[each.id] < 1 for each in found)
    ids = [each.id for each in found]
    for query in (ALL, WORD):
        assert list_pages(store, workspace_id, query, size) == ids
        assert list_exported(store, workspace_id, query) == ids
    related = store.related.list_related(workspace_id, "contact", "c", limit=100)
    assert [each.id for each in related.summaries] == ids


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"status": "held", "due_at": 500.0, "undo_until": None}, 500.0),
        ({"status": "held", "due_at": 110.0, "undo_until": 110.0}, None),
        ({"status": "held", "due_at": 900.0, "code": "RATE_LIMITED"}, None),
        ({"status": "held", "code": "missed"}, None),
        ({"status": "sending"}, None),
        ({"status": "sent"}, 130.0),
        ({"status": "sent", "sent_at": "1970-01-01T00:02:05Z"}, 125.0),
        ({"status": "sent", "sent_at": "1970-01-01T02:02:05+02:00"}, 125.0),
        ({"status": "queued", "sent_at": "1970-01-01T00:02:05"}, 130.0),
        ({"status": "sent", "sent_at": "1999-01-01T00:00:00Z"}, 130.0),
        ({"status": "sent", "sent_at": "soon"}, 130.0),
        ({"status": "sent", "code": "marked_sent", "settled_at": 9999.0}, 120.0),
        ({"status": "failed"}, 130.0),
        ({"status": "unknown", "settled_at": None}, 120.0),
        ({"status": "unknown", "settled_at": None, "first_attempt_at": None}, 100.0),
    ],
)
def test_the_time_that_a_mail_is_ordered_by(changes: dict[str, object], at: float | None) -> None:
    """When it was sent, or tried, or is to go; None where nothing that happened moves it."""
    row = dict.fromkeys(("due_at", "undo_until", "sent_at", "code"))
    row |= {"created_at": 100.0, "first_attempt_at": 120.0, "settled_at": 130.0}
    assert find_time({**row, **changes}) == at


def test_keys_are_unique(store: Store) -> None:
    """Mails of one time get the free keys that follow, in the order given; a time before 1970 gets one too."""
    workspace_id = store.workspaces.save_workspace("f", False)
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, settled_at=NOW + n / 1000) for n in (0, 0, 1, 3)])
    first = to_sort_key(NOW)
    with writing(store.engine) as connection:
        assert connection.exec_driver_sql("SELECT sort_key FROM message ORDER BY id").scalars().all() == [
            first, first + 1, first + 2, first + 3,
        ]  # fmt: skip
        times = [NOW, NOW + 0.004, NOW, NOW - 1, NOW - 1, -5.0]
        assert assign_keys(connection, times) == [
            first + 4, first + 5, first + 6, first - 1000, first - 999, FIRST_KEY,
        ]  # fmt: skip


def test_a_time_that_changes_moves_a_waiting_mail(store: Store) -> None:
    """A mail that is to go earlier or later takes its new place with the next indexing, in lists and search alike."""
    workspace_id = store.workspaces.save_workspace("f", False)
    for seconds in (100, 200, 300):
        insert(store, workspace_id, mail=MAIL, due_at=NOW + seconds)
    assert list_pages(store, workspace_id, WORD) == [3, 2, 1]
    store.outbox.change(1, workspace_id, (Status.HELD,), due_at=NOW + 250)
    assert list_pages(store, workspace_id, ALL) == [3, 2, 1]
    assert list_pages(store, workspace_id, WORD) == [3, 1, 2]
    assert list_pages(store, workspace_id, ALL) == [3, 1, 2]


def test_an_export_has_a_mail_once_that_is_sent_meanwhile(store: Store) -> None:
    """A mail that moves behind the place that the export has reached is not written again."""
    workspace_id = store.workspaces.save_workspace("f", False)
    insert(store, workspace_id, mail=MAIL, due_at=NOW)
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, created_at=NOW + n) for n in range(150)])
    exported = []
    for each in store.iteration.iterate_messages(workspace_id, ALL):
        exported.append(each.summary.id)
        if len(exported) == 1:
            assert deliver(store, workspace_id, NOW + 500) == 1
            store.index.catch_up()
    assert sorted(exported) == list(range(1, 152))


def test_a_name_of_an_older_mail_does_not_replace_a_newer_one(store: Store) -> None:
    """The newest mail names a person, whichever was imported last."""
    workspace_id = store.workspaces.save_workspace("f", False)
    for days, name in ((0, "Jane New"), (-9, "Jane Old"), (1, "")):
        mail = OutgoingMail(to=(Address(name, "jane@example.com"),), subject="s", html="", text="t")
        store.transfer.insert_messages(workspace_id, [to_record(mail, created_at=NOW + days * DAY_SECONDS)])
        assert store.correspondents.list_correspondents(workspace_id)[0].name == "Jane New"


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """A database of schema m009, whose index names mails by their ids."""
    path = tmp_path / "former.db"
    restore_release(path, "m009")
    return path


@pytest.fixture
def opened(former: Path) -> Iterator[Store]:
    """The same database, with today's schema."""
    store = Store(f"sqlite:///{former}")
    yield store
    store.close()


def count_former(path: Path) -> int:
    """Count the rows of the index that are named by ids."""
    with closing(sqlite3.connect(path)) as connection:
        query = f"SELECT count(*) FROM message_search_content WHERE id < {FIRST_KEY}"
        return int(connection.execute(query).fetchone()[0])


def expect_all(store: Store) -> None:
    """Expect every way to the mails to give all of them in one order."""
    assert list_pages(store, 1, ALL) == ORDER
    assert list_pages(store, 1, WORD) == ORDER
    assert list_exported(store, 1, WORD) == ORDER
    assert list_exported(store, 1, ALL) == ORDER
    assert store.search.count_mails(1, WORD) == len(ORDER)
    assert store.search.count_mails(1, WORD, most=4) == 5

    def find(line: str) -> list[int]:
        return list_pages(store, 1, parse(line, AT))

    assert find("status:waiting") == [2, 12]
    assert find("before:2026-12") == [4, 5, 3]
    assert find("after:today") == ORDER[:9]
    assert find("angebot on:2026-10") == [4]
    assert find("-import") == [2, 12, 11, 10, 9, 7, 8, 1]
    assert find("import status:queued") == [5]


@pytest.mark.parametrize("steps", [0, 1, 2, 4, 99])
def test_search_is_right_while_the_index_is_reordered(former: Path, opened: Store, steps: int) -> None:
    """Before, within and after the reordering all is found in one order, and the database is sound."""
    assert count_former(former) == 11
    for _ in range(steps):
        opened.index.rename_former(2)
    expect_all(opened)
    assert check(former) == []
    left = max(0, 11 - 2 * steps)
    assert count_former(former) == left
    # What happens meanwhile counts at once.
    opened.outbox.change(9, 1, (Status.UNKNOWN,), status=Status.SENT, needs_you=False, due_at=None)
    assert 9 in list_pages(opened, 1, parse("status:sent", AT))
    assert opened.erasures.erase_mails(1, ErasureTarget("mail", "3"), NOW) == 1
    assert list_pages(opened, 1, WORD) == ORDER[:-1]
    assert check(former) == []
    while opened.index.rename_former(2):
        pass
    assert count_former(former) == 0
    assert list_pages(opened, 1, WORD) == ORDER[:-1]
    assert check(former) == []


def test_the_last_mail_of_a_contact_is_the_newest(opened: Store) -> None:
    """An imported mail, whose id is higher, does not count as the last one; after an erasure the one before it does."""
    assert [(each.key, each.mails, each.last_id) for each in opened.insights.list_busiest(1, "contact")] == [
        ("con_1", 7, 10)
    ]
    for number, last in ((10, 7), (7, 8), (8, 1), (1, 6)):
        assert opened.erasures.erase_mails(1, ErasureTarget("mail", str(number)), NOW) == 1
        assert opened.insights.list_busiest(1, "contact")[0].last_id == last


KILLED = """
import os, signal, sys, sqlalchemy as sa
from components.store import Store
from components.store.engine import writing
store = Store(sys.argv[1])
left = [int(sys.argv[2])]
def die(conn, cursor, statement, *rest):
    left[0] -= statement.startswith(("DELETE FROM message_search", "INSERT INTO message_search", "UPDATE message SET"))
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
sa.event.listen(store.engine, "before_cursor_execute", die)
while store.index.rename_former(2):
    pass
"""


@pytest.mark.parametrize("at", [1, 2, 3, 7, 11])
def test_a_reordering_that_is_killed_goes_on(former: Path, at: int) -> None:
    """After SIGKILL between any two statements everything is found, and the next start completes the work."""
    command = [sys.executable, "-c", KILLED, f"sqlite:///{former}", str(at)]
    child = subprocess.run(command, env=os.environ | {"PYTHONPATH": "."}, check=False)
    assert child.returncode == -signal.SIGKILL
    assert count_former(former) > 0
    store = Store(f"sqlite:///{former}")
    expect_all(store)
    while store.index.rename_former():
        pass
    assert count_former(former) == 0
    expect_all(store)
    store.close()
    assert check(former) == []

"""A damaged row is shown, named and erased; it is never sent, and nothing else in the workspace suffers."""

from __future__ import annotations

import shutil
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.errors import DamagedRecord
from components.gateway.request_body import RequestBody
from components.mailer.housekeeping import Housekeeping
from components.mailer.outbox import BulkResult
from components.mailer.status_text import StatusContext, to_status_text
from components.mailer.transfer.formats import Format
from components.model import Attachment, Draft, RateLimit, Status
from components.store import Store
from components.store.engine import writing
from components.store.maintenance.erasure import ErasureTarget, is_erasable
from components.store.maintenance.integrity import check
from components.store.maintenance.retention import Retention
from components.store.outbox import OpenGroup
from components.store.schema import attempt, body, draft, message, message_file
from components.store.search.query import Query, parse
from components.store.sound_values import People
from components.store.types import Attempt
from tests.summaries import list_summaries
from tests.unit.mailer.handover import write_all
from tests.unit.mailer.rig import MAIL, START, Clock, Rig, Wire
from tests.unit.store.samples import to_record, to_terms

pytestmark = pytest.mark.databases("sqlite")

#: Expressions of SQL for values that no column should hold; ``{id}`` is the row's, for columns that are unique.
NUMBERS = ("1e18", "-1e18", "-1", "9e999", "'soon {id}'", "x'ff00'")
NOT_UTF8 = "CAST(x'ff41' || '{id}' AS TEXT)"
TEXTS = (NOT_UTF8, "CAST(x'eda080' || '{id}' AS TEXT)", "CAST('{id}' || x'ff' AS BLOB)")
LONG = "'{id}' || replace(hex(zeroblob(1000000)), '0', 'long ')"
LISTS = (
    *("'['", "'null'", "'5'", "'{{}}'", "'[\"x\"]'", "'[[\"a\"]]'", "'[[1, 2]]'", '\'[["", "\\ud800"]]\'', "''", "7"),
    *("x'ff'", "CAST(x'5b5b22222c22ff225d5d' AS TEXT)", f"'{'[' * 50_000}'"),
)
#: Values that say nothing about the message in a list, or whose every value may be right.
UNSHOWN = {
    *("lease_owner", "lease_until", "indexed", "workspace_id", "id", "message_id", "position", "number"),
    "draft_version",
}


def list_damages(table: sa.Table) -> Iterator[tuple[str, str]]:
    """List columns of a table with expressions for values that are none of theirs."""
    for column in table.c:
        if column.name in UNSHOWN or isinstance(column.type, sa.Boolean):
            continue
        if isinstance(column.type, People):
            yield from ((column.name, value) for value in LISTS)
        elif isinstance(column.type, sa.String):
            yield from ((column.name, value) for value in TEXTS)
        elif not column.foreign_keys:
            yield from ((column.name, value) for value in NUMBERS)


def insert(rig: Rig, *kinds: str) -> list[int]:
    """Insert messages that wait, missed their time, failed or were sent, each with a file and an attempt."""
    mail = rig.with_file(b"abc")
    request = RequestBody(mail, rig.store.blobs.read_blob)
    tried = Attempt(1, START, 0.5, "sent", 200, None, None, "r-1", RateLimit(100, 5, START))
    facts = {"body_sha256": request.sha256(), "body_length": request.length}
    facts |= {"key_fingerprint": rig.connection.fingerprint}
    ones = [
        replace(to_record(mail, Status.SENT if kind == "sent" else Status.FAILED, START, **facts), attempts=(tried,))
        for kind in kinds
    ]
    rig.store.transfer.insert_messages(rig.workspace_id, ones)
    known = (rig.store.history.find_summary(each.summary.draft_id, rig.workspace_id) for each in ones)
    ids = [each.id for each in known if each is not None]
    by_kind = {kind: [number for number, each in zip(ids, kinds, strict=True) if each == kind] for kind in kinds}
    with writing(rig.store.engine) as connection:
        for kind, values in OPEN.items():
            connection.execute(message.update().where(message.c.id.in_(by_kind.get(kind, ()))).values(**values))
    return ids


def damage(store: Store, table: sa.Table, message_id: int | str, column: str, value: str) -> None:
    """Put a value into a column of the message's rows of a table, as only SQL or a broken disk can."""
    key = "id" if table in (message, draft) else "message_id"
    with closing(sqlite3.connect(str(store.engine.url.database), timeout=20)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        expression = value.format(id=message_id) if "{id}" in value else value.replace("{{}}", "{}")
        changed = connection.execute(
            f'UPDATE "{table.name}" SET "{column}" = {expression} WHERE {key} = ?', (message_id,)
        )
        assert changed.rowcount == 1, (table.name, column)
        connection.commit()


KINDS = ("failed", "sent", "waiting", "missed")
OPEN: dict[str, dict[str, object]] = {
    "failed": {"needs_you": True},
    "waiting": {"status": Status.HELD, "due_at": START + 1000, "attempts": 0, "tries": 0},
    "missed": {"status": Status.HELD, "due_at": None, "needs_you": True, "code": "missed"},
}
DAMAGES = [
    (table, column, value) for table in (message, body, message_file, attempt) for column, value in list_damages(table)
] + [(message, "subject", LONG), (message, "detail", LONG), (message, "status", "'gone'")]


@pytest.fixture(scope="module")
def damaged_database(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> tuple[Path, dict[int, str]]:
    """A database with a message for each value of each column, of each kind in turn: its id and what is wrong."""
    path = Path(shutil.copy(migrated_database, tmp_path_factory.mktemp("damaged")))
    rig = Rig(f"sqlite:///{path}", Wire(), Clock())
    kinds = [KINDS[number % (2 if table is attempt else 4)] for number, (table, _, _) in enumerate(DAMAGES)]
    ids = insert(rig, *kinds)
    while rig.store.index.catch_up():
        pass
    with writing(rig.store.engine) as connection:
        connection.execute(message.update().values(indexed=False))
    for message_id, (table, column, value) in zip(ids, DAMAGES, strict=True):
        damage(rig.store, table, message_id, column, value)
    rig.close()
    words = (
        f"{table.name}.{column} = {value[:60]} ({kind})"
        for (table, column, value), kind in zip(DAMAGES, kinds, strict=True)
    )
    return path, dict(zip(ids, words, strict=True))


@pytest.fixture
def damaged(damaged_database: tuple[Path, dict[int, str]], rig: Rig) -> dict[int, str]:
    """The damaged messages, in the database of ``rig``."""
    path, found = damaged_database
    rig.store.engine.dispose()
    shutil.copy(path, str(rig.store.engine.url.database))
    return found


def test_everything_goes_on(rig: Rig, damaged: dict[int, str]) -> None:
    """Lists, opened mails, search, sums and exports show each row, and say of each damaged one what is wrong."""
    sound = insert(rig, *KINDS)
    store, workspace_id = rig.store, rig.workspace_id
    listed = {each.id: each for each in list_summaries(store, workspace_id, limit=10_000)}
    assert set(listed) == {*damaged, *sound}
    about = StatusContext(START, True, None, lambda moment: time.ctime(moment))
    whole = {number: store.history.get_message(number, workspace_id) for number in listed}
    for number, what in damaged.items():
        found = whole[number]
        assert found is not None
        assert found.summary.damage, what
        text = to_status_text(found.summary, about)
        assert (text.word, text.actions) == ("Damaged", ()), what
        assert is_erasable(found.summary), what
    for number in sound:
        assert listed[number].damage is None
    letters = list(store.iteration.iterate_messages(workspace_id, Query()))
    assert len(letters) == len(listed)
    for form in Format:
        assert write_all(form, letters, store.blobs.read_blob)
    while store.index.catch_up():
        pass
    now = datetime.fromtimestamp(START, UTC)
    hits = store.search.search_mails(workspace_id, parse("hello", now), limit=10_000).hits
    assert set(sound) <= {hit.summary.id for hit in hits}
    for query in ("hi", "status:sent", "status:waiting", "after:2000", "has:attachment", "contact:contact-1"):
        assert store.search.search_mails(workspace_id, parse(query, now), limit=10_000).hits, query
    day = date(2027, 1, 15)
    assert store.insights.list_days(workspace_id, day, day, UTC)
    store.insights.list_failures(workspace_id, day, day, UTC)
    store.insights.get_delays(workspace_id, day, day)
    store.insights.list_busiest(workspace_id, "contact")
    assert store.correspondents.list_correspondents(workspace_id)
    assert store.correspondents.list_last_written(workspace_id, 1000)
    store.correspondents.list_reply_addresses(workspace_id, 10_000)
    assert store.correspondents.list_written_to(workspace_id, ["jane@example.com"], 0, 10_000)
    assert store.related.list_related(workspace_id, "thread", "thread-1", limit=10_000).summaries
    assert isinstance(check(Path(str(store.engine.url.database))), list)


def list_pages(store: Store, workspace_id: int, group: OpenGroup, limit: int) -> list[int]:
    """Turn through a group of the Outbox; return the ids in the order in which they are shown."""
    shown: list[int] = []
    after = None
    while True:
        page = store.outbox.list_open(workspace_id, group, after, limit)
        shown += [each.id for each in page.summaries]
        if page.next_key is None:
            return shown
        after = page.next_key


def test_the_outbox_shows_each_mail_once(rig: Rig, damaged: dict[int, str]) -> None:
    """However odd the times by which its pages are ordered, none is skipped or repeated."""
    assert damaged
    odd = ("NULL", "9e999", "-9e999", "0", "-0.0", "'x'", "'Y'", "x'00'", "x'ff'", NOT_UTF8, "1e300", "1e300", "7", "7")
    ids = insert(rig, *["waiting"] * (2 * len(odd)))
    for number, message_id in enumerate(ids):
        damage(rig.store, message, message_id, "due_at", odd[number % len(odd)])
    counts = rig.store.outbox.count_open(rig.workspace_id).groups
    for group in OpenGroup:
        shown = list_pages(rig.store, rig.workspace_id, group, 3)
        assert len(shown) == len(set(shown)) == counts[group]
        assert shown == list_pages(rig.store, rig.workspace_id, group, 10_000)
        assert sorted(shown) == sorted(rig.store.outbox.list_open_ids(rig.workspace_id, group))
    assert set(ids) <= set(shown)


@pytest.mark.parametrize("value", NUMBERS)
def test_a_mail_is_taken_back_whatever_its_version_is(rig: Rig, value: str) -> None:
    """The draft's versions then count from the first one."""
    (message_id,) = insert(rig, "waiting")
    damage(rig.store, message, message_id, "draft_version", value)
    assert rig.outbox.undo(rig.connection, message_id).version == 1


def test_all_that_waits_is_cancelled_but_what_is_damaged(rig: Rig, damaged: dict[int, str]) -> None:
    """The action ends and says how many it changed; a damaged mail is not cut down to a draft."""
    sound = insert(rig, *["waiting"] * 3)
    waiting = rig.store.outbox.list_open_ids(rig.workspace_id, OpenGroup.WAITING)
    result = rig.outbox.cancel_waiting(rig.connection)
    assert result == BulkResult(done=3, left=0, damaged=len(waiting) - 3)
    left = rig.store.outbox.list_open_ids(rig.workspace_id, OpenGroup.WAITING)
    assert set(left) == set(waiting) - set(sound) <= set(damaged)
    for action in (rig.outbox.undo, rig.outbox.reopen, rig.outbox.send_as_new):
        with pytest.raises(DamagedRecord):
            action(rig.connection, left[0])
    assert len(rig.store.drafts.list_drafts(rig.workspace_id)) == 3


def test_what_has_left_is_not_counted_as_cancelled(rig: Rig) -> None:
    """Mails that begin to be sent while the others are taken back are left alone and counted."""
    first, second, *others = [rig.send(send_at=START + 1000) for _ in range(5)]
    with writing(rig.store.engine) as connection:
        # What another process does between the look at the list and the change.
        connection.exec_driver_sql(
            f"CREATE TRIGGER leave AFTER DELETE ON message WHEN old.id = {first} "
            f"BEGIN UPDATE message SET status = 'sending' WHERE id IN ({others[0]}, {others[1]}); END"
        )
    assert rig.outbox.cancel_waiting(rig.connection) == BulkResult(done=3, left=2, damaged=0)
    assert {each.id for each in list_summaries(rig.store, rig.workspace_id)} == set(others[:2])
    assert second not in others


def test_only_what_is_sound_is_sent(rig: Rig, damaged: dict[int, str]) -> None:
    """A damaged mail keeps none beside it from going out, and goes only where all but its schedule is sound."""
    sound = insert(rig, "waiting", "missed")
    rig.outbox.send_missed(rig.connection)
    terms = replace(to_terms(rig.connection.fingerprint), now=START + 2000, lease_until=START + 2060)
    rig.clock.now = terms.now
    while claim := rig.store.leases.claim(terms):
        result = rig.delivery.attempt(claim, rig.connection)
        if result is not None:
            rig.store.leases.settle(claim, result)
    listed = list_summaries(rig.store, rig.workspace_id, limit=10_000)
    sent = {found.id for found in listed if found.idempotency_key in rig.wire.delivered}
    assert set(sound) <= sent
    assert len(rig.wire.delivered) == len(rig.wire.seen) == len(sent)
    columns = {damaged[number].split(" = ")[0] for number in sent - set(sound)}
    # A claim and "Send all missed" set these anew.
    anew = ("due_at", "undo_until", "attempts", "tries", "first_attempt_at", "detail", "code")
    assert columns <= {f"message.{name}" for name in anew}


def test_housekeeping_goes_on(rig: Rig, damaged: dict[int, str]) -> None:
    """Old bodies and files of the sound are dropped; what has no time that can be right is left as it is."""
    (old,) = insert(rig, "sent")
    rig.store.retention.save_retention(rig.workspace_id, Retention(1, 1))
    later = START + 100 * 86_400
    assert rig.store.retention.measure(rig.workspace_id, Retention(1, 1), later).bodies
    keeper = Housekeeping(rig.store, 0.0, clock=lambda: later)
    while keeper.run():
        pass
    found = rig.summary(old)
    assert found.body_dropped_at == found.files_dropped_at == later
    for number, what in damaged.items():
        if "message.created_at" in what:
            one = rig.store.history.get_message(number, rig.workspace_id)
            assert one is not None
            assert one.mail.text == MAIL.text, what


def test_each_can_be_erased(rig: Rig, damaged: dict[int, str]) -> None:
    """What can be shown can be erased, and nothing beside it."""
    sound = insert(rig, *KINDS)
    for number, what in damaged.items():
        target = ErasureTarget("mail", str(number))
        assert rig.store.erasures.measure(rig.workspace_id, target).mails == 1, what
        assert rig.store.erasures.erase_mails(rig.workspace_id, target, START) == 1, what
    assert [each.id for each in list_summaries(rig.store, rig.workspace_id)] == sound[::-1]
    for kind, value in (("address", "jane@example.com"), ("contact", "contact-1")):
        extent = rig.store.erasures.measure(rig.workspace_id, ErasureTarget(kind, value))  # type: ignore[arg-type]
        assert (extent.mails, extent.unsettled) == (2, 2)


def test_damaged_drafts_are_listed_and_deleted(store: Store) -> None:
    """Each is shown with what is wrong, opens with what can be read, and can be deleted and saved."""
    workspace_id = store.workspaces.save_workspace("w", False)
    sha256 = store.blobs.save_blob([b"abc"])
    cases = [pair for pair in list_damages(draft) if pair[0] != "id"] + [("subject", LONG)]
    ids = []
    for column, value in cases:
        one = Draft(
            str(uuid.uuid4()),
            "jane@example.com",
            subject="Hello",
            markdown="Hi",
            attachments=(Attachment("a", "a/b", 3, sha256),),
        )
        store.drafts.save_draft(one, workspace_id)
        damage(store, draft, one.id, column, value.replace("{id}", "7"))
        ids.append(one.id)
    listed = {each.id: each for each in store.drafts.list_drafts(workspace_id, 10_000)}
    assert set(listed) == set(ids)
    for number, (column, value) in zip(ids, cases, strict=True):
        whole = store.drafts.get_draft(number, workspace_id)
        assert whole is not None, column
        if column not in ("markdown", "plain_text") and value != LONG:
            assert listed[number].damage == column
        store.drafts.save_draft(replace(whole, subject="Again"), workspace_id)
    store.drafts.delete_old_drafts(time.time())
    assert len(store.drafts.list_drafts(workspace_id, 10_000)) == len(ids)
    for number in ids:
        store.drafts.delete_draft(number, workspace_id)
    assert store.drafts.list_drafts(workspace_id) == ()

"""While nothing is to be sent, messages are indexed, old ones lose their bodies, and what was erased is overwritten."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa

from components.errors import StateError
from components.mailer.housekeeping import Housekeeping
from components.model import Attachment, Draft, Status
from components.store.engine import writing
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.retention import Retention
from tests.databases import read_database, refusing
from tests.summaries import list_summaries
from tests.unit.mailer.rig import MAIL, START, Clock, Rig, await_true
from tests.unit.store.samples import to_record

DAY = 24 * 3600.0
SECRET = "xylophonic"


def fill(rig: Rig, count: int, days: float = 0.0, *, indexed: bool = True) -> None:
    """Insert messages that were sent some days ago."""
    mail = replace(MAIL, text=f"{SECRET} text", html=f"<p>{SECRET}</p>", markdown=SECRET)
    records = [to_record(mail, created_at=START - days * DAY) for _ in range(count)]
    rig.store.transfer.insert_messages(rig.workspace_id, records)
    while indexed and rig.store.index.catch_up():
        pass


def count_not_indexed(rig: Rig) -> int:
    """Count the settled messages outside the index; asked of the database, since a search would index them."""
    with rig.store.engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM message WHERE NOT indexed")).scalar_one())


def count_bodies(rig: Rig) -> int:
    """Count the messages that still have their text."""
    summaries = list_summaries(rig.store, rig.workspace_id, limit=1000)
    return sum(summary.body_dropped_at is None for summary in summaries)


def is_scrubbed(rig: Rig) -> bool:
    """Tell whether nothing erased is left on the disk, or whether the server sees to that (PostgreSQL)."""
    erasures = rig.store.erasures.list_erasures(rig.workspace_id)
    return rig.store.keeps_remains or all(each.scrubbed_at for each in erasures)


def run_all(housekeeping: Housekeeping) -> int:
    """Run steps until nothing is left to do; return how many that took."""
    for step in range(1000):
        if not housekeeping.run():
            return step
    raise AssertionError("it never ends")


def test_sent_message_is_indexed(rig: Rig) -> None:
    """Nobody has to search for it first."""
    message_id = rig.send()
    with rig.running():
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
        await_true(lambda: count_not_indexed(rig) == 0)


def test_backlog_is_indexed_in_batches(rig: Rig) -> None:
    """Other writers get their turn between two steps."""
    fill(rig, 120, indexed=False)
    housekeeping = Housekeeping(rig.store, 10.0)
    steps = [(housekeeping.run(), count_not_indexed(rig)) for _ in range(4)]
    assert steps == [(True, 70), (True, 20), (False, 0), (False, 0)]


def test_refusing_database_delays_no_message(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """The failure is logged once per interval; messages go out all the same, and no problem is shown."""
    fill(rig, 1, indexed=False)
    refused = refusing(rig.store.engine, "INSERT", "counted")
    with refused, caplog.at_level(logging.ERROR), rig.running():
        await_true(lambda: "Housekeeping waits" in caplog.text)
        message_id = rig.send()
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
        assert rig.dispatcher.problem == ""
    assert caplog.text.count("Housekeeping waits") == 1


def test_nothing_is_dropped_unless_asked(rig: Rig) -> None:
    """The default keeps messages for ever, however old."""
    fill(rig, 3, 4000)
    assert run_all(Housekeeping(rig.store, 10.0, rig.clock)) == 0
    assert count_bodies(rig) == 3


def test_retention_runs_when_chosen_and_every_day(rig: Rig) -> None:
    """It runs in steps; what grows old later is dropped on a later day; the words leave the disk too."""
    clock = Clock(START)
    housekeeping = Housekeeping(rig.store, 0.0, clock)
    fill(rig, 120, 40)
    fill(rig, 2, 25)
    run_all(housekeeping)
    assert count_bodies(rig) == 122
    rig.store.retention.save_retention(rig.workspace_id, Retention(bodies=1))
    assert run_all(housekeeping) > 3
    assert count_bodies(rig) == 2
    clock.now += 10 * DAY
    run_all(housekeeping)
    assert count_bodies(rig) == 0
    assert SECRET.encode() not in read_database(rig.store.engine).lower()
    assert is_scrubbed(rig)


def test_dispatcher_overwrites_what_was_erased(rig: Rig) -> None:
    """Nobody has to ask for it, and messages go out meanwhile."""
    fill(rig, 1, 40)
    (summary,) = list_summaries(rig.store, rig.workspace_id)
    rig.store.erasures.erase_mails(rig.workspace_id, ErasureTarget("mail", str(summary.id)), START)
    with rig.running():
        message_id = rig.send()
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
        await_true(lambda: is_scrubbed(rig))
    rig.store.secure_delete.empty_log()
    kept = read_database(rig.store.engine)
    assert MAIL.subject.encode() in kept
    assert SECRET.encode() not in kept.lower()


def test_message_without_its_text_is_not_composed_again(rig: Rig) -> None:
    """It is neither copied nor reopened: an empty draft would be taken for what it was. The error says why."""
    message_id = rig.send()
    with rig.running():
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
    rig.store.retention.apply_retention(rig.workspace_id, Retention(bodies=0), 0, rig.clock() + 99 * DAY)
    with pytest.raises(StateError, match="not kept any more"):
        rig.outbox.copy(rig.connection, message_id)


def test_message_without_its_files_is_copied_without_them(rig: Rig) -> None:
    """Its text is still there."""
    files = (Attachment("a.pdf", "a/b", 3), Attachment("b.pdf", "a/b", None, None, "files/1"))
    rig.store.transfer.insert_messages(rig.workspace_id, [to_record(replace(MAIL, attachments=files))])
    (summary,) = list_summaries(rig.store, rig.workspace_id)
    assert rig.outbox.copy(rig.connection, summary.id).attachments == files[1:]


def test_files_that_nothing_names_leave_the_disk(rig: Rig) -> None:
    """Those of a removed attachment, of a draft deleted a week ago and of an upload that was given up, in steps."""
    contents = [b"%s file" % name for name in (b"kept", b"removed", b"deleted", b"given up")]
    files = [Attachment("a", "b/c", 9, rig.store.blobs.save_blob([content])) for content in contents]
    saved = rig.store.drafts.save_draft(Draft(id="kept", attachments=(files[0], files[1])), rig.workspace_id)
    rig.store.drafts.save_draft(Draft(id="kept", version=saved.version, attachments=(files[0],)), rig.workspace_id)
    rig.store.drafts.save_draft(Draft(id="deleted", attachments=(files[2],)), rig.workspace_id)
    rig.store.drafts.delete_draft("deleted", rig.workspace_id)
    with writing(rig.store.engine) as connection:
        connection.execute(sa.text(f"UPDATE blob SET created_at = created_at - {2 * DAY}"))
        connection.execute(sa.text(f"UPDATE draft SET deleted_at = deleted_at - {8 * DAY}"))
    assert run_all(Housekeeping(rig.store, 10.0)) >= 3
    assert [content in read_database(rig.store.engine) for content in contents] == [True, False, False, False]


def test_a_clock_set_forward_takes_no_file_that_was_just_attached(rig: Rig) -> None:
    """The draft that will name it is not saved yet."""
    clock = Clock(time.time())
    housekeeping = Housekeeping(rig.store, 10.0, clock)
    name = rig.store.blobs.save_blob([b"just attached"])
    clock.now += 3 * DAY
    run_all(housekeeping)
    assert list(rig.store.blobs.read_blob(name)) == [b"just attached"]

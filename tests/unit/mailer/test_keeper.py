"""While nothing is to be sent, old mails are let go of and what was erased is scrubbed, by themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from components.errors import StateError
from components.mailer.keeper import Keeper
from components.model import Attachment, Status
from components.store.maintenance.erasure import Target
from components.store.maintenance.retention import Keeping
from tests.unit.mailer.rig import MAIL, RHYTHM, START, Clock, Rig, await_true
from tests.unit.store.samples import to_record

DAY = 86_400.0
SECRET = "xylophonic"


def fill(rig: Rig, count: int, days: float) -> None:
    """Mails of some days ago."""
    mail = replace(MAIL, text=f"{SECRET} text", html=f"<p>{SECRET}</p>", markdown=SECRET)
    rig.store.transfer.insert_messages(
        rig.workspace_id, [to_record(mail, created_at=START - days * DAY) for _ in range(count)]
    )
    while rig.store.index.catch_up():
        pass


def work(keeper: Keeper) -> int:
    """Work until there is nothing to do; how many steps that took."""
    for step in range(1000):
        if not keeper.work():
            return step
    raise AssertionError("it never ends")


def count_texts(rig: Rig) -> int:
    """How many mails still have their text."""
    entries = rig.store.history.list_entries(rig.workspace_id, limit=1000)
    return sum(entry.body_dropped_at is None for entry in entries)


def test_nothing_is_let_go_unless_asked(rig: Rig) -> None:
    """For ever is the default, however old."""
    fill(rig, 3, 4000)
    assert work(Keeper(rig.store, RHYTHM, rig.clock)) == 0
    assert count_texts(rig) == 3


def test_a_choice_is_carried_out_and_again_each_day(rig: Rig, tmp_path: Path) -> None:
    """In steps; what grows old later goes on a later day; the words leave the disk too."""
    clock, rhythm = Clock(START), replace(RHYTHM, beat=0.0)
    keeper = Keeper(rig.store, rhythm, clock)
    fill(rig, 120, 40)
    fill(rig, 2, 25)
    work(keeper)
    assert count_texts(rig) == 122
    rig.store.retention.save_keeping(rig.workspace_id, Keeping(bodies=1))
    assert work(keeper) > 3
    assert count_texts(rig) == 2
    clock.now += 10 * DAY
    work(keeper)
    assert count_texts(rig) == 0
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("composer.db*")).lower()
    assert all(each.scrubbed_at for each in rig.store.erasures.list_erasures(rig.workspace_id))


def test_the_dispatcher_does_it_between_mails(rig: Rig, tmp_path: Path) -> None:
    """Nobody has to ask, and mails go out meanwhile."""
    fill(rig, 5, 40)
    (entry, *_) = rig.store.history.list_entries(rig.workspace_id)
    rig.store.retention.save_keeping(rig.workspace_id, Keeping(bodies=1))
    rig.store.erasures.erase_mails(rig.workspace_id, Target("mail", str(entry.id)), START)
    with rig.running():
        message_id = rig.send()
        await_true(lambda: rig.entry(message_id).status is Status.SENT)
        await_true(lambda: all(each.scrubbed_at for each in rig.store.erasures.list_erasures(rig.workspace_id)))
    rig.store.scrubbing.empty_log()
    assert b"req" in b"".join(path.read_bytes() for path in tmp_path.glob("composer.db*"))


def test_a_mail_without_its_text_is_not_composed_again(rig: Rig) -> None:
    """Neither copied nor reopened: an empty mail would be taken for what it was. The sentence says why."""
    message_id = rig.send()
    with rig.running():
        await_true(lambda: rig.entry(message_id).status is Status.SENT)
    rig.store.retention.drop_old(rig.workspace_id, Keeping(bodies=0), 0, rig.clock() + 99 * DAY)
    with pytest.raises(StateError, match="not kept any more"):
        rig.outbox.copy(rig.connection, message_id)


def test_a_mail_without_its_files_is_copied_without_them(rig: Rig) -> None:
    """Its text is still there."""
    files = (Attachment("a.pdf", "a/b", 3), Attachment("b.pdf", "a/b", None, None, "files/1"))
    rig.store.transfer.insert_messages(rig.workspace_id, [to_record(replace(MAIL, attachments=files))])
    (entry,) = rig.store.history.list_entries(rig.workspace_id)
    assert rig.outbox.copy(rig.connection, entry.id).attachments == files[1:]

"""What the first release was sending when it was stopped continues under today's rules."""

from __future__ import annotations

import hashlib
from pathlib import Path

from components.model import Status
from tests.unit.mailer.rig import Clock, Rig, Wire, await_true
from tests.unit.store.samples import LEFT_AT, restore_first_release

NEXT_WEEK, IN_AN_HOUR, UNDONE, UNDER_WAY, ASKED_AGAIN, OF_ANOTHER = 9, 10, 11, 13, 7, 12


def test_waiting_mails_of_the_first_release(tmp_path: Path) -> None:
    """Two days later, missed and unclear messages are left to a person, and what is due later is sent then.

    It is sent with the key and exactly the bytes that the first release recorded.
    """
    path = tmp_path / "first.db"
    restore_first_release(path)
    wire, clock = Wire(), Clock(LEFT_AT + 2 * 86_400)
    rig = Rig(f"sqlite:///{path}", wire, clock)
    try:
        assert rig.workspace_id == 1
        later = rig.summary(NEXT_WEEK)
        assert later.due_at is not None
        with rig.running():
            rig.outbox.resume(rig.connection)
            await_true(lambda: rig.summary(UNDER_WAY).status is Status.UNKNOWN)
            await_true(lambda: rig.summary(ASKED_AGAIN).due_at is None)
            for missed in (IN_AN_HOUR, UNDONE):
                summary = rig.summary(missed)
                assert (summary.status, summary.needs_you, summary.due_at, summary.code) == (
                    Status.HELD,
                    True,
                    None,
                    "missed",
                )
            broken = rig.summary(UNDER_WAY)
            assert (broken.needs_you, broken.unclear, broken.code) == (True, True, "interrupted")
            asked = rig.summary(ASKED_AGAIN)
            assert (asked.status, asked.needs_you) == (Status.UNKNOWN, True)
            assert rig.summary(NEXT_WEEK) == later
            assert wire.seen == []
            clock.now = later.due_at + 1
            await_true(lambda: rig.summary(NEXT_WEEK).status is Status.SENT)
        ((key, content),) = wire.seen
        assert key == later.idempotency_key
        assert hashlib.sha256(content).hexdigest() == later.body_sha256
        other = rig.store.history.get_summary(OF_ANOTHER, 2)
        assert other is not None
        assert other.status is Status.HELD
    finally:
        rig.close()

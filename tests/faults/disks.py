"""Rows 9 and 11 of the matrix: writes that fail, and clocks that are wrong."""

from __future__ import annotations

from tests.faults.arena import Arena
from tests.faults.faults import Fault, FirstTries, Nth, healthy
from tests.faults.networks import read_rows
from tests.faults.nursery import Child
from tests.faults.plan import Point, Role
from tests.faults.verdict import Verdict

#: The writes of a mail's life.
WRITES = (Point.ROW_BEFORE, Point.CLAIM_BEFORE, Point.SETTLE_BEFORE)
HOUR = 3600.0


def fail_write(arena: Arena, point: Point, kind: str, once: bool) -> Verdict:
    """Let the disk fail at one write of a mail's life: what is not recorded is not sent, and later it goes out."""
    child = arena.run(mails=2, point=point, disk=kind, disk_once=once, leave=True, seconds=2.0)
    unsaved = {line.split()[0] for line in child.list_notes("unsaved")}
    # Row and claim are one commit here. A disk that fails for good refuses whatever is typed afterwards, too.
    assert unsaved if point is not Point.SETTLE_BEFORE else not unsaved or not once, child.lines
    assert not unsaved & {delivery.subject for delivery in arena.list_deliveries()}
    if point is Point.CLAIM_BEFORE and not once:
        assert not arena.wire.passages
    between = arena.judge(resting=False)
    assert between.passed, between
    return arena.settle()


def keep_busy(arena: Arena) -> Verdict:
    """Hold the database while a mail is typed and sent: the app says so, nothing is sent, later it goes out."""
    arena.run()
    locker = arena.start(Role.LOCK)
    locker.wait_for("locked")
    child = arena.start(mails=1, busy_timeout=0.3).wait()
    assert "failed" in child.lines, child.lines
    assert "StoreBusy" in child.errors, child.errors
    locker.kill()
    locker.wait()
    assert not arena.wire.passages
    return arena.settle(mails=1)


def keep_busy_under_way(arena: Arena) -> Verdict:
    """Hold the database while a mail is at LeadLex: its end is recorded as soon as the database is free again."""
    arena.run()
    lockers: list[Child] = []

    def script(_seen: object) -> Fault:
        if not lockers:
            lockers.append(arena.start(Role.LOCK))
            lockers[0].wait_for("locked")
        return Fault.NONE

    arena.wire.script = script
    child = arena.start(mails=1, busy_timeout=0.3)
    child.wait_dead(1.0)
    lockers[0].kill()
    child.finish()
    assert "cannot be recorded yet" in child.errors, child.errors
    assert len(arena.wire.passages) == 1
    return arena.judge()


def move_clock(arena: Arena, hours: float) -> Verdict:
    """Kill a process whose mail was just accepted, start it with a wrong clock, then with the right one.

    A key that is (or seems) older than a day, or from the future, is not used; the mail stays unknown for a person.
    """
    arena.wire.script = Nth(Fault.KILL_ACCEPTED, 1)
    assert arena.bury(arena.start(mails=1))
    arena.wire.script = healthy
    child = arena.run(clock_shift=hours * HOUR, asks=2)
    trusted = 0 <= hours < 24
    assert len(arena.wire.passages) == (2 if trusted else 1)
    assert bool(child.list_notes("refused")) != trusted
    shown = arena.judge()
    assert shown.passed, shown
    assert bool(shown.unknown) != trusted
    return arena.settle()


def wait_too_long(arena: Arena) -> Verdict:
    """Let a day pass before the next try that the app had planned by itself: it is not made."""
    arena.wire.script = FirstTries(Fault.GATEWAY_TIMEOUT)
    arena.run(mails=1, base=2000.0, cap=2000.0, seconds=1.0, leave=True)
    assert read_rows(arena, "status, due_at IS NULL") == [("unknown", 0)]
    arena.run(clock_shift=25 * HOUR, leave=True)
    assert read_rows(arena, "status, due_at IS NULL, needs_you") == [("unknown", 1, 1)]
    assert len(arena.wire.passages) == 1
    return arena.settle()

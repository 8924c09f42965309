"""Rows 9 and 11 of the matrix: writes that fail, and clocks that are wrong."""

from __future__ import annotations

import itertools
import queue
import sqlite3
from contextlib import closing

from tests.faults.arena import Arena
from tests.faults.faults import Fault, FirstTries, Nth, healthy
from tests.faults.networks import read_rows
from tests.faults.nursery import Child
from tests.faults.plan import Point, Role
from tests.faults.verdict import Verdict

#: The writes of a mail's life.
WRITES = (Point.ROW_BEFORE, Point.CLAIM_BEFORE, Point.SETTLE_BEFORE)
#: What a disk can do to them.
KINDS = ("io", "full", "busy")
HOUR = 3600.0
_FEWEST_WRITES = 6


def fail_write(arena: Arena, point: Point, kind: str, once: bool) -> Verdict:
    """Let the disk fail at one write of a mail's life: what is not recorded is not sent, and later it goes out."""
    child = arena.run(mails=2, point=point, disk=kind, disk_once=once, leave=True, seconds=2.0)
    unsaved = {line.split()[0] for line in child.list_notes("unsaved")}
    # A disk that fails for good also refuses whatever is typed afterwards.
    assert unsaved if point is Point.ROW_BEFORE else not unsaved or not once, child.lines
    assert not unsaved & {delivery.subject for delivery in arena.list_deliveries()}
    if point is Point.CLAIM_BEFORE and not once:
        assert not arena.wire.passages
    between = arena.judge(resting=False)
    assert between.passed, between
    return arena.settle()


def fail_in_life(
    arena: Arena, role: Role, kind: str, once: bool, *, point: Point = Point.WRITE, nth: int = 1, crashed: bool = False
) -> Verdict | None:
    """Let one write of a life fail, of one that undoes its mail or, after a crash, names what was under way.

    The app goes on or ends with a StoreError; the next start settles everything. None where the life had no such write.
    """
    if crashed:
        assert arena.bury(arena.start(mails=1, point=Point.CLAIM_AFTER)), "it was not killed"
    child = arena.start(
        role,
        mails=1,
        point=point,
        nth=nth,
        disk=kind,
        disk_once=once,
        busy_timeout=0.2,
        seconds=1.0,
        undo_seconds=60 if role is Role.UNDO else 0,
    ).wait()
    failed = child.list_notes("failed")
    assert "end" in child.lines or (failed and failed[0].startswith("Store")), (child.lines, child.errors)
    between = arena.judge(resting=False)
    assert between.passed, between
    verdict = arena.settle()
    assert verdict.delivered == verdict.messages, verdict
    return verdict if child.list_notes("struck") else None


def fail_each_write(arena: Arena, role: Role, kind: str, once: bool, *, crashed: bool = False) -> Verdict:
    """Let the first write of a life fail, then the second of another one, and so on until none is left to fail."""
    arena.run()
    last: Verdict | None = None
    for nth in itertools.count(1):
        verdict = fail_in_life(arena, role, kind, once, nth=nth, crashed=crashed)
        if verdict is None or not verdict.passed:
            break
        last = verdict
    assert nth > _FEWEST_WRITES, f"only {nth - 1} writes found"
    print(f"       {nth - 1} writes")
    return verdict or last or arena.judge()


def fail_migration(arena: Arena, kind: str, nth: int = 1) -> Verdict:
    """Let the making of the tables fail, at the ``nth`` statement where the disk is full: the next start makes them."""
    point = Point.WRITE if kind == "busy" else Point.MIGRATE
    child = arena.start(mails=1, point=point, nth=nth, disk=kind, disk_once=False, busy_timeout=0.2).wait()
    assert child.list_notes("failed")[0].startswith("Store"), (child.lines, child.errors)
    with closing(sqlite3.connect(arena.database)) as connection:
        assert not connection.execute("SELECT name FROM sqlite_master").fetchall(), "half a schema"
    return arena.settle(mails=1)


def keep_busy(arena: Arena) -> Verdict:
    """Hold the database while a mail is typed and sent: the app says so, nothing is sent, later it goes out."""
    arena.run()
    locker = arena.start(Role.LOCK)
    locker.wait_for("locked")
    child = arena.start(mails=1, busy_timeout=0.3).wait()
    assert child.list_notes("failed")[0].startswith("StoreBusy"), child.lines
    locker.kill()
    locker.wait()
    assert not arena.wire.passages
    return arena.settle(mails=1)


def keep_busy_under_way(arena: Arena) -> Verdict:
    """Hold the database while a mail is at LeadLex: its end is recorded as soon as the database is free again."""
    arena.run()
    lockers: queue.SimpleQueue[Child] = queue.SimpleQueue()

    def script(_seen: object) -> Fault:
        locker = arena.start(Role.LOCK)
        locker.wait_for("locked")
        lockers.put(locker)
        return Fault.NONE

    arena.wire.script = script
    child = arena.start(mails=1, busy_timeout=0.3)
    locker = lockers.get(timeout=30)
    while "cannot be recorded yet" not in child.errors:
        assert not child.wait_dead(0.05), (child.lines, child.errors)
    locker.kill()
    child.finish()
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

"""Rows 9 and 11 of the matrix: failing writes and wrong clocks."""

from __future__ import annotations

import itertools
import queue
import sqlite3
from contextlib import closing

from tests.faults.environment import Environment
from tests.faults.faults import Fault, FirstTries, Nth, healthy
from tests.faults.fork_server import Child
from tests.faults.networks import read_rows
from tests.faults.plan import Point, Role
from tests.faults.result import Result

#: The writes in the life of a mail.
WRITES = (Point.ROW_BEFORE, Point.CLAIM_BEFORE, Point.SETTLE_BEFORE)
#: How a disk can fail them.
KINDS = ("io", "full", "busy")
HOUR = 3600.0
_MIN_WRITES = 6


def fail_write(env: Environment, point: Point, kind: str, once: bool) -> Result:
    """Let the disk fail at one write of a mail's life: an unrecorded mail is not sent, and goes out later."""
    child = env.run(mails=2, point=point, disk=kind, disk_once=once, leave=True, seconds=2.0)
    unsaved = {line.split()[0] for line in child.list_events("unsaved")}
    # A disk that keeps failing at the claim or the settlement may also refuse the drafts typed afterwards.
    if point is Point.ROW_BEFORE:
        assert unsaved, child.lines
    elif once:
        assert not unsaved, child.lines
    assert not unsaved & {delivery.subject for delivery in env.list_deliveries()}
    if point is Point.CLAIM_BEFORE and not once:
        assert not env.proxy.requests
    between = env.check(resting=False)
    assert between.passed, between
    return env.settle()


def fail_in_run(
    env: Environment,
    role: Role,
    kind: str,
    once: bool,
    *,
    point: Point = Point.WRITE,
    nth: int = 1,
    crashed: bool = False,
) -> Result | None:
    """Let one write of a run fail, where the run undoes its mail or recovers from a crash.

    The app continues or ends with a StoreError; the next start settles everything. None where there was no such write.
    """
    if crashed:
        assert env.wait_killed(env.start(mails=1, point=Point.CLAIM_AFTER)), "it was not killed"
    child = env.start(
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
    failed = child.list_events("failed")
    assert "end" in child.lines or (failed and failed[0].startswith("Store")), (child.lines, child.errors)
    between = env.check(resting=False)
    assert between.passed, between
    result = env.settle()
    assert result.delivered == result.messages, result
    return result if child.list_events("triggered") else None


def fail_each_write(env: Environment, role: Role, kind: str, once: bool, *, crashed: bool = False) -> Result:
    """Let the first write of a run fail, then the second of another run, and so on through all writes."""
    env.run()
    last: Result | None = None
    for nth in itertools.count(1):
        result = fail_in_run(env, role, kind, once, nth=nth, crashed=crashed)
        if result is None or not result.passed:
            break
        last = result
    assert nth > _MIN_WRITES, f"only {nth - 1} writes found"
    print(f"       {nth - 1} writes")
    return result or last or env.check()


def fail_migration(env: Environment, kind: str, nth: int = 1) -> Result:
    """Let the migration fail, at the ``nth`` statement where the disk is full; the next start completes it."""
    point = Point.WRITE if kind == "busy" else Point.MIGRATE
    child = env.start(mails=1, point=point, nth=nth, disk=kind, disk_once=False, busy_timeout=0.2).wait()
    assert child.list_events("failed")[0].startswith("Store"), (child.lines, child.errors)
    with closing(sqlite3.connect(env.database)) as connection:
        assert not connection.execute("SELECT name FROM sqlite_master").fetchall(), "half a schema"
    return env.settle(mails=1)


def keep_busy(env: Environment) -> Result:
    """Lock the database while a mail is typed and sent: the app reports it, sends nothing, and sends it later."""
    env.run()
    locker = env.start(Role.LOCK)
    locker.wait_for("locked")
    child = env.start(mails=1, busy_timeout=0.3).wait()
    assert child.list_events("failed")[0].startswith("StoreBusy"), child.lines
    locker.kill()
    locker.wait()
    assert not env.proxy.requests
    return env.settle(mails=1)


def keep_busy_under_way(env: Environment) -> Result:
    """Lock the database while LeadLex has a mail: the result is recorded once the database is free again."""
    env.run()
    lockers: queue.SimpleQueue[Child] = queue.SimpleQueue()

    def script(_seen: object) -> Fault:
        locker = env.start(Role.LOCK)
        locker.wait_for("locked")
        lockers.put(locker)
        return Fault.NONE

    env.proxy.script = script
    child = env.start(mails=1, busy_timeout=0.3)
    locker = lockers.get(timeout=30)
    while "cannot be recorded yet" not in child.errors:
        assert not child.wait_dead(0.05), (child.lines, child.errors)
    locker.kill()
    child.finish()
    assert len(env.proxy.requests) == 1
    return env.check()


def move_clock(env: Environment, hours: float) -> Result:
    """Kill a process whose mail was just accepted, start it with a wrong clock, then with the right one.

    A key that is or seems older than a day, or from the future, is not used; a person decides about the unknown mail.
    """
    env.proxy.script = Nth(Fault.KILL_ACCEPTED, 1)
    assert env.wait_killed(env.start(mails=1))
    env.proxy.script = healthy
    child = env.run(clock_shift=hours * HOUR, asks=2)
    trusted = 0 <= hours < 24
    assert len(env.proxy.requests) == (2 if trusted else 1)
    assert bool(child.list_events("refused")) != trusted
    shown = env.check()
    assert shown.passed, shown
    assert bool(shown.unknown) != trusted
    return env.settle()


def wait_too_long(env: Environment) -> Result:
    """Let a day pass before the retry that the app has planned: it is not made."""
    env.proxy.script = FirstTries(Fault.GATEWAY_TIMEOUT)
    env.run(mails=1, base=2000.0, cap=2000.0, seconds=1.0, leave=True)
    assert read_rows(env, "status, due_at IS NULL") == [("unknown", 0)]
    env.run(clock_shift=25 * HOUR, leave=True)
    assert read_rows(env, "status, due_at IS NULL, needs_you") == [("unknown", 1, 1)]
    assert len(env.proxy.requests) == 1
    return env.settle()

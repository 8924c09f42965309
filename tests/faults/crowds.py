"""Rows 6, 7 and 8 of the matrix: many clicks on one mail, many processes on one outbox, one that sleeps too long."""

from __future__ import annotations

import signal
import sqlite3
import threading
import uuid
from contextlib import closing

from tests.faults.arena import Arena
from tests.faults.faults import Fault, Seen
from tests.faults.nursery import Child
from tests.faults.plan import Point, Role
from tests.faults.verdict import Verdict

_LEASE = 0.4
_HEARTBEAT = 0.1
_MOST_STOPS = 10


def click_often(arena: Arena, mails: int, threads: int = 4, windows: int = 2, *, mid_send: bool = False) -> Verdict:
    """Send each draft from several threads of several processes at once: one row each, one click made it.

    With ``mid_send`` another process sends what is in the outbox meanwhile, so that clicks meet mails under way and
    sent ones, as a page that runs again does.
    """
    drafts = tuple(str(uuid.uuid4()) for _ in range(mails))
    # The first start makes the tables; it is no part of this race.
    arena.run()
    sender = arena.start(Role.DISPATCH) if mid_send else None
    if sender is not None:
        sender.wait_for("ready")
    children = [arena.start(Role.CLICK, drafts=drafts, threads=threads) for _ in range(windows)]
    rows = [line.split() for child in children for line in child.finish().list_notes("row")]
    assert len(rows) == mails * threads * windows
    for draft in drafts:
        made = {(number, created) for each, number, created in rows if each == draft}
        assert len({number for number, _ in made}) == 1, made
        assert sum(created == "True" for each, _, created in rows if each == draft) == 1, made
    if sender is not None:
        sender.strike(signal.SIGTERM)
        sender.finish()
    return arena.settle()


def drain_together(arena: Arena, mails: int, processes: int = 4, kills: int = 0) -> Verdict:
    """Fill one outbox while several processes empty it; ``kills`` of them die on the way and are replaced."""
    arena.run()
    helpers = [arena.start(Role.DISPATCH, lease=20.0, heartbeat=0.5) for _ in range(processes)]
    for helper in helpers:
        helper.wait_for("ready")
    due = threading.Semaphore(0)

    def script(seen: Seen) -> Fault:
        if seen.number % (mails // (kills + 1)) == 0:
            due.release()
        return Fault.NONE

    arena.wire.script = script
    writer = arena.start(Role.CLICK, mails)
    for number in range(kills):
        assert due.acquire(timeout=60), "the outbox is not being drained"
        helpers[number % processes].kill()
        arena.bury(helpers[number % processes])
        helpers[number % processes] = arena.start(Role.DISPATCH, lease=20.0, heartbeat=0.5)
    writer.finish(600)
    for helper in helpers:
        helper.wait_for("ready")
        helper.strike(signal.SIGTERM)
    for helper in helpers:
        helper.finish(600)
    return arena.settle()


def stop_past_lease(arena: Arena, point: Point) -> Verdict:
    """Stop a process until another one has settled its mail, then let it go on; its late end must change nothing.

    Stopped at the point, or for ACCEPTED while its request is under way.
    """
    for _ in range(_MOST_STOPS):
        sleeper = _stop_under_way(arena) if point is Point.ACCEPTED else _stop_at(arena, point)
        sleeper.wait_stopped()
        if not _is_locked(arena):
            break
        # Another thread of it, most often the renewal of its leases, was inside a write: it holds SQLite's lock, and
        # the others cannot work at all. Row 9 asks what they do then.
        sleeper.strike(signal.SIGCONT)
        sleeper.finish()
    else:
        raise AssertionError(f"{point}: each of {_MOST_STOPS} stops fell into a write")
    arena.run(lease=_LEASE, heartbeat=_HEARTBEAT)
    # Threads stop one after another: the sleeper may have begun a request that it will finish later.
    sent = arena.judge(idle=False)
    assert sent.passed, sent
    assert sent.unknown == frozenset(), sent
    before = len(arena.wire.passages)
    sleeper.strike(signal.SIGCONT)
    sleeper.finish()
    if point is Point.CLAIM_AFTER:
        assert len(arena.wire.passages) == before, "the sleeper sent although its lease was over"
    else:
        assert "after its lease was lost" in sleeper.errors, sleeper.errors
    return arena.judge()


def _stop_at(arena: Arena, point: Point) -> Child:
    sleeper = arena.start(mails=1, point=point, number=signal.SIGSTOP, lease=_LEASE, heartbeat=_HEARTBEAT)
    sleeper.wait_for("struck")
    return sleeper


def _stop_under_way(arena: Arena) -> Child:
    reached, go = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go.wait(20)

    arena.wire.when_whole = wait
    sleeper = arena.start(mails=1, lease=_LEASE, heartbeat=_HEARTBEAT)
    assert reached.wait(20), "the mail never came to the wire"
    sleeper.strike(signal.SIGSTOP)
    go.set()
    arena.wire.wait_idle()
    return sleeper


def _is_locked(arena: Arena) -> bool:
    with closing(sqlite3.connect(arena.database, timeout=0.2, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        return False

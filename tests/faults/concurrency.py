"""Rows 6 to 8 of the matrix: concurrent clicks, concurrent processes, a process stopped past its lease."""

from __future__ import annotations

import signal
import sqlite3
import threading
import uuid
from contextlib import closing
from typing import Any

from tests.faults.environment import Environment
from tests.faults.faults import Fault, Seen
from tests.faults.fork_server import Child
from tests.faults.plan import Point, Role
from tests.faults.result import Result

_LEASE = 0.4
_HEARTBEAT = 0.1
_MAX_STOPS = 10


def click_often(env: Environment, mails: int, threads: int = 4, windows: int = 2, *, mid_send: bool = False) -> Result:
    """Send each draft from several threads of several processes at once: one row each, created by one click.

    With ``mid_send`` another process sends the outbox meanwhile, so that clicks meet mails that are being sent or are
    sent, as a rerun of the page does.
    """
    drafts = tuple(str(uuid.uuid4()) for _ in range(mails))
    # The first start migrates the database, which is not part of this race.
    env.run()
    sender = env.start(Role.DISPATCH) if mid_send else None
    if sender is not None:
        sender.wait_for("ready")
    children = [env.start(Role.CLICK, drafts=drafts, threads=threads) for _ in range(windows)]
    rows = [line.split() for child in children for line in child.finish().list_events("row")]
    assert len(rows) == mails * threads * windows
    for draft in drafts:
        made = {(number, created) for each, number, created in rows if each == draft}
        assert len({number for number, _ in made}) == 1, made
        assert sum(created == "True" for each, _, created in rows if each == draft) == 1, made
    if sender is not None:
        sender.send_signal(signal.SIGTERM)
        sender.finish()
    return env.settle()


def drain_together(env: Environment, mails: int, processes: int = 4, kills: int = 0) -> Result:
    """Fill one outbox while several processes send it; ``kills`` of them are killed meanwhile and replaced."""
    env.run()
    dispatchers = [env.start(Role.DISPATCH, lease=20.0, heartbeat=0.5) for _ in range(processes)]
    for dispatcher in dispatchers:
        dispatcher.wait_for("ready")
    due = threading.Semaphore(0)

    def script(seen: Seen) -> Fault:
        if seen.number % (mails // (kills + 1)) == 0:
            due.release()
        return Fault.NONE

    env.proxy.script = script
    writer = env.start(Role.CLICK, mails)
    for number in range(kills):
        assert due.acquire(timeout=60), "the outbox is not being drained"
        dispatchers[number % processes].kill()
        env.wait_killed(dispatchers[number % processes])
        dispatchers[number % processes] = env.start(Role.DISPATCH, lease=20.0, heartbeat=0.5)
    writer.finish(600)
    for dispatcher in dispatchers:
        dispatcher.wait_for("ready")
        dispatcher.send_signal(signal.SIGTERM)
    for dispatcher in dispatchers:
        dispatcher.finish(600)
    return env.settle()


def stop_past_lease(env: Environment, point: Point) -> Result:
    """Stop a process until another has settled its mail, then continue it; its late result must change nothing.

    It is stopped at the point, or for ACCEPTED while the gateway has its request.
    """
    stopped_child = _stop_outside_writes(env, point)
    env.run(lease=_LEASE, heartbeat=_HEARTBEAT)
    # Threads stop one after another: the child may have begun a request that it will finish later.
    sent = env.check(idle=False)
    assert sent.passed, sent
    assert sent.unknown == frozenset(), sent
    before = len(env.proxy.requests)
    stopped_child.send_signal(signal.SIGCONT)
    stopped_child.finish()
    if point is Point.CLAIM_AFTER:
        assert len(env.proxy.requests) == before, "it sent after its lease had expired"
    else:
        assert "after its lease was lost" in stopped_child.errors, stopped_child.errors
    return env.check()


def answer_past_lease(env: Environment, *, accepted: bool) -> Result:
    """Stop a process that waits for its answer until another calls its mail unknown, then continue it.

    A late 2xx settles the mail without anybody's help; a late error (not ``accepted``) leaves it unknown.
    """
    settings = {} if accepted else {"recipient": "validation@practice.example"}
    stopped_child = _stop_outside_writes(env, Point.ACCEPTED, leave=True, **settings)
    env.run(lease=_LEASE, heartbeat=_HEARTBEAT, leave=True)
    assert len(env.check(idle=False, resting=False).unknown) == 1
    stopped_child.send_signal(signal.SIGCONT)
    stopped_child.finish()
    late = env.check()
    assert len(late.unknown) == (0 if accepted else 1), late
    assert late.delivered == (late.messages if accepted else 0), late
    return late


def _stop_outside_writes(env: Environment, point: Point, **settings: Any) -> Child:
    for _ in range(_MAX_STOPS):
        stopped_child = _stop_under_way(env, **settings) if point is Point.ACCEPTED else _stop_at(env, point)
        stopped_child.wait_stopped()
        if not _is_locked(env):
            return stopped_child
        # Another of its threads, mostly the one that renews leases, was stopped inside a write and holds SQLite's
        # lock, so that no other process can work; row 9 tests that.
        stopped_child.send_signal(signal.SIGCONT)
        stopped_child.finish()
    raise AssertionError(f"{point}: each of {_MAX_STOPS} stops fell inside a write")


def _stop_at(env: Environment, point: Point) -> Child:
    stopped_child = env.start(mails=1, point=point, number=signal.SIGSTOP, lease=_LEASE, heartbeat=_HEARTBEAT)
    stopped_child.wait_for("triggered")
    return stopped_child


def _stop_under_way(env: Environment, **settings: Any) -> Child:
    reached, go = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go.wait(60)

    env.proxy.when_complete = wait
    stopped_child = env.start(mails=1, lease=_LEASE, heartbeat=_HEARTBEAT, **settings)
    assert reached.wait(60), "the request never reached the proxy"
    stopped_child.send_signal(signal.SIGSTOP)
    go.set()
    env.proxy.wait_idle()
    return stopped_child


def _is_locked(env: Environment) -> bool:
    with closing(sqlite3.connect(env.database, timeout=0.2, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        return False

"""Rows 2 to 5 of the matrix: no connection, waits, refusals, broken answers, large and slow bodies."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from itertools import pairwise
from typing import Any

from tests.faults.environment import Environment
from tests.faults.faults import Fault, FirstTries, Seen, healthy
from tests.faults.result import Result

MEGABYTE = 1024 * 1024
REFUSALS = {"validation": 400, "expired-key": 401, "forbidden": 403, "too-large": 413}
#: Faults after which the proxy lets the same mail pass.
ONE_TIME = tuple(fault for fault in Fault if not fault.name.startswith(("KILL", "NONE", "DRIP_BODY", "LIMITED")))


def send_unreached(env: Environment, kind: str, mails: int) -> Result:
    """Send without a connection: the mails wait, shown as not sent, and go out later."""
    settings: dict[str, dict[str, Any]] = {
        "dns": {"no_dns": True, "base_url": "https://leadlex.invalid"},
        "refused": {},
        "tls": {"base_url": env.proxy.base_url.replace("http:", "https:")},
    }
    if kind == "refused":
        env.proxy.close()
    env.run(mails=mails, leave=True, **settings[kind])
    if kind == "refused":
        env.proxy.start()
    rows = read_rows(env, "status, code, tries, needs_you, unclear")
    assert rows == [("held", "not_reached", 3, 1, 0)] * mails, rows
    assert not env.proxy.requests
    return env.settle()


def send_into_wait(env: Environment, fault: Fault, mails: int, width: int = 4) -> Result:
    """Answer each mail's first try with Retry-After; the next try must not come earlier.

    After a 429 with ``width`` 1, no other mail of the workspace may come earlier either.
    """
    env.proxy.script = FirstTries(fault)
    env.run(mails=mails, width=width, seconds=250.0)
    env.proxy.script = healthy
    times: dict[str, list[float]] = {}
    for request in env.proxy.requests:
        times.setdefault(request.key, []).append(request.at)
    assert len(times) == mails
    assert all(len(each) == 2 and each[1] - each[0] >= env.proxy.wait for each in times.values()), times
    if fault is Fault.LIMITED and width == 1:
        for one, following in pairwise(env.proxy.requests):
            assert one.fault is not fault or following.at - one.at >= env.proxy.wait
    return env.check()


def send_through(env: Environment, fault: Fault, mails: int, times: int = 1) -> Result:
    """Let the first attempts of each mail meet the fault; the person checks what remains unknown."""
    env.proxy.script = FirstTries(fault, times)
    quick = fault in (Fault.STALLED, Fault.LATE, Fault.DRIP_ANSWER)
    env.run(mails=mails, answer_seconds=0.25 if quick else 10.0, width=8)
    env.proxy.script = healthy
    tries = [len([each for each in env.proxy.requests if each.key == key]) for key in env.proxy.list_bodies()]
    assert all(each > times for each in tries) or fault is Fault.RESET_UNREAD, tries
    return env.check()


def send_refused(env: Environment, recipient: str, mails: int) -> Result:
    """Send to a recipient that LeadLex refuses: one attempt each, shown as failed and needing a person.

    A refused key is dropped, so that its other mails wait for one instead of being refused one by one.
    """
    status = REFUSALS[recipient]
    # What waits for a key is not settled, however long one looks.
    seconds = 3.0 if status == 401 else 120.0
    env.run(mails=mails, recipient=f"{recipient}@practice.example", seconds=seconds)
    rows = read_rows(env, "status, http_status, attempts, needs_you")
    refused = [row for row in rows if row == ("failed", status, 1, 1)]
    # On a busy machine a mail waits long enough to need a person.
    waiting = [row for row in rows if row[:3] == ("held", None, 0)] if status == 401 else []
    assert refused, rows
    assert len(refused) + len(waiting) == mails, rows
    assert len(env.proxy.requests) == len(refused)
    assert not env.list_deliveries()
    return env.check(resting=not waiting)


def cut_large_body(env: Environment, offsets: int, size: int = 25 * MEGABYTE) -> tuple[Result, int]:
    """Cut a large mail at evenly spaced offsets, one per attempt; also give the bytes of memory above rest."""
    cuts = [(number + 0.5) / offsets for number in range(offsets)]
    lock = threading.Lock()

    def script(_seen: Seen) -> Fault:
        with lock:
            if not cuts or not env.proxy.requests:
                return Fault.NONE
            env.proxy.cut = cuts.pop(0)
            return Fault.RESET_HALF

    env.proxy.script = script
    child = env.run(mails=2, attachment=size, warm=True, max_tries=offsets + 1, answer_seconds=60.0)
    assert len(env.proxy.requests) == offsets + 2
    return env.check(), int(child.list_events("grown")[0])


def drip_body(env: Environment, size: int, rate: float, receive_buffer: int = 0) -> tuple[Result, int]:
    """Take a body at ``rate`` bytes a second; also give the bytes of memory above rest.

    The kernel buffers a part at full speed; ``receive_buffer`` bounds it (bytes, 0 for the kernel's choice).
    """
    env.proxy.drip = rate
    env.proxy.receive_buffer = receive_buffer
    env.proxy.script = FirstTries(Fault.DRIP_BODY)
    child = env.run(mails=2, attachment=size, warm=True, answer_seconds=160.0)
    return env.check(), int(child.list_events("grown")[0])


def read_rows(env: Environment, columns: str) -> list[tuple[object, ...]]:
    """Read columns of every message, oldest first."""
    with closing(sqlite3.connect(env.database)) as connection:
        return connection.execute(f"SELECT {columns} FROM message ORDER BY id").fetchall()

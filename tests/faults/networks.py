"""Rows 2, 3, 4 and 5 of the matrix: names, refusals, TLS, waits, answers that go wrong, large and slow bodies."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from itertools import pairwise
from typing import Any

from tests.faults.arena import Arena
from tests.faults.faults import Fault, FirstTries, Seen, healthy
from tests.faults.verdict import Verdict

MEGABYTE = 1024 * 1024
REFUSALS = {"validation": 400, "expired-key": 401, "forbidden": 403, "too-large": 413}
#: Faults after which the wire lets the same mail pass.
ONE_TIME = tuple(fault for fault in Fault if not fault.name.startswith(("KILL", "NONE", "DRIP_BODY", "LIMITED")))


def send_unreached(arena: Arena, kind: str, mails: int) -> Verdict:
    """Send where no connection comes about: rows wait and are counted as not sent; later they go out."""
    settings: dict[str, dict[str, Any]] = {
        "dns": {"no_dns": True, "base_url": "https://leadlex.invalid"},
        "refused": {},
        "tls": {"base_url": arena.wire.base_url.replace("http:", "https:")},
    }
    if kind == "refused":
        arena.wire.close()
    arena.run(mails=mails, leave=True, **settings[kind])
    if kind == "refused":
        arena.wire.start()
    rows = read_rows(arena, "status, code, tries, needs_you, unclear")
    assert rows == [("held", "not_reached", 3, 1, 0)] * mails, rows
    assert not arena.wire.passages
    return arena.settle()


def send_into_wait(arena: Arena, fault: Fault, mails: int, width: int = 4) -> Verdict:
    """Answer each mail's first try with Retry-After; the next try must not come earlier.

    After a 429 with ``width`` 1, no other mail of the workspace may come earlier either.
    """
    arena.wire.script = FirstTries(fault)
    arena.run(mails=mails, width=width, seconds=250.0)
    arena.wire.script = healthy
    times: dict[str, list[float]] = {}
    for passage in arena.wire.passages:
        times.setdefault(passage.key, []).append(passage.at)
    assert len(times) == mails
    assert all(len(each) == 2 and each[1] - each[0] >= arena.wire.wait for each in times.values()), times
    if fault is Fault.LIMITED and width == 1:
        for one, following in pairwise(arena.wire.passages):
            assert one.fault is not fault or following.at - one.at >= arena.wire.wait
    return arena.judge()


def send_through(arena: Arena, fault: Fault, mails: int, times: int = 1) -> Verdict:
    """Let the first tries of each mail meet the fault; what remains unclear is checked again by the person."""
    arena.wire.script = FirstTries(fault, times)
    quick = fault in (Fault.STALLED, Fault.LATE, Fault.DRIP_ANSWER)
    arena.run(mails=mails, answer_seconds=0.25 if quick else 10.0, width=8)
    arena.wire.script = healthy
    tries = [len([each for each in arena.wire.passages if each.key == key]) for key in arena.wire.list_bodies()]
    assert all(each > times for each in tries) or fault is Fault.RESET_UNREAD, tries
    return arena.judge()


def send_refused(arena: Arena, recipient: str, mails: int) -> Verdict:
    """Send to one whose mails LeadLex refuses: one attempt each, shown as failed, and a person is told."""
    arena.run(mails=mails, recipient=f"{recipient}@practice.example")
    rows = read_rows(arena, "status, http_status, attempts, needs_you")
    assert rows == [("failed", REFUSALS[recipient], 1, 1)] * mails, rows
    assert len(arena.wire.passages) == mails
    assert not arena.list_deliveries()
    return arena.judge()


def cut_large_body(arena: Arena, offsets: int, size: int = 25 * MEGABYTE) -> tuple[Verdict, int]:
    """Cut one mail with a large file at evenly spread offsets, one a try; gives the bytes of memory over rest too."""
    cuts = [(number + 0.5) / offsets for number in range(offsets)]
    lock = threading.Lock()

    def script(_seen: Seen) -> Fault:
        with lock:
            if not cuts or not arena.wire.passages:
                return Fault.NONE
            arena.wire.cut = cuts.pop(0)
            return Fault.RESET_HALF

    arena.wire.script = script
    child = arena.run(mails=2, attachment=size, warm=True, max_tries=offsets + 1, answer_seconds=60.0)
    assert len(arena.wire.passages) == offsets + 2
    return arena.judge(), int(child.list_notes("grown")[0])


def drip_body(arena: Arena, size: int, rate: float, receive_buffer: int = 0) -> tuple[Verdict, int]:
    """Take a body at ``rate`` bytes a second; gives the bytes of memory over rest too.

    What the kernel takes in advance is not slow; ``receive_buffer`` bounds that (bytes, 0 for its own choice).
    """
    arena.wire.drip = rate
    arena.wire.receive_buffer = receive_buffer
    arena.wire.script = FirstTries(Fault.DRIP_BODY)
    child = arena.run(mails=2, attachment=size, warm=True, answer_seconds=160.0)
    return arena.judge(), int(child.list_notes("grown")[0])


def read_rows(arena: Arena, columns: str) -> list[tuple[object, ...]]:
    """Columns of every message, oldest first."""
    with closing(sqlite3.connect(arena.database)) as connection:
        return connection.execute(f"SELECT {columns} FROM message ORDER BY id").fetchall()

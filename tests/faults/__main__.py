"""``python -m tests.faults [row …]``: the long form, every row of the fault matrix at about its size, and its figures.

With numbers of rows, only those.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.faults.arena import Arena
from tests.faults.controlled import WRONG, run_wrong
from tests.faults.crowds import click_often, drain_together, stop_past_lease
from tests.faults.cuts import cut_power
from tests.faults.disks import WRITES, fail_write, keep_busy, keep_busy_under_way, move_clock, wait_too_long
from tests.faults.faults import Fault, healthy
from tests.faults.kills import SENDING_POINTS, UNDO_POINTS, kill_migrations, kill_often
from tests.faults.networks import (
    MEGABYTE,
    ONE_TIME,
    REFUSALS,
    cut_large_body,
    drip_body,
    send_into_wait,
    send_refused,
    send_through,
    send_unreached,
)
from tests.faults.nursery import Nursery
from tests.faults.plan import Point, Role
from tests.faults.power import is_possible
from tests.faults.tally import Tally
from tests.faults.verdict import Verdict

Scenario = Callable[[Arena], Verdict]
#: Kills on one database before the next one begins, so that no scenario grows slow.
_ROUND = 15
_CUTS = 20
_LANES = 4
#: Over rest, 10 for the mail and 2 for what malloc keeps for each of the many threads that 20 tries run in.
_MOST_MEMORY = 12 * MEGABYTE


def list_scenarios() -> Iterator[tuple[str, Scenario]]:
    """Name and attack, longest first."""
    yield "7: four processes", partial(drain_together, mails=10_000)
    yield "7: four processes, ten killed", partial(drain_together, mails=1000, kills=20)
    for number in range(6):
        for point in SENDING_POINTS:
            yield f"1: {point}", partial(_kill, point=point, role=Role.WORK, seed=number)
    for number in range(4):
        for point in UNDO_POINTS:
            yield f"1: {point}", partial(_kill, point=point, role=Role.UNDO, seed=number)
        yield "1: while migrating", partial(_kill_migrations, seed=number)
        yield "1: at random", partial(_kill, point=Point.RANDOM, role=Role.WORK, seed=number, kills=25)
    for kind in ("dns", "refused", "tls"):
        yield f"2: {kind}", partial(send_unreached, kind=kind, mails=100)
    yield "2: 503", partial(send_into_wait, fault=Fault.UNAVAILABLE, mails=100)
    yield "2: 429", partial(send_into_wait, fault=Fault.LIMITED, mails=20)
    for fault in ONE_TIME:
        yield f"3: {fault}", partial(send_through, fault=fault, mails=20 if fault is Fault.LIMITED else 200)
    for recipient in REFUSALS:
        yield f"4: {recipient}", partial(send_refused, recipient=recipient, mails=50)
    yield "5: 25 MB cut at 20 offsets", partial(_check_memory, attack=partial(cut_large_body, offsets=20))
    yield "5: drip", partial(_check_memory, attack=partial(drip_body, size=400_000, rate=100_000.0))
    yield "6: clicks", partial(click_often, mails=200)
    for point in (Point.CLAIM_AFTER, Point.CONNECT, Point.ACCEPTED):
        for _ in range(16):
            yield f"8: stopped {point}", partial(stop_past_lease, point=point)
    for point in WRITES:
        for kind in ("io", "full"):
            for once in (True, False):
                yield f"9: {kind} {point}", partial(fail_write, point=point, kind=kind, once=once)
    yield "9: busy", keep_busy
    yield "9: busy under way", keep_busy_under_way
    for number in range(10 if is_possible() else 0):
        yield "10: power cuts", partial(_cut_power, seed=number)
    for hours in (1, -1, 25) * 16:
        yield f"11: {hours} h", partial(move_clock, hours=hours)
    yield "11: retry of yesterday", wait_too_long


def main(rows: Collection[str]) -> int:
    """Run these rows, or all, some scenarios at a time; gives the exit code."""
    tally, lock = Tally(), threading.Lock()
    with Nursery() as nursery, tempfile.TemporaryDirectory(prefix="faults-") as folder:

        def run(number: int, name: str, scenario: Scenario) -> None:
            began = time.monotonic()
            with Arena(nursery, Path(folder) / str(number)) as arena:
                try:
                    verdict = scenario(arena)
                except AssertionError:
                    tally.broken.append(f"{name}: {traceback.format_exc()}")
                    print(f"BROKEN {name}", flush=True)
                    return
                with lock:
                    tally.add(name, arena, verdict)
                    word = "ok" if verdict.passed else "BROKEN"
                    print(
                        f"{word:6} {name:50} {verdict.delivered:6} mails {time.monotonic() - began:6.1f} s", flush=True
                    )

        with ThreadPoolExecutor(_LANES) as pool:
            wanted = [each for each in list_scenarios() if not rows or each[0].partition(":")[0] in rows]
            runs = [pool.submit(run, number, *each) for number, each in enumerate(wanted)]
        for each in runs:
            each.result()
        for role in WRONG:
            with Arena(nursery, Path(folder) / role) as arena:
                verdict = run_wrong(arena, role)
            print(f"control “{role}”: {verdict.duplicates} duplicates, {len(verdict.lost)} lost")
            if verdict.passed:
                tally.broken.append(f"the control “{role}” was not found out")
    print(tally)
    print(*tally.broken, sep="\n")
    return 1 if tally.broken else 0


def _kill(arena: Arena, point: Point, role: Role, seed: int, kills: int = _ROUND) -> Verdict:
    kill_often(arena, point, kills, random.Random(f"{point} {seed}"), role=role)
    arena.wire.script = healthy
    between = arena.judge(resting=False)
    assert between.passed, between
    verdict = arena.settle()
    assert verdict.delivered == verdict.messages, verdict
    return verdict


def _kill_migrations(arena: Arena, seed: int) -> Verdict:
    kill_migrations(arena, _ROUND, random.Random(seed))
    return arena.settle(mails=1)


def _cut_power(arena: Arena, seed: int) -> Verdict:
    verdict, dropped = cut_power(arena, _CUTS, random.Random(seed))
    print(f"       {arena.kills} power cuts, {dropped:,} unsynced writes dropped")
    assert verdict.delivered == verdict.messages, verdict
    return verdict


def _check_memory(arena: Arena, attack: Callable[[Arena], tuple[Verdict, int]]) -> Verdict:
    verdict, grown = attack(arena)
    print(f"       memory over rest: {grown / MEGABYTE:.1f} MB")
    assert grown <= _MOST_MEMORY, grown
    return verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

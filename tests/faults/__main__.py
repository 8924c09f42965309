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
from tests.faults.disks import (
    KINDS,
    WRITES,
    fail_each_write,
    fail_migration,
    fail_write,
    keep_busy,
    keep_busy_under_way,
    move_clock,
    wait_too_long,
)
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
from tests.faults.power import Survival, is_possible
from tests.faults.tally import Tally
from tests.faults.verdict import Verdict

Scenario = Callable[[Arena], Verdict]
#: Kills on one database before the next one begins, so that no scenario grows slow.
_ROUND = 20
_CUTS = 7
_LANES = 4
#: A body of 200 KB at its real rate; one of 25 MB would take an hour, and so it comes 250 times as fast.
_DRIP = partial(drip_body, size=150_000, rate=10_000.0, receive_buffer=8192)
_MOST_MEMORY = 10 * MEGABYTE


def list_scenarios() -> Iterator[tuple[str, Scenario]]:
    """Name and attack, longest first."""
    yield "7: four processes", partial(drain_together, mails=10_000)
    yield "7: four processes, twenty killed", partial(drain_together, mails=1000, kills=20)
    yield from _list_failing_disks()
    for number in range(5):
        for point in SENDING_POINTS:
            yield f"1: {point}", partial(_kill, point=point, role=Role.WORK, seed=number)
        for point in UNDO_POINTS:
            yield f"1: {point}", partial(_kill, point=point, role=Role.UNDO, seed=number)
        yield "1: while migrating", partial(_kill_migrations, seed=number)
        yield "1: at random", partial(_kill, point=Point.RANDOM, role=Role.WORK, seed=number)
    yield from _list_networks()
    yield "5: 25 MB cut at 20 offsets", partial(_check_memory, attack=partial(cut_large_body, offsets=20))
    yield "5: drip of 10 KB/s", partial(_check_memory, attack=_DRIP)
    yield "5: drip of 25 MB", partial(_check_memory, attack=partial(drip_body, size=25 * MEGABYTE, rate=2_500_000.0))
    yield "6: clicks", partial(click_often, mails=200)
    yield "6: clicks on mails under way", partial(click_often, mails=200, mid_send=True)
    for point in (Point.CLAIM_AFTER, Point.CONNECT, Point.ACCEPTED):
        for _ in range(17):
            yield f"8: stopped {point}", partial(stop_past_lease, point=point)
    for survival in Survival if is_possible() else ():
        for number in range(10):
            yield f"10: power cuts keep {survival}", partial(_cut_power, survival=survival, seed=number)
    for hours in (1, -1, 25) * 17:
        yield f"11: {hours} h", partial(move_clock, hours=hours)
    yield "11: retry of yesterday", wait_too_long


def _list_failing_disks() -> Iterator[tuple[str, Scenario]]:
    for kind in KINDS:
        for once in (True, False):
            name = f"{kind} {'once' if once else 'for good'}"
            yield (
                f"9: {name}, after a crash",
                partial(fail_each_write, role=Role.WORK, kind=kind, once=once, crashed=True),
            )
            yield f"9: {name}", partial(fail_each_write, role=Role.WORK, kind=kind, once=once)
            yield f"9: {name}, undoing", partial(fail_each_write, role=Role.UNDO, kind=kind, once=once)
    for kind, nth in (("io", 1), ("busy", 1), *(("full", number) for number in range(1, 21, 4))):
        yield f"9: {kind} while migrating", partial(fail_migration, kind=kind, nth=nth)
    for point in WRITES:
        for kind in ("io", "full"):
            for once in (True, False):
                yield f"9: {kind} {point}", partial(fail_write, point=point, kind=kind, once=once)
    yield "9: busy", keep_busy
    yield "9: busy under way", keep_busy_under_way


def _list_networks() -> Iterator[tuple[str, Scenario]]:
    for kind in ("dns", "refused", "tls"):
        yield f"2: {kind}", partial(send_unreached, kind=kind, mails=100)
    yield "2: 503", partial(send_into_wait, fault=Fault.UNAVAILABLE, mails=100)
    yield "2: 429", partial(send_into_wait, fault=Fault.LIMITED, mails=100)
    yield "2: 429, one at a time", partial(send_into_wait, fault=Fault.LIMITED, mails=100, width=1)
    for fault in ONE_TIME:
        yield f"3: {fault}", partial(send_through, fault=fault, mails=200)
    for recipient in REFUSALS:
        yield f"4: {recipient}", partial(send_refused, recipient=recipient, mails=50)


def main(rows: Collection[str]) -> int:
    """Run these rows, or all, some scenarios at a time; gives the exit code: 0 when all is well."""
    tally, lock = Tally(), threading.Lock()
    with Nursery() as nursery, tempfile.TemporaryDirectory(prefix="faults-") as folder:

        def run(number: int, name: str, scenario: Scenario) -> None:
            began = time.monotonic()
            with Arena(nursery, Path(folder) / str(number)) as arena:
                try:
                    verdict = scenario(arena)
                except Exception:
                    # One that breaks the harness must not hide what the others came to.
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
        for name, control in _list_controls():
            with Arena(nursery, Path(folder) / name) as arena:
                verdict = control(arena)
            print(f"control “{name}”: {verdict.duplicates} duplicates, {len(verdict.lost)} lost")
            if verdict.passed:
                tally.broken.append(f"the control “{name}” was not found out")
    print(tally)
    print(*tally.broken, sep="\n")
    return 1 if tally.broken else 0


def _list_controls() -> Iterator[tuple[str, Scenario]]:
    """What must be found out."""
    for role in WRONG:
        yield role, partial(run_wrong, role=role)
    for survival in Survival if is_possible() else ():
        yield f"NORMAL, power cuts keep {survival}", partial(_cut_normal, survival=survival)


def _kill(arena: Arena, point: Point, role: Role, seed: int) -> Verdict:
    kill_often(arena, point, _ROUND, random.Random(f"{point} {seed}"), role=role)
    arena.wire.script = healthy
    between = arena.judge(resting=False)
    assert between.passed, between
    verdict = arena.settle()
    assert verdict.delivered == verdict.messages, verdict
    return verdict


def _kill_migrations(arena: Arena, seed: int) -> Verdict:
    kill_migrations(arena, _ROUND, random.Random(seed))
    return arena.settle(mails=1)


def _cut_power(arena: Arena, survival: Survival, seed: int) -> Verdict:
    verdict, dropped = cut_power(arena, _CUTS, random.Random(seed), survival)
    print(f"       {arena.kills} power cuts, {dropped:,} unsynced writes dropped")
    assert verdict.delivered == verdict.messages, verdict
    return verdict


def _cut_normal(arena: Arena, survival: Survival) -> Verdict:
    return cut_power(arena, _CUTS, random.Random(survival), survival, synchronous="NORMAL")[0]


def _check_memory(arena: Arena, attack: Callable[[Arena], tuple[Verdict, int]]) -> Verdict:
    verdict, grown = attack(arena)
    print(f"       memory over rest: {grown / MEGABYTE:.1f} MB")
    assert grown <= _MOST_MEMORY, grown
    return verdict


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run the fault matrix in its long form and print its totals: ``python -m tests.faults [--postgresql] [row …]``.

With numbers of rows as arguments, only those. With ``--postgresql`` the rows that concern a server run on one of their
own, which is also stopped and started at random (row 15). Ends with status 1 if a scenario fails or a control is not
found.
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
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from tests.faults import approvals
from tests.faults.concurrency import answer_past_lease, click_often, drain_together, stop_past_lease
from tests.faults.controls import WRONG, run_wrong
from tests.faults.counts import Counts
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
from tests.faults.environment import Environment
from tests.faults.faults import Fault, healthy
from tests.faults.fork_server import ForkServer
from tests.faults.kills import SENDING_POINTS, UNDO_POINTS, kill_migrations, kill_often
from tests.faults.merges import MERGE_POINTS, kill_merge
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
from tests.faults.plan import Point, Role
from tests.faults.power import Survival, is_possible
from tests.faults.power_cuts import cut_power
from tests.faults.refreshes import kill_refreshes
from tests.faults.restarts import restart_often
from tests.faults.result import Result
from tests.faults.shared_workspace import decide_for_colleague, send_together
from tests.postgresql import Cluster

Scenario = Callable[[Environment], Result]
#: A new database after this many kills keeps each scenario fast.
_KILLS_PER_DATABASE = 20
_CUTS, _CONTROL_ROUNDS = 7, 5
#: Runs the scenarios on PostgreSQL.
_SERVER = "--postgresql"
_SERVER_ROUNDS = 5
_WORKERS = 4
#: A body of 150 KB at its real rate; one of 25 MB would take an hour, so that it is sent 250 times as fast.
_DRIP = partial(drip_body, size=150_000, rate=10_000.0, receive_buffer=8192)
_MAX_MEMORY = 10 * MEGABYTE


def list_scenarios() -> Iterator[tuple[str, Scenario]]:
    """List the name and function of each scenario, longest first."""
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
    for accepted in (True, False) * 25:
        yield f"8: answered past the lease, accepted {accepted}", partial(answer_past_lease, accepted=accepted)
    for survival in Survival if is_possible() else ():
        for number in range(10):
            yield f"10: power cuts keep {survival}", partial(_cut_power, survival=survival, seed=number)
    for hours in (1, -1, 25) * 17:
        yield f"11: {hours} h", partial(move_clock, hours=hours)
    yield "11: retry of yesterday", wait_too_long
    for fault in (Fault.RESET_ACCEPTED, Fault.GATEWAY_TIMEOUT, Fault.HTML, Fault.LATE):
        yield f"13: two keys, {fault}", partial(decide_for_colleague, fault=fault, mails=50)
    for number in range(5):
        yield "13: two keys at once", partial(_share, seed=number)
    for point in MERGE_POINTS:
        yield f"13: {point}", partial(kill_merge, point=point, mails=200)
    for number in range(5):
        yield "14: refreshes of the CRM", partial(_kill_refreshes, role=Role.REFRESH, seed=number)
    yield from _list_approvals()


def _list_approvals() -> Iterator[tuple[str, Scenario]]:
    for point in approvals.POINTS:
        for number in range(3):
            yield f"16: {point}", partial(_kill_approvals, point=point, seed=number)


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


def list_server_scenarios() -> Iterator[tuple[str, Scenario]]:
    """List the name and function of each scenario on PostgreSQL, longest first."""
    for number in range(5):
        yield "15: the server stops and starts", partial(_restart, restarts=10, long_ones=2, seed=number)
    for number in range(_SERVER_ROUNDS):
        for point in SENDING_POINTS:
            # libpq connects by itself, which no hook sees.
            if point is not Point.CONNECT:
                yield f"1: {point}", partial(_kill, point=point, role=Role.WORK, seed=number)
        for point in UNDO_POINTS:
            yield f"1: {point}", partial(_kill, point=point, role=Role.UNDO, seed=number)
        yield "1: at random", partial(_kill, point=Point.RANDOM, role=Role.WORK, seed=number)
    yield "7: four processes", partial(drain_together, mails=2000)
    yield "6: clicks", partial(click_often, mails=200)
    yield from _list_approvals()
    for fault in (Fault.RESET_ACCEPTED, Fault.GATEWAY_TIMEOUT, Fault.HTML, Fault.LATE):
        yield f"13: two keys, {fault}", partial(decide_for_colleague, fault=fault, mails=50)
    for number in range(5):
        yield "13: two keys at once", partial(_share, seed=number)
    for point in MERGE_POINTS:
        yield f"13: {point}", partial(kill_merge, point=point, mails=200)


def main(arguments: Collection[str]) -> int:
    """Run these rows, or all, several scenarios at a time; give the exit code."""
    counts, lock = Counts(), threading.Lock()
    on_server = _SERVER in arguments
    rows = [each for each in arguments if each != _SERVER]
    with (
        ForkServer() as fork_server,
        tempfile.TemporaryDirectory(prefix="faults-") as folder,
        Cluster(durable=True) if on_server else nullcontext() as cluster,
    ):

        def run(number: int, name: str, scenario: Scenario) -> None:
            began = time.monotonic()
            url = cluster.create_database() if cluster is not None else ""
            with Environment(fork_server, Path(folder) / str(number), url) as env:
                try:
                    result = scenario(env)
                except Exception:
                    # A scenario that fails inside the harness must not hide the results of the others.
                    counts.broken.append(f"{name}: {traceback.format_exc()}")
                    print(f"BROKEN {name}", flush=True)
                    return
                with lock:
                    counts.add(name, env, result)
                    word = "ok" if result.passed else "BROKEN"
                    print(
                        f"{word:6} {name:50} {result.delivered:6} mails {time.monotonic() - began:6.1f} s", flush=True
                    )

        with ThreadPoolExecutor(_WORKERS) as pool:
            scenarios = list_server_scenarios() if on_server else list_scenarios()
            wanted = [each for each in scenarios if not rows or each[0].partition(":")[0] in rows]
            runs = [pool.submit(run, number, *each) for number, each in enumerate(wanted)]
        for each in runs:
            each.result()
        for name, control in () if on_server else _list_controls():
            with Environment(fork_server, Path(folder) / name) as env:
                result = control(env)
            print(f"control “{name}”: {result.duplicates} duplicates, {len(result.lost)} lost")
            if result.passed:
                counts.broken.append(f"the faults of the control “{name}” were not found")
    print(counts)
    print(*counts.broken, sep="\n")
    return 1 if counts.broken else 0


def _list_controls() -> Iterator[tuple[str, Scenario]]:
    """List the controls, whose faults must be found."""
    for role in WRONG:
        yield role, partial(run_wrong, role=role)
    yield Role.REFRESH_IN_PLACE, partial(_kill_refreshes, role=Role.REFRESH_IN_PLACE, seed=0)
    for survival in Survival if is_possible() else ():
        yield f"NORMAL, power cuts keep {survival}", partial(_cut_normal, survival=survival)


def _kill(env: Environment, point: Point, role: Role, seed: int) -> Result:
    kill_often(env, point, _KILLS_PER_DATABASE, random.Random(f"{point} {seed}"), role=role)
    env.proxy.script = healthy
    between = env.check(resting=False)
    assert between.passed, between
    result = env.settle()
    assert result.delivered == result.messages, result
    return result


def _restart(env: Environment, restarts: int, long_ones: int, seed: int) -> Result:
    """Restart a server of this scenario's own: the others' processes do not wait for theirs."""
    with Cluster(durable=True) as own:
        env.url = own.create_database()
        restart_often(env, own, restarts, random.Random(seed), long_ones=long_ones)
        result = env.settle()
    assert result.delivered == result.messages, result
    return result


def _kill_migrations(env: Environment, seed: int) -> Result:
    kill_migrations(env, _KILLS_PER_DATABASE, random.Random(seed))
    return env.settle(mails=1)


def _share(env: Environment, seed: int) -> Result:
    result = send_together(env, _KILLS_PER_DATABASE, random.Random(seed))
    assert result.delivered == result.messages, result
    return result


def _kill_approvals(env: Environment, point: Point, seed: int) -> Result:
    return approvals.kill_often(env, point, _KILLS_PER_DATABASE, random.Random(seed))


def _kill_refreshes(env: Environment, role: Role, seed: int) -> Result:
    return kill_refreshes(env, _KILLS_PER_DATABASE, random.Random(seed), role)


def _cut_power(env: Environment, survival: Survival, seed: int) -> Result:
    result, dropped = cut_power(env, _CUTS, random.Random(seed), survival)
    print(f"       {env.kills} power cuts, {dropped:,} unsynced writes dropped")
    assert result.delivered == result.messages, result
    return result


def _cut_normal(env: Environment, survival: Survival) -> Result:
    """Cut the power until the control loses a mail, which happens by chance; give up after some rounds."""
    for number in range(1, _CONTROL_ROUNDS + 1):
        chance = random.Random(f"{survival}{number}")
        result = cut_power(env, _CUTS * number, chance, survival, synchronous="NORMAL")[0]
        if not result.passed:
            break
    return result


def _check_memory(env: Environment, attack: Callable[[Environment], tuple[Result, int]]) -> Result:
    result, grown = attack(env)
    print(f"       memory above rest: {grown / MEGABYTE:.1f} MB")
    assert grown <= _MAX_MEMORY, grown
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

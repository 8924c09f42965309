"""Row 10 of the matrix: power cuts, after which a disk has what was synced and chance parts of the rest."""

from __future__ import annotations

import random

from tests.faults.environment import Environment
from tests.faults.faults import Fault, Nth, healthy
from tests.faults.plan import Point
from tests.faults.power import Survival, rebuild
from tests.faults.result import Result

_POINTS = (Point.ROW_AFTER, Point.CLAIM_AFTER, Point.SETTLE_BEFORE, Point.SETTLE_AFTER, Point.ACCEPTED, Point.RANDOM)
#: At most as many writes and syncs as a run of the app makes.
_MAX_STEPS = 150
_MAX_LIFETIME = 0.25


def cut_power(
    env: Environment, cuts: int, chance: random.Random, survival: Survival, synchronous: str = ""
) -> tuple[Result, int]:
    """Cut the power ``cuts`` times, then settle everything; also give the number of dropped writes.

    ``synchronous`` replaces the product's setting, for the control.
    """
    folder = env.database.parent
    # The migration is complete: a cut during the first start is like a kill of it.
    env.run()
    dropped = 0
    for number in range(cuts * 4):
        if env.kills >= cuts:
            break
        base = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
        log = env.folder / f"power-{number}.log"
        if _run_until_killed(env, str(log), chance, synchronous):
            dropped += rebuild(folder, base, log, survival, chance)
        log.unlink(missing_ok=True)
    env.proxy.script = healthy
    return env.settle(), dropped


def _run_until_killed(env: Environment, log: str, chance: random.Random, synchronous: str) -> bool:
    # Every other cut falls between a write and its sync, where the disk decides what survives.
    unsynced = env.kills % 2 == 0
    point = Point.UNSYNCED if unsynced else chance.choice(_POINTS)
    nth = chance.randint(1, _MAX_STEPS if unsynced else 3)
    env.proxy.script = Nth(Fault.KILL_ACCEPTED, nth) if point is Point.ACCEPTED else healthy
    inner = Point.NONE if point in (Point.ACCEPTED, Point.RANDOM) else point
    child = env.start(mails=3, point=inner, nth=nth, power=log, synchronous=synchronous)
    if point is Point.RANDOM and not child.wait_dead(chance.random() * _MAX_LIFETIME):
        child.kill()
    return env.wait_killed(child)

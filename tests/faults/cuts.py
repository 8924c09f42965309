"""Row 10 of the matrix: lives that end with the power, and a disk that keeps what was synced and little else."""

from __future__ import annotations

import random

from tests.faults.arena import Arena
from tests.faults.faults import Fault, Nth, healthy
from tests.faults.plan import Point
from tests.faults.power import Survival, rebuild
from tests.faults.verdict import Verdict

_POINTS = (Point.ROW_AFTER, Point.CLAIM_AFTER, Point.SETTLE_BEFORE, Point.SETTLE_AFTER, Point.ACCEPTED, Point.RANDOM)
#: Not more writes and syncs than a life has.
_MOST_STEPS = 150
_LONGEST_LIFE = 0.25


def cut_power(
    arena: Arena, cuts: int, chance: random.Random, survival: Survival, synchronous: str = ""
) -> tuple[Verdict, int]:
    """Cut the power ``cuts`` times, then settle everything; gives the number of dropped writes too.

    ``synchronous`` replaces the product's own setting, for the control.
    """
    folder = arena.database.parent
    # The tables are made and on disk; cuts during the first start are no different from kills of it.
    arena.run()
    dropped = 0
    for number in range(cuts * 4):
        if arena.kills >= cuts:
            break
        base = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
        log = arena.folder / f"power-{number}.log"
        if _live(arena, str(log), chance, synchronous):
            dropped += rebuild(folder, base, log, survival, chance)
        log.unlink(missing_ok=True)
    arena.wire.script = healthy
    return arena.settle(), dropped


def _live(arena: Arena, log: str, chance: random.Random, synchronous: str) -> bool:
    # Of every two cuts one falls between a write and its sync, where a disk has something to choose.
    unsynced = arena.kills % 2 == 0
    point = Point.UNSYNCED if unsynced else chance.choice(_POINTS)
    nth = chance.randint(1, _MOST_STEPS if unsynced else 3)
    arena.wire.script = Nth(Fault.KILL_ACCEPTED, nth) if point is Point.ACCEPTED else healthy
    inner = Point.NONE if point in (Point.ACCEPTED, Point.RANDOM) else point
    child = arena.start(mails=3, point=inner, nth=nth, power=log, synchronous=synchronous)
    if point is Point.RANDOM and not child.wait_dead(chance.random() * _LONGEST_LIFE):
        child.kill()
    return arena.bury(child)

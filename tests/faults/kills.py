"""Row 1 of the matrix: processes killed at a named point or at random."""

from __future__ import annotations

import random

from tests.faults.environment import Environment
from tests.faults.faults import Fault, Nth, RandomFaults, healthy
from tests.faults.fork_server import Child
from tests.faults.plan import Point, Role

#: The points that a run that sends mails passes; the others need runs of their own.
SENDING_POINTS = (
    Point.ROW_BEFORE,
    Point.ROW_AFTER,
    Point.CLAIM_BEFORE,
    Point.CLAIM_AFTER,
    Point.CONNECT,
    Point.HALF,
    Point.ACCEPTED,
    Point.SETTLE_BEFORE,
    Point.SETTLE_AFTER,
    Point.RECOVER,
)
UNDO_POINTS = (Point.UNDO_BEFORE, Point.UNDO_AFTER)
#: A mail that waits is claimed by the dispatcher's own commit; without undo time the click's commit also claims it.
_WAITING = (*UNDO_POINTS, Point.CLAIM_BEFORE, Point.CLAIM_AFTER)
_WIRE_FAULTS = {Point.HALF: Fault.KILL_HALF, Point.ACCEPTED: Fault.KILL_ACCEPTED}
#: Seconds that a process lives that is killed at random; on a server's database it takes longer to start.
_LIFETIME, _LIFETIME_ON_SERVER = 0.25, 1.5


def kill_often(env: Environment, point: Point, kills: int, chance: random.Random, *, role: Role = Role.WORK) -> None:
    """Run the app until ``kills`` processes were killed at one point, each after a few new mails.

    Each run first settles what the one before left, so that kills also hit the recovery. Raises AssertionError where
    the point is not reached.
    """
    for _ in range(kills * 4):
        if env.kills >= kills:
            return
        env.wait_killed(_run_until_killed(env, point, chance, role))
    raise AssertionError(f"{point}: only {env.kills} of {kills} runs ended there")


def kill_migrations(env: Environment, kills: int, chance: random.Random) -> None:
    """Kill processes while they migrate an empty database, and complete each migration."""
    while env.kills < kills:
        env.wait_killed(env.start(point=Point.MIGRATE, nth=chance.randint(1, 20)))
        env.run()
        if env.kills < kills:
            for path in env.database.parent.iterdir():
                path.unlink()


def _run_until_killed(env: Environment, point: Point, chance: random.Random, role: Role) -> Child:
    """Start a process that is soon killed at the point."""
    mails = chance.randint(2, 4)
    if point is Point.RANDOM:
        return _run_for_random_time(env, mails, chance, role)
    if point in _WIRE_FAULTS:
        env.proxy.cut = chance.random()
        env.proxy.script = Nth(_WIRE_FAULTS[point], chance.randint(1, 3))
        return env.start(role, mails, attachment=200_000 if point is Point.HALF else 0)
    env.proxy.script = healthy
    if point is Point.RECOVER and not env.kills % 2:
        # A recovery needs a mail whose attempt was interrupted.
        return env.start(role, mails, point=Point.CLAIM_AFTER, nth=chance.randint(1, 2))
    undo = 60 if point in _WAITING and chance.random() < 0.5 else 0
    most = {Point.CONNECT: 2, Point.RECOVER: 1}.get(point, 1 if role is Role.UNDO and not undo else mails)
    return env.start(role, mails, point=point, nth=chance.randint(1, most), undo_seconds=undo)


def _run_for_random_time(env: Environment, mails: int, chance: random.Random, role: Role) -> Child:
    env.proxy.script = RandomFaults(chance)
    child = env.start(role, mails, answer_seconds=0.3)
    if not child.wait_dead(chance.random() * (_LIFETIME_ON_SERVER if env.is_on_server else _LIFETIME)):
        child.kill()
    return child

"""Rows 1 and 12 of the matrix: lives that end at a named point or at random, and what they leave."""

from __future__ import annotations

import random

from tests.faults.arena import Arena
from tests.faults.faults import Fault, Nth, Weather, healthy
from tests.faults.nursery import Child
from tests.faults.plan import Point, Role

#: The points that a life of sending passes; the others need lives of their own.
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
#: Points at which half of the lives have an undo window open.
_WITH_UNDO = (*UNDO_POINTS, Point.CLAIM_BEFORE, Point.CLAIM_AFTER)
_WIRE_FAULTS = {Point.HALF: Fault.KILL_HALF, Point.ACCEPTED: Fault.KILL_ACCEPTED}
_LONGEST_LIFE = 0.25


def kill_often(arena: Arena, point: Point, kills: int, chance: random.Random, *, role: Role = Role.WORK) -> None:
    """Live and die at one point until ``kills`` lives have ended there, each after a few new mails.

    Every life first settles what the one before left, so that recovery is struck as well. Raises AssertionError where
    the point is not met.
    """
    for _ in range(kills * 4):
        if arena.kills >= kills:
            return
        arena.bury(_live(arena, point, chance, role))
    raise AssertionError(f"{point}: only {arena.kills} of {kills} lives ended there")


def kill_migrations(arena: Arena, kills: int, chance: random.Random) -> None:
    """Kill lives while they make the first tables, each time on an empty database, and complete each."""
    while arena.kills < kills:
        arena.bury(arena.start(point=Point.MIGRATE, nth=chance.randint(1, 20)))
        arena.run()
        if arena.kills < kills:
            for path in arena.database.parent.iterdir():
                path.unlink()


def _live(arena: Arena, point: Point, chance: random.Random, role: Role) -> Child:
    """Start a life that is struck at the point, soon."""
    mails = chance.randint(2, 4)
    if point is Point.RANDOM:
        return _live_at_random(arena, mails, chance, role)
    if point in _WIRE_FAULTS:
        arena.wire.cut = chance.random()
        arena.wire.script = Nth(_WIRE_FAULTS[point], chance.randint(1, 3))
        return arena.start(role, mails, attachment=200_000 if point is Point.HALF else 0)
    arena.wire.script = healthy
    if point is Point.RECOVER and not arena.kills % 2:
        # Something must be under way for a recovery to find.
        return arena.start(role, mails, point=Point.CLAIM_AFTER, nth=chance.randint(1, 2))
    undo = 60 if point in _WITH_UNDO and chance.random() < 0.5 else 0
    most = {Point.CONNECT: 2, Point.RECOVER: 1}.get(point, 1 if role is Role.UNDO and not undo else mails)
    return arena.start(role, mails, point=point, nth=chance.randint(1, most), undo_seconds=undo)


def _live_at_random(arena: Arena, mails: int, chance: random.Random, role: Role) -> Child:
    arena.wire.script = Weather(chance)
    child = arena.start(role, mails, answer_seconds=0.3)
    if not child.wait_dead(chance.random() * _LONGEST_LIFE):
        child.kill()
    return child

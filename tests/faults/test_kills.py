"""Killed at every named point and at random, no mail is sent twice and none is lost (matrix row 1)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.arena import Arena
from tests.faults.kills import SENDING_POINTS, UNDO_POINTS, kill_often
from tests.faults.nursery import Nursery
from tests.faults.plan import Point, Role

KILLS = 4


@pytest.mark.parametrize("point", SENDING_POINTS)
def test_kill_while_sending(arena: Arena, point: Point) -> None:
    """A process killed at this point leaves nothing that the next start cannot settle."""
    kill_often(arena, point, KILLS, random.Random(point))
    verdict = arena.settle()
    assert verdict.passed, verdict
    assert verdict.delivered == verdict.messages, verdict


@pytest.mark.parametrize("point", UNDO_POINTS)
def test_kill_while_undoing(arena: Arena, point: Point) -> None:
    """An undo that a kill cuts short has either happened or not; what was taken back stays unsent."""
    kill_often(arena, point, KILLS, random.Random(point), role=Role.UNDO)
    between = arena.judge(resting=False)
    assert between.passed, between
    verdict = arena.settle()
    assert verdict.passed, verdict
    assert verdict.delivered == verdict.messages, verdict


def test_kill_at_random_in_bad_weather(arena: Arena) -> None:
    """Kills at any instant, with a third of all requests going wrong, break nothing."""
    kill_often(arena, Point.RANDOM, 2 * KILLS, random.Random(7))
    verdict = arena.settle()
    assert verdict.passed, verdict
    assert verdict.delivered == verdict.messages, verdict


@pytest.mark.parametrize("statement", [1, 6, 12, 18])
def test_kill_while_migrating(nursery: Nursery, tmp_path: Path, statement: int) -> None:
    """A first start killed among its CREATE TABLEs leaves a database that the next start completes."""
    with Arena(nursery, tmp_path) as arena:
        assert arena.bury(arena.start(point=Point.MIGRATE, nth=statement))
        verdict = arena.settle(mails=1)
        assert verdict.passed, verdict
        assert verdict.delivered == 1, verdict

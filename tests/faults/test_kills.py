"""A process killed at any named point, or at random, neither duplicates nor loses a mail (row 1 of the matrix)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.environment import Environment
from tests.faults.fork_server import ForkServer
from tests.faults.kills import SENDING_POINTS, UNDO_POINTS, kill_often
from tests.faults.plan import Point, Role

KILLS = 2


@pytest.mark.parametrize("point", SENDING_POINTS)
def test_kill_while_sending(env: Environment, point: Point) -> None:
    """The next start settles whatever a process killed at this point left."""
    kill_often(env, point, KILLS, random.Random(point))
    result = env.settle()
    assert result.passed, result
    assert result.delivered == result.messages, result


@pytest.mark.parametrize("point", UNDO_POINTS)
def test_kill_while_undoing(env: Environment, point: Point) -> None:
    """An undo interrupted by a kill has either happened or not; an undone mail stays unsent."""
    kill_often(env, point, KILLS, random.Random(point), role=Role.UNDO)
    between = env.check(resting=False)
    assert between.passed, between
    result = env.settle()
    assert result.passed, result
    assert result.delivered == result.messages, result


def test_kill_at_random_with_network_faults(env: Environment) -> None:
    """Kills at any instant, while a third of all requests fail, neither duplicate nor lose a mail."""
    kill_often(env, Point.RANDOM, 3 * KILLS, random.Random(7))
    result = env.settle()
    assert result.passed, result
    assert result.delivered == result.messages, result


@pytest.mark.parametrize("statement", [1, 12])
def test_kill_while_migrating(fork_server: ForkServer, tmp_path: Path, statement: int) -> None:
    """A first start killed between its CREATE TABLE statements leaves a database that the next start completes."""
    with Environment(fork_server, tmp_path) as env:
        assert env.wait_killed(env.start(point=Point.MIGRATE, nth=statement))
        result = env.settle(mails=1)
        assert result.passed, result
        assert result.delivered == 1, result

"""Kills and restarts on PostgreSQL neither duplicate nor lose a mail."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.environment import Environment
from tests.faults.fork_server import ForkServer
from tests.faults.kills import kill_often
from tests.faults.plan import Point, Role
from tests.faults.restarts import restart_often
from tests.postgresql import Cluster


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(
    ("point", "role"),
    [(Point.CLAIM_AFTER, Role.WORK), (Point.SETTLE_BEFORE, Role.WORK), (Point.UNDO_AFTER, Role.UNDO)],
)
def test_kill_on_a_server(env: Environment, point: Point, role: Role) -> None:
    """The next start settles what a killed process left, once its last heartbeat has expired."""
    kill_often(env, point, 2, random.Random(point), role=role)
    result = env.settle()
    assert result.passed, result
    assert result.delivered == result.messages, result


def test_the_server_goes_away_and_comes_back(postgresql: Cluster, fork_server: ForkServer, tmp_path: Path) -> None:
    """Stopped under load, it costs no mail, and the processes go on by themselves."""
    assert postgresql.pid
    with Cluster(durable=True) as own, Environment(fork_server, tmp_path, own.create_database(name="app")) as env:
        restart_often(env, own, 2, random.Random(3))
        result = env.settle()
        assert result.passed, result
        assert result.delivered == result.messages, result

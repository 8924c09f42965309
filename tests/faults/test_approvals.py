"""Kills during approval and send let no body out that nobody approved (row 16), on both databases."""

from __future__ import annotations

import random

import pytest

from tests.faults.approvals import POINTS, check_approved, kill_often
from tests.faults.environment import Environment
from tests.faults.plan import Point, Role


@pytest.mark.parametrize("point", POINTS)
def test_kill_while_approving_and_sending(env: Environment, point: Point) -> None:
    """What was killed is approved and sent once by the next start, and only as it was approved."""
    result = kill_often(env, point, 1, random.Random(point))
    assert result.passed, result
    assert result.delivered == result.messages, result


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("point", [Point.APPROVE_AFTER, Point.CLAIM_BEFORE])
def test_kill_while_approving_and_sending_on_a_server(env: Environment, point: Point) -> None:
    """The same on PostgreSQL."""
    result = kill_often(env, point, 1, random.Random(point))
    assert result.passed, result
    assert result.delivered == result.messages, result


def test_the_database_stops_a_server_that_asks_nobody(env: Environment) -> None:
    """What it records reaches "sending" neither by its own hand nor by a later start."""
    child = env.run(Role.SEND_UNAPPROVED, mails=2)
    assert child.list_events("escaped") == []
    env.run(Role.REVIEW)
    check_approved(env)
    assert env.list_deliveries() == ()

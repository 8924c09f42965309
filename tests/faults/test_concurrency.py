"""Concurrent clicks, concurrent processes, and a process stopped past its lease (rows 6 to 8 of the matrix)."""

from __future__ import annotations

import pytest

from tests.faults.concurrency import answer_past_lease, click_often, drain_together, stop_past_lease
from tests.faults.environment import Environment
from tests.faults.plan import Point


def test_many_clicks_make_one_row(env: Environment) -> None:
    """Clicks on one draft from several threads of two processes create one row, and exactly one click created it."""
    result = click_often(env, mails=4)
    assert result.passed, result
    assert result.delivered == 4


def test_processes_share_an_outbox(env: Environment) -> None:
    """Four processes drain one outbox, and each mail goes out once."""
    result = drain_together(env, mails=80)
    assert result.passed, result
    assert result.delivered == 80


def test_processes_die_while_sharing(env: Environment) -> None:
    """Processes killed while others drain the same outbox neither duplicate nor lose a mail."""
    result = drain_together(env, mails=60, kills=3)
    assert result.passed, result
    assert result.delivered == 60


@pytest.mark.parametrize("point", [Point.CLAIM_AFTER, Point.CONNECT, Point.ACCEPTED])
def test_process_stopped_past_its_lease(env: Environment, point: Point) -> None:
    """The late result of a process stopped past its lease is refused, and no mail is duplicated."""
    result = stop_past_lease(env, point)
    assert result.passed, result
    assert result.delivered == result.messages


@pytest.mark.parametrize("accepted", [True, False])
def test_answer_past_the_lease(env: Environment, accepted: bool) -> None:
    """A late 2xx settles a mail that was called unknown meanwhile; a late error leaves it unknown."""
    result = answer_past_lease(env, accepted=accepted)
    assert result.passed, result

"""Many clicks, many processes, and one that slept too long (matrix rows 6 to 8)."""

from __future__ import annotations

import pytest

from tests.faults.arena import Arena
from tests.faults.crowds import click_often, drain_together, stop_past_lease
from tests.faults.plan import Point


def test_many_clicks_make_one_row(arena: Arena) -> None:
    """Clicks on one draft from several threads of two processes make one row, and one of them made it."""
    verdict = click_often(arena, mails=8)
    assert verdict.passed, verdict
    assert verdict.delivered == 8


def test_processes_share_an_outbox(arena: Arena) -> None:
    """Four processes drain one outbox, and each mail goes out once."""
    verdict = drain_together(arena, mails=200)
    assert verdict.passed, verdict
    assert verdict.delivered == 200


def test_processes_die_while_sharing(arena: Arena) -> None:
    """Processes that die while others drain the same outbox leave nothing doubled or lost."""
    verdict = drain_together(arena, mails=100, kills=4)
    assert verdict.passed, verdict
    assert verdict.delivered == 100


@pytest.mark.parametrize("point", [Point.CLAIM_AFTER, Point.CONNECT, Point.ACCEPTED])
def test_sleeper_comes_too_late(arena: Arena, point: Point) -> None:
    """A process stopped past its lease finds its late settle refused, and nothing is doubled."""
    verdict = stop_past_lease(arena, point)
    assert verdict.passed, verdict
    assert verdict.delivered == verdict.messages

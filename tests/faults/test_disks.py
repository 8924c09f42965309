"""Writes that fail, power that fails, and clocks that are wrong (matrix rows 9 to 11)."""

from __future__ import annotations

import pytest

from tests.faults.arena import Arena
from tests.faults.disks import (
    WRITES,
    fail_in_life,
    fail_migration,
    fail_write,
    keep_busy,
    keep_busy_under_way,
    move_clock,
    wait_too_long,
)
from tests.faults.plan import Point, Role


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize("kind", ["io", "full"])
@pytest.mark.parametrize("point", WRITES)
def test_failed_write(arena: Arena, point: Point, kind: str, once: bool) -> None:
    """What could not be recorded is not sent, and what was typed goes out once when the disk works again."""
    verdict = fail_write(arena, point, kind, once)
    assert verdict.passed, verdict
    assert verdict.delivered == verdict.messages >= 1


@pytest.mark.parametrize("kind", ["io", "full"])
@pytest.mark.parametrize(("role", "point"), [(Role.UNDO, Point.UNDO_BEFORE), (Role.WORK, Point.RECOVER)])
def test_failed_undo_and_recovery(arena: Arena, role: Role, point: Point, kind: str) -> None:
    """An undo that cannot be recorded has not happened; a recovery that cannot be is made by the next start."""
    verdict = fail_in_life(arena, role, kind, True, point=point, crashed=point is Point.RECOVER)
    assert verdict is not None, "the write was never met"
    assert verdict.passed, verdict


@pytest.mark.parametrize("nth", [2, 5, 8])
def test_busy_at_a_write(arena: Arena, nth: int) -> None:
    """A write that meets a locked database after a crash is said to have failed, and nothing is doubled or lost."""
    arena.run()
    verdict = fail_in_life(arena, Role.WORK, "busy", True, nth=nth, crashed=True)
    assert verdict is not None, "the write was never met"
    assert verdict.passed, verdict


@pytest.mark.parametrize(("kind", "nth"), [("io", 1), ("full", 9), ("busy", 1)])
def test_failed_migration(arena: Arena, kind: str, nth: int) -> None:
    """Tables that could not be made leave an empty database, an error in words, and a next start that makes them."""
    verdict = fail_migration(arena, kind, nth)
    assert verdict.passed, verdict
    assert verdict.delivered == 1


def test_busy_before_send(arena: Arena) -> None:
    """A database that stays locked stops the app with a sentence and lets nothing out."""
    verdict = keep_busy(arena)
    assert verdict.passed, verdict
    assert verdict.delivered == 1


def test_busy_while_under_way(arena: Arena) -> None:
    """The end of an attempt is recorded when the database is free again; nothing is asked twice for that."""
    verdict = keep_busy_under_way(arena)
    assert verdict.passed, verdict
    assert verdict.delivered == 1


@pytest.mark.parametrize("hours", [1, -1, 25])
def test_clock_moved(arena: Arena, hours: int) -> None:
    """A key that seems older than a day or from the future is not used again; the mail is shown as unknown."""
    verdict = move_clock(arena, hours)
    assert verdict.passed, verdict
    assert verdict.delivered == 1


def test_retry_of_yesterday(arena: Arena) -> None:
    """A retry that was planned but fell on the next day is left to a person."""
    verdict = wait_too_long(arena)
    assert verdict.passed, verdict
    assert verdict.delivered == 1

"""Failing writes and wrong clocks (rows 9 and 11 of the matrix)."""

from __future__ import annotations

import pytest

from tests.faults.disks import (
    fail_in_run,
    fail_migration,
    fail_write,
    keep_busy,
    keep_busy_under_way,
    move_clock,
    wait_too_long,
)
from tests.faults.environment import Environment
from tests.faults.plan import Point, Role


@pytest.mark.parametrize(
    ("point", "kind", "once"),
    [
        (Point.ROW_BEFORE, "io", True),
        (Point.CLAIM_BEFORE, "full", False),
        (Point.SETTLE_BEFORE, "io", False),
        (Point.SETTLE_BEFORE, "full", True),
    ],
)
def test_failed_write(env: Environment, point: Point, kind: str, once: bool) -> None:
    """A mail that cannot be recorded is not sent; once the disk works again it goes out once."""
    result = fail_write(env, point, kind, once)
    assert result.passed, result
    assert result.delivered == result.messages >= 1


@pytest.mark.parametrize(
    ("role", "point", "kind"), [(Role.UNDO, Point.UNDO_BEFORE, "io"), (Role.WORK, Point.RECOVER, "full")]
)
def test_failed_undo_and_recovery(env: Environment, role: Role, point: Point, kind: str) -> None:
    """An undo that cannot be recorded has no effect; a failed recovery is repeated at the next start."""
    result = fail_in_run(env, role, kind, True, point=point, crashed=point is Point.RECOVER)
    assert result is not None, "the write was never reached"
    assert result.passed, result


def test_busy_at_a_write(env: Environment) -> None:
    """A write that meets a locked database after a crash fails with an error; no mail is duplicated or lost."""
    env.run()
    result = fail_in_run(env, Role.WORK, "busy", True, nth=5, crashed=True)
    assert result is not None, "the write was never reached"
    assert result.passed, result


@pytest.mark.parametrize(("kind", "nth"), [("io", 1), ("full", 9), ("busy", 1)])
def test_failed_migration(env: Environment, kind: str, nth: int) -> None:
    """A failed migration leaves an empty database and a clear error; the next start completes it."""
    result = fail_migration(env, kind, nth)
    assert result.passed, result
    assert result.delivered == 1


def test_busy_before_send(env: Environment) -> None:
    """While the database stays locked the app reports it and sends nothing."""
    result = keep_busy(env)
    assert result.passed, result
    assert result.delivered == 1


def test_busy_while_under_way(env: Environment) -> None:
    """The result of an attempt is recorded once the database is free again, without a second request."""
    result = keep_busy_under_way(env)
    assert result.passed, result
    assert result.delivered == 1


@pytest.mark.parametrize("hours", [1, -1, 25])
def test_clock_moved(env: Environment, hours: int) -> None:
    """A key that seems older than a day, or from the future, is not reused; the mail is shown as unknown."""
    result = move_clock(env, hours)
    assert result.passed, result
    assert result.delivered == 1


def test_retry_of_yesterday(env: Environment) -> None:
    """A planned retry that is due a day later is left to a person."""
    result = wait_too_long(env)
    assert result.passed, result
    assert result.delivered == 1

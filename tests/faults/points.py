"""The points inside a child: met through SQLAlchemy's events and Python's audit hook, never by patching the product."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from tests.faults.journal import Journal
from tests.faults.plan import Plan, Point

ROW = re.compile(r"INSERT INTO message\b")
#: Not the migration that copies the attempts.
CLAIM = re.compile(r"INSERT INTO attempt\b.*VALUES")
SETTLE = re.compile(r"UPDATE attempt\b")
UNDO = re.compile(r"DELETE FROM message\b")
RECOVER = re.compile(r"UPDATE message SET .*lease_until <= ", re.DOTALL)
BEGIN = re.compile(r"BEGIN IMMEDIATE")
MIGRATE = re.compile(r"\s*(CREATE|INSERT INTO alembic_version)")

_BEFORE = {
    Point.ROW_BEFORE: ROW,
    Point.CLAIM_BEFORE: CLAIM,
    Point.SETTLE_BEFORE: SETTLE,
    Point.UNDO_BEFORE: UNDO,
    Point.RECOVER: RECOVER,
}
_AFTER = {Point.ROW_AFTER: ROW, Point.CLAIM_AFTER: CLAIM, Point.SETTLE_AFTER: SETTLE, Point.UNDO_AFTER: UNDO}


def arm(plan: Plan, journal: Journal) -> None:
    """Make this process strike itself at the plan's point."""
    passed = 0

    def strike() -> None:
        nonlocal passed
        passed += 1
        if passed == plan.nth:
            journal.note("struck")
            # To this very thread: of a signal to the process another one might hear first, and this one run on.
            signal.pthread_kill(threading.get_ident(), plan.number)

    if plan.point in _BEFORE:
        before_commit(_BEFORE[plan.point], lambda _connection: strike())
    elif plan.point in _AFTER:
        after_commit(_AFTER[plan.point], strike)
    elif plan.point is Point.MIGRATE:
        at_statement(MIGRATE, strike)
    elif plan.point is Point.CONNECT:
        at_audit("socket.connect", strike)


def at_statement(pattern: re.Pattern[str], act: Callable[[], None]) -> None:
    """Act before each statement that matches, on any engine of this process."""

    def before(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if pattern.match(statement):
            act()

    sa.event.listen(sa.Engine, "before_cursor_execute", before)


def before_commit(pattern: re.Pattern[str], act: Callable[[sa.Connection], None]) -> None:
    """Act before each commit of a transaction in which a statement matched."""
    mark = _mark(pattern)

    def commit(connection: sa.Connection) -> None:
        if connection.info.pop(mark, False):
            act(connection)

    sa.event.listen(sa.Engine, "commit", commit)


def after_commit(pattern: re.Pattern[str], act: Callable[[], None]) -> None:
    """Act after each commit of a transaction in which a statement matched, before its caller goes on."""
    mark = _mark(pattern)

    # Core has no event after a commit; the connection's way back into the pool is the next thing that happens.
    def checkin(_connection: Any, record: Any) -> None:
        if record.info.pop(mark, False):
            act()

    sa.event.listen(sa.Pool, "checkin", checkin)


def at_audit(event: str, act: Callable[[], None]) -> None:
    """Act before Python does what the audit event names; an exception that ``act`` raises takes its place."""

    def hook(name: str, _arguments: tuple[object, ...]) -> None:
        if name == event:
            act()

    sys.addaudithook(hook)


def _mark(pattern: re.Pattern[str]) -> object:
    mark = object()

    def before(connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if pattern.match(statement):
            connection.info[mark] = True

    def rollback(connection: sa.Connection) -> None:
        connection.info.pop(mark, None)

    sa.event.listen(sa.Engine, "before_cursor_execute", before)
    sa.event.listen(sa.Engine, "rollback", rollback)
    return mark

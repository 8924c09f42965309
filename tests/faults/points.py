"""The points inside a child, hooked through SQLAlchemy's events and Python's audit hook, without any patching."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from tests.faults.event_log import EventLog
from tests.faults.plan import Plan, Point

ROW = re.compile(r"INSERT INTO message\b")
#: Without the migration that copies attempts.
CLAIM = re.compile(r"INSERT INTO attempt\b.*VALUES")
SETTLE = re.compile(r"UPDATE attempt\b")
UNDO = re.compile(r"DELETE FROM message\b")
APPROVE = re.compile(r"INSERT INTO approval\b ")
RECOVER = re.compile(r"UPDATE message SET .*lease_until <= ", re.DOTALL)
BEGIN = re.compile(r"BEGIN IMMEDIATE")
MERGE = re.compile(r"UPDATE workspace SET .*merged_into")
# SQLite quotes the column, whose name is one of its keywords.
INDEX = re.compile(r'UPDATE message SET "?indexed"?=')
REFRESH = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) crm_")
MIGRATE = re.compile(r"\s*(CREATE|INSERT INTO alembic_version)")

_BEFORE = {
    Point.ROW_BEFORE: ROW,
    Point.CLAIM_BEFORE: CLAIM,
    Point.SETTLE_BEFORE: SETTLE,
    Point.UNDO_BEFORE: UNDO,
    Point.APPROVE_BEFORE: APPROVE,
    Point.RECOVER: RECOVER,
    Point.MERGE_BEFORE: MERGE,
    Point.INDEX_BEFORE: INDEX,
    Point.REFRESH_BEFORE: REFRESH,
}
_AFTER = {
    Point.ROW_AFTER: ROW,
    Point.CLAIM_AFTER: CLAIM,
    Point.SETTLE_AFTER: SETTLE,
    Point.UNDO_AFTER: UNDO,
    Point.APPROVE_AFTER: APPROVE,
    Point.MERGE_AFTER: MERGE,
    Point.INDEX_AFTER: INDEX,
    Point.REFRESH_AFTER: REFRESH,
}


def arm(plan: Plan, event_log: EventLog) -> None:
    """Make this process send itself the plan's signal at the plan's point."""
    passed = 0

    def trigger() -> None:
        nonlocal passed
        passed += 1
        if passed == plan.nth:
            event_log.record("triggered")
            # To this thread: a signal to the process may reach another thread first while this one continues.
            signal.pthread_kill(threading.get_ident(), plan.number)

    if plan.point in _BEFORE:
        before_commit(_BEFORE[plan.point], lambda _connection: trigger())
    elif plan.point in _AFTER:
        after_commit(_AFTER[plan.point], trigger)
    elif plan.point is Point.MIGRATE:
        at_statement(MIGRATE, trigger)
    elif plan.point is Point.CONNECT:
        at_audit("socket.connect", trigger)


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
    """Act after each commit of a transaction in which a statement matched, before its caller continues."""
    mark = _mark(pattern)

    # Core has no event after a commit; the next event is the return of the connection to the pool.
    def checkin(_connection: Any, record: Any) -> None:
        if record.info.pop(mark, False):
            act()

    sa.event.listen(sa.Pool, "checkin", checkin)


def at_audit(event: str, act: Callable[[], None]) -> None:
    """Act before Python performs the audited operation; an exception that ``act`` raises replaces it."""

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
        # What belonged to a connection that broke went with it.
        if not connection.invalidated:
            connection.info.pop(mark, None)

    sa.event.listen(sa.Engine, "before_cursor_execute", before)
    sa.event.listen(sa.Engine, "rollback", rollback)
    return mark

"""Faults inside a child: a disk that is full or has I/O errors, a busy database, a name that does not resolve."""

from __future__ import annotations

import re
import resource
import socket
import sqlite3
import threading
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tests.faults import points
from tests.faults.event_log import EventLog
from tests.faults.plan import Plan, Point

_NO_LIMIT = resource.RLIM_INFINITY
#: The product's setting.
_BUSY_TIMEOUT = 10.0
_MOST_PAGES = 4_294_967_294

_WRITES: Mapping[Point, re.Pattern[str]] = {
    Point.ROW_BEFORE: points.ROW,
    Point.CLAIM_BEFORE: points.CLAIM,
    Point.SETTLE_BEFORE: points.SETTLE,
    Point.UNDO_BEFORE: points.UNDO,
    Point.RECOVER: points.RECOVER,
    Point.MIGRATE: points.MIGRATE,
    Point.WRITE: points.BEGIN,
}


def arm(plan: Plan, event_log: EventLog) -> None:
    """Apply the plan's disk fault and its time-out for a busy database."""

    def set_timeout(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout={plan.busy_timeout * 1000:.0f}").close()

    if plan.busy_timeout != _BUSY_TIMEOUT:
        sa.event.listen(sa.Pool, "checkout", set_timeout)
    if plan.disk:
        _Failure(plan, event_log).arm()


def fail_dns() -> None:
    """Raise what a resolver raises for an unknown name."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


class _Failure:
    """Fails in the ``nth`` of the plan's transactions: once, or from then on until the process ends.

    "io": no file may be written (RLIMIT_FSIZE), so that writing the log fails in the middle of the commit. "full":
    SQLite may allocate no further page, so that a statement fails. "busy": another connection holds the write lock when
    the transaction begins.
    """

    def __init__(self, plan: Plan, event_log: EventLog) -> None:
        self._plan = plan
        self._event_log = event_log
        self._pattern = _WRITES[plan.point]
        self._lock = threading.Lock()
        self._passed = 0
        self._begun, self._met = object(), object()
        self._holder: sqlite3.Connection | None = None

    def arm(self) -> None:
        if self._plan.disk == "io":
            points.before_commit(self._pattern, self._limit_files)
        else:
            refuse = self._refuse_pages if self._plan.disk == "full" else self._hold_lock
            sa.event.listen(sa.Engine, "before_cursor_execute", refuse)
        sa.event.listen(sa.Pool, "reset", self._lift)

    def _due(self, connection: sa.Connection) -> bool:
        """Tell whether this transaction fails; a single failure is lifted when its connection is reset."""
        with self._lock:
            self._passed += 1
            passed = self._passed
        if passed == self._plan.nth:
            self._event_log.record("triggered")
        due = passed == self._plan.nth if self._plan.disk_once else passed >= self._plan.nth
        if due and self._plan.disk_once:
            connection.info[self._met] = True
        return due

    def _limit_files(self, connection: sa.Connection) -> None:
        if self._due(connection):
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, _NO_LIMIT))

    def _refuse_pages(self, connection: sa.Connection, cursor: Any, statement: str, *_: Any) -> None:
        matched = self._pattern.match(statement) is not None
        if self._plan.point is Point.WRITE:
            # The statement after the BEGIN is the first that can need a page.
            connection.info[self._begun], matched = matched, connection.info.get(self._begun, False)
        if matched and self._due(connection):
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
            # Small statements fit into existing pages; this one does not and fails their transaction.
            cursor.execute("CREATE TABLE too_much AS SELECT zeroblob(1000000)")

    def _hold_lock(self, connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if not self._pattern.match(statement) or not self._due(connection):
            return
        with self._lock:
            if self._holder is None:
                self._holder = sqlite3.connect(
                    self._plan.database.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
                )
                self._holder.execute("BEGIN IMMEDIATE")

    def _lift(self, connection: Any, record: Any, *_: Any) -> None:
        if not record.info.pop(self._met, False):
            return
        resource.setrlimit(resource.RLIMIT_FSIZE, (_NO_LIMIT, _NO_LIMIT))
        connection.execute(f"PRAGMA max_page_count={_MOST_PAGES}").close()
        if self._holder is not None:
            self._holder.close()
            self._holder = None

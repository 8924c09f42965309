"""A disk that fails at one commit (full, or an I/O error), a database that is busy, a name that nobody resolves."""

from __future__ import annotations

import contextlib
import re
import resource
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.faults import points
from tests.faults.plan import Plan, Point

_NO_LIMIT = resource.RLIM_INFINITY
#: The product's own.
_BUSY_TIMEOUT = 10.0
_MOST_PAGES = 4_294_967_294

_WRITES: Mapping[Point, re.Pattern[str]] = {
    Point.ROW_BEFORE: points.ROW,
    Point.CLAIM_BEFORE: points.CLAIM,
    Point.SETTLE_BEFORE: points.SETTLE,
    Point.UNDO_BEFORE: points.UNDO,
    Point.RECOVER: points.RECOVER,
    Point.MIGRATE: points.MIGRATE,
}


def arm(plan: Plan) -> None:
    """Make the plan's disk fail, and its waits for a busy database as long as the plan says."""

    def hurry(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA busy_timeout={plan.busy_timeout * 1000:.0f}").close()

    if plan.busy_timeout != _BUSY_TIMEOUT:
        sa.event.listen(sa.Pool, "checkout", hurry)
    if plan.disk:
        _Failure(plan).arm()


def fail_dns() -> None:
    """What a resolver without an answer does."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


class _Failure:
    """Fails at the ``nth`` commit of the plan's transaction: once, or for the rest of the process's life.

    "io": nothing may be appended to any file (RLIMIT_FSIZE), so that writing the log fails in the middle of the
    commit. "full": SQLite may take no further page, so that the statement fails.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._passed = 0

    def arm(self) -> None:
        pattern = _WRITES[self._plan.point]
        if self._plan.disk == "io":
            points.before_commit(pattern, self._limit_files)
        else:
            sa.event.listen(sa.Engine, "before_cursor_execute", self._refuse_pages)
        sa.event.listen(sa.Pool, "reset", self._lift)

    def _due(self) -> bool:
        self._passed += 1
        return self._passed == self._plan.nth if self._plan.disk_once else self._passed >= self._plan.nth

    def _limit_files(self, _connection: sa.Connection) -> None:
        if self._due():
            with contextlib.suppress(FileNotFoundError):
                size = Path(f"{self._plan.database}-wal").stat().st_size
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, _NO_LIMIT))

    def _lift(self, connection: Any, *_: Any) -> None:
        if self._plan.disk_once:
            resource.setrlimit(resource.RLIMIT_FSIZE, (_NO_LIMIT, _NO_LIMIT))
            connection.execute(f"PRAGMA max_page_count={_MOST_PAGES}").close()

    def _refuse_pages(self, _conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        if _WRITES[self._plan.point].match(statement) and self._due():
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
            # Small statements fit into pages that are there; this one never does, and fails their transaction.
            cursor.execute("CREATE TABLE too_much AS SELECT zeroblob(1000000)")

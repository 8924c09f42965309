"""Workspaces, told apart by a fingerprint of their key; the key itself never comes here."""

from __future__ import annotations

import time

import sqlalchemy as sa

from components.errors import StoreError
from components.model import RateLimit
from components.store.engine import Transaction, writing
from components.store.prepared import Prepared
from components.store.rows import WorkspaceState
from components.store.schema import workspace

_KNOWN = Prepared(
    sa.select(
        workspace.c.id,
        workspace.c.practice,
        workspace.c.undo_seconds,
        workspace.c.paused_until,
        workspace.c.calls_limit,
        workspace.c.calls_remaining,
        workspace.c.calls_reset_at,
    ).where(workspace.c.id == sa.bindparam("workspace"))
)
_NOTE_LIMIT = Prepared(workspace.update().where(workspace.c.id == sa.bindparam("workspace")))


def _to_pause() -> sa.Update:
    until = sa.bindparam("until", type_=sa.Double)
    known = sa.func.coalesce(workspace.c.paused_until, 0.0)
    standing = sa.and_(known > until, known <= until + 86_400.0)
    later = sa.case((standing, known), else_=until)
    return workspace.update().where(workspace.c.id == sa.bindparam("workspace")).values(paused_until=later)


_PAUSE = Prepared(_to_pause())


class WorkspaceStore:
    """Finds workspaces and keeps their habits and limits."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save_workspace(self, fingerprint: str, practice: bool) -> int:
        """The number of the workspace with this fingerprint, made on first sight. Raises StoreError."""
        known = sa.select(workspace.c.id).where(workspace.c.fingerprint == fingerprint)
        with writing(self._engine) as connection:
            found = connection.execute(known).scalar_one_or_none()
            if found is not None:
                return int(found)
            values = {"fingerprint": fingerprint, "practice": practice, "created_at": time.time()}
            return int(connection.execute(workspace.insert().values(**values).returning(workspace.c.id)).scalar_one())

    def get_workspace(self, workspace_id: int) -> WorkspaceState:
        """Habits and limits of one workspace. Raises StoreError."""
        row = _KNOWN.read(self._engine, {"workspace": workspace_id})
        if row is None:
            raise StoreError("This workspace is not in the database any more. Connect again.")
        number, practice, undo_seconds, paused_until, *known = row
        limit = RateLimit(*known) if any(value is not None for value in known) else None
        return WorkspaceState(number, bool(practice), undo_seconds, paused_until, limit)

    def save_undo_seconds(self, workspace_id: int, seconds: int) -> None:
        """Keep how long Send can be undone. Raises StoreError."""
        with writing(self._engine) as connection:
            connection.execute(workspace.update().where(workspace.c.id == workspace_id).values(undo_seconds=seconds))

    def save_rate_limit(self, workspace_id: int, limit: RateLimit | None, paused_until: float | None = None) -> None:
        """Keep what an answer said of the calls left, and until when none may be made; None changes nothing.

        Raises StoreError.
        """
        if limit is None and paused_until is None:
            return
        with writing(self._engine) as connection:
            if limit is not None:
                write_rate_limit(connection, workspace_id, limit)
            if paused_until is not None:
                write_pause(connection, workspace_id, paused_until)


def write_rate_limit(connection: Transaction, workspace_id: int, limit: RateLimit) -> None:
    """The same inside the caller's transaction."""
    values = {"calls_limit": limit.limit, "calls_remaining": limit.remaining, "calls_reset_at": limit.reset_at}
    _NOTE_LIMIT.run(connection, values | {"workspace": workspace_id})


def write_pause(connection: Transaction, workspace_id: int, until: float) -> None:
    """Let nothing of a workspace be sent until then (epoch seconds); of two such times the later one stands.

    One that lies more than a day after the new one comes from a clock that has been set back, and is replaced.
    """
    _PAUSE.run(connection, {"workspace": workspace_id, "until": until})

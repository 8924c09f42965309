"""Stores workspaces, identified by a fingerprint of their key; the key itself is never stored."""

from __future__ import annotations

import time

import sqlalchemy as sa

from components.errors import StoreError
from components.model import DAY_SECONDS, RateLimit
from components.store.engine import reading, writing
from components.store.schema import workspace
from components.store.types import WorkspaceState


class WorkspaceStore:
    """Finds workspaces and stores their settings and limits."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save_workspace(self, fingerprint: str, practice: bool) -> int:
        """Return the id of the workspace with this fingerprint, creating it where it is new. Raises StoreError."""
        known = sa.select(workspace.c.id).where(workspace.c.fingerprint == fingerprint)
        with writing(self._engine) as connection:
            found = connection.execute(known).scalar_one_or_none()
            if found is not None:
                return int(found)
            values = {"fingerprint": fingerprint, "practice": practice, "created_at": time.time()}
            return int(connection.execute(workspace.insert().values(**values).returning(workspace.c.id)).scalar_one())

    def get_workspace(self, workspace_id: int) -> WorkspaceState:
        """Return the settings and limits of one workspace. Raises StoreError."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(workspace).where(workspace.c.id == workspace_id)).first()
        if row is None:
            raise StoreError("This workspace is not in the database any more. Connect again.")
        calls = (row.calls_limit, row.calls_remaining, row.calls_reset_at)
        limit = RateLimit(*calls) if any(value is not None for value in calls) else None
        return WorkspaceState(row.id, row.practice, row.undo_seconds, row.paused_until, limit, row.colleague_days)

    def save_undo_seconds(self, workspace_id: int, seconds: int) -> None:
        """Save for how many seconds Send can be undone. Raises StoreError."""
        with writing(self._engine) as connection:
            connection.execute(workspace.update().where(workspace.c.id == workspace_id).values(undo_seconds=seconds))

    def save_colleague_days(self, workspace_id: int, days: int) -> None:
        """Save within how many days a colleague's mail is worth a warning, 0 for never. Raises StoreError."""
        with writing(self._engine) as connection:
            connection.execute(workspace.update().where(workspace.c.id == workspace_id).values(colleague_days=days))

    def save_rate_limit(self, workspace_id: int, limit: RateLimit | None, paused_until: float | None = None) -> None:
        """Save the calls left as an answer stated them, and a pause until a time (epoch seconds); None changes nothing.

        Raises StoreError.
        """
        if limit is None and paused_until is None:
            return
        with writing(self._engine) as connection:
            if limit is not None:
                write_rate_limit(connection, workspace_id, limit)
            if paused_until is not None:
                write_pause(connection, workspace_id, paused_until)


def write_rate_limit(connection: sa.Connection, workspace_id: int, limit: RateLimit) -> None:
    """Save the calls left, as an answer stated them, inside the caller's transaction."""
    calls = {"calls_limit": limit.limit, "calls_remaining": limit.remaining, "calls_reset_at": limit.reset_at}
    connection.execute(workspace.update().where(workspace.c.id == workspace_id).values(**calls))


def write_pause(connection: sa.Connection, workspace_id: int, until: float) -> None:
    """Pause sending for a workspace until a time (epoch seconds), unless it is paused for longer already.

    A pause that ends more than a day after the new one comes from a clock that has been set back, and is replaced.
    """
    current = sa.func.coalesce(workspace.c.paused_until, 0.0)
    is_longer = sa.and_(current > until, current <= until + DAY_SECONDS)
    pause = workspace.update().where(workspace.c.id == workspace_id)
    connection.execute(pause.values(paused_until=sa.case((is_longer, current), else_=until)))

"""Locks of drafts, as they are some time later."""

from __future__ import annotations

import sqlalchemy as sa

from components.store.drafting.tables import draft_lock
from components.store.engine import writing


def put_locks_back(engine: sa.Engine, seconds: float, *where: sa.ColumnElement[bool]) -> None:
    """Move the times of those locks into the past; of all locks without a condition."""
    earlier = {name: draft_lock.c[name] - seconds for name in ("since", "until", "active_at")}
    with writing(engine) as connection:
        connection.execute(draft_lock.update().where(*where).values(earlier))

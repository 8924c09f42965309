"""Which message is due next, and the statement that leases it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from components.model import Status
from components.store.schema import IS_OPEN, message, workspace

#: LeadLex lifts every limit within a day; a pause that lies further ahead comes from a clock that has been set back.
_LONGEST_PAUSE = 86_400.0
_WAITING = message.alias("waiting")


def is_paused(now: float | sa.BindParameter[float]) -> sa.ColumnElement[bool]:
    """The condition that LeadLex limits a ``workspace`` row at a time (epoch seconds)."""
    until = sa.func.coalesce(workspace.c.paused_until, 0.0)
    return sa.and_(until > now, until <= now + _LONGEST_PAUSE)


def _to_due() -> sa.Select[tuple[int]]:
    """The messages that may go now, the one that has been due longest first."""
    waiting = _WAITING
    now = sa.bindparam("at", type_=sa.Double)
    # Not a join: SQLite would walk it from the workspaces and sort all that is open for each claim.
    may_send = sa.exists().where(
        workspace.c.id == waiting.c.workspace_id,
        workspace.c.id.in_(sa.bindparam("workspaces", expanding=True)),
        sa.not_(is_paused(now)),
    )
    fresh = (sa.bindparam("fresh_from", type_=sa.Double), sa.bindparam("fresh_to", type_=sa.Double))
    return (
        sa.select(waiting.c.id)
        .where(
            IS_OPEN,
            waiting.c.status.in_(sa.bindparam("sources", expanding=True)),
            waiting.c.due_at <= now,
            may_send,
            sa.or_(sa.not_(waiting.c.unclear), waiting.c.first_attempt_at.between(*fresh)),
        )
        .order_by(waiting.c.due_at, waiting.c.id)
    )


_DUE = _to_due()
# Made once, since to build a statement takes longer than to run it.
#: At most ``most`` of the messages to send next.
DUE = _DUE.limit(sa.bindparam("most"))
#: The one statement of a claim: choose, lease and count, so that of any number of processes one gets a message.
#: PostgreSQL passes over the rows that others are just choosing; SQLite has one writer at a time anyway.
LEASE = (
    message.update()
    .where(
        message.c.id == _DUE.limit(1).with_for_update(skip_locked=True, of=_WAITING).scalar_subquery(),
        message.c.status.in_(sa.bindparam("sources", expanding=True)),
    )
    .values(
        status=sa.bindparam("target"),
        needs_you=False,
        due_at=None,
        undo_until=None,
        lease_owner=sa.bindparam("owner"),
        lease_until=sa.bindparam("until", type_=sa.Double),
        attempts=message.c.attempts + 1,
        tries=message.c.tries + 1,
        first_attempt_at=sa.func.coalesce(message.c.first_attempt_at, sa.bindparam("at", type_=sa.Double)),
    )
    .returning(message)
)


def to_due(
    workspace_ids: Collection[int], sources: Sequence[Status], now: float, fresh: tuple[float, float]
) -> dict[str, Any]:
    """The values that ``DUE`` and ``LEASE`` ask for; times in epoch seconds."""
    return {
        "workspaces": list(workspace_ids),
        "sources": list(sources),
        "at": now,
        "fresh_from": fresh[0],
        "fresh_to": fresh[1],
    }

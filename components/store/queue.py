"""Which message is due next, and the statements that lease it and begin its attempt."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from components.model import Mail
from components.store.history import ENTRY, to_entry
from components.store.prepared import Prepared
from components.store.rows import Claim, Terms
from components.store.schema import IS_OPEN, attempt, message, workspace

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


def _to_lease(*only: sa.ColumnElement[bool]) -> sa.UpdateBase:
    """The statement that takes the next message, and none where that is not ``only``."""
    next_due = _DUE.limit(1).with_for_update(skip_locked=True, of=_WAITING).scalar_subquery()
    return (
        message.update()
        .where(message.c.id == next_due, message.c.status.in_(sa.bindparam("sources", expanding=True)), *only)
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
        .returning(*ENTRY)
    )


_DUE = _to_due()
_COUNT = Prepared(sa.select(sa.func.count()).select_from(_DUE.limit(sa.bindparam("most")).subquery()))
#: The one statement of a claim: choose, lease and count, so that of any number of processes one gets a message.
#: PostgreSQL passes over the rows that others are just choosing; SQLite has one writer at a time anyway.
LEASE = _to_lease()
_LEASE_NEXT = Prepared(LEASE)
_LEASE_NEW = Prepared(_to_lease(message.c.id == sa.bindparam("new")))
_BEGIN_ATTEMPT = Prepared(attempt.insert())


def _to_due_values(terms: Terms) -> dict[str, Any]:
    """The values that choose what is due."""
    return {
        "workspaces": terms.workspace_ids,
        "sources": terms.sources,
        "at": terms.now,
        "fresh_from": terms.fresh[0],
        "fresh_to": terms.fresh[1],
    }


def count_due(engine: sa.Engine, terms: Terms, most: int) -> int:
    """How many messages may go now, counted up to ``most``; takes no lock."""
    row = _COUNT.read(engine, _to_due_values(terms) | {"most": most})
    return int(row[0]) if row else 0


def lease_next(connection: sa.Connection, terms: Terms) -> Claim | None:
    """Lease the message that has been due longest and begin an attempt on it, inside the caller's transaction."""
    return _lease(connection, _LEASE_NEXT, terms, {})


def lease_new(connection: sa.Connection, terms: Terms, message_id: int, mail: Mail) -> Claim | None:
    """The same for a message that the caller's transaction just recorded: where others wait, it waits its turn."""
    return _lease(connection, _LEASE_NEW, terms, {"new": message_id}, mail)


def _lease(
    connection: sa.Connection, lease: Prepared, terms: Terms, only: dict[str, Any], mail: Mail | None = None
) -> Claim | None:
    values = {"owner": terms.owner, "until": terms.lease_until, "target": terms.target}
    row = lease.run(connection, _to_due_values(terms) | values | only)
    if row is None:
        return None
    entry = to_entry(row)
    _BEGIN_ATTEMPT.run(connection, {"message_id": entry.id, "number": entry.attempts, "started_at": terms.now})
    return Claim(entry, terms.owner, terms.lease_until, mail)

"""Which message is due next, and the statements that lease it and begin its attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from components.errors import StoreError
from components.model import Mail, Status
from components.store.engine import Transaction
from components.store.history import ENTRY, to_entry
from components.store.prepared import Prepared
from components.store.rows import Claim, Entry, Terms
from components.store.schema import IS_OPEN, attempt, message, workspace

#: LeadLex lifts every limit within a day; a pause that lies further ahead comes from a clock that has been set back.
_LONGEST_PAUSE = 86_400.0
_WAITING = message.alias("waiting")


@dataclass(frozen=True, slots=True)
class Turn:
    """What a mail meets that is just recorded: its workspace's time to undo, and whether no other is before it."""

    undo_seconds: int
    free: bool


def is_paused(now: float | sa.BindParameter[float], of: sa.FromClause = workspace) -> sa.ColumnElement[bool]:
    """The condition that LeadLex limits a row of ``workspace``, or of an alias, at a time (epoch seconds)."""
    until = sa.func.coalesce(of.c.paused_until, 0.0)
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


def _to_turn() -> sa.Select[tuple[int, bool]]:
    """A workspace's time to undo, and whether a mail of it may go now before any other."""
    # An alias: the workspaces of the messages that wait are rows of their own.
    mine = workspace.alias("mine")
    ready = mine.c.id.in_(sa.bindparam("workspaces", expanding=True))
    paused = is_paused(sa.bindparam("at", type_=sa.Double), mine)
    free = sa.and_(ready, sa.not_(paused), sa.not_(sa.exists(_DUE.order_by(None))))
    return sa.select(mine.c.undo_seconds, free).where(mine.c.id == sa.bindparam("workspace"))


def _to_lease() -> sa.UpdateBase:
    """The statement that takes the next message."""
    next_due = _DUE.limit(1).with_for_update(skip_locked=True, of=_WAITING).scalar_subquery()
    return (
        message.update()
        .where(message.c.id == next_due, message.c.status.in_(sa.bindparam("sources", expanding=True)))
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
_TURN = Prepared(_to_turn())
_UNDO_SECONDS = Prepared(sa.select(workspace.c.undo_seconds).where(workspace.c.id == sa.bindparam("workspace")))
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


def lease_next(connection: Transaction, terms: Terms) -> Claim | None:
    """Lease the message that has been due longest and begin an attempt on it, inside the caller's transaction."""
    values = {"owner": terms.owner, "until": terms.lease_until, "target": terms.target}
    row = _LEASE_NEXT.run(connection, _to_due_values(terms) | values)
    return begin_attempt(connection, terms, to_entry(row)) if row is not None else None


def look_at_queue(connection: Transaction, workspace_id: int, terms: Terms | None) -> Turn:
    """Whether a mail that the caller's transaction is about to record waits its turn; without ``terms`` it does.

    Raises StoreError.
    """
    mine = {"workspace": workspace_id}
    row = _TURN.run(connection, _to_due_values(terms) | mine) if terms else _UNDO_SECONDS.run(connection, mine)
    if row is None:
        raise StoreError("This workspace is not in the database any more. Connect again.")
    return Turn(row[0], terms is not None and bool(row[1]))


def to_lease_values(terms: Terms | None) -> dict[str, Any]:
    """The columns of a message that is recorded as claimed on these terms, or as waiting without them."""
    if terms is None:
        return dict.fromkeys(("lease_owner", "lease_until", "first_attempt_at")) | {
            "status": Status.HELD,
            "attempts": 0,
            "tries": 0,
        }
    return {
        "status": terms.target,
        "due_at": None,
        "undo_until": None,
        "lease_owner": terms.owner,
        "lease_until": terms.lease_until,
        "first_attempt_at": terms.now,
        "attempts": 1,
        "tries": 1,
    }


def begin_attempt(connection: Transaction, terms: Terms, entry: Entry, mail: Mail | None = None) -> Claim:
    """Note that an attempt on a leased message begins, inside the caller's transaction."""
    _BEGIN_ATTEMPT.run(connection, {"message_id": entry.id, "number": entry.attempts, "started_at": terms.now})
    return Claim(entry, terms.owner, terms.lease_until, mail)

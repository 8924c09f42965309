"""Delivery: which dispatcher has which message under way, until when, and how each attempt ended.

A lease that runs out takes the message from its owner: whether it was sent is then unknown, and a late answer changes
nothing but the attempt's own record.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningUpdate

from components.model import RateLimit, Status
from components.store.engine import reading, upsert, writing
from components.store.history import to_entry
from components.store.rows import Claim, Settlement
from components.store.schema import IS_OPEN, attempt, dispatcher, message, workspace
from components.store.workspaces import write_pause, write_rate_limit

#: LeadLex lifts every limit within a day; a pause that lies further ahead comes from a clock that has been set back.
_LONGEST_PAUSE = 86_400.0
#: Made once: a copy of every column for each claim would cost as much as the claim.
_WAITING = message.alias("waiting")


class LeaseStore:
    """Leases messages to dispatchers and settles them."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def claim(
        self,
        owner: str,
        workspace_ids: Collection[int],
        sources: Sequence[Status],
        target: Status,
        now: float,
        lease_until: float,
        fresh: tuple[float, float],
    ) -> Claim | None:
        """Lease the message that has been due longest, and begin an attempt on it, atomically.

        Only of the given workspaces, none of which LeadLex limits at the moment; one that may have been sent only while
        its first attempt lies within ``fresh`` (epoch seconds). Raises StoreError.
        """
        lease = to_lease(owner, workspace_ids, sources, target, now, lease_until, fresh)
        with writing(self._engine) as connection:
            row = connection.execute(lease).first()
            if row is None:
                return None
            connection.execute(attempt.insert().values(message_id=row.id, number=row.attempts, started_at=now))
            return Claim(to_entry(row), owner, lease_until)

    def renew(self, owner: str, message_ids: Collection[int], now: float, lease_until: float) -> None:
        """Say that a dispatcher lives, and prolong its leases on messages that it still has in hand.

        One that it has lost stays lost. Raises StoreError.
        """
        living = upsert(self._engine, dispatcher).values(owner=owner, seen_until=lease_until)
        mine = (message.c.id.in_(message_ids), message.c.lease_owner == owner, message.c.lease_until > now)
        with writing(self._engine) as connection:
            connection.execute(living.on_conflict_do_update(index_elements=["owner"], set_={"seen_until": lease_until}))
            connection.execute(message.update().where(*mine).values(lease_until=lease_until))

    def holds(self, claim: Claim, now: float) -> bool:
        """Whether a claim's lease still stands, as prolonged since. Raises StoreError."""
        query = sa.select(message.c.id).where(*_leased(claim), message.c.lease_until > now)
        with reading(self._engine) as connection:
            return connection.execute(query).first() is not None

    def list_dispatchers(self) -> tuple[tuple[str, float], ...]:
        """Every dispatcher that has not signed off, and until when it was seen (epoch seconds). Raises StoreError."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(dispatcher.c.owner, dispatcher.c.seen_until))
            return tuple((row.owner, row.seen_until) for row in rows)

    def forget_dispatchers(self, owners: Collection[str]) -> None:
        """Sign dispatchers off; their leases end at once. Raises StoreError."""
        with writing(self._engine) as connection:
            connection.execute(dispatcher.delete().where(dispatcher.c.owner.in_(owners)))
            leased = (IS_OPEN, message.c.lease_owner.in_(owners))
            connection.execute(message.update().where(*leased).values(lease_until=0.0))

    def expire_leases(self, sources: Sequence[Status], target: Status, now: float) -> int:
        """Take messages whose lease ran out while an attempt was under way from their owner; returns how many.

        They may have been sent and only a person decides. Raises StoreError.
        """
        lapsed = (IS_OPEN, message.c.status.in_(sources), message.c.lease_until <= now)
        values = {
            "status": target,
            "needs_you": True,
            "unclear": True,
            "lease_owner": None,
            "code": "interrupted",
            "detail": "The app stopped while this mail was being sent.",
            "http_status": None,
            "request_id": None,
        }
        with writing(self._engine) as connection:
            return connection.execute(message.update().where(*lapsed).values(**values)).rowcount

    def park_overdue(
        self, statuses: Sequence[Status], before: float, workspace_id: int | None, fresh: tuple[float, float]
    ) -> int:
        """Leave messages that should have gone before ``before`` to a person; returns how many.

        What LeadLex's limit still held back at that time has missed nothing. Messages that may have been sent and whose
        key is no longer ``fresh`` are left to a person whenever due. Raises StoreError.
        """
        stale = sa.and_(message.c.unclear, sa.not_(message.c.first_attempt_at.between(*fresh)))
        limited = sa.select(workspace.c.id).where(_is_paused(before))
        overdue = sa.and_(message.c.due_at < before, message.c.workspace_id.not_in(limited))
        where = [message.c.status.in_(statuses), message.c.due_at.is_not(None), sa.or_(overdue, stale)]
        if workspace_id is not None:
            where.append(message.c.workspace_id == workspace_id)
        missed = sa.case((message.c.status == Status.HELD, "missed"), else_=message.c.code)
        values = {"needs_you": True, "due_at": None, "undo_until": None, "code": missed}
        with writing(self._engine) as connection:
            return connection.execute(message.update().where(IS_OPEN, *where).values(**values)).rowcount

    def settle(self, claim: Claim, end: Settlement) -> bool:
        """Record how an attempt ended. False where the lease had been lost meanwhile: then only the attempt's own
        record is completed, and the message stays as others have named it. Raises StoreError."""
        entry = claim.entry
        answer = {
            "http_status": end.http_status,
            "code": end.code,
            "detail": end.detail,
            "request_id": end.request_id,
        }
        values: dict[str, Any] = answer | {
            "status": end.status,
            "needs_you": end.needs_you,
            "due_at": end.due_at,
            "lease_owner": None,
            "lease_until": None,
            "unclear": entry.unclear or end.unclear,
            "tries": entry.tries if end.counted else entry.tries - 1,
            "provider": end.provider,
            "provider_message_id": end.provider_message_id,
            "provider_thread_id": end.provider_thread_id,
            "sent_at": end.sent_at,
            "settled_at": end.settled_at,
        }
        limit = end.rate_limit or RateLimit()
        limits = {
            "calls_limit": limit.limit,
            "calls_remaining": limit.remaining,
            "calls_reset_at": limit.reset_at,
        }
        this_attempt = (attempt.c.message_id == entry.id, attempt.c.number == entry.attempts)
        with writing(self._engine) as connection:
            connection.execute(
                attempt.update()
                .where(*this_attempt, attempt.c.duration.is_(None))
                .values(duration=end.duration, outcome=end.outcome, **answer, **limits)
            )
            if end.rate_limit is not None:
                write_rate_limit(connection, entry.workspace_id, end.rate_limit)
            if end.paused_until is not None:
                write_pause(connection, entry.workspace_id, end.paused_until)
            return connection.execute(message.update().where(*_leased(claim)).values(**values)).rowcount == 1

    def list_provider_errors(self, message_id: int, before: int) -> tuple[str | None, ...]:
        """The request ids of the 502s among a message's attempts before number ``before``. Raises StoreError."""
        query = sa.select(attempt.c.request_id).where(
            attempt.c.message_id == message_id, attempt.c.http_status == 502, attempt.c.number < before
        )
        with reading(self._engine) as connection:
            return tuple(connection.execute(query).scalars())

    def list_workspaces_under_way(self) -> frozenset[int]:
        """The workspaces that have messages waiting or under way. Raises StoreError."""
        under_way = sa.or_(message.c.due_at.is_not(None), message.c.status == Status.SENDING)
        query = sa.select(message.c.workspace_id).where(IS_OPEN, under_way)
        # Not DISTINCT: SQLite would take the order of another index, and read every message for it.
        with reading(self._engine) as connection:
            return frozenset(connection.execute(query).scalars())


def to_lease(
    owner: str,
    workspace_ids: Collection[int],
    sources: Sequence[Status],
    target: Status,
    now: float,
    lease_until: float,
    fresh: tuple[float, float],
) -> ReturningUpdate[Any]:
    """The one statement of a claim: choose, lease and count, so that of any number of processes one gets a message.

    PostgreSQL passes over the rows that others are just choosing; SQLite has one writer at a time anyway.
    """
    # Not a join: SQLite would walk it from the workspaces and sort all that is open for each claim.
    may_send = sa.exists().where(
        workspace.c.id == _WAITING.c.workspace_id, workspace.c.id.in_(workspace_ids), sa.not_(_is_paused(now))
    )
    due = (
        sa.select(_WAITING.c.id)
        .where(
            IS_OPEN,
            _WAITING.c.status.in_(sources),
            _WAITING.c.due_at <= now,
            may_send,
            sa.or_(sa.not_(_WAITING.c.unclear), _WAITING.c.first_attempt_at.between(*fresh)),
        )
        .order_by(_WAITING.c.due_at, _WAITING.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=_WAITING)
    )
    return (
        message.update()
        .where(message.c.id == due.scalar_subquery(), message.c.status.in_(sources))
        .values(
            status=target,
            needs_you=False,
            due_at=None,
            undo_until=None,
            lease_owner=owner,
            lease_until=lease_until,
            attempts=message.c.attempts + 1,
            tries=message.c.tries + 1,
            first_attempt_at=sa.func.coalesce(message.c.first_attempt_at, now),
        )
        .returning(message)
    )


def _leased(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        message.c.id == claim.entry.id,
        message.c.lease_owner == claim.lease_owner,
        message.c.attempts == claim.entry.attempts,
    )


def _is_paused(now: float) -> sa.ColumnElement[bool]:
    until = sa.func.coalesce(workspace.c.paused_until, 0.0)
    return sa.and_(until > now, until <= now + _LONGEST_PAUSE)

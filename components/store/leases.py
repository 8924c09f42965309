"""Leases: which dispatcher is delivering which message, until when, and how each attempt ended.

When a lease expires its owner loses the message: whether it was sent is then unknown. A late error changes nothing but
the attempt's own record; a late 2xx is certain and settles the message all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa

from components.model import DAY_SECONDS, MINUTE_SECONDS, WENT_OUT, RateLimit, Status
from components.store.api_keys import write_acceptance, write_pause, write_rate_limit
from components.store.due_messages import count_due, is_paused, lease_next
from components.store.engine import reading, upsert, writing
from components.store.history import SUMMARY, read_message, to_summary
from components.store.schema import IS_OPEN, api_key, attempt, dispatcher, message
from components.store.types import AttemptResult, Claim, ClaimTerms, Heartbeat, Message

_END_ATTEMPT = attempt.update().where(
    attempt.c.message_id == sa.bindparam("message"),
    attempt.c.number == sa.bindparam("attempt"),
    attempt.c.duration.is_(None),
)
_LEASED = (
    message.c.id == sa.bindparam("message"),
    message.c.lease_owner == sa.bindparam("owner"),
    message.c.attempts == sa.bindparam("attempt"),
)
_SETTLE = message.update().where(*_LEASED)
_REPETITION = message.alias("repetition")
#: The same request: an answer to it says what became of the message, whoever holds the lease.
_SETTLE_LATE = message.update().where(
    message.c.id == sa.bindparam("message"),
    message.c.idempotency_key == sa.bindparam("key"),
    message.c.body_sha256 == sa.bindparam("digest"),
    message.c.attempts >= sa.bindparam("attempt"),
    message.c.status.in_(sa.bindparam("sources", expanding=True)),
)
_SETTLE_LATE_SENT = _SETTLE_LATE.values(code=sa.case((message.c.status == Status.FAILED, "sent_after_all"), else_=None))
#: A failure needs nobody where the mail has been sent as new already.
_SETTLE_LATE_FAILED = _SETTLE_LATE.values(
    needs_you=sa.not_(sa.exists().where(_REPETITION.c.supersedes_id == message.c.id))
)
#: Stops a message that repeats another one and has not left yet.
_STOP_REPETITION = (
    message.update()
    .where(
        IS_OPEN,
        message.c.supersedes_id == sa.bindparam("message"),
        message.c.status == Status.HELD,
        sa.not_(message.c.unclear),
    )
    .values(due_at=None, undo_until=None, needs_you=True, code="original_sent", detail=None, http_status=None)
)
_OWNED = sa.select(message.c.id).where(*_LEASED, message.c.lease_until > sa.bindparam("now", type_=sa.Double))


class LeaseStore:
    """Leases messages to dispatchers and settles them."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def count_due(self, terms: ClaimTerms, most: int) -> int:
        """Count the messages that could be claimed on these terms, up to ``most``. Raises StoreError.

        Takes no write lock: most of the time nothing is due, and every process asks.
        """
        with reading(self._engine) as connection:
            return count_due(connection, terms, most)

    def claim(self, terms: ClaimTerms) -> Claim | None:
        """Lease the message that has been due longest and begin an attempt on it, atomically.

        Messages of a key that LeadLex limits at the moment are left out. Raises StoreError.
        """
        with writing(self._engine) as connection:
            return lease_next(connection, terms)

    def renew(
        self,
        owner: str,
        message_ids: Collection[int],
        lease_until: float,
        keys: Collection[str] = (),
        server_keys: Collection[str] = (),
    ) -> None:
        """Record a dispatcher's heartbeat and extend its leases on the messages that it is still delivering.

        ``keys`` are the fingerprints of the API keys that it holds, ``server_keys`` its server's own. A lease that
        another one has ended stays lost; one that ran out while the database was away, and that nobody has ended, goes
        on. Raises StoreError.
        """
        held, own = (" ".join(sorted(each)) for each in (keys, server_keys))
        values = {"seen_until": lease_until, "held_keys": held, "server_keys": own}
        insert = upsert(self._engine, dispatcher).values(owner=owner, **values)
        heartbeat = insert.on_conflict_do_update(index_elements=["owner"], set_=values)
        mine = (message.c.id.in_(message_ids), message.c.lease_owner == owner, message.c.lease_until > 0.0)
        with writing(self._engine) as connection:
            connection.execute(heartbeat)
            connection.execute(message.update().where(*mine).values(lease_until=lease_until))

    def owns_lease(self, claim: Claim, now: float) -> bool:
        """Tell whether a claim's lease, as renewed since, is valid at ``now`` (epoch seconds). Raises StoreError."""
        with reading(self._engine) as connection:
            return connection.execute(_OWNED, _to_lease_key(claim) | {"now": now}).first() is not None

    def read_claimed(self, claim: Claim) -> Message | None:
        """Return the whole message of a claim, in whichever workspace it is by now; None if the lease was lost.

        Raises StoreError.
        """
        where = sa.select(message.c.workspace_id).where(*_LEASED)
        with reading(self._engine) as connection:
            workspace_id = connection.execute(where, _to_lease_key(claim)).scalar_one_or_none()
            return None if workspace_id is None else read_message(connection, claim.summary.id, workspace_id)

    def list_claims(self, owner: str, other_than: Collection[int]) -> tuple[Claim, ...]:
        """List the claims of a dispatcher but those on certain messages (their ids). Raises StoreError."""
        mine = (IS_OPEN, message.c.lease_owner == owner, message.c.lease_until > 0.0, message.c.id.not_in(other_than))
        query = sa.select(*SUMMARY, message.c.lease_until).where(*mine)
        with reading(self._engine) as connection:
            return tuple(Claim(to_summary(row), owner, row.lease_until) for row in connection.execute(query))

    def list_heartbeats(self) -> tuple[Heartbeat, ...]:
        """List the last heartbeats of the dispatchers that have not signed off. Raises StoreError."""
        with reading(self._engine) as connection:
            return tuple(_to_heartbeat(row) for row in connection.execute(sa.select(dispatcher)))

    def note_key(self, owner: str, key: str) -> None:
        """Record that a dispatcher holds one more API key (its fingerprint), before its next heartbeat says so.

        Raises StoreError.
        """
        keys = sa.func.coalesce(dispatcher.c.held_keys, "") + f" {key}"
        with writing(self._engine) as connection:
            connection.execute(dispatcher.update().where(dispatcher.c.owner == owner).values(held_keys=keys))

    def remove_dispatchers(self, owners: Collection[str]) -> None:
        """Remove dispatchers and end their leases at once. Raises StoreError."""
        with writing(self._engine) as connection:
            connection.execute(dispatcher.delete().where(dispatcher.c.owner.in_(owners)))
            leased = (IS_OPEN, message.c.lease_owner.in_(owners))
            connection.execute(message.update().where(*leased).values(lease_until=0.0))

    def expire_leases(self, sources: Sequence[Status], target: Status, now: float) -> int:
        """Mark messages whose lease expired during an attempt as unknown; return how many.

        They may have been sent, and only a person decides. Raises StoreError.
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
            "indexed": False,
        }
        with writing(self._engine) as connection:
            return connection.execute(message.update().where(*lapsed).values(**values)).rowcount

    def park_overdue(
        self,
        statuses: Sequence[Status],
        before: float,
        fresh: tuple[float, float],
        *,
        key: str | None = None,
        held: Collection[str] = (),
        server_keys: Collection[str] = (),
    ) -> int:
        """Leave messages that should have gone before ``before`` (epoch seconds) to a person; return how many.

        With ``key``, the fingerprint of an API key, only that key's. What ``held`` keys send, what no key has tried and
        one of ``server_keys`` sends, and what LeadLex's limit still held back at that time, has missed nothing.
        One that may have been sent, and whose Idempotency-Key is no longer ``fresh``, is left to a person whenever it
        is due. Raises StoreError.
        """
        stale = sa.and_(message.c.unclear, sa.not_(message.c.first_attempt_at.between(*fresh)))
        limited = sa.exists().where(api_key.c.fingerprint == message.c.key_fingerprint, is_paused(before))
        unheld = sa.or_(message.c.key_fingerprint.is_(None), message.c.key_fingerprint.not_in(held))
        is_served = sa.exists().where(
            api_key.c.workspace_id == message.c.workspace_id, api_key.c.fingerprint.in_(server_keys)
        )
        unserved = sa.or_(message.c.attempts > 0, sa.not_(is_served))
        overdue = sa.and_(message.c.due_at < before, sa.not_(limited), unheld, unserved)
        where = [message.c.status.in_(statuses), message.c.due_at.is_not(None), sa.or_(overdue, stale)]
        if key is not None:
            where.append(message.c.key_fingerprint == key)
        missed = sa.case((message.c.status == Status.HELD, "missed"), else_=message.c.code)
        values = {"needs_you": True, "due_at": None, "undo_until": None, "code": missed}
        with writing(self._engine) as connection:
            return connection.execute(message.update().where(IS_OPEN, *where).values(**values)).rowcount

    def bring_forward(self, host: str, owner: str, seen_until: float, now: float, seconds: float) -> int:
        """Make up for a clock that was set back by ``seconds`` to ``now`` (epoch seconds), on one host or on all ("").

        Undo windows, retries and LeadLex's limits then end when they would have; times that a person chose stay. One
        process of the host does it for all and brings their heartbeats forward too: where the last one of ``owner`` is
        not ``seen_until`` any more, nothing is left to do. Returns how many messages and limits were moved. Raises
        StoreError.
        """
        expected = now + seconds
        heartbeats = dispatcher.update().values(seen_until=dispatcher.c.seen_until - seconds)
        of_host = dispatcher.c.owner.startswith(f"{host}/", autoescape=True) if host else sa.true()
        is_waiting = message.c.status.in_((Status.HELD, Status.UNKNOWN))
        # An undo window that a host with another clock began must not become shorter.
        is_alone = sa.not_(sa.exists().where(sa.not_(of_host))) if host else sa.true()
        is_ours = sa.or_(message.c.undo_until <= expected + seconds, is_alone)
        undoable = sa.and_(message.c.undo_until > expected, is_ours)
        retried = sa.and_(message.c.undo_until.is_(None), message.c.code.is_not(None), message.c.due_at > expected)
        moved = {"due_at": message.c.due_at - seconds, "undo_until": message.c.undo_until - seconds}
        limit = {"paused_until": api_key.c.paused_until - seconds}
        with writing(self._engine) as connection:
            mine = (dispatcher.c.owner == owner, dispatcher.c.seen_until == seen_until)
            if not connection.execute(heartbeats.where(*mine)).rowcount:
                return 0
            connection.execute(heartbeats.where(dispatcher.c.owner != owner, of_host))
            waits = message.update().where(IS_OPEN, is_waiting, sa.or_(undoable, retried)).values(**moved)
            limits = api_key.update().where(api_key.c.paused_until > expected).values(**limit)
            return connection.execute(waits).rowcount + connection.execute(limits).rowcount

    def limit_waits(self, now: float, longest_undo: float, lease: float) -> int:
        """Let nothing wait on for a clock that was set back while no process noticed; return how many would have.

        From ``now`` (epoch seconds) an undo window ends within ``longest_undo`` seconds. What LeadLex limited or could
        not take "later than now" is asked about within a minute: its answer tells how long the wait really is. Leases
        that end more than a day ahead end in ``lease`` seconds, unless their owner renews them. Raises StoreError.
        """
        undo_until, soon = now + longest_undo, now + MINUTE_SECONDS
        tried_later = sa.exists().where(
            attempt.c.message_id == message.c.id, attempt.c.number == message.c.attempts, attempt.c.started_at > soon
        )
        waiting = (IS_OPEN, message.c.status.in_((Status.HELD, Status.UNKNOWN)))
        retried = (*waiting, message.c.code.is_not(None), message.c.due_at.is_not(None), tried_later)
        outdated = sa.or_(
            api_key.c.paused_until > now + DAY_SECONDS,
            api_key.c.fingerprint.in_(sa.select(message.c.key_fingerprint).where(*retried)),
        )
        changes = (
            message.update()
            .where(*waiting, message.c.undo_until > undo_until)
            .values(due_at=undo_until, undo_until=undo_until),
            api_key.update().where(api_key.c.paused_until.is_not(None), outdated).values(paused_until=None),
            message.update().where(*retried, message.c.due_at > soon).values(due_at=soon),
            message.update().where(IS_OPEN, message.c.lease_until > now + DAY_SECONDS).values(lease_until=now + lease),
        )
        with writing(self._engine) as connection:
            return sum(connection.execute(change).rowcount for change in changes)

    def settle(self, claim: Claim, end: AttemptResult) -> bool:
        """Record how an attempt ended. Raises StoreError.

        False if the lease has been lost and the result is not certain: then only the attempt's own record is completed,
        and the message keeps the state that others gave it.
        """
        summary = claim.summary
        answer = {
            "http_status": end.http_status,
            "code": end.code,
            "detail": end.detail,
            "request_id": end.request_id,
        }
        limit = end.rate_limit or RateLimit()
        ended = answer | {
            "duration": end.duration,
            "outcome": end.outcome,
            "calls_limit": limit.limit,
            "calls_remaining": limit.remaining,
            "calls_reset_at": limit.reset_at,
        }
        settled = answer | {
            "status": end.status,
            "needs_you": end.needs_you,
            "due_at": end.due_at,
            "lease_owner": None,
            "lease_until": None,
            "unclear": summary.unclear or end.unclear,
            "tries": summary.tries if end.counted else summary.tries - 1,
            "provider": end.provider,
            "provider_message_id": end.provider_message_id,
            "provider_thread_id": end.provider_thread_id,
            "sent_at": end.sent_at,
            "settled_at": end.settled_at,
            "indexed": False,
        }
        with writing(self._engine) as connection:
            connection.execute(_END_ATTEMPT, ended | {"message": summary.id, "attempt": summary.attempts})
            if end.rate_limit is not None:
                write_rate_limit(connection, summary.key_fingerprint, end.rate_limit)
            if end.paused_until is not None:
                write_pause(connection, summary.key_fingerprint, end.paused_until)
            if end.accepted_at is not None or end.http_status == HTTPStatus.UNAUTHORIZED:
                write_acceptance(connection, summary.key_fingerprint, end.accepted_at)
            if connection.execute(_SETTLE, settled | _to_lease_key(claim)).rowcount == 1:
                return True
            return _settle_late(connection, claim, end, settled)

    def find_oldest_due(self, now: float) -> float | None:
        """Return since when the message that has been due longest at ``now`` has been so (epoch seconds), or None.

        What LeadLex limits at the moment is not counted. Raises StoreError.
        """
        limited = sa.exists().where(api_key.c.fingerprint == message.c.key_fingerprint, is_paused(now))
        due = (IS_OPEN, message.c.due_at.between(0.0, now), sa.not_(limited))
        with reading(self._engine) as connection:
            oldest: float | None = connection.execute(sa.select(sa.func.min(message.c.due_at)).where(*due)).scalar_one()
            return oldest

    def list_active_keys(self) -> frozenset[str | None]:
        """Return the fingerprints of the API keys that have messages waiting or being delivered. Raises StoreError."""
        under_way = sa.or_(message.c.due_at.is_not(None), message.c.status == Status.SENDING)
        query = sa.select(message.c.key_fingerprint).where(IS_OPEN, under_way)
        with reading(self._engine) as connection:
            return frozenset(connection.execute(query).scalars())


def _settle_late(connection: sa.Connection, claim: Claim, end: AttemptResult, settled: dict[str, Any]) -> bool:
    """Settle a message by a certain answer whose lease was lost; return whether it changed anything.

    Where the message went out, one that repeats it and has not left is stopped and left to a person.
    """
    summary = claim.summary
    request = {
        "message": summary.id,
        "attempt": summary.attempts,
        "key": summary.idempotency_key,
        "digest": summary.body_sha256,
        "sources": end.late_sources,
    }
    went_out = end.status in WENT_OUT
    late, own = (_SETTLE_LATE_SENT, "code") if went_out else (_SETTLE_LATE_FAILED, "needs_you")
    values = {name: value for name, value in settled.items() if name not in (own, "tries", "unclear")}
    if connection.execute(late, values | request).rowcount != 1:
        return False
    if went_out:
        connection.execute(_STOP_REPETITION, {"message": summary.id})
    return True


def _to_heartbeat(row: sa.Row[Any]) -> Heartbeat:
    keys = None if row.held_keys is None else frozenset(row.held_keys.split())
    return Heartbeat(row.owner, row.seen_until, keys, frozenset((row.server_keys or "").split()))


def _to_lease_key(claim: Claim) -> dict[str, Any]:
    return {"message": claim.summary.id, "owner": claim.lease_owner, "attempt": claim.summary.attempts}

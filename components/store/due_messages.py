"""Which message is due next, and the statements that lease it and begin its attempt."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from components.store.engine import upsert
from components.store.history import SUMMARY, to_summary
from components.store.members import may_leave
from components.store.review.approvals import is_unapproved
from components.store.schema import IS_OPEN, api_key, attempt, dispatcher, message
from components.store.types import Claim, ClaimTerms

#: LeadLex lifts every limit within a day; a later end of a pause was written while the clock was ahead.
_LONGEST_PAUSE = 24 * 3600.0
_WAITING = message.alias("waiting")
_SERVER_KEYS: sa.BindParameter[str] = sa.bindparam("server_keys", expanding=True)


def is_paused(now: float | sa.BindParameter[float]) -> sa.ColumnElement[bool]:
    """Build the condition that LeadLex limits a row of ``api_key`` at a time (epoch seconds)."""
    until = sa.func.coalesce(api_key.c.paused_until, 0.0)
    return sa.and_(until > now, until <= now + _LONGEST_PAUSE)


def _has_own_key(mail: sa.FromClause) -> sa.ColumnElement[bool]:
    """Build the condition that the key that a message belongs to is in memory and may call LeadLex now."""
    keys: sa.BindParameter[str] = sa.bindparam("keys", expanding=True)
    return _is_ready(mail, api_key.c.fingerprint == mail.c.key_fingerprint, api_key.c.fingerprint.in_(keys))


def _is_ready(mail: sa.FromClause, *is_key: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    # EXISTS instead of a join: SQLite would walk a join from the keys and sort all open messages for each claim.
    paused = is_paused(sa.bindparam("now", type_=sa.Double))
    return sa.exists().where(*is_key, api_key.c.workspace_id == mail.c.workspace_id, sa.not_(paused))


def _find_server_key(mail: sa.FromClause) -> sa.ScalarSelect[str]:
    """Select the server's own key of a message's workspace."""
    mine = (api_key.c.fingerprint.in_(_SERVER_KEYS), api_key.c.workspace_id == mail.c.workspace_id)
    return sa.select(sa.func.min(api_key.c.fingerprint)).where(*mine).scalar_subquery()


def _select_due() -> sa.Select[tuple[int]]:
    """Select the messages that may go now, the one due longest first."""
    waiting = _WAITING
    now = sa.bindparam("now", type_=sa.Double)
    # What a key has tried is left to that key: how far LeadLex's Idempotency-Key reaches is not documented, so that
    # another key could send it twice.
    by_server = sa.and_(waiting.c.attempts == 0, _is_ready(waiting, api_key.c.fingerprint.in_(_SERVER_KEYS)))
    may_send = sa.or_(_has_own_key(waiting), by_server)
    fresh = (sa.bindparam("fresh_from", type_=sa.Double), sa.bindparam("fresh_to", type_=sa.Double))
    return (
        sa.select(waiting.c.id)
        .where(
            IS_OPEN,
            waiting.c.status.in_(sa.bindparam("sources", expanding=True)),
            # What is due before 1970 is damaged, and left to a person.
            waiting.c.due_at.between(0.0, now),
            may_send,
            may_leave(waiting),
            # The trigger of the database would refuse these, and the mails after them would wait.
            sa.not_(is_unapproved(waiting)),
            sa.or_(sa.not_(waiting.c.unclear), waiting.c.first_attempt_at.between(*fresh)),
        )
        .order_by(waiting.c.due_at, waiting.c.id)
    )


_DUE = _select_due()
#: Between the owner's look at the clock and its claim, a process of its host may have made up for a clock set back.
_IS_OUTDATED = sa.exists().where(
    dispatcher.c.owner == sa.bindparam("owner"),
    dispatcher.c.seen_until != sa.bindparam("seen_until", type_=sa.Double),
)
_COUNT = sa.select(sa.func.count()).select_from(_DUE.limit(sa.bindparam("most")).subquery())
#: The one statement of a claim: it chooses, leases and counts, so that of several processes one gets a message.
#: PostgreSQL skips the rows that others are choosing at the moment; SQLite has one writer at a time anyway.
LEASE = (
    message.update()
    .where(
        message.c.id == _DUE.limit(1).with_for_update(skip_locked=True, of=_WAITING).scalar_subquery(),
        message.c.status.in_(sa.bindparam("sources", expanding=True)),
        sa.not_(_IS_OUTDATED),
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
        first_attempt_at=sa.func.coalesce(message.c.first_attempt_at, sa.bindparam("now", type_=sa.Double)),
        key_fingerprint=sa.case((_has_own_key(message), message.c.key_fingerprint), else_=_find_server_key(message)),
    )
    .returning(*SUMMARY)
)


def _to_values(terms: ClaimTerms) -> dict[str, Any]:
    """The values of the statement that selects due messages."""
    return {
        "keys": terms.keys,
        "server_keys": terms.server_keys,
        "sources": terms.sources,
        "now": terms.now,
        "fresh_from": terms.fresh[0],
        "fresh_to": terms.fresh[1],
    }


def count_due(connection: sa.Connection, terms: ClaimTerms, most: int) -> int:
    """Count the messages that may go now, up to ``most``."""
    return int(connection.execute(_COUNT, _to_values(terms) | {"most": most}).scalar_one())


def lease_next(connection: sa.Connection, terms: ClaimTerms) -> Claim | None:
    """Lease the message that has been due longest and begin an attempt on it, inside the caller's transaction."""
    values = {
        "owner": terms.owner,
        "until": terms.lease_until,
        "target": terms.target,
        "seen_until": terms.seen_until,
    }
    row = connection.execute(LEASE, _to_values(terms) | values).first()
    if row is None:
        return None
    summary = to_summary(row)
    begun = {"message_id": summary.id, "number": summary.attempts, "started_at": terms.now}
    # A damaged count of attempts must not keep the messages after it from being claimed.
    insert = upsert(connection, attempt)
    connection.execute(insert.on_conflict_do_nothing(index_elements=("message_id", "number")), begun)
    return Claim(summary, terms.owner, terms.lease_until)

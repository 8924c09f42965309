"""The retry policy: whether an attempt sent the mail, and when the same request is retried automatically.

Pure functions. A retry always repeats the same key and bytes.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from components.errors import (
    ConnectionBroken,
    GatewayError,
    IdempotencyConflict,
    NotReached,
    ProviderError,
    RateLimited,
    ServerFailure,
)
from components.model import DAY_SECONDS, RateLimit, SendResult

#: LeadLex deduplicates a key for 24 hours; the margin covers differing clocks.
KEY_SECONDS = DAY_SECONDS
_KEY_MARGIN = 600.0
#: A plan's limits reset daily, so a longer wait cannot be meant.
_MAX_PAUSE = DAY_SECONDS
#: Statuses after which the same request may succeed; other 5xx are permanent.
_RETRIED_STATUSES = frozenset({408, 500, 503, 504})


class AttemptOutcome(enum.StrEnum):
    """How one attempt ended."""

    SENT = "sent"
    QUEUED = "queued"
    REFUSED = "refused"
    """Certainly not sent, and the same request would be refused again."""
    WAITING = "waiting"
    """Certainly not sent; the same request may succeed later."""
    UNCLEAR = "unclear"
    """It may have been sent."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how soon the same request is retried automatically; times in seconds."""

    max_tries: int = 3
    base: float = 2.0
    cap: float = 60.0
    #: Pause after a 409 that may mean "still running": LeadLex ends a request after 150 s.
    running: float = 60.0
    #: Maximum pause after consecutive 429s that named no time, or one that was too short.
    limited_cap: float = 3600.0


@dataclass(frozen=True, slots=True)
class AttemptHistory:
    """The attempts at a mail, including the one that just ended.

    ``tries`` counts those since a person last decided, without rate-limited ones; ``unclear`` tells whether an earlier
    one may have sent the mail; ``provider_errors`` are the request ids of earlier 502s; ``limited`` counts the
    consecutive 429s just before. ``first_attempt_at`` is in epoch seconds.
    """

    tries: int
    first_attempt_at: float
    unclear: bool = False
    provider_errors: tuple[str | None, ...] = ()
    limited: int = 0


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """What follows from an attempt; ``retry_at`` and ``paused_until`` are epoch seconds.

    Without ``retry_at``, a person decides about a waiting or unclear message. ``paused_until`` pauses the whole
    workspace. ``replayed`` marks a 502 that LeadLex replayed: another retry cannot change it.
    """

    outcome: AttemptOutcome
    retry_at: float | None = None
    paused_until: float | None = None
    replayed: bool = False


def decide(
    result: SendResult | GatewayError,
    past: AttemptHistory,
    now: float,
    random: Callable[[], float],
    policy: RetryPolicy,
) -> RetryDecision:
    """Decide what follows from one attempt; ``now`` in epoch seconds, ``random`` uniform in [0, 1).

    After an attempt that may have sent the mail, a later refusal does not prove that it did not; only a 2xx for the
    same key settles it.
    """
    if isinstance(result, SendResult):
        settled = {"sent": AttemptOutcome.SENT, "queued": AttemptOutcome.QUEUED, "failed": AttemptOutcome.REFUSED}
        return RetryDecision(settled[result.status])
    if isinstance(result, RateLimited):
        until = rate_limit_retry_at(result, past, now, random, policy)
        return RetryDecision(_if_clear(AttemptOutcome.WAITING, past), _within_day(until, past), paused_until=until)
    if isinstance(result, IdempotencyConflict):
        running = past.unclear and past.tries < policy.max_tries
        again = now + max(policy.running, result.retry_after or 0.0) if running else None
        return RetryDecision(AttemptOutcome.UNCLEAR, _within_key(again, past))
    if isinstance(result, ProviderError):
        replayed = result.request_id is not None and result.request_id in past.provider_errors
        again = None if past.provider_errors else _next_try(result, past, now, random, policy)
        return RetryDecision(AttemptOutcome.UNCLEAR, _within_key(again, past), replayed=replayed)
    if isinstance(result, NotReached):
        again = _next_try(result, past, now, random, policy)
        return RetryDecision(_if_clear(AttemptOutcome.WAITING, past), _within_day(again, past))
    if isinstance(result, ConnectionBroken) or (
        isinstance(result, ServerFailure) and result.status in _RETRIED_STATUSES
    ):
        again = _next_try(result, past, now, random, policy)
        return RetryDecision(AttemptOutcome.UNCLEAR, _within_key(again, past))
    if result.may_have_sent:
        return RetryDecision(AttemptOutcome.UNCLEAR)
    return RetryDecision(_if_clear(AttemptOutcome.REFUSED, past))


def backoff(tries: int, random: Callable[[], float], policy: RetryPolicy) -> float:
    """Return the seconds until the next try after ``tries`` (1, 2, …): exponential, with full jitter."""
    return random() * min(policy.cap, _doubled(tries, policy))


def rate_limit_retry_at(
    error: RateLimited, past: AttemptHistory, now: float, random: Callable[[], float], policy: RetryPolicy
) -> float:
    """Return when a 429 may be retried (epoch seconds): Retry-After, else X-RateLimit-Reset, else backoff.

    At least a second and at most a day. After consecutive 429s the wait grows, since every call counts against the
    plan.
    """
    reset = error.rate_limit.reset_at if error.rate_limit else None
    if error.retry_after is not None:
        until = now + error.retry_after
    elif reset is not None and reset > now:
        until = reset
    else:
        until = now + backoff(max(past.tries, 1), random, policy)
    growing = min(policy.limited_cap, _doubled(past.limited, policy)) if past.limited else 0.0
    return min(max(until, now + 1.0, now + growing), now + _MAX_PAUSE)


def quota_reset_at(limit: RateLimit | None, now: float, policy: RetryPolicy) -> float | None:
    """Return when a workspace without calls left may go on (epoch seconds); None if calls are left."""
    if limit is None or limit.remaining is None or limit.remaining > 0:
        return None
    if limit.reset_at is None:
        return now + policy.running
    return min(limit.reset_at, now + _MAX_PAUSE) if limit.reset_at > now else None


def key_is_fresh(first_attempt_at: float | None, now: float) -> bool:
    """Tell whether LeadLex still deduplicates a message's key; not fresh if the clock has run backwards."""
    return first_attempt_at is None or -_KEY_MARGIN <= now - first_attempt_at < KEY_SECONDS - _KEY_MARGIN


def fresh_key_bounds(now: float) -> tuple[float, float]:
    """Return the bounds between which a first attempt's key is fresh, for a query."""
    return now - KEY_SECONDS + _KEY_MARGIN, now + _KEY_MARGIN


def key_expires_at(first_attempt_at: float) -> float:
    """Return until when (epoch seconds) LeadLex certainly still knows the key of a first attempt."""
    return first_attempt_at + KEY_SECONDS - _KEY_MARGIN


def _doubled(times: int, policy: RetryPolicy) -> float:
    return policy.base * 2.0 ** min(times, 32)


def _next_try(
    error: GatewayError, past: AttemptHistory, now: float, random: Callable[[], float], policy: RetryPolicy
) -> float | None:
    if past.tries >= policy.max_tries:
        return None
    return now + max(backoff(past.tries, random, policy), error.retry_after or 0.0)


def _within_key(at: float | None, past: AttemptHistory) -> float | None:
    return at if at is not None and key_is_fresh(past.first_attempt_at, at) else None


def _within_day(at: float | None, past: AttemptHistory) -> float | None:
    """Limit a retry after an attempt that sent nothing: to a day, or to the key's life if an earlier one is unclear."""
    if past.unclear:
        return _within_key(at, past)
    return at if at is not None and at - past.first_attempt_at <= KEY_SECONDS else None


def _if_clear(outcome: AttemptOutcome, past: AttemptHistory) -> AttemptOutcome:
    return AttemptOutcome.UNCLEAR if past.unclear else outcome

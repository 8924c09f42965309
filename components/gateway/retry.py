"""What an attempt's end means: was the mail sent, may it have been, and is the same key tried again by itself.

Pure functions; the table of rules is that of the API reference and RFC 9110 (Retry-After). They never decide to
change the key or the bytes.
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
from components.model import RateLimit, Receipt

#: LeadLex deduplicates a key for 24 hours; the margin covers clocks that differ.
KEY_SECONDS = 24 * 3600.0
_KEY_MARGIN = 600.0
#: The plan's limits are lifted after a day at the latest; an answer that asks for a longer wait is not believed.
_LONGEST_PAUSE = 24 * 3600.0
#: The statuses worth the same request again; other 5xx will not mend themselves.
_RETRIED_STATUSES = frozenset({408, 500, 503, 504})


class Outcome(enum.StrEnum):
    """How one attempt ended, as far as is known."""

    SENT = "sent"
    QUEUED = "queued"
    REFUSED = "refused"
    """Surely not sent, and the same request would be refused again."""
    WAITING = "waiting"
    """Surely not sent; the same request may succeed later."""
    UNCLEAR = "unclear"
    """It may have been sent."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how fast the same request is tried again by itself; times in seconds."""

    max_tries: int = 3
    base: float = 2.0
    cap: float = 60.0
    #: Pause before asking again after a 409 that may mean "still running": LeadLex ends a request after 150 s.
    running: float = 60.0
    #: Longest pause after a row of 429s that named no time, or one that proved too short.
    limited_cap: float = 3600.0


@dataclass(frozen=True, slots=True)
class Past:
    """The attempts so far, the one that just ended included.

    ``tries`` counts those since a person last decided (rate-limited ones excepted), ``unclear`` whether an earlier one
    may have sent the mail, ``provider_errors`` the request ids of earlier 502s, ``limited`` how many 429s in a row came
    just before.
    """

    tries: int
    first_attempt_at: float
    unclear: bool = False
    provider_errors: tuple[str | None, ...] = ()
    limited: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from an attempt. ``retry_at`` and ``paused_until`` are epoch seconds.

    Without ``retry_at`` a waiting or unclear message is a person's to decide. ``paused_until`` holds the whole
    workspace. ``replayed`` marks a stored 502 given back: asking again cannot change it.
    """

    outcome: Outcome
    retry_at: float | None = None
    paused_until: float | None = None
    replayed: bool = False


def decide(
    result: Receipt | GatewayError, past: Past, now: float, random: Callable[[], float], policy: Policy
) -> Decision:
    """Judge one attempt. ``now`` in epoch seconds, ``random`` uniform in [0, 1).

    Once an attempt may have sent the mail, no later refusal proves that it did not: only a 2xx for the same key does.
    """
    if isinstance(result, Receipt):
        settled = {"sent": Outcome.SENT, "queued": Outcome.QUEUED, "failed": Outcome.REFUSED}
        return Decision(settled[result.status])
    if isinstance(result, RateLimited):
        until = limited_until(result, past, now, random, policy)
        return Decision(_if_clear(Outcome.WAITING, past), _within_day(until, past), paused_until=until)
    if isinstance(result, IdempotencyConflict):
        running = past.unclear and past.tries < policy.max_tries
        again = now + max(policy.running, result.retry_after or 0.0) if running else None
        return Decision(Outcome.UNCLEAR, _within_key(again, past))
    if isinstance(result, ProviderError):
        replayed = result.request_id is not None and result.request_id in past.provider_errors
        again = None if past.provider_errors else _next_try(result, past, now, random, policy)
        return Decision(Outcome.UNCLEAR, _within_key(again, past), replayed=replayed)
    if isinstance(result, NotReached):
        again = _next_try(result, past, now, random, policy)
        return Decision(_if_clear(Outcome.WAITING, past), _within_day(again, past))
    if isinstance(result, ConnectionBroken) or (
        isinstance(result, ServerFailure) and result.status in _RETRIED_STATUSES
    ):
        again = _next_try(result, past, now, random, policy)
        return Decision(Outcome.UNCLEAR, _within_key(again, past))
    if result.may_have_sent:
        return Decision(Outcome.UNCLEAR)
    return Decision(_if_clear(Outcome.REFUSED, past))


def backoff(tries: int, random: Callable[[], float], policy: Policy) -> float:
    """Seconds until the next try: exponential with full jitter, after ``tries`` (1, 2, …) tries."""
    return random() * min(policy.cap, _doubled(tries, policy))


def limited_until(error: RateLimited, past: Past, now: float, random: Callable[[], float], policy: Policy) -> float:
    """When a 429 may be tried again: Retry-After, else X-RateLimit-Reset, else backoff; epoch seconds.

    Never sooner than a second, never later than a day; where a wait like that proved too short already, each next one
    grows, since every call counts against the plan.
    """
    reset = error.rate_limit.reset_at if error.rate_limit else None
    if error.retry_after is not None:
        until = now + error.retry_after
    elif reset is not None and reset > now:
        until = reset
    else:
        until = now + backoff(max(past.tries, 1), random, policy)
    growing = min(policy.limited_cap, _doubled(past.limited, policy)) if past.limited else 0.0
    return min(max(until, now + 1.0, now + growing), now + _LONGEST_PAUSE)


def used_up_until(limit: RateLimit | None, now: float, policy: Policy) -> float | None:
    """Until when a workspace whose last call was spent must wait (epoch seconds); None where calls are left."""
    if limit is None or limit.remaining is None or limit.remaining > 0:
        return None
    if limit.reset_at is None:
        return now + policy.running
    return min(limit.reset_at, now + _LONGEST_PAUSE) if limit.reset_at > now else None


def key_is_fresh(first_attempt_at: float | None, now: float) -> bool:
    """Whether the key of a message is still deduplicated. A clock that ran backwards counts as not fresh."""
    return first_attempt_at is None or -_KEY_MARGIN <= now - first_attempt_at < KEY_SECONDS - _KEY_MARGIN


def fresh_between(now: float) -> tuple[float, float]:
    """The same as bounds for a query: first attempts between them have a fresh key."""
    return now - KEY_SECONDS + _KEY_MARGIN, now + _KEY_MARGIN


def fresh_until(first_attempt_at: float) -> float:
    """Until when (epoch seconds) LeadLex surely still knows the key of a first attempt."""
    return first_attempt_at + KEY_SECONDS - _KEY_MARGIN


def _doubled(times: int, policy: Policy) -> float:
    return policy.base * 2.0 ** min(times, 32)


def _next_try(error: GatewayError, past: Past, now: float, random: Callable[[], float], policy: Policy) -> float | None:
    if past.tries >= policy.max_tries:
        return None
    return now + max(backoff(past.tries, random, policy), error.retry_after or 0.0)


def _within_key(at: float | None, past: Past) -> float | None:
    return at if at is not None and key_is_fresh(past.first_attempt_at, at) else None


def _within_day(at: float | None, past: Past) -> float | None:
    """For an attempt that surely sent nothing: the key's age matters only where an earlier one may have."""
    if past.unclear:
        return _within_key(at, past)
    return at if at is not None and at - past.first_attempt_at <= KEY_SECONDS else None


def _if_clear(outcome: Outcome, past: Past) -> Outcome:
    return Outcome.UNCLEAR if past.unclear else outcome

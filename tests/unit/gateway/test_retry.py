"""The retry policy: what follows from each end of an attempt."""

from __future__ import annotations

from typing import Literal

import pytest

from components.errors import (
    ConnectionBroken,
    GatewayError,
    IdempotencyConflict,
    InsufficientPermissions,
    InvalidKey,
    NotReached,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailure,
    UnreadableAnswer,
    ValidationFailed,
)
from components.gateway.retry import (
    KEY_SECONDS,
    AttemptHistory,
    AttemptOutcome,
    RetryDecision,
    RetryPolicy,
    backoff,
    decide,
    fresh_key_bounds,
    key_is_fresh,
    quota_reset_at,
    rate_limit_retry_at,
)
from components.model import RateLimit, SendResult

NOW = 1_800_000_000.0
POLICY = RetryPolicy()
DAY = 86_400.0


def half() -> float:
    """Replace random() by a constant."""
    return 0.5


def judge(result: SendResult | GatewayError, past: AttemptHistory | None = None) -> RetryDecision:
    """Decide with a fixed clock and random()."""
    return decide(result, past or AttemptHistory(1, NOW), NOW, half, POLICY)


def receipt(status: Literal["sent", "queued", "failed"]) -> SendResult:
    """Build a receipt with this status."""
    return SendResult("m-1", "t-1", "gmail", status, "now")


REFUSALS: list[GatewayError] = [
    ValidationFailed("x", status=400),
    InvalidKey("x", status=401),
    InvalidKey("x"),
    InsufficientPermissions("x", status=403),
    RequestRefused("x", status=413),
    RequestRefused("x", status=422),
    RequestRefused("x", status=302),
]
RETRIED: list[GatewayError] = [
    ConnectionBroken("x"),
    ConnectionBroken("x", status=200),
    *(ServerFailure("x", status=status) for status in (408, 500, 503, 504)),
]
STOPPED: list[GatewayError] = [UnreadableAnswer("x", status=200), ServerFailure("x", status=501), ServerFailure("x")]


@pytest.mark.parametrize("unclear", [False, True])
@pytest.mark.parametrize(
    ("status", "outcome"),
    [("sent", AttemptOutcome.SENT), ("queued", AttemptOutcome.QUEUED), ("failed", AttemptOutcome.REFUSED)],
)
def test_receipt_is_final(status: Literal["sent", "queued", "failed"], outcome: AttemptOutcome, unclear: bool) -> None:
    """A 2xx settles the mail, whatever earlier attempts left unclear."""
    assert judge(receipt(status), AttemptHistory(2, NOW, unclear)) == RetryDecision(outcome)


@pytest.mark.parametrize("error", REFUSALS, ids=repr)
def test_refusals_are_never_retried(error: GatewayError) -> None:
    """400, 401, 403, 413, 422 and redirects fail at once; after an unclear attempt the mail stays unclear."""
    assert judge(error) == RetryDecision(AttemptOutcome.REFUSED)
    assert judge(error, AttemptHistory(2, NOW, unclear=True)) == RetryDecision(AttemptOutcome.UNCLEAR)


@pytest.mark.parametrize("error", RETRIED, ids=repr)
def test_unclear_attempts_are_tried_three_times(error: GatewayError) -> None:
    """Broken connections, 408, 500, 503 and 504 are retried with backoff, three tries in all."""
    assert judge(error, AttemptHistory(1, NOW)) == RetryDecision(AttemptOutcome.UNCLEAR, NOW + 2)
    assert judge(error, AttemptHistory(2, NOW, unclear=True)) == RetryDecision(AttemptOutcome.UNCLEAR, NOW + 4)
    assert judge(error, AttemptHistory(3, NOW, unclear=True)) == RetryDecision(AttemptOutcome.UNCLEAR)


@pytest.mark.parametrize("error", STOPPED, ids=repr)
def test_permanent_failures_are_not_retried(error: GatewayError) -> None:
    """Unreadable answers and other 5xx are unclear at once."""
    assert judge(error) == RetryDecision(AttemptOutcome.UNCLEAR)


def test_not_reached_means_not_sent() -> None:
    """A mail without a connection waits; after an unclear attempt it stays unclear."""
    assert judge(NotReached("x")) == RetryDecision(AttemptOutcome.WAITING, NOW + 2)
    assert judge(NotReached("x"), AttemptHistory(3, NOW)) == RetryDecision(AttemptOutcome.WAITING)
    assert judge(NotReached("x"), AttemptHistory(2, NOW, unclear=True)) == RetryDecision(
        AttemptOutcome.UNCLEAR, NOW + 4
    )


def test_retry_after_is_honoured() -> None:
    """A Retry-After longer than the backoff is honoured for 503, 502 and 409."""
    assert judge(ServerFailure("x", status=503, retry_after=90.0)).retry_at == NOW + 90
    assert judge(ProviderError("x", status=502, retry_after=90.0)).retry_at == NOW + 90
    assert judge(IdempotencyConflict("x", retry_after=90.0), AttemptHistory(2, NOW, unclear=True)).retry_at == NOW + 90


def test_conflict_on_a_first_attempt_stops() -> None:
    """409 without an unclear attempt before is a conflict; after one it may mean "still running"."""
    conflict = IdempotencyConflict("x", status=409)
    assert judge(conflict) == RetryDecision(AttemptOutcome.UNCLEAR)
    assert judge(conflict, AttemptHistory(2, NOW, unclear=True)) == RetryDecision(AttemptOutcome.UNCLEAR, NOW + 60)
    assert judge(conflict, AttemptHistory(3, NOW, unclear=True)) == RetryDecision(AttemptOutcome.UNCLEAR)


def test_provider_error_is_retried_once() -> None:
    """A second 502 is final; with the request id of the first it is marked as replayed."""
    again = ProviderError("x", status=502, request_id="r-1")
    assert judge(again) == RetryDecision(AttemptOutcome.UNCLEAR, NOW + 2)
    assert judge(again, AttemptHistory(2, NOW, True, ("r-0",))) == RetryDecision(AttemptOutcome.UNCLEAR)
    assert judge(again, AttemptHistory(2, NOW, True, ("r-1",))) == RetryDecision(AttemptOutcome.UNCLEAR, replayed=True)
    assert not judge(ProviderError("x", status=502), AttemptHistory(2, NOW, True, (None,))).replayed


@pytest.mark.parametrize("error", [*RETRIED, ProviderError("x", status=502), IdempotencyConflict("x")], ids=repr)
def test_unclear_attempts_end_with_the_key(error: GatewayError) -> None:
    """From ten minutes before the key expires, or with a clock set back, nothing is retried."""
    for first in (NOW - KEY_SECONDS + 600, NOW - 2 * KEY_SECONDS, NOW + 3600):
        assert judge(error, AttemptHistory(1, first, unclear=True)) == RetryDecision(AttemptOutcome.UNCLEAR)


def test_rate_limit_pauses_the_workspace() -> None:
    """A 429 waits and pauses the workspace; after an unclear attempt the mail stays unclear."""
    limited = RateLimited("x", status=429, retry_after=30.0)
    assert judge(limited) == RetryDecision(AttemptOutcome.WAITING, NOW + 30, NOW + 30)
    assert judge(limited, AttemptHistory(2, NOW, unclear=True)) == RetryDecision(
        AttemptOutcome.UNCLEAR, NOW + 30, NOW + 30
    )


def test_daily_limit_is_waited_for() -> None:
    """A mail that was not sent waits for the daily reset, but at most a day from its first attempt."""
    until = NOW + DAY - 5
    limited = RateLimited("x", status=429, rate_limit=RateLimit(100, 0, until))
    assert judge(limited, AttemptHistory(1, NOW - 5)) == RetryDecision(AttemptOutcome.WAITING, until, until)
    assert judge(limited, AttemptHistory(1, NOW - 6)).retry_at is None
    assert judge(limited, AttemptHistory(2, NOW - 5, unclear=True)) == RetryDecision(
        AttemptOutcome.UNCLEAR, None, until
    )


@pytest.mark.parametrize(
    ("retry_after", "reset", "limited", "expected"),
    [
        (61.0, None, 0, 61.0),
        (61.0, 5.0, 0, 61.0),
        (0.0, None, 0, 1.0),
        (0.0, None, 3, 16.0),
        (None, 5.0, 0, 5.0),
        (None, 0.5, 0, 1.0),
        (None, -5.0, 0, 2.0),
        (None, None, 0, 2.0),
        (None, None, 40, 3600.0),
        (1e9, None, 0, DAY),
        (None, 1e9, 0, DAY),
        (61.0, None, 1, 61.0),
    ],
)
def test_limited_until(retry_after: float | None, reset: float | None, limited: int, expected: float) -> None:
    """Retry-After, else the reset, else backoff; at least a second, at most a day, growing on repetition."""
    limit = RateLimit(reset_at=None if reset is None else NOW + reset)
    error = RateLimited("x", retry_after=retry_after, rate_limit=limit)
    assert rate_limit_retry_at(error, AttemptHistory(1, NOW, limited=limited), NOW, half, POLICY) == NOW + expected


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (None, None),
        (RateLimit(100, None, NOW + 60), None),
        (RateLimit(100, 1, NOW + 60), None),
        (RateLimit(100, 0, NOW + 60), NOW + 60),
        (RateLimit(100, 0, NOW - 1), None),
        (RateLimit(100, 0, None), NOW + 60),
        (RateLimit(100, 0, NOW + 1e9), NOW + DAY),
    ],
)
def test_used_up_until(limit: RateLimit | None, expected: float | None) -> None:
    """Without calls left, the workspace waits for the reset, or a minute if none is named."""
    assert quota_reset_at(limit, NOW, POLICY) == expected


@pytest.mark.parametrize(
    ("tries", "chance", "expected"), [(1, 1.0, 4.0), (2, 1.0, 8.0), (3, 0.25, 4.0), (5, 1.0, 60.0), (5000, 1.0, 60.0)]
)
def test_backoff(tries: int, chance: float, expected: float) -> None:
    """The backoff doubles up to a minute, with full jitter, and never overflows."""
    assert backoff(tries, lambda: chance, POLICY) == expected
    assert backoff(tries, lambda: 0.0, POLICY) == 0.0


@pytest.mark.parametrize(
    ("first", "fresh"),
    [
        (None, True),
        (NOW, True),
        (NOW - KEY_SECONDS + 601, True),
        (NOW - KEY_SECONDS + 600, False),
        (NOW + 600, True),
        (NOW + 601, False),
    ],
)
def test_key_is_fresh(first: float | None, fresh: bool) -> None:
    """A key is fresh for 24 hours less a margin, and not if its first attempt is in the future."""
    assert key_is_fresh(first, NOW) is fresh
    low, high = fresh_key_bounds(NOW)
    assert first is None or (low < first <= high) is fresh

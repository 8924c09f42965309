"""Parsing of the headers about rate limits and waiting."""

from __future__ import annotations

import pytest

from components.gateway.rate_limit import parse_rate_limit, parse_retry_after
from components.model import RateLimit

NOW = 1_750_000_000.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("61", 61.0),
        (" 20 ", 20.0),
        ("1.5", 1.5),
        ("86400", 86_400.0),
        ("999999", 86_400.0),
        ("-10", None),
        ("", None),
        (None, None),
        ("inf", None),
        ("nan", None),
        ("1e400", None),
        ("1_0", None),
        ("٣", None),
        ("soon", None),
        ("9" * 5000, None),
        ("Sun, 15 Jun 2025 15:07:40 GMT", 60.0),
        ("Sun, 15 Jun 2025 15:06:00 GMT", 0.0),
        ("Sun, 15 Jun 2025 15:07:40 -0000", 60.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("Sun, 99 Jun 2025 15:07:40 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +2300", 0.0),
        ("2025-06-15", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    """Seconds and HTTP dates give a wait of at most a day; anything else is ignored."""
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("reset", "epoch"),
    [
        ("1750032000", 1_750_032_000.0),
        ("1750032000000", 1_750_032_000.0),
        ("60", NOW + 60),
        ("0", NOW),
        ("-10", None),
        ("inf", None),
        ("nan", None),
        ("1e400", None),
        ("tomorrow", None),
        ("999999999999", None),
        ("999999999999999", None),
    ],
)
def test_reset(reset: str, epoch: float | None) -> None:
    """A reset may be epoch milliseconds, epoch seconds or seconds from now."""
    limit = parse_rate_limit({"X-RateLimit-Reset": reset}, NOW)
    assert limit == (None if epoch is None else RateLimit(reset_at=epoch))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "7"}, RateLimit(100, 7, None)),
        ({"x-ratelimit-limit": "100", "X-RATELIMIT-REMAINING": "0"}, RateLimit(100, 0, None)),
        ({"X-RateLimit-Limit": "-1", "X-RateLimit-Remaining": "7"}, RateLimit(None, 7, None)),
        ({"X-RateLimit-Limit": "3000000000", "X-RateLimit-Remaining": "2147483647"}, RateLimit(None, 2**31 - 1, None)),
        ({"X-RateLimit-Limit": "many", "X-RateLimit-Remaining": "nan"}, None),
    ],
)
def test_counts(headers: dict[str, str], expected: RateLimit | None) -> None:
    """Each count is parsed independently of the others."""
    assert parse_rate_limit(headers, NOW) == expected

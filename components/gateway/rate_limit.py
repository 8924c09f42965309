"""Parse the response headers about rate limits and waiting."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC

from components.model import DAY_SECONDS, LARGEST_COUNT, LATEST_MOMENT, RateLimit

# float() also accepts "nan", "1e400", "1_0" and digits of other scripts.
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


def parse_rate_limit(headers: Mapping[str, str], now: float) -> RateLimit | None:
    """Parse ``X-RateLimit-Limit``, ``-Remaining`` and ``-Reset``; None if none of them is usable.

    Header names in any case, ``now`` in epoch seconds. A reset from 1e12 on is epoch milliseconds, from 1e9 on epoch
    seconds, a smaller one seconds from now.
    """
    values = {name.lower(): value for name, value in headers.items()}
    limit = _parse_count(values.get("x-ratelimit-limit", ""))
    remaining = _parse_count(values.get("x-ratelimit-remaining", ""))
    reset = _parse_number(values.get("x-ratelimit-reset", ""))
    reset_at = None if reset is None else _to_epoch(reset, now)
    if limit is None and remaining is None and reset_at is None:
        return None
    return RateLimit(limit, remaining, reset_at)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Parse a ``Retry-After`` (seconds or an HTTP date) into seconds to wait; None if it is neither.

    ``now`` in epoch seconds; a date in the past gives 0.0 (RFC 9110, section 10.2.3). At most a day: a plan's limits
    reset daily, so a longer wait cannot be meant.
    """
    text = (value or "").strip()
    seconds = _parse_number(text)
    if seconds is None:
        moment = _parse_date(text)
        if moment is None:
            return None
        seconds = max(0.0, moment - now)
    return min(seconds, DAY_SECONDS)


def _parse_number(text: str) -> float | None:
    trimmed = text.strip()
    return float(trimmed) if _NUMBER.fullmatch(trimmed) else None


def _parse_count(text: str) -> int | None:
    number = _parse_number(text)
    return int(number) if number is not None and number <= LARGEST_COUNT else None


def _to_epoch(reset: float, now: float) -> float | None:
    moment = reset / 1000 if reset >= 1e12 else reset if reset >= 1e9 else now + reset
    return moment if moment < LATEST_MOMENT else None


def _parse_date(text: str) -> float | None:
    """Parse an HTTP date into epoch seconds."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

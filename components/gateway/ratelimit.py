"""What an answer's headers say about the plan's limits and about waiting; pure functions over texts."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC

from components.model import RateLimit

DAY = 86_400.0
# What float() takes besides ("nan", "1e400", "1_0", digits of other scripts) is no number of seconds or calls.
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")


def to_rate_limit(headers: Mapping[str, str], now: float) -> RateLimit | None:
    """Read ``X-RateLimit-Limit``, ``-Remaining`` and ``-Reset``; None where none of them can be used.

    ``headers`` by any spelling of their names, ``now`` in epoch seconds. A reset of 1e12 and more is epoch
    milliseconds, of 1e9 and more epoch seconds, a smaller one seconds from now (the LeadLex API, "Answers in general").
    """
    values = {name.lower(): value for name, value in headers.items()}
    limit = _to_number(values.get("x-ratelimit-limit", ""))
    remaining = _to_number(values.get("x-ratelimit-remaining", ""))
    reset = _to_number(values.get("x-ratelimit-reset", ""))
    if limit is None and remaining is None and reset is None:
        return None
    return RateLimit(
        limit=None if limit is None else int(limit),
        remaining=None if remaining is None else int(remaining),
        reset_at=None if reset is None else _to_epoch(reset, now),
    )


def to_retry_after(value: str | None, now: float) -> float | None:
    """Read a ``Retry-After``: seconds or an HTTP date → seconds to wait, at most a day; None where it is no such.

    ``now`` in epoch seconds. A date in the past means now (0.0). RFC 9110, section 10.2.3; a plan's limits are lifted
    after a day at the latest, so that a longer wait is never asked for in earnest.
    """
    text = (value or "").strip()
    seconds = _to_number(text)
    if seconds is None:
        moment = _to_moment(text)
        if moment is None:
            return None
        seconds = max(0.0, moment - now)
    return min(seconds, DAY)


def _to_number(text: str) -> float | None:
    trimmed = text.strip()
    return float(trimmed) if _NUMBER.fullmatch(trimmed) else None


def _to_epoch(reset: float, now: float) -> float:
    if reset >= 1e12:
        return reset / 1000
    return reset if reset >= 1e9 else now + reset


def _to_moment(text: str) -> float | None:
    """An HTTP date in epoch seconds."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

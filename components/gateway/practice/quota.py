"""The plan's limits per day and per minute, and that of exports per hour, counted in memory for each key."""

from __future__ import annotations

import math
import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from components.gateway.practice.api_errors import ApiError
from components.model import DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS

EXPORTS_PER_HOUR = 10


def next_midnight(now: float) -> int:
    """Return the next 00:00 UTC after ``now``, both in epoch seconds."""
    return (int(now // DAY_SECONDS) + 1) * int(DAY_SECONDS)


@dataclass(slots=True)
class _Usage:
    """Calls of one key: their number on ``day`` (days since the epoch), and the times of those in the last minute."""

    day: int = -1
    calls: int = 0
    recent: deque[float] = field(default_factory=deque)


class ExportQuota:
    """Limit each workspace to ``EXPORTS_PER_HOUR`` exports in any hour."""

    def __init__(self) -> None:
        self._recent: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, workspace: str, now: float) -> None:
        """Count one export. Raises ApiError 429 if none is left, and does not count it."""
        with self._lock:
            recent = self._recent[workspace]
            while recent and recent[0] <= now - HOUR_SECONDS:
                recent.popleft()
            if len(recent) >= EXPORTS_PER_HOUR:
                wait = max(1, math.ceil(recent[0] + HOUR_SECONDS - now))
                message = f"Only {EXPORTS_PER_HOUR} exports an hour are allowed."
                raise ApiError(429, "rate_limited", message, {"Retry-After": str(wait)})
            recent.append(now)


class Quota:
    """Limit each key to ``calls_per_day`` until 00:00 UTC and ``calls_per_minute`` in any 60 s."""

    def __init__(self, calls_per_day: int, calls_per_minute: int) -> None:
        self._per_day = calls_per_day
        self._per_minute = calls_per_minute
        self._usages: defaultdict[str, _Usage] = defaultdict(_Usage)
        self._lock = threading.Lock()

    def take(self, key: str, now: float) -> None:
        """Count one call of a key (its fingerprint). Raises ApiError 429 if none is left, and does not count it."""
        with self._lock:
            usage = self._get_usage(key, now)
            if usage.calls >= self._per_day:
                raise ApiError(429, "rate_limited", "The plan's calls for today are used up.")
            if len(usage.recent) >= self._per_minute:
                wait = max(1, math.ceil(usage.recent[0] + MINUTE_SECONDS - now))
                message = "Too many calls in a minute."
                raise ApiError(429, "rate_limited", message, {"Retry-After": str(wait)})
            usage.calls += 1
            usage.recent.append(now)

    def to_headers(self, key: str, now: float) -> Mapping[str, str]:
        """Build the ``X-RateLimit-*`` headers of an answer to this key."""
        with self._lock:
            left = self._per_day - self._get_usage(key, now).calls
        return {
            "X-RateLimit-Limit": str(self._per_day),
            "X-RateLimit-Remaining": str(max(0, left)),
            "X-RateLimit-Reset": str(next_midnight(now)),
        }

    def _get_usage(self, key: str, now: float) -> _Usage:
        usage = self._usages[key]
        if usage.day != int(now // DAY_SECONDS):
            usage.day, usage.calls = int(now // DAY_SECONDS), 0
        while usage.recent and usage.recent[0] <= now - MINUTE_SECONDS:
            usage.recent.popleft()
        return usage

"""The plan's calls a day and a minute, counted for each key in memory."""

from __future__ import annotations

import math
import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from components.gateway.practice.refusal import Refusal

DAY = 86_400
MINUTE = 60


def to_midnight(now: float) -> int:
    """The next 00:00 UTC after ``now``, both in epoch seconds."""
    return (int(now) // DAY + 1) * DAY


@dataclass(slots=True)
class _Use:
    """What one key has used: calls on ``day`` (days since the epoch), and when those of the last minute came."""

    day: int = -1
    calls: int = 0
    recent: deque[float] = field(default_factory=deque)


class Quota:
    """A plan's allowance: ``calls_per_day`` until 00:00 UTC, ``calls_per_minute`` in any 60 s (the LeadLex API)."""

    def __init__(self, calls_per_day: int, calls_per_minute: int) -> None:
        self._per_day = calls_per_day
        self._per_minute = calls_per_minute
        self._uses: defaultdict[str, _Use] = defaultdict(_Use)
        self._lock = threading.Lock()

    def take(self, key: str, now: float) -> None:
        """Count one call of the key (by its fingerprint); raises Refusal 429 where nothing is left, uncounted."""
        with self._lock:
            use = self._to_use(key, now)
            if use.calls >= self._per_day:
                raise Refusal(429, "rate_limited", "The plan's calls for today are used up.")
            if len(use.recent) >= self._per_minute:
                wait = max(1, math.ceil(use.recent[0] + MINUTE - now))
                message = "Too many calls in a minute."
                raise Refusal(429, "rate_limited", message, {"Retry-After": str(wait)})
            use.calls += 1
            use.recent.append(now)

    def to_headers(self, key: str, now: float) -> Mapping[str, str]:
        """The ``X-RateLimit-*`` headers that an answer to this key carries."""
        with self._lock:
            left = self._per_day - self._to_use(key, now).calls
        return {
            "X-RateLimit-Limit": str(self._per_day),
            "X-RateLimit-Remaining": str(max(0, left)),
            "X-RateLimit-Reset": str(to_midnight(now)),
        }

    def _to_use(self, key: str, now: float) -> _Use:
        use = self._uses[key]
        if use.day != int(now) // DAY:
            use.day, use.calls = int(now) // DAY, 0
        while use.recent and use.recent[0] <= now - MINUTE:
            use.recent.popleft()
        return use

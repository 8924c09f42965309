"""Cache of rendered messages by their source, which also joins concurrent requests for the same source."""

from __future__ import annotations

import hashlib
import math
import sys
import threading
from collections.abc import Callable

from cachetools import TLRUCache, cached

from components.message.rendering.protocol import Rendered

#: Bytes of cached outcomes, least recently used first out: about 2,000 ordinary messages.
CACHE_SIZE = 32_000_000
#: Seconds for which an error is cached: on a busy machine a harmless message may have missed its deadline.
ERROR_SECONDS = 60.0
# Bytes that a cache entry takes beside its strings.
_ENTRY_OVERHEAD = 500

#: A rendered message, or the sentence that says why it cannot be rendered.
AttemptOutcome = Rendered | str


def cache_outcomes(
    render: Callable[[str], AttemptOutcome], size: int = CACHE_SIZE, error_seconds: float = ERROR_SECONDS
) -> Callable[[str], AttemptOutcome]:
    """Make a function that calls ``render`` once for each source, however many threads ask for it at the same time.

    Threads that ask for a source that is being rendered wait for its outcome. An exception goes to the thread that
    called ``render`` and is not cached; one of the waiting threads then calls it again. ``size`` is in bytes.
    """

    def expire_at(_: bytes, outcome: AttemptOutcome, now: float) -> float:
        return now + error_seconds if isinstance(outcome, str) else math.inf

    outcomes: TLRUCache[bytes, AttemptOutcome, float] = TLRUCache(size, expire_at, getsizeof=_to_size)
    return cached(outcomes, key=_to_digest, condition=threading.Condition())(render)


def _to_digest(source: str) -> bytes:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()


def _to_size(outcome: AttemptOutcome) -> int:
    strings = [outcome] if isinstance(outcome, str) else [outcome.html, outcome.text, *outcome.refused]
    return _ENTRY_OVERHEAD + sum(map(sys.getsizeof, strings))

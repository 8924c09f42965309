"""Renderings kept by their source, so that no message is ever rendered twice: not later, and not at the same time."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from components.message.wire import Rendered

#: Bytes of renderings kept by one process, the oldest used go first: about 2,000 ordinary mails.
CAPACITY = 32_000_000
#: Seconds a refusal is kept: a busy machine may have made a harmless message miss its deadline.
FORGET = 60.0
# What an entry takes beside its texts.
_OVERHEAD = 500

#: A message rendered, or the sentence why it cannot be.
Outcome = Rendered | str


@dataclass(slots=True)
class _Entry:
    outcome: Outcome
    size: int
    at: float


@dataclass(slots=True)
class _Work:
    """A rendering under way, and what came of it; None where whoever was at it failed for reasons of their own."""

    done: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None


class Cache:
    """Outcomes by source, bounded by ``capacity`` bytes. Safe for threads."""

    def __init__(self, capacity: int = CAPACITY, forget: float = FORGET) -> None:
        self._capacity = capacity
        self._forget = forget
        self._lock = threading.Lock()
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._under_way: dict[bytes, _Work] = {}
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes kept now."""
        return self._size

    def fetch(self, source: str, make: Callable[[str], Outcome]) -> Outcome:
        """The outcome of a source; ``make`` is called only where it is not known and nobody is at it already.

        What ``make`` raises is passed on to its own caller and not kept: whoever waited tries for themselves.
        """
        key = hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()
        while True:
            with self._lock:
                if (entry := self._find(key)) is not None:
                    return entry.outcome
                work = self._under_way.get(key)
                if work is None:
                    mine = self._under_way[key] = _Work()
                    break
            work.done.wait()
            if work.outcome is not None:
                return work.outcome
        try:
            mine.outcome = make(source)
            return mine.outcome
        finally:
            with self._lock:
                del self._under_way[key]
                if mine.outcome is not None:
                    self._keep(key, mine.outcome)
            mine.done.set()

    def _find(self, key: bytes) -> _Entry | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if isinstance(entry.outcome, str) and time.monotonic() - entry.at >= self._forget:
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry

    def _keep(self, key: bytes, outcome: Outcome) -> None:
        self._entries[key] = _Entry(outcome, _to_size(outcome), time.monotonic())
        self._size += self._entries[key].size
        while self._size > self._capacity:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: bytes) -> None:
        self._size -= self._entries.pop(key).size


def _to_size(outcome: Outcome) -> int:
    texts = [outcome] if isinstance(outcome, str) else [outcome.html, outcome.text, *outcome.refused]
    return _OVERHEAD + sum(map(sys.getsizeof, texts))

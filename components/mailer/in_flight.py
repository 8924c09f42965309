"""The deliveries in progress, and the limits on starting another one."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection

from components.model import Connection, RateLimit
from components.store import Claim


class InFlight:
    """Tracks the messages being delivered, ``width`` at most, and the API calls each key has left.

    Safe for threads.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self._lock = threading.Lock()
        #: Message id → fingerprint of its key.
        self._messages: dict[int, str | None] = {}
        #: Messages whose delivery broke off, so that nobody knows what became of them.
        self._broken: set[int] = set()
        self._calls_left: dict[str | None, int] = {}
        #: Whether due messages may be waiting for a delivery to end; only then does its end wake the dispatcher.
        self._crowded = False

    def __len__(self) -> int:
        return len(self._messages)

    def list_ready(self, connections: Collection[Connection]) -> dict[str, Connection]:
        """Return the connections, by the fingerprints of their keys, that may start another delivery now.

        A key never has more deliveries in flight than API calls left, as far as that is known, and none may
        start once ``width`` are in flight.
        """
        with self._lock:
            busy = Counter(self._messages.values())
            free = len(self._messages) < self.width
            ready = {
                connection.fingerprint: connection
                for connection in connections
                if free and busy[connection.fingerprint] < max(1, self._calls_left.get(connection.fingerprint, 1))
            }
            self._crowded = len(ready) < len(connections)
        return ready

    def list_messages(self) -> tuple[int, ...]:
        """Return the ids of the messages in flight."""
        with self._lock:
            return tuple(self._messages)

    def list_begun(self) -> tuple[int, ...]:
        """Return the ids of the messages in flight, and of those whose delivery broke off."""
        with self._lock:
            return (*self._messages, *self._broken)

    def add(self, claim: Claim) -> None:
        """Note that a delivery starts."""
        with self._lock:
            self._messages[claim.summary.id] = claim.summary.key_fingerprint
            self._broken.discard(claim.summary.id)

    def note_break(self, claim: Claim) -> None:
        """Note that a delivery broke off."""
        with self._lock:
            self._broken.add(claim.summary.id)

    def remove(self, claim: Claim) -> bool:
        """Note that a delivery has ended; return whether others may have been waiting for that."""
        with self._lock:
            self._messages.pop(claim.summary.id, None)
            return self._crowded

    def note_limit(self, claim: Claim, limit: RateLimit | None) -> None:
        """Remember how many calls an answer said are left."""
        if limit is not None and limit.remaining is not None:
            self._calls_left[claim.summary.key_fingerprint] = limit.remaining

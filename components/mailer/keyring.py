"""The API keys that are needed for sending, in memory and nowhere else (promise 7)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection

from components.model import Connection

#: A key is kept at least this long after it was added, so that it cannot vanish between a click and its commit.
_GRACE_SECONDS = 60.0


class Keyring:
    """Connections by the fingerprints of their keys, kept from the click until no message of the key is left to send.

    ``clock`` gives monotonic seconds. Safe for threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Connection, float]] = {}
        self._pinned: dict[str, Connection] = {}

    def hold(self, connection: Connection) -> bool:
        """Keep a connection until the messages of its key are settled; return whether the key is new here."""
        with self._lock:
            is_new = self._find(connection.fingerprint) is None
            self._held[connection.fingerprint] = (connection, self._clock())
            return is_new

    def pin(self, connection: Connection) -> None:
        """Keep a connection of the server's own until the process ends or LeadLex refuses its key."""
        with self._lock:
            self._pinned[connection.fingerprint] = connection

    def drop(self, fingerprint: str) -> None:
        """Forget a key that LeadLex refuses, one of the server's own too, until somebody connects with it again."""
        with self._lock:
            self._held.pop(fingerprint, None)
            self._pinned.pop(fingerprint, None)

    @property
    def server_keys(self) -> tuple[str, ...]:
        """The fingerprints of the server's own keys."""
        with self._lock:
            return tuple(self._pinned)

    def get(self, fingerprint: str | None) -> Connection | None:
        """Return the connection with a key, or None if that is not in memory."""
        with self._lock:
            return self._find(fingerprint)

    def list_connections(self) -> tuple[Connection, ...]:
        """Return one connection for each key in memory."""
        with self._lock:
            known = {fingerprint: connection for fingerprint, (connection, _) in self._held.items()}
            return tuple((self._pinned | known).values())

    def release(self, under_way: Collection[str | None]) -> None:
        """Drop the keys that have no message waiting or being delivered."""
        oldest = self._clock() - _GRACE_SECONDS
        with self._lock:
            self._held = {
                fingerprint: (connection, since)
                for fingerprint, (connection, since) in self._held.items()
                if fingerprint in under_way or since > oldest
            }

    def _find(self, fingerprint: str | None) -> Connection | None:
        held = self._held.get(fingerprint or "")
        if held is not None:
            return held[0]
        return self._pinned.get(fingerprint or "")

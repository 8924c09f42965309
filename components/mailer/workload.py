"""What a dispatcher has under way, and what it may take beside that."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection

from components.model import Connection, RateLimit
from components.store import Claim


class Workload:
    """The mails under way, ``width`` at most, and the calls that their workspaces are known to have left."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._lock = threading.Lock()
        self._under_way: dict[int, int] = {}
        self._calls_left: dict[int, int] = {}
        #: Whether mails may be waiting for others under way to end; only then does such an end look for more.
        self._crowded = False

    def __len__(self) -> int:
        return len(self._under_way)

    def list_ready(self, connections: Collection[Connection]) -> dict[int, Connection]:
        """Those, by workspace, that have as far as known a call left beside those under way; none without a place."""
        with self._lock:
            busy = Counter(self._under_way.values())
            free = len(self._under_way) < self.width
            ready = {
                connection.workspace_id: connection
                for connection in connections
                if free and busy[connection.workspace_id] < max(1, self._calls_left.get(connection.workspace_id, 1))
            }
            self._crowded = len(ready) < len(connections)
        return ready

    def list_messages(self) -> tuple[int, ...]:
        """The messages under way."""
        with self._lock:
            return tuple(self._under_way)

    def take(self, claim: Claim) -> None:
        """Take a mail in hand."""
        with self._lock:
            self._under_way[claim.entry.id] = claim.entry.workspace_id

    def let_go(self, claim: Claim) -> bool:
        """Take a mail out of hand; whether others may have been waiting for that."""
        with self._lock:
            self._under_way.pop(claim.entry.id, None)
            return self._crowded

    def note_limit(self, workspace_id: int, limit: RateLimit | None) -> None:
        """Remember what an answer said of the calls left."""
        if limit is not None and limit.remaining is not None:
            self._calls_left[workspace_id] = limit.remaining

"""The API keys that are needed for sending, in memory and nowhere else (promise 7)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection

from components.model import Connection

#: A key is kept at least this long after it was added, so that it cannot vanish between a click and its commit.
_GRACE_SECONDS = 60.0


class Keyring:
    """Connections by workspace, kept from the click until the workspace has no message left to send.

    ``clock`` gives monotonic seconds. Safe for threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[int, tuple[Connection, float]] = {}
        self._pinned: dict[int, Connection] = {}

    def hold(self, connection: Connection) -> bool:
        """Keep a connection until its messages are settled; return whether its workspace had none before."""
        with self._lock:
            known = connection.workspace_id in self._held or connection.workspace_id in self._pinned
            self._held[connection.workspace_id] = (connection, self._clock())
            return not known

    def pin(self, connection: Connection) -> None:
        """Keep the server's own connection until the process ends."""
        with self._lock:
            self._pinned[connection.workspace_id] = connection

    def get(self, workspace_id: int) -> Connection | None:
        """Return the connection of a workspace, or None if its key is not in memory."""
        with self._lock:
            held = self._held.get(workspace_id)
            return held[0] if held else self._pinned.get(workspace_id)

    def list_connections(self) -> tuple[Connection, ...]:
        """Return one connection for each workspace whose key is in memory."""
        with self._lock:
            held = {workspace: connection for workspace, (connection, _) in self._held.items()}
            return tuple((self._pinned | held).values())

    def release(self, under_way: Collection[int]) -> None:
        """Drop the keys of workspaces that have no message waiting or being delivered."""
        oldest = self._clock() - _GRACE_SECONDS
        with self._lock:
            self._held = {
                workspace: (connection, since)
                for workspace, (connection, since) in self._held.items()
                if workspace in under_way or since > oldest
            }

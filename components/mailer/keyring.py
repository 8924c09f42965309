"""The API keys of mails under way, in memory and nowhere else (promise 7)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection

from components.model import Connection

#: A key is kept at least this long after it was handed in, so that it cannot go between a click and its row.
_GRACE_SECONDS = 60.0


class Keyring:
    """Connections by workspace, held from the click until nothing of the workspace is under way.

    ``clock`` gives seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[int, tuple[Connection, float]] = {}
        self._pinned: dict[int, Connection] = {}

    def hold(self, connection: Connection) -> bool:
        """Keep a connection until its mails are settled; returns whether its workspace had none before."""
        with self._lock:
            known = connection.workspace_id in self._held or connection.workspace_id in self._pinned
            self._held[connection.workspace_id] = (connection, self._clock())
            return not known

    def pin(self, connection: Connection) -> None:
        """Keep the server's own connection for good."""
        with self._lock:
            self._pinned[connection.workspace_id] = connection

    def get(self, workspace_id: int) -> Connection | None:
        """The connection of a workspace, if its key is at hand."""
        with self._lock:
            held = self._held.get(workspace_id)
            return held[0] if held else self._pinned.get(workspace_id)

    def list_connections(self) -> tuple[Connection, ...]:
        """One connection for each workspace whose key is at hand."""
        with self._lock:
            held = {workspace: connection for workspace, (connection, _) in self._held.items()}
            return tuple((self._pinned | held).values())

    def release(self, under_way: Collection[int]) -> None:
        """Forget the keys of workspaces that have nothing under way."""
        oldest = self._clock() - _GRACE_SECONDS
        with self._lock:
            self._held = {
                workspace: (connection, since)
                for workspace, (connection, since) in self._held.items()
                if workspace in under_way or since > oldest
            }

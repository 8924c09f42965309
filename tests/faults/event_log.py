"""Events that a child reports to its parent: short lines, written atomically to a pipe, that survive a kill."""

from __future__ import annotations

import os
import threading


class EventLog:
    """The child's end of the pipe."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def record(self, event: str, detail: str = "") -> None:
        """Write one line; once this returns, the parent can read it even if this process is killed."""
        line = f"{event} {detail}".strip().replace("\n", " ")[:4000] + "\n"
        with self._lock:
            os.write(self._descriptor, line.encode())

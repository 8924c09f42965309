"""What a child tells its parent: short lines in a pipe, whole or not at all, which outlive a kill."""

from __future__ import annotations

import os
import threading


class Journal:
    """The child's end of the pipe."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def note(self, word: str, detail: str = "") -> None:
        """Tell one line; when this returns, the parent can read it whatever becomes of this process."""
        line = f"{word} {detail}".strip().replace("\n", " ")[:4000] + "\n"
        with self._lock:
            os.write(self._descriptor, line.encode())

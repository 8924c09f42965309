"""The threads that carry mails: as many as have ever been needed at once, and no more than allowed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from components.gateway.body import RequestBody
from components.model import Connection
from components.store import Claim

#: The last: the body as it was just recorded, where it is at hand.
Work = tuple[Claim, Connection, RequestBody | None]


class Crew:
    """Runs ``carry`` for one mail after another, at most ``width`` at a time.

    A thread is started only when none is free: each keeps the memory that its largest mail took. They are daemons: a
    mail under way must not keep the app from ending.
    """

    def __init__(self, width: int, carry: Callable[[Claim, Connection, RequestBody | None], None]) -> None:
        self._width = width
        self._carry = carry
        self._lock = threading.Lock()
        self._size = 0
        self._idle = 0
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()

    def hand(self, claim: Claim, connection: Connection, body: RequestBody | None = None) -> None:
        """Have a mail carried. Raises RuntimeError where no thread is to be had."""
        with self._lock:
            grow = self._idle <= 0 and self._size < self._width
            if not grow:
                self._idle -= 1
        if not grow:
            self._work.put((claim, connection, body))
            return
        threading.Thread(target=self._serve, args=((claim, connection, body),), name="courier", daemon=True).start()
        with self._lock:
            self._size += 1

    def dismiss(self) -> None:
        """End the threads that are free, and the others after the mail they carry."""
        with self._lock:
            size, self._size, self._idle = self._size, 0, 0
        for _ in range(size):
            self._work.put(None)

    def _serve(self, work: Work | None) -> None:
        while work is not None:
            self._carry(*work)
            with self._lock:
                self._idle += 1
            work = self._work.get()

"""A deadline for a whole answer. httpx's timeouts bound each read, so an answer sent byte by byte would never end."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


class Deadline:
    """Shut one request's connection down when a step of the request takes too long; a context manager.

    A step is one piece of the request body, or the whole answer; each may take ``seconds``. ``trace`` goes to httpx as
    the request's ``trace`` extension and learns the socket from it, so the request must open a connection of its own.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._socket: socket.socket | None = None
        #: When the current step must be over (``time.monotonic``).
        self.until = 0.0
        #: Whether the connection was shut down.
        self.expired = False

    def __enter__(self) -> Deadline:
        return self

    def __exit__(self, *_: object) -> None:
        _watchdog.forget(self)

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the socket when the connection is opened, and again when TLS wraps it; watch it from then on."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            self._restart()
            _watchdog.watch(self)

    def pace(self, content: Iterable[bytes]) -> Iterator[bytes]:
        """Pass a request body on, each piece with the full time, and the answer after the last one too."""
        for piece in content:
            self._restart()
            yield piece
        self._restart()

    def expire(self) -> None:
        """Shut the connection down: the thread that waits for it gets an error at once."""
        self.expired = True
        if self._socket is not None:
            # Not SSLSocket.shutdown: it discards the TLS state under the thread that is reading. The socket may have
            # been closed in the meantime.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _restart(self) -> None:
        self.until = time.monotonic() + self._seconds


class _Watchdog:
    """Expires the deadlines of all requests in one daemon thread.

    A thread for each request would leave its memory arena to the next delivery's thread, so that every arena would grow
    to what a large attachment takes.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: set[Deadline] = set()
        self._thread: threading.Thread | None = None

    def watch(self, deadline: Deadline) -> None:
        """Expire a deadline when it is over, unless it is forgotten first."""
        with self._changed:
            self._watched.add(deadline)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="answer-deadlines", daemon=True)
                self._thread.start()
            self._changed.notify()

    def forget(self, deadline: Deadline) -> None:
        """Stop watching a deadline."""
        with self._changed:
            self._watched.discard(deadline)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for deadline in [each for each in self._watched if each.until <= now]:
                    self._watched.discard(deadline)
                    deadline.expire()
                # A step that begins meanwhile only moves its deadline back, so this wakes early at worst.
                self._changed.wait(min((each.until - now for each in self._watched), default=None))


_watchdog = _Watchdog()

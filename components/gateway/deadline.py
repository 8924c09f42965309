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
        self._until = 0.0
        self._socket: socket.socket | None = None
        self._finished = threading.Event()
        #: Whether the connection was shut down.
        self.expired = False

    def __enter__(self) -> Deadline:
        return self

    def __exit__(self, *_: object) -> None:
        self._finished.set()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the socket when the connection is opened, and again when TLS wraps it; watch it from then on."""
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        watched = self._socket is not None
        self._socket = info["return_value"].get_extra_info("socket")
        self._restart()
        if not watched:
            threading.Thread(target=self._watch, name="answer-deadline", daemon=True).start()

    def pace(self, content: Iterable[bytes]) -> Iterator[bytes]:
        """Pass a request body on, each piece with the full time, and the answer after the last one too."""
        for piece in content:
            self._restart()
            yield piece
        self._restart()

    def _restart(self) -> None:
        self._until = time.monotonic() + self._seconds

    def _watch(self) -> None:
        while (left := self._until - time.monotonic()) > 0:
            if self._finished.wait(left):
                return
        self.expired = True
        if self._socket is not None:
            # Not SSLSocket.shutdown: it discards the TLS state under the thread that is reading. The socket may have
            # been closed in the meantime.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

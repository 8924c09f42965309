"""The deadline of a whole answer: httpx's own time-outs bound each read, so that an answer in drops would never end."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx


class AnswerDeadline:
    """How long the calling thread still waits for its present answer; each thread has its own.

    ``seconds`` is the time an answer may take in all, from the last byte of the request on. Source: design, "The life
    of a message" (a send that hangs becomes unknown instead of hanging on).
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._local = threading.local()

    def restart(self) -> None:
        """Give the calling thread's answer the whole time from now on."""
        self._local.until = time.monotonic() + self._seconds

    def check(self) -> float:
        """The seconds left, always above 0. Raises httpx.ReadTimeout where the time is over."""
        left = float(self._local.until) - time.monotonic()
        if left <= 0:
            raise httpx.ReadTimeout("the answer took too long in all")
        return left

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Follow a request as httpx's ``trace`` extension: restart when the answer is awaited, bound every read.

        The stream of a connection is handed out here alone, and before its first use; the reads of the header lines
        can be bounded nowhere else.
        """
        if event.endswith("receive_response_headers.started"):
            self.restart()
        elif event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._bound(info["return_value"])

    def _bound(self, stream: Any) -> None:
        read = stream.read

        def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
            left = self.check()
            data: bytes = read(max_bytes, timeout=left if timeout is None else min(left, timeout))
            return data

        stream.read = read_in_time

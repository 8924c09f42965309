"""A TCP proxy between the app and the gateway that causes faults on demand and records the requests."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.faults.faults import Fault, Script, Seen, healthy
from tests.faults.framing import Head, read_head, read_rest, to_answer

_LINGER_RESET = struct.pack("ii", 1, 0)
_TIMEOUT = 30.0
_PAGE = b"<!DOCTYPE html><title>Welcome to the hotel</title><h1>Please log in</h1>"
_GARBAGE = b"\x00garbage" * (10 * 1024 * 1024 // 8)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request; ``sha256`` of the body is None where it did not arrive completely."""

    key: str
    at: float
    fault: Fault
    sha256: str | None


class FaultyProxy:
    """Listens on loopback from ``start`` to ``close``; ``script`` chooses the fault of each request.

    ``kill_client`` kills the client's process for the KILL faults; ``when_complete`` is called for each complete
    request before it is forwarded; ``cut`` is the share of the body at which RESET_HALF and KILL_HALF act, ``drip`` the
    bytes a second of DRIP_BODY, ``receive_buffer`` the kernel's bytes per connection (0 for its own choice), ``wait``
    the ``Retry-After`` in seconds.
    """

    def __init__(self, upstream: str, *, port: int = 0) -> None:
        place = urlsplit(upstream)
        self._upstream = (place.hostname or "", place.port or 0)
        self._port = port
        self._lock = threading.Condition()
        self._busy = 0
        self._count = 0
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.script: Script = healthy
        self.kill_client: Callable[[], None] = lambda: None
        self.when_complete: Callable[[], None] = lambda: None
        self.cut = 0.5
        self.drip = 256 * 1024.0
        self.receive_buffer = 0
        self.wait = 0.2
        self.requests: list[RecordedRequest] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def base_url(self) -> str:
        """The address to configure in the app."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen; after ``close``, on the same port again."""
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=128)
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        """Refuse connections from now on, and reset those that are open."""
        with self._lock:
            listener, self._listener = self._listener, None
            connections = list(self._open)
        if listener is not None:
            # Closing does not wake a blocked accept(); this does.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for each in connections:
            _reset(each)

    def wait_idle(self, seconds: float = _TIMEOUT) -> None:
        """Wait until the gateway has no open request. Raises AssertionError after ``seconds``."""
        with self._lock:
            assert self._lock.wait_for(lambda: self._busy == 0, seconds), "the proxy never became idle"

    def list_bodies(self) -> dict[str, set[str]]:
        """Map each Idempotency-Key to the SHA-256 of every complete body that was sent with it."""
        bodies: dict[str, set[str]] = {}
        for request in tuple(self.requests):
            if request.sha256 is not None:
                bodies.setdefault(request.key, set()).add(request.sha256)
        return bodies

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.receive_buffer:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
            with self._lock:
                self._open.add(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Forward the requests of one connection until it ends or a fault ends it."""
        try:
            while (head := read_head(client)) is not None:
                with self._lock:
                    self._busy += 1
                    self._count += 1
                    seen = Seen(self._count, head.key)
                try:
                    is_open = self._handle(client, head, self.script(seen))
                finally:
                    with self._lock:
                        self._busy -= 1
                        self._lock.notify_all()
                if not is_open:
                    return
        except (OSError, ValueError):
            # The client was killed or gave up; its request has been handled.
            return
        finally:
            with self._lock:
                self._open.discard(client)
            client.close()

    def _handle(self, client: socket.socket, head: Head, fault: Fault) -> bool:
        """Handle one request; False where the connection is over."""
        began = time.time()
        if fault is Fault.RESET_UNREAD:
            self._record(head, began, fault, None)
            _reset(client)
            return False
        if fault in (Fault.RESET_HALF, Fault.KILL_HALF):
            self._forward_half(client, head, fault)
            self._record(head, began, fault, None)
            return False
        body = read_rest(client, head, self.drip if fault is Fault.DRIP_BODY else 0.0)
        whole = len(body) == head.length
        self._record(head, began, fault, hashlib.sha256(body).hexdigest() if whole else None)
        if not whole:
            return False
        wait = {"Retry-After": f"{self.wait:.3f}"}
        if fault is Fault.UNAVAILABLE:
            client.sendall(to_answer(503, b'{"error":{"code":"unavailable","message":"Busy."}}', wait))
            return True
        if fault is Fault.LIMITED:
            client.sendall(to_answer(429, b'{"error":{"code":"rate_limited","message":"Too many."}}', wait))
            return True
        if fault is Fault.BAD_GATEWAY:
            client.sendall(to_answer(503, _PAGE, {"Content-Type": "text/html"}))
            return True
        if fault is Fault.LATE:
            _wait_gone(client)
        self.when_complete()
        answer = self._forward(head.raw + body)
        if fault is Fault.LATE:
            return False
        return self._answer(client, answer, fault)

    def _forward_half(self, client: socket.socket, head: Head, fault: Fault) -> None:
        part = read_rest(client, head, 0.0, int(head.length * self.cut))
        with contextlib.suppress(OSError), socket.create_connection(self._upstream, _TIMEOUT) as gateway:
            gateway.sendall(head.raw + part)
            if fault is Fault.KILL_HALF:
                self.kill_client()
        _reset(client)

    def _forward(self, request: bytes) -> bytes:
        """Return the gateway's answer, as far as it came."""
        with socket.create_connection(self._upstream, _TIMEOUT) as gateway:
            gateway.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            gateway.sendall(request)
            head = read_head(gateway)
            return head.raw + read_rest(gateway, head, 0.0) if head is not None else b""

    def _answer(self, client: socket.socket, answer: bytes, fault: Fault) -> bool:
        """Return the answer, changed by the fault; False where the connection is over."""
        match fault:
            case Fault.KILL_ACCEPTED:
                self.kill_client()
            case Fault.RESET_ACCEPTED:
                _reset(client)
            case Fault.TRUNCATED:
                client.sendall(answer[: len(answer) - 40])
            case Fault.STALLED:
                _wait_gone(client)
            case Fault.GATEWAY_TIMEOUT:
                client.sendall(to_answer(504, b"upstream request timeout", {"Content-Type": "text/plain"}))
            case Fault.SERVER_ERROR:
                client.sendall(to_answer(500, b"", {}))
            case Fault.HTML:
                client.sendall(to_answer(200, _PAGE, {"Content-Type": "text/html"}))
            case Fault.GARBAGE:
                client.sendall(to_answer(200, _GARBAGE, {}))
            case Fault.DRIP_ANSWER:
                for place in range(0, len(answer), 16):
                    client.sendall(answer[place : place + 16])
                    # The pieces must be spread over time; a client that gives up ends them.
                    if _wait_gone(client, 0.02):
                        return False
            case Fault.NONE | Fault.DRIP_BODY if answer:
                client.sendall(answer)
                return True
        return False

    def _record(self, head: Head, at: float, fault: Fault, sha256: str | None) -> None:
        with self._lock:
            self.requests.append(RecordedRequest(head.key, at, fault, sha256))


def _reset(client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
        # Only a close sends the reset; without the shutdown it would wait for a read in another thread.
        client.shutdown(socket.SHUT_RD)
        client.close()


def _wait_gone(client: socket.socket, seconds: float = _TIMEOUT) -> bool:
    """Wait until the client closes the connection; tell whether it did within this time."""
    client.settimeout(seconds)
    try:
        return not client.recv(1)
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        with contextlib.suppress(OSError):
            client.settimeout(None)

"""The practice gateway as a server on loopback, run by the process that needs it."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import uvicorn

from components.gateway.practice.application import to_application
from components.gateway.practice.ledger import Delivery, Ledger
from components.gateway.practice.quota import Quota
from components.gateway.practice.sending import Sending

HOST = "127.0.0.1"
#: Longer than any client keeps an idle connection, so that it is always the client that closes.
KEEPALIVE_SECONDS = 75
STOP_SECONDS = 10


class PracticeGateway:
    """LeadLex for practice: the documented API, with the mails it "sends" kept as files in ``folder``/sent.

    ``port`` 0 takes a free one; ``calls_per_day`` and ``calls_per_minute`` are the plan (Org by default); ``pace``
    scales every delay and wait of the special recipients (``SPECIAL_RECIPIENTS``; 1.0 is real time). Nothing runs
    before ``start()``. What was accepted survives any end of the process. Source: design, "Real parts".
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        calls_per_day: int = 10_000,
        calls_per_minute: int = 200,
        pace: float = 1.0,
    ) -> None:
        self._folder = folder
        self._port = port
        self._plan = (calls_per_day, calls_per_minute)
        self._pace = pace
        self._lock = threading.Lock()
        self._running: _Running | None = None

    @property
    def base_url(self) -> str:
        """The address that a Client takes; empty while the gateway does not run."""
        return self._running.base_url if self._running else ""

    @property
    def sent_folder(self) -> Path:
        """Where the accepted mails lie as ``.eml`` files."""
        return self._folder / "sent"

    def start(self) -> str:
        """Serve from now on and give the base URL; started already, give it again. Raises OSError for a taken port."""
        with self._lock:
            if self._running is None:
                self._running = _Running(self._folder, self._port, Quota(*self._plan), self._pace)
            return self._running.base_url

    def stop(self) -> None:
        """Stop serving; requests under way are given one second. Does nothing where nothing runs."""
        with self._lock:
            if self._running is not None:
                self._running.stop()
                self._running = None

    def list_deliveries(self) -> tuple[Delivery, ...]:
        """What was handed to the provider, oldest first, by this or any other process on the folder."""
        ledger = Ledger(self._folder)
        try:
            return ledger.list_deliveries()
        finally:
            ledger.close()


def _to_socket(port: int) -> socket.socket:
    """A socket bound on loopback. Raises OSError.

    The protocol is named: asyncio turns the 40 ms delay of small packets off only where it reads "TCP" there.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # A gateway started again on its port need not wait for connections that linger; elsewhere the option
            # would let two processes share the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    """A server that tells another thread when it serves, and lets no mail wait when it stops."""

    def __init__(self, config: uvicorn.Config, desk: Sending) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._desk = desk

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._desk.stop()
        await super().shutdown(sockets)


class _Running:
    """One run of the server, from its socket to its end."""

    def __init__(self, folder: Path, port: int, quota: Quota, pace: float) -> None:
        self._ledger = Ledger(folder)
        try:
            self._socket = _to_socket(port)
        except OSError:
            self._ledger.close()
            raise
        self.base_url = f"http://{HOST}:{self._socket.getsockname()[1]}"
        desk = Sending(self._ledger, pace)
        # log_config None and no log level: Streamlit may serve through uvicorn in this very process, and its loggers
        # are not ours. In a thread uvicorn installs no signal handlers.
        config = uvicorn.Config(
            to_application(desk, quota),
            http="h11",
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEPALIVE_SECONDS,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config, desk)
        self._thread = threading.Thread(target=self._serve, name="practice-gateway", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(STOP_SECONDS):
            raise OSError("the practice gateway's server did not come up")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._ledger.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

"""Run the practice gateway as a server on loopback, in a thread of this process."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import uvicorn

from components.gateway.practice.application import build_application
from components.gateway.practice.delivery_store import Delivery, DeliveryStore
from components.gateway.practice.quota import Quota
from components.gateway.practice.send_endpoint import SendEndpoint

HOST = "127.0.0.1"
STOP_SECONDS = 10


class PracticeGateway:
    """Serve the documented LeadLex API on loopback and keep accepted mails as files in ``folder``/sent.

    ``port`` 0 takes a free one; ``calls_per_day`` and ``calls_per_minute`` are the plan (Org by default); ``pace``
    scales every delay and wait of ``SPECIAL_RECIPIENTS`` (1.0 is real time). Nothing runs before ``start()``. Accepted
    mails survive any end of the process.
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
        self._running: _RunningServer | None = None

    @property
    def base_url(self) -> str:
        """The address to give to a Client; empty while the gateway is stopped."""
        return self._running.base_url if self._running else ""

    @property
    def sent_folder(self) -> Path:
        """The folder of the accepted mails, as ``.eml`` files."""
        return self._folder / "sent"

    def start(self) -> str:
        """Start serving, unless already started, and return the base URL. Raises OSError if the port is in use."""
        with self._lock:
            if self._running is None:
                self._running = _RunningServer(self._folder, self._port, Quota(*self._plan), self._pace)
            return self._running.base_url

    def stop(self) -> None:
        """Stop serving, if started; running requests get one second to finish."""
        with self._lock:
            if self._running is not None:
                self._running.stop()
                self._running = None

    def list_deliveries(self) -> tuple[Delivery, ...]:
        """List the mails accepted by any process on the folder, oldest first."""
        deliveries = DeliveryStore(self._folder)
        try:
            return deliveries.list_deliveries()
        finally:
            deliveries.close()


def _open_socket(port: int) -> socket.socket:
    """Bind a socket on loopback. Raises OSError.

    The protocol is explicit: asyncio disables Nagle's delay of small packets only if the socket says "TCP".
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # A restarted gateway can take its port while old connections are in TIME_WAIT. On Windows the option would
            # let two processes share the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    """A uvicorn server that signals when it is ready, and drops waiting requests when it stops."""

    def __init__(self, config: uvicorn.Config, send_endpoint: SendEndpoint) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._send_endpoint = send_endpoint

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._send_endpoint.stop()
        await super().shutdown(sockets)


class _RunningServer:
    """A server thread with its socket and its store."""

    def __init__(self, folder: Path, port: int, quota: Quota, pace: float) -> None:
        self._deliveries = DeliveryStore(folder)
        try:
            self._socket = _open_socket(port)
        except OSError:
            self._deliveries.close()
            raise
        self.base_url = f"http://{HOST}:{self._socket.getsockname()[1]}"
        send_endpoint = SendEndpoint(self._deliveries, pace)
        # No log configuration: Streamlit may run uvicorn in this process too, with its own. In a thread uvicorn
        # installs no signal handlers.
        config = uvicorn.Config(
            build_application(send_endpoint, quota),
            http="h11",
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config, send_endpoint)
        self._thread = threading.Thread(target=self._serve, name="practice-gateway", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(STOP_SECONDS):
            raise OSError("the practice gateway's server did not come up")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._deliveries.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

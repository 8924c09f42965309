"""Fixtures: a practice gateway, a client for it, and a bare TCP server."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.gateway import Client
from components.gateway.practice import PracticeGateway
from components.model import ApiKey

Handler = Callable[[socket.socket], None]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[PracticeGateway]:
    """Start a practice gateway whose delays and waits are scaled to a hundredth."""
    running = PracticeGateway(tmp_path / "practice", pace=0.01)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(gateway: PracticeGateway) -> Iterator[Client]:
    """Open a client of that gateway."""
    opened = Client(gateway.base_url)
    yield opened
    opened.close()


@pytest.fixture
def key() -> ApiKey:
    """Return a key with every permission."""
    return ApiKey("wbk_live_5ecret")


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], str]]:
    """Start a bare TCP server on loopback that calls the handler with each connection; returns the base URL."""
    listeners: list[socket.socket] = []

    def start(handler: Handler) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=_accept, args=(listener, handler), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        # Wakes the accepting thread; close() alone does not.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _accept(listener: socket.socket, handler: Handler) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                handler(connection)

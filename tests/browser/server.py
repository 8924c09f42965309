"""The app as people run it: ``streamlit run app.py``, with a data folder of its own."""

from __future__ import annotations

import email
import email.policy
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from components.config import ROOT
from components.gateway.practice import Delivery, PracticeGateway

START_SECONDS = 60.0
STOP_SECONDS = 30.0
DELIVERY_SECONDS = 30.0


class Server:
    """One run of the app, or of another ``script``.

    ``folder`` holds its data and its log, and survives ``stop()`` and ``start()``.
    """

    def __init__(
        self,
        folder: Path,
        arguments: tuple[str, ...] = (),
        settings: Mapping[str, str] | None = None,
        script: str = "app.py",
    ) -> None:
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.url = f"http://127.0.0.1:{find_free_port()}"
        self._arguments = arguments
        self._script = script
        # Empty rather than absent, so that no secrets.toml of the computer has a say; no call ever leaves it.
        nothing = {"LEADLEX_API_KEY": "", "LEADLEX_DATABASE_URL": "", "LEADLEX_BASE_URL": "http://127.0.0.1:9"}
        self._environment = os.environ | nothing | {"LEADLEX_DATA_DIR": str(self.data)} | dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._practice = PracticeGateway(self.data / "practice")

    def start(self) -> None:
        """Start the app and wait until it is healthy."""
        command = [sys.executable, "-m", "streamlit", "run", self._script, "--server.port", self.url.rpartition(":")[2]]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *self._arguments], cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            assert self._process.poll() is None, f"the app ended by itself:\n{self.read_log()}"
            assert time.monotonic() < until, f"the app did not come up:\n{self.read_log()}"
            threading.Event().wait(0.05)

    def stop(self) -> None:
        """Ask the app to end, and see that it does so cleanly."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        # Having shut down, uvicorn raises the signal again that it was asked by.
        assert code in (0, -signal.SIGTERM), f"the app ended with {code}:\n{self.read_log()}"

    def read_log(self) -> str:
        """What the app has written so far."""
        return self.log.read_text("utf-8", "replace")

    def list_deliveries(self, subject: str) -> list[Delivery]:
        """What the practice gateway really accepted under a subject."""
        return [delivery for delivery in self._practice.list_deliveries() if delivery.subject == subject]

    def await_delivery(self, subject: str) -> Delivery:
        """The first mail under a subject, as soon as the practice gateway has accepted it."""
        until = time.monotonic() + DELIVERY_SECONDS
        while not (found := self.list_deliveries(subject)):
            assert time.monotonic() < until, f"{subject!r} was not delivered"
            threading.Event().wait(0.1)
        return found[0]

    def read_eml(self, delivery: Delivery) -> bytes:
        """The file of a delivered mail."""
        return (self._practice.sent_folder / delivery.eml).read_bytes()

    def read_bodies(self, delivery: Delivery) -> tuple[str, str]:
        """The HTML and the plain text of a delivered mail, with plain line ends."""
        mail = email.message_from_bytes(self.read_eml(delivery), policy=email.policy.default)
        html, text = mail.get_body(("html",)), mail.get_body(("plain",))
        assert html is not None
        assert text is not None
        return html.get_content().replace("\r\n", "\n"), text.get_content().replace("\r\n", "\n")

    def _is_healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/_stcore/health", timeout=5.0).status_code == 200
        except httpx.TransportError:
            return False


def find_free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""The app as people run it: ``streamlit run app.py``, with a data folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from components.config import ROOT
from tests.browser.writer import DOOR

#: The app with a door for tests, where ``Writer.enter`` is to work.
WITH_DOOR = "tests/browser/served_app.py"
START_SECONDS = 60.0
#: Longer than the app waits for mails under way.
STOP_SECONDS = 90.0


class Server:
    """One run of the app, or of another Streamlit ``script``.

    ``folder`` holds its data and its log, and survives ``stop()`` and ``start()``. ``root`` is the folder of the
    program, which may be another one from the next start on.
    """

    def __init__(
        self,
        folder: Path,
        arguments: tuple[str, ...] = (),
        settings: Mapping[str, str] | None = None,
        script: str = "app.py",
        root: Path = ROOT,
    ) -> None:
        self.data = folder / "data"
        self.database = self.data / "composer.db"
        self.log = folder / "server.log"
        self.url = f"http://127.0.0.1:{find_free_port()}"
        self._arguments = arguments
        self._script = script
        self.root = root
        # Empty values override a secrets.toml of this computer; port 9 refuses every call to LeadLex.
        defaults = {"LEADLEX_API_KEY": "", "LEADLEX_DATABASE_URL": "", "LEADLEX_BASE_URL": "http://127.0.0.1:9"}
        places = {"LEADLEX_DATA_DIR": str(self.data), "TEST_DOOR": DOOR}
        self._environment = os.environ | defaults | places | dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the app and wait until it is healthy."""
        command = [sys.executable, "-m", "streamlit", "run", self._script, "--server.port", self.url.rpartition(":")[2]]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *self._arguments],
                cwd=self.root,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            assert self._process.poll() is None, f"the app exited:\n{self.read_log()}"
            assert time.monotonic() < until, f"the app did not start:\n{self.read_log()}"
            threading.Event().wait(0.05)

    def stop(self) -> None:
        """Terminate the app and check that it exits cleanly."""
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
        # After its shutdown uvicorn raises the signal that stopped it once more.
        assert code in (0, -signal.SIGTERM), f"the app exited with {code}:\n{self.read_log()}"

    def kill(self) -> None:
        """End the app as a crash does, without a chance to save anything."""
        process, self._process = self._process, None
        assert process is not None
        process.kill()
        process.wait(STOP_SECONDS)

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """Have the app do nothing while the block lasts, as on a machine that is busy; what is sent to it waits."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    @property
    def pid(self) -> int:
        """The id of the running app's process."""
        assert self._process is not None
        return self._process.pid

    def read_log(self) -> str:
        """Read what the app has logged so far."""
        return self.log.read_text("utf-8", "replace")

    def _is_healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/_stcore/health", timeout=5.0).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Run a server while the block lasts."""
    try:
        server.start()
        yield server
    finally:
        server.stop()


def find_free_port() -> int:
    """Find a port on which nothing listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""The parent's side of the fork server: start children, read their events, send them signals, wait for their end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.plan import Plan

_START = b"start"
_ROOT = Path(__file__).resolve().parents[2]


class Child:
    """One child process; ``lines`` holds the events that it recorded, and it has ended when the pipe closes."""

    def __init__(self, pid: int, pipe: int, errors: Path, plan: Plan) -> None:
        self.pid = pid
        self.plan = plan
        self.lines: list[str] = []
        self._errors = errors
        self._changed = threading.Condition()
        self._dead = False
        threading.Thread(target=self._listen, args=(pipe,), daemon=True).start()

    @property
    def killed(self) -> bool:
        """Whether it ended before its program did; valid only after ``wait``."""
        return "end" not in self.lines and not self.list_events("failed")

    @property
    def errors(self) -> str:
        """The text that it wrote to stderr."""
        return self._errors.read_text("utf-8", "replace")

    def list_events(self, event: str) -> list[str]:
        """List the details of every event of this name."""
        with self._changed:
            found = [line.partition(" ") for line in self.lines]
        return [detail for head, _, detail in found if head == event]

    def wait_for(self, event: str, seconds: float = 60.0) -> str:
        """Wait for an event and return its detail. Raises AssertionError where it does not come."""
        with self._changed:
            self._changed.wait_for(lambda: self._dead or any(_matches(event, line) for line in self.lines), seconds)
        notes = self.list_events(event)
        assert notes, f"child {self.pid} never recorded {event!r}: {self.lines}\n{self.errors}"
        return notes[0]

    def wait(self, seconds: float = 300.0) -> Child:
        """Wait for its end. Raises AssertionError (with its stderr) where it keeps running."""
        if not self.wait_dead(seconds):
            self.kill()
            raise AssertionError(f"child {self.pid} hangs: {self.lines}\n{self.errors}")
        return self

    def wait_dead(self, seconds: float) -> bool:
        """Wait at most this long for its end; tell whether it ended."""
        with self._changed:
            return self._changed.wait_for(lambda: self._dead, seconds)

    def finish(self, seconds: float = 300.0) -> Child:
        """Wait until its program ends normally. Raises AssertionError (with its stderr) otherwise."""
        self.wait(seconds)
        assert "end" in self.lines, f"child {self.pid} failed: {self.lines}\n{self.errors}"
        return self

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is still running."""
        with contextlib.suppress(ProcessLookupError):
            if not self._dead:
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def wait_stopped(self, seconds: float = 10.0) -> None:
        """Wait until a SIGSTOP has stopped every thread: until then one may still begin a write.

        Raises AssertionError after ``seconds``.
        """
        until = time.monotonic() + seconds
        while not all(_is_stopped(thread) for thread in Path(f"/proc/{self.pid}/task").iterdir()):
            assert time.monotonic() < until, f"child {self.pid} does not stop"
            # The kernel notifies only the parent of a process, which is the fork server.
            time.sleep(0.001)

    def _listen(self, pipe: int) -> None:
        with open(pipe, encoding="utf-8") as file:
            for line in file:
                with self._changed:
                    self.lines.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._dead = True
            self._changed.notify_all()


class ForkServer:
    """Starts the fork server's process, and children through it; all of them end with it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="faults-stderr-")
        self._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._count = 0
        self._children: list[Child] = []
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        command = [sys.executable, "-m", "tests.faults.fork_server_process", str(other.fileno())]
        self._process = subprocess.Popen(command, cwd=_ROOT, pass_fds=[other.fileno()], env=environment)
        other.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, plan: Plan) -> Child:
        """Fork a child that carries out the plan."""
        reading, writing = os.pipe()
        with self._lock:
            self._count += 1
            errors = Path(self._folder.name) / f"{self._count}.txt"
            # In a file: ten thousand drafts do not fit into one packet.
            with errors.open("w") as file, tempfile.TemporaryFile("w+", encoding="utf-8") as plan_file:
                plan_file.write(plan.to_json())
                plan_file.seek(0)
                socket.send_fds(self._control, [_START], [writing, file.fileno(), plan_file.fileno()])
            os.close(writing)
            pid = int(self._control.recv(64))
            child = Child(pid, reading, errors, plan)
            self._children = [each for each in self._children if not each.wait_dead(0)] + [child]
        return child

    def close(self) -> None:
        """Kill the children that still run, and end the fork server's process."""
        with self._lock:
            for child in self._children:
                child.kill()
            for child in self._children:
                child.wait_dead(10)
            self._control.close()
        self._process.wait(10)
        self._folder.cleanup()


def _is_stopped(thread: Path) -> bool:
    """Read a thread's state from its directory in /proc; it follows the name, which may contain blanks."""
    return (thread / "stat").read_text().rpartition(") ")[2].startswith("T")


def _matches(event: str, line: str) -> bool:
    return line == event or line.startswith(event + " ")

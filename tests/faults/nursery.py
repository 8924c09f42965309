"""The parent's side of the zygote: starting children, hearing them, striking them, knowing that they are dead."""

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
    """One child process; what it noted is in ``lines``, and it is dead when the pipe ends."""

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
        """Whether it died before it had done what it was told; ask only after ``wait``."""
        return "end" not in self.lines and not self.list_notes("failed")

    @property
    def errors(self) -> str:
        """What it wrote to stderr."""
        return self._errors.read_text("utf-8", "replace")

    def list_notes(self, word: str) -> list[str]:
        """The details of every note that begins with this word."""
        with self._changed:
            found = [line.partition(" ") for line in self.lines]
        return [detail for head, _, detail in found if head == word]

    def wait_for(self, word: str, seconds: float = 60.0) -> str:
        """Wait for a note and give its detail. Raises AssertionError where it does not come."""
        with self._changed:
            self._changed.wait_for(lambda: self._dead or any(_is(word, line) for line in self.lines), seconds)
        notes = self.list_notes(word)
        assert notes, f"child {self.pid} never noted {word!r}: {self.lines}\n{self.errors}"
        return notes[0]

    def wait(self, seconds: float = 300.0) -> Child:
        """Wait for its death. Raises AssertionError (with its stderr) where it lives on."""
        if not self.wait_dead(seconds):
            self.kill()
            raise AssertionError(f"child {self.pid} hangs: {self.lines}\n{self.errors}")
        return self

    def wait_dead(self, seconds: float) -> bool:
        """Whether it is dead within this time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._dead, seconds)

    def finish(self, seconds: float = 300.0) -> Child:
        """Wait for an end in good order. Raises AssertionError (with its stderr) otherwise."""
        self.wait(seconds)
        assert "end" in self.lines, f"child {self.pid} failed: {self.lines}\n{self.errors}"
        return self

    def strike(self, number: int) -> None:
        """Send it a signal, if it still lives."""
        with contextlib.suppress(ProcessLookupError):
            if not self._dead:
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.strike(signal.SIGKILL)

    def wait_stopped(self, seconds: float = 10.0) -> None:
        """Wait until a SIGSTOP has reached every thread: until then it may still begin something, a write even.

        Raises AssertionError where that does not happen.
        """
        until = time.monotonic() + seconds
        while not all(_is_stopped(thread) for thread in Path(f"/proc/{self.pid}/task").iterdir()):
            assert time.monotonic() < until, f"child {self.pid} does not stop"
            # The kernel tells only the parent of a process, and that is the zygote.
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


class Nursery:
    """Starts the zygote, and children through it; all of them end with it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="faults-stderr-")
        self._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._count = 0
        self._children: list[Child] = []
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        command = [sys.executable, "-m", "tests.faults.zygote", str(other.fileno())]
        self._zygote = subprocess.Popen(command, cwd=_ROOT, pass_fds=[other.fileno()], env=environment)
        other.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, plan: Plan) -> Child:
        """Fork a child that follows the plan."""
        reading, writing = os.pipe()
        with self._lock:
            self._count += 1
            errors = Path(self._folder.name) / f"{self._count}.txt"
            # A file, since ten thousand drafts are too many for one packet.
            with errors.open("w") as file, tempfile.TemporaryFile("w+", encoding="utf-8") as told:
                told.write(plan.to_json())
                told.seek(0)
                socket.send_fds(self._control, [_START], [writing, file.fileno(), told.fileno()])
            os.close(writing)
            pid = int(self._control.recv(64))
            child = Child(pid, reading, errors, plan)
            self._children = [each for each in self._children if not each.wait_dead(0)] + [child]
        return child

    def close(self) -> None:
        """Kill what still runs, and end the zygote."""
        with self._lock:
            for child in self._children:
                child.kill()
            for child in self._children:
                child.wait_dead(10)
            self._control.close()
        self._zygote.wait(10)
        self._folder.cleanup()


def _is_stopped(thread: Path) -> bool:
    """Whether a thread's directory in /proc says so; the state stands behind the name, which may hold blanks."""
    return (thread / "stat").read_text().rpartition(") ")[2].startswith("T")


def _is(word: str, line: str) -> bool:
    return line == word or line.startswith(word + " ")

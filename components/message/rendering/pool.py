"""Pool of worker processes: started on demand, killed when a message takes too long, ended with the server."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from components.errors import RenderError
from components.message.rendering.cache import AttemptOutcome, cache_outcomes
from components.message.rendering.limits import CLOCK_FACTOR, DEADLINE, FIELD, check_source, make_complexity_error
from components.message.rendering.protocol import Job, Rendered, decode_outcome, read_frame, write_frame

#: Two workers, so that a message that cannot be rendered does not block others.
POOL_SIZE = 2
#: Seconds that a worker may take to start, imports included; one is usually enough.
START_TIMEOUT = 30.0
# Windows cannot limit the CPU time of a process.
_CLOCK_FACTOR = 1.0 if sys.platform == "win32" else CLOCK_FACTOR
# Seconds that a worker may take to end after its pipes were closed.
_EXIT_TIMEOUT = 1.0

_ROOT = Path(__file__).resolve().parents[3]


class _WorkerDied(Exception):
    """The worker does not answer any more; ``late`` tells a missed deadline from a crash."""

    def __init__(self, late: bool) -> None:
        super().__init__()
        self.late = late


class _Worker:
    """A worker process with its pipes, used by one thread at a time.

    ``deadline`` is the CPU time for one message, in seconds.
    """

    def __init__(self, deadline: float) -> None:
        # The process that handles hostile text must not know the server's API key or database.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LEADLEX_")}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_ROOT), environment.get("PYTHONPATH")]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "components.message.rendering.worker", str(deadline)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=environment,
        )
        try:
            self._exchange(None, START_TIMEOUT)
        except BaseException:
            self.close()
            raise

    def fetch(self, job: Job, seconds: float) -> AttemptOutcome:
        """Do one job within ``seconds`` by the clock. After _WorkerDied only ``close`` may be called."""
        try:
            return decode_outcome(self._exchange(job, seconds))
        except ValueError:
            raise _WorkerDied(late=False) from None

    @property
    def alive(self) -> bool:
        """Tell whether the process is running."""
        return self._process.poll() is None

    def close(self) -> None:
        """Kill the process and wait for it, whatever its state."""
        self._process.kill()
        with contextlib.suppress(OSError):
            self._stdin.close()
        self._stdout.close()
        self._process.wait()

    def _exchange(self, job: Job | None, seconds: float) -> object:
        # Killing the process ends a blocked read, on every platform and from any thread.
        late = threading.Event()
        timer = threading.Timer(seconds, self._kill, [late])
        timer.daemon = True
        timer.start()
        try:
            if job is not None:
                write_frame(self._stdin, asdict(job))
            answer = read_frame(self._stdout)
        except (OSError, EOFError):
            raise _WorkerDied(late.is_set() or self._exceeded_cpu_time()) from None
        finally:
            timer.cancel()
            timer.join()
        if late.is_set():
            # The answer arrived just when the process was killed, so it cannot serve the next message.
            raise _WorkerDied(late=True)
        return answer

    def _exceeded_cpu_time(self) -> bool:
        """Tell whether the kernel ended the process at its deadline."""
        if sys.platform == "win32":
            return False
        # The pipes close shortly before the process has ended.
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(_EXIT_TIMEOUT) == -signal.SIGPROF
        return False

    def _kill(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    @property
    def _stdin(self) -> BinaryIO:
        assert self._process.stdin is not None
        return self._process.stdin  # type: ignore[return-value]

    @property
    def _stdout(self) -> BinaryIO:
        assert self._process.stdout is not None
        return self._process.stdout  # type: ignore[return-value]


class Pool:
    """Renders messages in up to ``size`` worker processes, with ``deadline`` CPU seconds for each. Thread-safe.

    By the clock a message may take ``CLOCK_FACTOR`` times as long, so that harmless ones succeed on a busy machine.
    """

    def __init__(self, size: int = POOL_SIZE, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._calls = 0
        self._render_once = cache_outcomes(self._render)

    @property
    def calls(self) -> int:
        """Number of times that a worker was asked to render; answers from the cache do not count."""
        return self._calls

    def render(self, markdown: str) -> Rendered:
        """Render one message; see ``components.message.render``. Raises RenderError."""
        check_source(markdown)
        return _to_rendered(self._render_once(markdown))

    def sanitise_imported(self, html: str) -> str:
        """Sanitise one HTML body; see ``components.message.sanitise_imported``. Raises RenderError."""
        return _to_rendered(self._do(Job("import", html))).html

    def close(self) -> None:
        """End the idle workers; the next message starts new ones."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()

    def _render(self, markdown: str) -> AttemptOutcome:
        return self._do(Job("render", markdown))

    def _do(self, job: Job) -> AttemptOutcome:
        with self._slots:
            try:
                return self._fetch_with_retry(job)
            except _WorkerDied:
                return make_complexity_error().message

    def _fetch_with_retry(self, job: Job) -> AttemptOutcome:
        try:
            return self._fetch(job)
        except _WorkerDied as gone:
            if gone.late:
                raise
            # Only a second attempt can tell whether this message crashed the worker or something else ended it.
            return self._fetch(job)

    def _fetch(self, job: Job) -> AttemptOutcome:
        worker = self._take_worker()
        with self._lock:
            self._calls += 1
        try:
            answer = worker.fetch(job, self._deadline * _CLOCK_FACTOR)
        except BaseException:
            worker.close()
            raise
        with self._lock:
            self._idle.append(worker)
        return answer

    def _take_worker(self) -> _Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return self._start_worker()
            if worker.alive:
                return worker
            # Something else ended it while it was idle.
            worker.close()

    def _start_worker(self) -> _Worker:
        try:
            return _Worker(self._deadline)
        except (_WorkerDied, OSError):
            raise RenderError(
                "This message cannot be rendered: the server could not start its rendering process. "
                "Try again; if it stays so, restart the server.",
                FIELD,
            ) from None


def _to_rendered(outcome: AttemptOutcome) -> Rendered:
    if isinstance(outcome, str):
        raise RenderError(outcome, FIELD)
    return outcome


_POOL = Pool()
#: A worker of their own: an import must not keep anybody waiting for a preview.
_IMPORTS = Pool(size=1)
atexit.register(_POOL.close)
atexit.register(_IMPORTS.close)


def render(markdown: str) -> Rendered:
    """Render Markdown into both bodies of a message, in a worker process with a limit of CPU time.

    Sessions that ask for the same source share one rendering. Raises RenderError (field "Message") where the source is
    too long or too complex; the error is cached for a minute.
    """
    return _POOL.render(markdown)


def sanitise_imported(html: str) -> str:
    """Make an HTML body from elsewhere safe to store, in a worker process with a limit of CPU time.

    A body that the composer could have written stays as it is, byte for byte. Raises RenderError where it is too long,
    nests too deep or takes too long.
    """
    return _IMPORTS.sanitise_imported(html) if html else html


def end_imports() -> None:
    """End the idle worker of imports; the next import starts another one."""
    _IMPORTS.close()

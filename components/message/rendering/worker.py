"""The worker process: ``python -m components.message.rendering.worker SECONDS``, frames on stdin and stdout.

Only ending a process can stop Python-Markdown: a backtracking regular expression holds the interpreter lock, so neither
a thread nor a Python signal handler can run. The kernel ends the worker when a message has taken SECONDS of CPU time,
and the server when it takes too long by the clock.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import BinaryIO

from components.errors import RenderError
from components.message.rendering.imports import sanitise_in_process
from components.message.rendering.limits import CLOCK_FACTOR, DEADLINE, MEMORY_LIMIT, make_complexity_error
from components.message.rendering.pipeline import render_in_process
from components.message.rendering.protocol import Job, Rendered, decode_job, encode_outcome, read_frame, write_frame

#: Seconds by the clock after which the kernel ends this process, in case the server has died in the meantime.
ALARM_SECONDS = DEADLINE * (CLOCK_FACTOR + 1)


def main() -> None:
    """Do one job for each frame until stdin ends."""
    deadline = float(sys.argv[1])
    _limit_resources()
    answers = _claim_stdout()
    with contextlib.suppress(EOFError, OSError):
        write_frame(answers, "ready")
        while True:
            job = decode_job(read_frame(sys.stdin.buffer))
            _set_timers(ALARM_SECONDS, deadline)
            answer = _do(job)
            # Before the answer is written: a late timer must not end the process during the next message.
            _set_timers(0, 0)
            write_frame(answers, answer)


def _do(job: Job) -> dict[str, object]:
    try:
        if job.kind == "import":
            return encode_outcome(Rendered(sanitise_in_process(job.source), ""))
        return encode_outcome(render_in_process(job.source))
    except RenderError as error:
        return encode_outcome(error)
    except MemoryError:
        return encode_outcome(make_complexity_error())


def _limit_resources() -> None:
    # Ctrl+C in the server's terminal reaches the whole process group; the server ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = MEMORY_LIMIT if hard == resource.RLIM_INFINITY else min(MEMORY_LIMIT, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _set_timers(clock: float, cpu: float) -> None:
    # SIGALRM and SIGPROF keep their default action: the kernel ends the process, whoever holds the interpreter lock.
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, clock)
        signal.setitimer(signal.ITIMER_PROF, cpu)


def _claim_stdout() -> BinaryIO:
    # A stray print() in a library must not corrupt a frame, so stdout goes to stderr from here on.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


if __name__ == "__main__":
    main()

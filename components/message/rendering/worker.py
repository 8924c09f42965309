"""The worker process: ``python -m components.message.rendering.worker SECONDS``, frames on stdin and stdout.

It is a process of its own because nothing else can stop Python-Markdown: a regular expression holds the interpreter
lock, so neither a thread nor a Python signal handler gets a turn while one backtracks. The kernel ends it once it has
computed for so many seconds over one message, and the server once a message takes too long by the clock.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import BinaryIO

from components.errors import RenderError
from components.message.rendering.limits import CLOCK_FACTOR, DEADLINE, MEMORY_LIMIT, make_complexity_error
from components.message.rendering.pipeline import to_rendered
from components.message.rendering.protocol import encode_outcome, read_frame, write_frame

#: Seconds by the clock after which the kernel ends this process, should the server have died in the meantime.
ALARM = DEADLINE * (CLOCK_FACTOR + 1)


def main() -> None:
    """Answer frames until stdin ends."""
    deadline = float(sys.argv[1])
    _bound()
    answers = _take_stdout()
    with contextlib.suppress(EOFError, OSError):
        write_frame(answers, "ready")
        while True:
            source = read_frame(sys.stdin.buffer)
            _alarm(ALARM, deadline)
            answer = _answer(str(source))
            # Before the answer is out: who has one must not die of it, and take the next message along.
            _alarm(0, 0)
            write_frame(answers, answer)


def _answer(source: str) -> dict[str, object]:
    try:
        return encode_outcome(to_rendered(source))
    except RenderError as error:
        return encode_outcome(error)
    except MemoryError:
        return encode_outcome(make_complexity_error())


def _bound() -> None:
    # Ctrl+C in the server's terminal reaches the whole process group; the server ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = MEMORY_LIMIT if hard == resource.RLIM_INFINITY else min(MEMORY_LIMIT, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _alarm(clock: float, computing: float) -> None:
    # SIGALRM and SIGPROF keep their default action, which ends the process in the kernel, interpreter lock or not.
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, clock)
        signal.setitimer(signal.ITIMER_PROF, computing)


def _take_stdout() -> BinaryIO:
    # A stray print() in a library must not corrupt a frame: it goes to stderr from here on.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


if __name__ == "__main__":
    main()

"""The rendering process: ``python -m components.message.worker``, frames in on stdin, frames out on stdout.

It is a process of its own because nothing else can stop Python-Markdown: a regular expression holds the interpreter
lock, so neither a thread nor a Python signal handler gets a turn while one backtracks.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import BinaryIO

from components.errors import RenderError
from components.message.limits import DEADLINE, MEMORY_LIMIT, to_complexity_error
from components.message.pipeline import to_rendered
from components.message.wire import fetch_frame, send_frame, to_answer

#: Seconds after which the kernel ends this process by itself, should the server have died in the meantime.
ALARM = DEADLINE * 4


def main() -> None:
    """Answer frames until stdin ends."""
    _bound()
    answers = _take_stdout()
    with contextlib.suppress(EOFError, OSError):
        send_frame(answers, "ready")
        while True:
            source = fetch_frame(sys.stdin.buffer)
            _alarm(ALARM)
            send_frame(answers, _answer(str(source)))
            _alarm(0)


def _answer(source: str) -> dict[str, object]:
    try:
        return to_answer(to_rendered(source))
    except RenderError as error:
        return to_answer(error)
    except MemoryError:
        return to_answer(to_complexity_error())


def _bound() -> None:
    # Ctrl+C in the server's terminal reaches the whole process group; the server ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = MEMORY_LIMIT if hard == resource.RLIM_INFINITY else min(MEMORY_LIMIT, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _alarm(seconds: float) -> None:
    # SIGALRM keeps its default action, which ends the process in the kernel, interpreter lock or not.
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _take_stdout() -> BinaryIO:
    # A stray print() in a library must not corrupt a frame: it goes to stderr from here on.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


if __name__ == "__main__":
    main()

"""A process that has imported everything once and forks a child for each plan: a restart costs milliseconds.

It has a single thread and no connection of any kind, so that a fork of it is as good as a fresh start.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping

from tests.faults import controls, gateway, workflow
from tests.faults.journal import Journal
from tests.faults.plan import Plan, Role, from_json

PROGRAMS: Mapping[Role, Callable[[Plan, Journal], None]] = {
    Role.GATEWAY: gateway.serve,
    Role.WORK: workflow.work,
    Role.DISPATCH: workflow.dispatch,
    Role.CLICK: workflow.click,
    Role.UNDO: workflow.undo,
    Role.LOCK: workflow.lock,
    Role.POST_THEN_RECORD: controls.post_then_record,
    Role.SETTLE_THEN_POST: controls.settle_then_post,
    Role.FRESH_KEY: controls.fresh_key,
}
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Fork a child for each packet on the socket given as the first argument, until the other side closes it.

    A packet brings three open files: the child's journal, its stderr, and its plan.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The kernel buries the children by itself.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, 64, 3)
        if not packet:
            break
        pid = os.fork()
        if pid == 0:
            control.close()
            _live(*descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(str(pid).encode())


def _live(journal: int, errors: int, told: int) -> None:
    """The whole life of a child, after the fork, by the plan in the file ``told``; does not return."""
    code = 1
    record = Journal(journal)
    try:
        # No child outlives the zygote, which ends with its parent.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        with open(told, encoding="utf-8") as file:
            plan = from_json(file.read())
        os.chdir(plan.folder)
        PROGRAMS[plan.role](plan, record)
        record.note("end")
        code = 0
    except BaseException as error:
        # First, since a disk that fails may take no traceback.
        record.note("failed", f"{type(error).__name__} {error}")
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()

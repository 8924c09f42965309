"""A process that has imported everything once and forks a child for each plan: a restart costs milliseconds.

It has a single thread and no connection of any kind, so that a fork of it is as good as a fresh start.
"""

from __future__ import annotations

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
_MAX_PLAN = 1 << 20
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Fork a child for each packet on the socket given as the first argument, until the other side closes it."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The kernel buries the children by itself.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, _MAX_PLAN, 2)
        if not packet:
            break
        pid = os.fork()
        if pid == 0:
            control.close()
            _live(from_json(packet.decode()), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(str(pid).encode())


def _live(plan: Plan, journal: int, errors: int) -> None:
    """The whole life of a child, after the fork; does not return."""
    code = 1
    record = Journal(journal)
    try:
        # No child outlives the zygote, which ends with its parent.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        os.chdir(plan.folder)
        PROGRAMS[plan.role](plan, record)
        record.note("end")
        code = 0
    except BaseException:
        traceback.print_exc()
        record.note("failed")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()

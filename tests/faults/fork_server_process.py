"""The fork server: a process that has imported everything and forks a child for each plan within milliseconds.

It has one thread and no open connection, so that a forked child behaves like a freshly started process.
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

from tests.faults import approvals, gateway, workflow, wrong_workflows
from tests.faults.event_log import EventLog
from tests.faults.plan import Plan, Role, from_json

PROGRAMS: Mapping[Role, Callable[[Plan, EventLog], None]] = {
    Role.GATEWAY: gateway.serve,
    Role.WORK: workflow.work,
    Role.DISPATCH: workflow.dispatch,
    Role.CLICK: workflow.click,
    Role.UNDO: workflow.undo,
    Role.LOCK: workflow.lock,
    Role.POST_THEN_RECORD: wrong_workflows.post_then_record,
    Role.SETTLE_THEN_POST: wrong_workflows.settle_then_post,
    Role.FRESH_KEY: wrong_workflows.fresh_key,
    Role.OTHER_KEY: wrong_workflows.other_key,
    Role.MERGE: workflow.merge,
    Role.REFRESH: workflow.refresh,
    Role.REFRESH_IN_PLACE: wrong_workflows.refresh_in_place,
    Role.REVIEW: approvals.work,
    Role.SEND_UNAPPROVED: approvals.send_unapproved,
}
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Fork a child for each packet on the socket given as the first argument, until the other side closes it.

    A packet carries three file descriptors: the child's event log, its stderr, and its plan.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The kernel reaps the children.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, 64, 3)
        if not packet:
            break
        pid = os.fork()
        if pid == 0:
            control.close()
            _run_child(*descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(str(pid).encode())


def _run_child(events: int, errors: int, plan_file: int) -> None:
    """Carry out the plan in ``plan_file`` in a forked child; does not return."""
    code = 1
    event_log = EventLog(events)
    try:
        # Each child ends with the fork server, which ends with its parent.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        with open(plan_file, encoding="utf-8") as file:
            plan = from_json(file.read())
        os.chdir(plan.folder)
        PROGRAMS[plan.role](plan, event_log)
        event_log.record("end")
        code = 0
    except BaseException as error:
        # Before the traceback, which a failing disk may not accept.
        event_log.record("failed", f"{type(error).__name__} {error}")
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()

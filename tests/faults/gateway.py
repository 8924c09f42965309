"""The practice gateway in a process of its own, which runs until its deliveries were counted."""

from __future__ import annotations

import threading
from pathlib import Path

from components.gateway.practice import PracticeGateway
from tests.faults.event_log import EventLog
from tests.faults.plan import Plan

#: The rate limits are tested elsewhere; here every call is accepted.
CALLS = 10**9


def serve(plan: Plan, event_log: EventLog) -> None:
    """Serve on a free loopback port, record the address as ``url``, and run until the parent kills it."""
    gateway = PracticeGateway(Path(plan.folder), calls_per_day=CALLS, calls_per_minute=CALLS, pace=plan.pace)
    event_log.record("url", gateway.start())
    threading.Event().wait()

"""The practice gateway in a process of its own, which no test ever kills before the counting is done."""

from __future__ import annotations

import threading
from pathlib import Path

from components.gateway.practice import PracticeGateway
from tests.faults.journal import Journal
from tests.faults.plan import Plan

#: The plan's limits are tested elsewhere; here every call is let in.
CALLS = 10**9


def serve(plan: Plan, journal: Journal) -> None:
    """Serve on a free port of loopback, note the address as ``url``, and go on until the parent ends it."""
    gateway = PracticeGateway(Path(plan.folder), calls_per_day=CALLS, calls_per_minute=CALLS, pace=plan.pace)
    journal.note("url", gateway.start())
    threading.Event().wait()

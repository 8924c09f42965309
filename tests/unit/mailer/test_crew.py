"""The threads that carry mails: few, reused, never more than allowed."""

from __future__ import annotations

import threading
from typing import Any, cast

from components.mailer.crew import Crew
from components.model import Connection
from components.store import Claim

PATIENCE = 10.0


class Job:
    """Stands for a mail: it tells who carries it and ends when it is let go."""

    def __init__(self) -> None:
        self.begun, self.leave = threading.Event(), threading.Event()
        self.thread = 0


def carry(job: Any, _connection: object, _body: object) -> None:
    """Carry a job until it is let go."""
    job.thread = threading.get_ident()
    job.begun.set()
    job.leave.wait(PATIENCE)


def hand(crew: Crew, job: Job) -> None:
    """Hand a job over."""
    crew.hand(cast(Claim, job), cast(Connection, None))


def test_no_more_than_allowed_at_once() -> None:
    """A third mail waits until one of two is carried."""
    crew, jobs = Crew(2, carry), [Job(), Job(), Job()]
    for job in jobs:
        hand(crew, job)
    assert jobs[0].begun.wait(PATIENCE)
    assert jobs[1].begun.wait(PATIENCE)
    assert not jobs[2].begun.wait(0.05)
    jobs[0].leave.set()
    assert jobs[2].begun.wait(PATIENCE)
    assert jobs[2].thread == jobs[0].thread
    for job in jobs:
        job.leave.set()
    crew.dismiss()


def test_one_after_another_takes_one_thread() -> None:
    """A free thread is used again, so that its memory is not taken twice."""
    done = threading.Semaphore(0)
    threads = set()

    def note(_claim: Claim, _connection: Connection, _body: object) -> None:
        threads.add(threading.get_ident())
        done.release()

    crew = Crew(4, note)
    for _ in range(20):
        hand(crew, Job())
        assert done.acquire(timeout=PATIENCE)
        # Free again, not only done with the mail.
        wait_for_idle(crew)
    assert len(threads) == 1
    crew.dismiss()


def wait_for_idle(crew: Crew) -> None:
    """Until a thread is free; bounded."""
    for _ in range(1000):
        if crew._idle > 0:
            return
        threading.Event().wait(0.005)
    raise AssertionError("no thread is free")

"""Tells whether a dispatcher still lives, so that a restart need not wait for the leases of a dead one to end."""

from __future__ import annotations

import os
import socket
import uuid

import psutil

#: Seconds by which two readings of one process's start time may differ (clock steps).
_START_TOLERANCE = 5.0

#: The names given out by this process. Another one with its process id belonged to a process before it: in a
#: container every start has the same id.
_own: set[str] = set()


def new_owner() -> str:
    """A name for a dispatcher of this process: host, process id and start, and a part that is never reused."""
    process = psutil.Process()
    owner = f"{socket.gethostname()}/{process.pid}/{process.create_time():.2f}/{uuid.uuid4().hex[:12]}"
    _own.add(owner)
    return owner


def is_alive(owner: str, seen_until: float, now: float) -> bool:
    """Whether a dispatcher may still be at work: by its process on this host, by its last sign of life elsewhere.

    Times in epoch seconds. A name that cannot be read counts as alive until its sign of life has lapsed.
    """
    try:
        host, pid, started, _ = owner.rsplit("/", 3)
        if host != socket.gethostname():
            return seen_until > now
        return owner in _own if int(pid) == os.getpid() else _runs(int(pid), float(started))
    except ValueError:
        return seen_until > now


def _runs(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        dead = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        return not dead and abs(process.create_time() - started) < _START_TOLERANCE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True

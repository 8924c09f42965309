"""Tells whether the process that holds a lease is still running, so that a restart need not wait for leases to end."""

from __future__ import annotations

import os
import socket
import uuid

import psutil

#: Seconds by which two readings of one process's start may differ.
_START_TOLERANCE = 1.5

#: The names that this process has created. Any other name with its process id belonged to an earlier process: in a
#: container every start has the same id.
_own_names: set[str] = set()


def new_owner(of_machine: bool = True) -> str:
    """Create a name for a dispatcher of this process: host, process id, start time, and a part that is never reused.

    Where the database spans machines, whose host names and process ids may be the same, it is that last part alone.
    """
    if not of_machine:
        return uuid.uuid4().hex
    process = psutil.Process()
    owner = f"{socket.gethostname()}/{process.pid}/{read_start(process):.2f}/{uuid.uuid4().hex[:12]}"
    _own_names.add(owner)
    return owner


def get_host(owner: str) -> str:
    """Return the host in a dispatcher's name, "" where it names none."""
    return owner.rsplit("/", 3)[0] if "/" in owner else ""


def read_start(process: psutil.Process) -> float:
    """Return when a process was started, in seconds that no change of the clock moves.

    Linux counts from the boot, and gives the time of the boot by the present clock. Raises psutil.Error.
    """
    return process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0)


def is_alive(owner: str, seen_until: float, now: float) -> bool:
    """Tell whether a dispatcher may still be running: by its process on this host, elsewhere by its last heartbeat.

    Times in epoch seconds. A name that names no process counts as alive until its heartbeat has expired.
    """
    try:
        host, pid, started, _ = owner.rsplit("/", 3)
        if host != socket.gethostname():
            return seen_until > now
        return owner in _own_names if int(pid) == os.getpid() else _is_running(int(pid), float(started))
    except ValueError:
        return seen_until > now


def _is_running(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        dead = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        return not dead and abs(read_start(process) - started) < _START_TOLERANCE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True

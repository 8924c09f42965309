"""Whether a dispatcher is running, tested with real processes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from components.mailer.liveness import is_alive, new_owner, read_start
from tests.unit.mailer.rig import await_true

NOW = 1_800_000_000.0


def to_owner(pid: int, started: float, host: str = "") -> str:
    """Build a dispatcher's name as another process would have created it."""
    return f"{host or socket.gethostname()}/{pid}/{started:.2f}/abcdef"


def test_own_name_lives_and_is_never_reused() -> None:
    """A dispatcher of this process counts as running whatever its last heartbeat; two have different names."""
    one, two = new_owner(), new_owner()
    assert one != two
    assert is_alive(one, 0.0, NOW)
    assert len(one) <= 200


def test_same_process_id_of_an_earlier_process_is_dead() -> None:
    """In a container every start has the same process id, and may follow the last one within a moment."""
    started = read_start(psutil.Process())
    assert not is_alive(to_owner(os.getpid(), started), NOW + 60, NOW)


def test_a_child_lives_until_it_is_killed() -> None:
    """A child counts as running until it is killed; a zombie, or another process with its id, does not."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        started = read_start(psutil.Process(child.pid))
        owner = to_owner(child.pid, started)
        assert is_alive(owner, 0.0, NOW)
        assert not is_alive(to_owner(child.pid, started - 100), NOW + 60, NOW)
        child.kill()
        await_true(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
        assert not is_alive(owner, NOW + 60, NOW)
    finally:
        child.kill()
        child.communicate()
    assert not is_alive(owner, NOW + 60, NOW)


@pytest.mark.skipif(not psutil.LINUX, reason="only Linux counts the start of a process from the boot")
@pytest.mark.parametrize("seconds", [-3 * 86_400, -600, 600])
def test_a_process_lives_on_when_the_clock_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    """Its start since the epoch moves with the clock, as the kernel tells it; a name from before is still its own."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        process = psutil.Process(child.pid)
        owner, before = to_owner(child.pid, read_start(process)), process.create_time()
        lines = Path("/proc/stat").read_text().splitlines()
        later = [f"btime {int(line.split()[1]) + seconds}" if line.startswith("btime") else line for line in lines]
        (tmp_path / "stat").write_text("\n".join(later))
        (tmp_path / str(child.pid)).symlink_to(f"/proc/{child.pid}")
        monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path))
        assert psutil.Process(child.pid).create_time() == pytest.approx(before + seconds, abs=2)
        assert is_alive(owner, 0.0, NOW)
    finally:
        child.kill()
        child.communicate()


def test_elsewhere_the_sign_of_life_counts() -> None:
    """On another host, or under a name that cannot be parsed, only the last heartbeat counts."""
    for owner in (to_owner(1, 0.0, "elsewhere"), "nonsense", "a/b/c/d", f"{socket.gethostname()}/x/y/z"):
        assert is_alive(owner, NOW + 1, NOW)
        assert not is_alive(owner, NOW - 1, NOW)

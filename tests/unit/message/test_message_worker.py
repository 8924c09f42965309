"""The rendering processes: deadlines, crashes, concurrency and cleanup."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from components.errors import RenderError
from components.message import Pool, Rendered, render
from components.message.rendering.limits import MEMORY_LIMIT
from components.message.rendering.pipeline import render_in_process

ROOT = Path(__file__).parents[3]
HOSTILE = "[" * 8_000
VERY_HOSTILE = "[" * 50_000


def to_children() -> dict[int, psutil.Process]:
    """Return the child processes that have not been reaped, by pid."""
    return {child.pid: child for child in psutil.Process().children()}


def children_cpu() -> float:
    """Return the CPU seconds that child processes used, counting those that have been reaped."""
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until a condition holds. Raises AssertionError after ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def attack(pool: Pool, errors: list[RenderError]) -> None:
    """Render a message that would take minutes; collect the error."""
    with pytest.raises(RenderError, match=r"^This message is too complex to render") as caught:
        pool.render(VERY_HOSTILE)
    errors.append(caught.value)


@pytest.fixture
def pool() -> Iterator[Pool]:
    """A pool of two processes with a short deadline; afterwards no process is left."""
    before = set(to_children())
    pool = Pool(size=2, deadline=1.0)
    yield pool
    pool.close()
    assert set(to_children()) <= before


def new_child(before: dict[int, psutil.Process]) -> psutil.Process:
    """Return the one process that was started since ``before`` was taken."""
    (pid,) = set(to_children()) - set(before)
    return psutil.Process(pid)


def test_render() -> None:
    """The process returns what the pipeline returns, and the same source is not rendered twice."""
    source = "# Hi\n\n☐ **Jane** – ~~old~~ new\n\n-- \nJohn"
    first = render(source)
    assert first == render_in_process(source)
    assert render(source) is first


def test_deadline(pool: Pool) -> None:
    """A message that is too slow fails at the deadline, the second time at once, and the next message is rendered."""
    before, spent = to_children(), children_cpu()
    with pytest.raises(RenderError, match=r"^This message is too complex to render") as caught:
        pool.render(HOSTILE)
    assert 0.9 < children_cpu() - spent < 8
    assert caught.value.field == "Message"
    assert to_children().keys() == before.keys()
    spent = children_cpu()
    with pytest.raises(RenderError, match=r"^This message is too complex to render"):
        pool.render(HOSTILE)
    assert children_cpu() == spent, "no process has tried it again"
    assert pool.render("ok").text == "ok\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows measures wall time only")
def test_a_busy_machine_takes_nothing_from_the_deadline() -> None:
    """The deadline counts CPU time: a message whose process is not scheduled for longer than that is rendered."""
    pool = Pool(size=1, deadline=2)
    before = to_children()
    pool.render("start")
    child = new_child(before)
    child.suspend()
    resume = threading.Timer(2.5, child.resume)
    resume.start()
    assert pool.render("harmless").text == "harmless\n"
    resume.join()
    pool.close()


def test_default_deadline() -> None:
    """The default pool gives up after two seconds of CPU time."""
    spent = children_cpu()
    with pytest.raises(RenderError, match=r"^This message is too complex to render"):
        render(HOSTILE)
    assert 1.9 < children_cpu() - spent < 10
    assert render("still here").text == "still here\n"


def test_threads(pool: Pool) -> None:
    """Each of many threads gets its own message back, from at most two processes."""
    before = to_children()
    results: dict[str, Rendered] = {}

    def work(name: int) -> None:
        for number in range(10):
            text = f"mail {name}-{number}"
            results[text] = pool.render(text)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert all(rendered.text == f"{text}\n" for text, rendered in results.items())
    assert len(to_children().keys() - before.keys()) <= 2


def test_killed_while_idle(pool: Pool) -> None:
    """A process that was killed while idle is replaced without an error."""
    before = to_children()
    assert pool.render("a").text == "a\n"
    child = new_child(before)
    child.kill()
    wait_for(lambda: child.status() == psutil.STATUS_ZOMBIE)
    assert pool.render("b").text == "b\n"
    assert not psutil.pid_exists(child.pid)


def crash_when_busy(pool: Pool, calls: int, before: dict[int, psutil.Process]) -> None:
    """Kill the pool's only process as a defect in native code would, once it has the job of call number ``calls``."""
    wait_for(lambda: pool.calls == calls)
    child = new_child(before)
    busy = sum(child.cpu_times()[:2]) + 0.1
    wait_for(lambda: sum(child.cpu_times()[:2]) > busy)
    os.kill(child.pid, signal.SIGSEGV)


def test_crash() -> None:
    """A message on which two processes die fails, long before the deadline; other messages do not."""
    pool = Pool(size=1, deadline=60)
    before = to_children()
    pool.render("a")
    errors: list[RenderError] = []
    thread = threading.Thread(target=attack, args=(pool, errors))
    thread.start()
    crash_when_busy(pool, 2, before)
    crash_when_busy(pool, 3, before)
    thread.join(20)
    assert len(errors) == 1
    assert pool.render("b").text == "b\n"
    pool.close()


def test_child_is_confined(pool: Pool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The process has a memory limit, no setting of the server in its environment, and starts from any folder."""
    monkeypatch.setenv("LEADLEX_API_KEY", "wbk_secret")
    monkeypatch.chdir(tmp_path)
    before = to_children()
    pool.render("a")
    child = new_child(before)
    assert not [name for name in child.environ() if name.startswith("LEADLEX_")]
    if sys.platform == "linux":
        assert child.rlimit(psutil.RLIMIT_AS)[0] == MEMORY_LIMIT


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own, with every warning an error."""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(code)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_no_streamlit() -> None:
    """Neither the package nor the process loads a layer above."""
    done = run(
        """
        import sys
        import components.message.rendering.worker
        heavy = {"streamlit", "httpx", "sqlalchemy", "components.store", "components.gateway", "components.mailer"}
        print(sorted(heavy & set(sys.modules)))
        """
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_interpreter_exit() -> None:
    """A program that ends ends its rendering processes, without a warning."""
    done = run(
        """
        import psutil
        from components.message import render
        print(render("hi").text.strip(), *[child.pid for child in psutil.Process().children()])
        """
    )
    text, pid = done.stdout.split()
    assert (text, done.stderr) == ("hi", "")
    wait_for(lambda: not psutil.pid_exists(int(pid)))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.parametrize(
    "work", ["", "threading.Thread(target=pool.render, args=('[' * 50_000,), daemon=True).start()"]
)
def test_kill_9(work: str) -> None:
    """Processes end after the server was killed: idle ones at once, busy ones by the kernel's timer."""
    code = f"""
        import psutil, sys, threading, time
        from components.message import Pool
        pool = Pool(size=1, deadline=600)
        pool.render("hi")
        {work}
        time.sleep(0.5)
        print(*[child.pid for child in psutil.Process().children()], flush=True)
        sys.stdin.read()
        """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        assert psutil.pid_exists(pid)
        server.kill()
        server.wait()
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)

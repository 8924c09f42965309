"""Every regular expression that runs in the server's own process takes time in proportion to the text.

Rendering is killed at its deadline; all else is not. Each pattern meets texts built to be slow from its own pieces, in
a process that the kernel ends where a text takes far longer than its eighth part did: eight times would be linear.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import components

ROOT = Path(__file__).resolve().parents[2]
#: Modules of the rendering process: it is killed when it takes too long.
KILLABLE = frozenset({"dialect", "habits", "language", "layout", "outline", "pipeline", "plaintext", "refusals"})
KILLABLE |= {"sanitiser", "styles", "tokens", "worker"}
SIZE = 60_000
#: Seconds of computing that one text and one method may always take: what is quick cannot be measured by its part.
ALLOWED = 0.3
PART = 8
#: How many times as long as the part a whole text may take: a quadratic pattern takes 64 times as long.
LONGER = 3 * PART
METHODS = ("search", "match", "fullmatch", "sub", "findall", "finditer", "split")


def list_patterns() -> Iterator[tuple[str, re.Pattern[str], set[str]]]:
    """Every compiled pattern on texts in a module of the product: its name, itself, and how the module uses it."""
    for module in pkgutil.walk_packages(components.__path__, "components."):
        if module.name.endswith("__main__") or "migrations" in module.name or module.name.split(".")[-1] in KILLABLE:
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                used = set(re.findall(rf"\b{name}\.({'|'.join(METHODS)})\b", inspect.getsource(loaded)))
                yield f"{module.name}.{name}", value, used or set(METHODS)


def to_units(pattern: str) -> list[str]:
    """What to repeat: the pattern's words and signs, each alone, with its neighbour, and with a blank or a letter."""
    pieces = list(dict.fromkeys(re.findall(r"[A-Za-z0-9]+|[^\w\s]", pattern)))[:24]
    pairs = {a + b for a, b in pairwise(re.findall(r"[A-Za-z0-9]+|[^\w\s]", pattern))}
    return sorted({" ", "\n", "\t", "a", "0", "a ", "é", *pieces, *pairs, *(piece + " " for piece in pieces)})[:80]


def strain(pattern: re.Pattern[str], methods: Collection[str] = ("search", "fullmatch")) -> None:
    """Use a pattern on long repetitive texts; this process is ended by the kernel if one takes too long."""
    openings = ("", '"') if '"' in pattern.pattern else ("",)
    for unit in to_units(pattern.pattern):
        for opening in openings:
            part, whole = (opening + unit * (size // len(unit)) + "\x00" for size in (SIZE // PART, SIZE))
            for method in methods:
                spent = use(pattern, method, part, ALLOWED)
                use(pattern, method, whole, max(ALLOWED, LONGER * spent))


def use(pattern: re.Pattern[str], method: str, text: str, allowed: float) -> float:
    """Use a pattern on one text; returns the seconds of computing that it took."""
    began = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, allowed)
    if method == "sub":
        pattern.sub("", text)
    elif method == "finditer":
        deque(pattern.finditer(text), maxlen=0)
    else:
        getattr(pattern, method)(text)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - began


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this module in a process of its own."""
    command = [sys.executable, "-m", "tests.unit.test_patterns", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=580, check=False)


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform == "win32", reason="there is no such timer")
def test_every_pattern_is_linear() -> None:
    """The process comes to the end of its list."""
    done = run("product")
    assert done.stdout.split()[-1:] == ["done"], f"super-linear: {done.stdout.split()[-1:]} {done.stderr}"
    assert len(done.stdout.split()) > 20


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such timer")
@pytest.mark.parametrize("pattern", ["<title[^>]*>([^<]*)", "(a+)+!", r"\s+$", r'"(?:[^"]|"")*"$'])
def test_the_strain_finds_patterns_that_are_not(pattern: str) -> None:
    """The control: known slow ones are ended by the kernel."""
    assert run(pattern).returncode == -signal.SIGVTALRM


if __name__ == "__main__":
    if sys.argv[1] == "product":
        for name, found, methods in list_patterns():
            print(name, flush=True)
            strain(found, methods)
        print("done")
    else:
        strain(re.compile(sys.argv[1]))

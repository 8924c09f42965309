"""Every regular expression that runs in the server's own process takes time in proportion to the text."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Known to be quadratic or exponential.
SLOW = ("<title[^>]*>([^<]*)", "(a+)+!", r"\s+$", r'"(?:[^"]|"")*"$')

_TRIES = 3

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor the timer"),
    # Some seconds of CPU time, which may take minutes on a busy machine.
    pytest.mark.timeout(600),
]


def run(*arguments: str) -> list[str]:
    """Run the search for slow patterns in its quick form; give the lines that it prints."""
    command = [sys.executable, "-m", "tests.benchmarks.slow_patterns", "--quick", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=580, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_every_pattern_is_linear() -> None:
    """No pattern of the product is slow."""
    (line,) = run()
    found = re.fullmatch(r"(\d+) patterns, 0 slow", line)
    assert found is not None
    assert int(found[1]) > 20


def test_the_search_finds_slow_patterns() -> None:
    """The control: it finds each pattern that is known to be slow; it compares times, so it may try again."""
    expected = [*(f"slow: {pattern}" for pattern in SLOW), f"{len(SLOW)} patterns, {len(SLOW)} slow"]
    assert any(run(*SLOW) == expected for _ in range(_TRIES))

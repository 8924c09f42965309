"""Run the linters, then the tests: ``python -m tests [pytest arguments]``.

Linters run side by side. Prints each command with what it says, and stops before the tests where one fails, with its
exit code. Arguments go to pytest, for example ``python -m tests --cov`` or ``python -m tests tests/unit -k retry``.
JavaScript is linted and tested where Node.js and npm are installed; elsewhere pytest's summary says that it was not.
In a whole run, up to three failed tests of pages, browser and faults run again on their own: they wait for threads and
processes, which other tests slow down. The last line names the tests that passed only then.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
JAVASCRIPT = Path("tests", "javascript")
#: A file system in memory, on Linux: a commit waits for no disk there, which is half the time of many tests.
MEMORY = Path("/dev/shm")
#: Bytes that must be free there: several times what a run needs.
ENOUGH = 8 << 30
#: Where pytest notes what failed.
LAST_FAILED = Path(".pytest_cache", "v", "cache", "lastfailed")
#: Failed tests run again if there are at most this many, and all of them are in these folders.
MOST_REPEATED = 3
REPEATED = ("tests/pages/", "tests/browser/", "tests/faults/")


def list_linters() -> list[list[str]]:
    """List the commands that need no test to find a fault, the longest first."""
    linters = [
        [str(SCRIPTS / name), *arguments]
        for name, *arguments in (
            ["mypy"],
            ["lint-imports", "--no-logo"],
            ["ruff", "check"],
            ["ruff", "format", "--check"],
        )
    ]
    npm = shutil.which("npm")
    if npm is not None:
        linters.append([npm, "--prefix", str(JAVASCRIPT), "--silent", "run", "lint"])
    return linters


def install_javascript() -> int:
    """Install what the JavaScript tests and their linter need, where npm is there and has not done so."""
    npm = shutil.which("npm")
    if npm is None or (ROOT / JAVASCRIPT / "node_modules").is_dir():
        return 0
    return run([npm, "--prefix", str(JAVASCRIPT), "ci", "--silent", "--no-audit", "--no-fund"])


def run(command: Sequence[str]) -> int:
    """Run a command that prints as it goes; return its exit code."""
    announce(command)
    return subprocess.run(command, cwd=ROOT, env=make_environment(), check=False).returncode


def run_side_by_side(commands: Sequence[Sequence[str]]) -> int:
    """Run commands at the same time and print what each says; return the first exit code that is not 0, or 0."""

    def finish(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )

    exit_code = 0
    with ThreadPoolExecutor(len(commands)) as pool:
        for command, done in zip(commands, pool.map(finish, commands), strict=True):
            announce(command)
            print(done.stdout, end="", flush=True)
            exit_code = exit_code or done.returncode
    return exit_code


def announce(command: Sequence[str]) -> None:
    """Print a command as one would type it."""
    print(f"$ {shlex.join([Path(command[0]).name, *command[1:]])}", flush=True)


def make_environment() -> dict[str, str]:
    """Make the environment of the tests, whose files lie in memory where that has room."""
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH
    return os.environ | {"TMPDIR": str(MEMORY) if has_room else tempfile.gettempdir()}


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest; after a whole run, repeat a few failed tests on their own. Returns the exit code."""
    pytest = str(SCRIPTS / "pytest")
    if arguments:
        return run([pytest, *arguments])
    exit_code = run([pytest, "--cache-clear"])
    failed = list(json.loads((ROOT / LAST_FAILED).read_text())) if exit_code == 1 else []
    if not 1 <= len(failed) <= MOST_REPEATED or not all(name.startswith(REPEATED) for name in failed):
        return exit_code
    exit_code = run([pytest, "-n", "0", *failed])
    if exit_code == 0:
        print(f"FAILED BESIDE OTHER TESTS, PASSED ALONE: {', '.join(failed)}. Look for the cause above.", flush=True)
    return exit_code


def main(pytest_arguments: Sequence[str]) -> int:
    """Run every step until one fails; return that one's exit code, or 0."""
    return install_javascript() or run_side_by_side(list_linters()) or run_tests(pytest_arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

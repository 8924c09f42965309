"""Run the linters, then the tests: ``python -m tests [pytest arguments]``.

Prints each command before it runs, and stops at the first one that fails, with its exit code. Arguments go to pytest,
for example ``python -m tests --cov`` or ``python -m tests tests/unit -k retry``. JavaScript is linted and tested where
Node.js and npm are installed; elsewhere pytest's summary says that it was not.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))
JAVASCRIPT = Path("tests", "javascript")
#: A file system in memory, on Linux: a commit waits for no disk there, which is half the time of many tests.
MEMORY = Path("/dev/shm")
#: Bytes that must be free there: several times what a run needs.
ENOUGH = 8 << 30


def list_steps(pytest_arguments: Sequence[str]) -> Iterator[list[str]]:
    """List the commands in the order in which they run: linters first, since they are the quickest to fail."""
    for name, *arguments in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["lint-imports", "--no-logo"]):
        yield [str(SCRIPTS / name), *arguments]
    npm = shutil.which("npm")
    if npm is not None:
        if not (ROOT / JAVASCRIPT / "node_modules").is_dir():
            yield [npm, "--prefix", str(JAVASCRIPT), "ci", "--silent", "--no-audit", "--no-fund"]
        yield [npm, "--prefix", str(JAVASCRIPT), "--silent", "run", "lint"]
    yield [str(SCRIPTS / "pytest"), *pytest_arguments]


def find_temporary_folder() -> str:
    """Find where tests put their files: into memory where it has room, else into the usual folder."""
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH
    return str(MEMORY) if has_room else tempfile.gettempdir()


def main(pytest_arguments: Sequence[str]) -> int:
    """Run every step until one fails; return that one's exit code, or 0."""
    environment = os.environ | {"TMPDIR": find_temporary_folder()}
    for command in list_steps(pytest_arguments):
        print(f"$ {shlex.join([Path(command[0]).name, *command[1:]])}", flush=True)
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

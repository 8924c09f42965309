"""Run the linters, then the tests: ``python -m tests [pytest arguments]``.

Prints each command before it runs, and stops at the first one that fails, with its exit code. Arguments go to pytest,
for example ``python -m tests --cov`` or ``python -m tests tests/unit -k retry``.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sysconfig.get_path("scripts"))


def list_steps(pytest_arguments: Sequence[str]) -> Iterator[list[str]]:
    """List the commands in the order in which they run: linters first, since they are the quickest to fail."""
    yield ["ruff", "check"]
    yield ["ruff", "format", "--check"]
    yield ["mypy"]
    yield ["lint-imports", "--no-logo"]
    yield ["pytest", *pytest_arguments]


def main(pytest_arguments: Sequence[str]) -> int:
    """Run every step until one fails; give that one's exit code, or 0."""
    for name, *arguments in list_steps(pytest_arguments):
        print(f"$ {shlex.join([name, *arguments])}", flush=True)
        done = subprocess.run([SCRIPTS / name, *arguments], cwd=ROOT, check=False)
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

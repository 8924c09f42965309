"""Node and the packages that the JavaScript tests need; what is missing is said loudly."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def find_missing() -> str:
    """Return what keeps the JavaScript tests from running, empty when nothing does."""
    if shutil.which("node") is None:
        return "JAVASCRIPT TESTS DID NOT RUN: Node is not installed."
    if not (FOLDER / "node_modules").is_dir():
        return "JAVASCRIPT TESTS DID NOT RUN: run `npm --prefix tests/javascript ci` first."
    return ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end of the run, whatever the verbosity, that the JavaScript tests were skipped."""
    if missing := find_missing():
        terminalreporter.write_line(missing, red=True, bold=True)


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node; without it the tests are skipped, or fail where ``BROWSER_TESTS=required``."""
    if missing := find_missing():
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    return shutil.which("node") or ""

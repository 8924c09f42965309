"""Fixtures of the fault tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.environment import Environment
from tests.faults.fork_server import ForkServer


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """The process that children are forked from, one for the whole run."""
    with ForkServer() as one:
        yield one


@pytest.fixture
def env(fork_server: ForkServer, tmp_path: Path) -> Iterator[Environment]:
    """A gateway, a proxy and an empty database."""
    with Environment(fork_server, tmp_path) as one:
        yield one

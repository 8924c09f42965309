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
def env(fork_server: ForkServer, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Environment]:
    """A gateway, a proxy and an empty database: a file, or one on a server where the test is marked so."""
    mark = request.node.get_closest_marker("databases")
    url = request.getfixturevalue("postgresql_url") if mark else ""
    with Environment(fork_server, tmp_path, url) as one:
        yield one

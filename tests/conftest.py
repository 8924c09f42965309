"""What tests of several folders share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from components.store import Store
from tests.postgresql import MISSING, TEMPLATE, Cluster, find_programs

# The same examples each time and no deadline: a run must not fail by chance or because the machine is busy.
settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report skipped PostgreSQL tests at every verbosity."""
    if find_programs() is None:
        terminalreporter.write_line(MISSING, red=True, bold=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server whose database ``TEMPLATE`` has all tables.

    Without one installed the test is skipped, or fails if ``POSTGRES_TESTS`` is ``required``.
    """
    if find_programs() is None:
        if os.environ.get("POSTGRES_TESTS") == "required":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with Cluster() as cluster:
        Store(cluster.create_database(name=TEMPLATE)).close()
        yield cluster


@pytest.fixture
def postgresql_url(postgresql: Cluster) -> Iterator[str]:
    """The URL of an empty database on PostgreSQL, with all tables."""
    with postgresql.database(TEMPLATE) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, made once: a copy opens five times as fast as a new one is migrated."""
    path = tmp_path_factory.mktemp("database") / "composer.db"
    Store(f"sqlite:///{path}").close()
    return path

"""What tests of several folders share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings

from components.store import Store
from tests.postgresql import MISSING, TEMPLATE, Cluster, find_programs

# The same examples each time and no deadline: a run must not fail by chance or because the machine is busy.
settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")


class SharedStatements(dict[Any, Any]):
    """Compiled statements by the name of their dialect, for all engines of a process.

    SQLAlchemy compiles a statement once an engine. Each test opens a store, and with it an engine, of its own: half of
    the time of the store's tests went into compiling the same statements.
    """

    def get(self, key: tuple[sa.Dialect, Any], default: Any = None) -> Any:
        """Return the statement that an engine of the same database has compiled."""
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[sa.Dialect, Any], compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


STATEMENTS = SharedStatements()


@sa.event.listens_for(sa.Engine, "engine_connect")
def share_statements(connection: sa.Connection) -> None:
    """Let a new connection take its statements from those of all engines."""
    connection.execution_options(compiled_cache=STATEMENTS)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs on both databases whatever can."""
    parser.addoption("--both-databases", action="store_true", help="run every test that opens a database on both")


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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of the store on both databases, others on SQLite, or on those that the mark ``databases`` names.

    What is built on the store does not know which database it has: a choice of its tests is enough from day to day,
    and ``--both-databases`` runs them all.
    """
    if "database_url" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("databases")
        is_both = "store" in metafunc.definition.path.parts or metafunc.config.getoption("both_databases")
        usual = ("sqlite", "postgresql") if is_both else ("sqlite",)
        metafunc.parametrize("database_url", mark.args if mark else usual, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database with all tables, of the kind that the test is run for."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")  # type: ignore[no-any-return]
    return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_database'), tmp_path)}"


@pytest.fixture(scope="session")
def shared_postgresql_url(postgresql: Cluster) -> Iterator[str]:
    """The URL of the database on PostgreSQL that the tests of a worker use one after the other."""
    with postgresql.database(TEMPLATE) as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql: Cluster, shared_postgresql_url: str) -> str:
    """The URL of an empty database on PostgreSQL, with all tables; for tests that change nothing but rows."""
    postgresql.empty(shared_postgresql_url)
    return shared_postgresql_url


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, made once: a copy opens five times as fast as a new one is migrated."""
    path = tmp_path_factory.mktemp("database") / "composer.db"
    Store(f"sqlite:///{path}").close()
    return path

"""What the tests of search share: a store on each database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty database of each kind."""
    opened: Store = request.getfixturevalue(f"{request.param}_store")
    return opened


@pytest.fixture
def sqlite_store(tmp_path: Path, migrated_database: Path) -> Iterator[Store]:
    """An empty database in a file."""
    opened = Store(f"sqlite:///{shutil.copy(migrated_database, tmp_path)}")
    yield opened
    opened.close()


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Store]:
    """An empty database on PostgreSQL."""
    opened = Store(postgresql_url)
    yield opened
    opened.close()

"""What tests of several folders share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from components.store import Store

# The same examples each time and no deadline: a run must not fail by chance or because the machine is busy.
settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, made once: a copy opens five times as fast as a new one is migrated."""
    path = tmp_path_factory.mktemp("database") / "composer.db"
    Store(f"sqlite:///{path}").close()
    return path

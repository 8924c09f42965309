"""Fixtures: the app in process, started from the shell, with a database and a practice folder per test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.config import settings
from components.ui.services import services
from tests.pages.driver import SHELL, connected_workspace, open_page


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_database: Path) -> Iterator[Path]:
    """Configure a server with nothing but its data folder, which holds an empty database."""
    shutil.copy(migrated_database, tmp_path)
    for name in ("LEADLEX_API_KEY", "LEADLEX_BASE_URL", "LEADLEX_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEADLEX_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    services.clear()
    settings.cache_clear()


@pytest.fixture
def app() -> AppTest:
    """Run the app as a new browser session on the Compose page."""
    return AppTest.from_file(SHELL, default_timeout=30).run()


@pytest.fixture
def practising(app: AppTest) -> AppTest:
    """Connect the app to the practice gateway, without an undo window."""
    open_page(app, "settings").button(key="practise").click().run()
    services().store.workspaces.save_undo_seconds(connected_workspace(app), 0)
    return open_page(app, "compose")

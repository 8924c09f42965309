"""Run the pages in process, starting at the shell; each test has a database and a practice folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from components.config import settings
from components.store.crm.lookups import CrmView
from components.ui.services import services
from components.ui.session import Session
from tests.pages.driver import PERSON, SHELL, connected_workspace, set_undo, to_session

#: Seconds that a copy of the practice firm may take.
PATIENCE = 20.0


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """Have Streamlit look through the installed packages for components once, not once for every ``AppTest``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[Path]:
    """Configure a server with nothing but its data folder, which holds an empty database, or with one on a server."""
    for name in ("LEADLEX_API_KEY", "LEADLEX_BASE_URL", "LEADLEX_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    if not database_url.startswith("sqlite"):
        monkeypatch.setenv("LEADLEX_DATABASE_URL", database_url)
    monkeypatch.setenv("LEADLEX_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    services.clear()
    settings.cache_clear()


@pytest.fixture
def app() -> AppTest:
    """The app in a new browser session, on the compose page."""
    return AppTest.from_file(SHELL, default_timeout=30).run()


@pytest.fixture
def practising() -> AppTest:
    """The app in the hands of ``PERSON``, connected to the practice gateway, without an undo window."""
    connection = services().connect_practice()
    services().store.people.add_person(connection.workspace_id, PERSON)
    set_undo(connection.workspace_id, 0)
    app = AppTest.from_file(SHELL, default_timeout=30)
    app.session_state["session"] = Session(connection=replace(connection, person=PERSON))
    return app.run()


@pytest.fixture
def crm(practising: AppTest) -> CrmView:
    """The copy of the practice firm, which begins as soon as somebody connects."""
    assert services().crm.wait(connected_workspace(practising), PATIENCE)
    connection = to_session(practising).connection
    assert connection is not None
    return services().crm.open_view(connection)

"""Promise 7: the key is in memory and nowhere else, however a send ends."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.config import settings
from components.gateway.practice import SPECIAL_RECIPIENTS, PracticeGateway
from components.model import Status
from components.ui.services import services
from tests.databases import read_database
from tests.pages.driver import SHELL, connected_workspace, give_name, open_page, set_undo, texts, write_mail
from tests.summaries import list_summaries

MARK = "wbk_live_MARKED0KEY0MARKED"
#: They only wait; their outcome is that of others.
SLOW = {"slow@practice.example", "slower@practice.example"}


def test_the_key_is_written_nowhere(
    data_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Send in every way the network can fail; no file, log line or page contains the key."""
    gateway = PracticeGateway(tmp_path_factory.mktemp("leadlex"), pace=0.05)
    monkeypatch.setenv("LEADLEX_BASE_URL", gateway.start())
    settings.cache_clear()
    caplog.set_level(logging.DEBUG)
    app = AppTest.from_file(SHELL, default_timeout=30).run()
    open_page(app, "settings").text_input(key="api-key").set_value(MARK)
    next(button for button in app.button if button.label == "Connect").click()
    give_name(app.run())
    workspace = connected_workspace(app)
    set_undo(workspace, 0)
    pages = []
    for address in sorted({*SPECIAL_RECIPIENTS} - SLOW - {"daily-limit@practice.example"}):
        open_page(app, "compose")
        write_mail(app, address, subject=address).button(key="send").click().run()
        newest = max(list_summaries(services().store, workspace), key=lambda summary: summary.id)
        assert newest.subject == address
        wait_for_attempt(app, newest.id)
        pages.append(texts(app.run()))
    gateway.stop()
    services().dispatcher.stop()
    written = {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()}
    assert written
    written[Path("database")] = read_database(services().store.engine)
    assert written[Path("database")]
    assert not [path for path, content in written.items() if MARK.encode() in content]
    assert caplog.text
    assert MARK not in caplog.text
    assert not [page for page in pages if MARK in page]


def wait_for_attempt(app: AppTest, message_id: int) -> None:
    """Wait, with a limit, until the first attempt has ended."""
    import threading

    workspace = connected_workspace(app)
    for _ in range(400):
        summary = services().store.history.get_summary(message_id, workspace)
        if summary is None or (summary.attempts and summary.status is not Status.SENDING):
            return
        threading.Event().wait(0.02)
    raise AssertionError("no attempt ended")

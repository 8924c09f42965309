"""The page names a database that cannot be used, and leaves it unchanged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy
from streamlit.testing.v1 import AppTest

from components.config import settings
from components.store import Store
from components.ui.services import services
from tests.pages.driver import SHELL, save_status, texts, to_session, write_mail


def corrupt(path: Path) -> None:
    """Write a file that is not a database."""
    path.write_bytes(b"This is not a database. " * 500)


def newer(path: Path) -> None:
    """Create a database that a later version has upgraded."""
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'm999'")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words"), [(corrupt, "is not a database"), (newer, "newer version of LeadLex Composer")]
)
def test_an_unusable_database_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None], words: str
) -> None:
    """The page says what is wrong and what to do; the file is byte for byte what it was."""
    path = tmp_path / "spoilt.db"
    spoil(path)
    before = path.read_bytes()
    monkeypatch.setenv("LEADLEX_DATABASE_URL", f"sqlite:///{path}")
    settings.cache_clear()
    app = AppTest.from_file(SHELL, default_timeout=30).run()
    assert not app.exception
    assert any(words in error.value.replace("\\", "") for error in app.error)
    assert path.read_bytes() == before
    assert not app.text_input


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says that the folder of the database cannot be created."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LEADLEX_DATABASE_URL", f"sqlite:///{tmp_path}/file/composer.db")
    settings.cache_clear()
    app = AppTest.from_file(SHELL, default_timeout=30).run()
    assert any("folder of the database" in error.value for error in app.error)


@pytest.mark.parametrize(
    ("name", "value"),
    [("LEADLEX_BASE_URL", "http://leadlex.example"), ("LEADLEX_API_KEY", "sk-live"), ("LEADLEX_BASE_URL", "nonsense")],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The page names a setting that cannot be used, without its value."""
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    app = AppTest.from_file(SHELL, default_timeout=30).run()
    assert any(name in error.value.replace("\\", "") for error in app.error)
    assert "sk-live" not in texts(app)


@pytest.mark.databases("sqlite")
def test_a_full_disk_sends_nothing_and_keeps_the_text(practising: AppTest) -> None:
    """A mail that cannot be recorded is not sent; the page says so and everything typed stays."""
    write_mail(practising, "jane@practice.example", subject="No room")
    with services().store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    # Set on every connection to the database, as a full disk would affect each.
    services().store.engine.dispose()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}").close()

    sqlalchemy.event.listen(services().store.engine, "connect", limit)
    write_mail(practising, "jane@practice.example", subject="No room", markdown="word " * 15_000)
    assert "Not saved: The disk is full." in save_status(practising)
    practising.button(key="send").click().run()
    assert any("nothing is lost" in error.value for error in practising.error)
    assert to_session(practising).outbox.watched == {}
    assert to_session(practising).composer.draft.markdown == "word " * 15_000
    assert services().practice.list_deliveries() == ()

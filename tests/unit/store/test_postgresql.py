"""PostgreSQL when all is well, and when the server, its disk or its settings are not."""

from __future__ import annotations

import builtins
import logging
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from components.errors import ConfigError, StoreBusy, StoreError, StoreReadOnly, StoreTooNew, StoreUnreachable
from components.model import Draft
from components.store import Heartbeat, Store, engine, postgresql
from components.store.engine import open_engine, reading, upsert, writing
from components.store.maintenance.backup import back_up
from components.store.maintenance.integrity import check_server
from components.store.migrations import upgrade
from components.store.postgresql import Postgresql
from components.store.schema import dispatcher, draft, metadata
from tests.postgresql import TEMPLATE, Cluster, find_programs

pytestmark = pytest.mark.databases("postgresql")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_the_address_opens(postgresql_url: str, scheme: str) -> None:
    """The address is accepted as providers write it, and as SQLAlchemy does."""
    opened = open_engine(postgresql_url.replace("postgresql+psycopg", scheme))
    with reading(opened) as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar_one() == 1
    opened.dispose()


@pytest.mark.parametrize("url", ["postgresql+psycopg2://u:geheim@h/d", "postgresql+asyncpg://u:geheim@h/d"])
def test_another_driver_is_refused(url: str) -> None:
    """There is one driver; the error does not repeat the password."""
    with pytest.raises(ConfigError, match="psycopg") as caught:
        open_engine(url)
    assert "geheim" not in str(caught.value)


def test_a_missing_driver_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has not installed the driver is told how to."""
    find = builtins.__import__

    def refuse(name: str, *rest: Any) -> ModuleType:
        if name.startswith(("psycopg", "components.store.postgresql")):
            raise ImportError(name)
        return find(name, *rest)

    engine._load.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ConfigError, match=r"pip install 'psycopg\[binary\]'"):
        open_engine("postgresql://host/name")
    monkeypatch.undo()
    engine._load.cache_clear()


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ufffe", "\ufffe0", "\ufffe\ufffe0\0\ufffe", "\0" * 3, "0\0\ufffe0"])
def test_every_text_comes_back_as_it_was(store: Store, text: str) -> None:
    """NUL, which PostgreSQL refuses, and the escape that stands for it are kept."""
    saved = Draft(id="d", subject=text, markdown=f"x{text}y")
    store.drafts.save_draft(saved, None)
    found = store.drafts.get_draft("d", None)
    assert found is not None
    assert (found.subject, found.markdown) == (text, f"x{text}y")
    with reading(store.engine) as connection:
        assert connection.execute(sa.select(draft.c.id).where(draft.c.subject == text)).scalar_one() == "d"


def test_writers_come_one_after_the_other(store: Store) -> None:
    """What two decide from the same row, they decide one after the other."""
    with writing(store.engine) as connection:
        connection.execute(upsert(connection, dispatcher).values(owner="x", seen_until=0.0))

    def count() -> None:
        for _ in range(20):
            with writing(store.engine) as connection:
                seen = connection.execute(sa.select(dispatcher.c.seen_until)).scalar_one()
                connection.execute(dispatcher.update().values(seen_until=seen + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.leases.list_heartbeats()[0].until == 80


def test_a_reader_cannot_write(store: Store) -> None:
    """A view of one moment is for reading alone."""
    with pytest.raises(StoreReadOnly), reading(store.engine) as connection:
        connection.execute(dispatcher.delete())


def test_a_writer_waits_no_longer_than_its_patience(store: Store) -> None:
    """Another one that keeps the lock is named as what it is."""
    with (
        writing(store.engine),
        pytest.raises(StoreBusy, match="busy"),
        writing(store.engine, patience=0.05),
    ):
        raise AssertionError("two writers at once")


def test_a_writer_that_freezes_is_ended(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others do not wait for it; its error says so, and a writer that may stand still is left alone."""
    monkeypatch.setattr(postgresql, "_MOST_IDLE", 50)

    def stand_still(*, may_idle: bool) -> None:
        with writing(store.engine, may_idle=may_idle) as connection:
            time.sleep(0.3)
            connection.execute(dispatcher.delete())

    with pytest.raises(StoreBusy, match="stood still"):
        stand_still(may_idle=False)
    stand_still(may_idle=True)


def test_commits_are_synced_whatever_the_server_was_told(postgresql: Cluster) -> None:
    """A server that confirms commits before they are on the disk is told otherwise for ours."""
    with postgresql.database(TEMPLATE) as url:
        postgresql.configure(url, "synchronous_commit", "off")
        opened = open_engine(url)
        with writing(opened) as connection:
            assert connection.execute(sa.text("SHOW synchronous_commit")).scalar_one() == "on"
        opened.dispose()


def test_a_read_only_database_is_refused_at_the_start(postgresql: Cluster) -> None:
    """A replica, or a server in maintenance, is noticed before somebody writes a mail."""
    with postgresql.database(TEMPLATE) as url, pytest.raises(StoreReadOnly, match="primary"):
        Store(f"{url}&options=-c%20default_transaction_read_only%3Don")


def test_another_encoding_is_refused(postgresql: Cluster) -> None:
    """A database that cannot hold every letter is named before anything is lost."""
    postgresql.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER 'libc' TEMPLATE template0")
    url = postgresql.to_url("latin")
    with pytest.raises(StoreError, match="UTF8"):
        Store(url)
    postgresql.drop_database(url)


@pytest.fixture
def guarded(postgresql: Cluster, postgresql_url: str) -> Iterator[str]:
    """The URL of a user who may connect but owns nothing."""
    postgresql.execute("CREATE ROLE guest LOGIN")
    yield postgresql_url.replace("://postgres@", "://guest@")
    postgresql.execute("DROP ROLE guest")


def test_a_user_without_rights_is_told(guarded: str) -> None:
    """The error says what the database's user needs."""
    with pytest.raises(StoreReadOnly, match="lacks a right"):
        Store(guarded)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("@/", "@/nowhere"), "does not exist on its server"),
        (("postgres@", "nobody:geheim@"), "does not know the user"),
    ],
)
def test_a_wrong_address_is_told(
    postgresql: Cluster, change: tuple[str, str], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What is wrong with the setting is said, without repeating it."""
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreError, match=words) as caught:
        Store(postgresql.to_url("postgres").replace(*change))
    assert "geheim" not in caplog.text + str(caught.value)
    assert caught.value.__cause__ is None


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """An address where nothing answers is no fault of the data."""
    with pytest.raises(StoreUnreachable, match="cannot be reached"):
        Store(f"postgresql://u:geheim@/x?host={tmp_path}")


def test_a_wrong_password_is_told() -> None:
    """A server with passwords refuses a wrong one, and a missing one, in the same words."""
    with Cluster() as own:
        own.require_password("guest", "richtig")
        for password in ("falsch", ""):
            with pytest.raises(StoreError, match="user or the password") as caught:
                Store(own.to_url("postgres", f"guest:{password}" if password else "guest"))
            assert "falsch" not in str(caught.value)


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        ("53100", "StoreFull", "disk of the database server is full"),
        ("53300", "StoreBusy", "max_connections"),
        ("57P01", "StoreUnreachable", "stopping or starting"),
        ("08006", "StoreUnreachable", "comes back by itself"),
        ("40001", "StoreBusy", "busy"),
        ("25P03", "StoreBusy", "stood still for too long"),
        ("XX001", "StoreCorrupt", "damaged"),
        ("58030", "StoreError", "disk of the database server failed"),
    ],
)
def test_codes_have_words(store: Store, state: str, kind: str, words: str) -> None:
    """Each code of the server that a person can do something about has a sentence that says what."""
    raising = sa.text(f"DO $$ BEGIN RAISE SQLSTATE '{state}' USING MESSAGE = 'jane@example.com'; END $$")
    with pytest.raises(StoreError, match=words) as caught, writing(store.engine) as connection:
        connection.execute(raising)
    assert type(caught.value).__name__ == kind


def test_refusals_are_logged_without_what_people_wrote(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """The server's text repeats values; the log names the table and the rule instead."""
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreError, match="server's log"):
        store.drafts.save_draft(Draft(id="secret-draft", subject="secret"), 99)
    assert "draft_workspace_id_fkey" in caplog.text
    no_number = sa.text("SELECT CAST('secret' AS integer)")
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreError, match="log"), reading(store.engine) as connection:
        connection.execute(no_number)
    assert "secret" not in caplog.text


def test_an_unknown_error_of_the_driver_has_a_sentence() -> None:
    """Whatever the driver raises becomes a StoreError; what is not its own is left alone."""
    assert type(Postgresql().to_store_error(psycopg.DataError("odd"))) is StoreError
    assert Postgresql().to_store_error(ValueError("odd")) is None


def test_connections_run_out_in_words(postgresql_url: str) -> None:
    """A pool that is used up says that the app is busy, and works again afterwards."""
    opened = open_engine(postgresql_url)
    opened.pool._timeout = 0.05  # type: ignore[attr-defined]
    held = [opened.connect() for _ in range(24)]
    with pytest.raises(StoreBusy, match="too much at once"), reading(opened):
        pass
    for connection in held:
        connection.close()
    with reading(opened) as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar_one() == 1
    opened.dispose()


def test_the_clock_is_the_server_s(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose own clock is an hour off tells the same time as all others."""
    now = store.clock()
    monkeypatch.setattr("time.time", lambda: now + 3600)
    store.clock.synchronise()
    assert abs(store.clock() - now) < 60


def test_migrations_make_the_tables_of_the_schema(store: Store) -> None:
    """A new database equals the tables in the code, partial indexes included."""

    def is_compared(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not (name or "").startswith("message_search")

    with reading(store.engine) as connection:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": is_compared}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), metadata) == []


@pytest.mark.parametrize("at", [1, 7, 30])
def test_an_upgrade_that_fails_leaves_nothing(postgresql: Cluster, at: int) -> None:
    """An error at any statement rolls the upgrade back, and the next start repeats it."""
    left = at

    def fail(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        nonlocal left
        left -= statement.lstrip().startswith("CREATE")
        if not left:
            raise OSError("the power is gone")

    with postgresql.database() as url:
        opened = open_engine(url)
        sa.event.listen(opened, "before_cursor_execute", fail)
        with pytest.raises(OSError, match="power"):
            upgrade(opened)
        sa.event.remove(opened, "before_cursor_execute", fail)
        assert sa.inspect(opened).get_table_names() == []
        upgrade(opened)
        assert "message" in sa.inspect(opened).get_table_names()
        opened.dispose()


def test_a_newer_database_is_left_alone(postgresql: Cluster) -> None:
    """A database of a later version is refused with what to do."""
    with postgresql.database(TEMPLATE) as url:
        postgresql.execute("UPDATE alembic_version SET version_num = 'm999'", url.partition("@/")[2].partition("?")[0])
        with pytest.raises(StoreTooNew, match=r"newer version.*m999"):
            Store(url)


def test_a_server_of_the_version_before_goes_on_beside_the_next(store: Store) -> None:
    """It does not know the newest columns and writes its heartbeats all the same."""
    with writing(store.engine) as connection:
        connection.execute(sa.text("INSERT INTO dispatcher (owner, seen_until) VALUES ('before', 1.0)"))
    assert store.leases.list_heartbeats() == (Heartbeat("before", 1.0, None),)


def test_a_backup_can_be_restored(
    store: Store, postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What pg_dump saved becomes the same database again; an existing file is not overwritten."""
    store.drafts.save_draft(Draft(id="d", subject="kept \0 ✓"), None)
    monkeypatch.setenv("PATH", f"{find_programs()}{os.pathsep}{os.environ['PATH']}")
    url, file = store.engine.url.render_as_string(hide_password=False), tmp_path / "backup"
    assert back_up(url, file) > 1000
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(StoreError, match="exists already"):
        back_up(url, file)
    with postgresql.database() as other:
        libpq = other.replace("postgresql+psycopg://", "postgresql://")
        subprocess.run(["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={libpq}", str(file)], check=True)
        restored = Store(other)
        found = restored.drafts.get_draft("d", None)
        assert found is not None
        assert found.subject == "kept \0 ✓"
        restored.close()
        assert check_server(other) == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:geheim@h/d", "postgresql://u@h/d"),
        ("postgresql://u@h/d?password=geheim", "postgresql://u@h/d"),
        ("postgresql://u@h/d?password=geheim&password=geheimer&sslmode=require", "postgresql://u@h/d?sslmode=require"),
        ("postgresql://u@h/d?sslkey=k&sslpassword=geheim", "postgresql://u@h/d?sslkey=k"),
    ],
)
def test_without_pg_dump_the_command_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, shown: str
) -> None:
    """The command is exact but for what is secret, which does not appear."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match=re.escape(f"pg_dump --format=custom --file=FILE '{shown}'")) as caught:
        back_up(url, tmp_path / "b")
    assert "geheim" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def pg_dump(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A ``pg_dump`` that notes its arguments and PGPASSWORD; the file that it writes them to."""
    noted, program = tmp_path / "noted", tmp_path / "programs" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$PGPASSWORD" "$@" > {noted}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return noted


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://u:geheim@h/d", "geheim"),
        ("postgresql://u@h/d?password=geheim", "geheim"),
        ("postgresql://u:falsch@h/d?password=falsch&password=geheim", "geheim"),
    ],
)
def test_pg_dump_gets_the_password_out_of_sight(pg_dump: Path, tmp_path: Path, url: str, password: str) -> None:
    """Wherever it stands in the address, it is not among the arguments, which every process of the machine sees."""
    back_up(url, tmp_path / "b")
    passed, *arguments = pg_dump.read_text("utf-8").splitlines()
    assert passed == password
    assert arguments[-1] == "--dbname=postgresql://u@h/d"


def test_a_secret_that_pg_dump_takes_in_sight_alone_is_not_passed(pg_dump: Path, tmp_path: Path) -> None:
    """The command to run where nobody sees it is told instead."""
    with pytest.raises(StoreError, match="sslpassword on its command line") as caught:
        back_up("postgresql://u@h/d?sslpassword=geheim", tmp_path / "b")
    assert "geheim" not in str(caught.value)
    assert not pg_dump.exists()

"""The database when all is well, and when the disk, the file or the folder is not."""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from components.errors import ConfigError, StateError, StoreBusy, StoreCorrupt, StoreError, StoreFull
from components.model import Draft
from components.store import Store
from components.store.engine import open_engine, reading, writing
from components.store.postgresql import Postgresql
from components.store.schema import dispatcher
from components.store.sqlite import Sqlite
from tests.unit.store.samples import insert

OPEN_IN_CHILD = """
import ctypes, os, sys
from components.errors import StoreError
from components.store import Store
if os.geteuid() == 0:
    # Root may write everything: give that up (capset, version 3, all sets empty), so that permissions count.
    header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert ctypes.CDLL(None).capset(header, none) == 0
try:
    Store(sys.argv[1])
except StoreError as error:
    print(type(error).__name__, error)
"""


def open_without_privileges(url: str) -> str:
    """Open the database in a process that file permissions apply to, even for root, and return its output."""
    command = [sys.executable, "-c", OPEN_IN_CHILD, url]
    return subprocess.run(
        command, env=os.environ | {"PYTHONPATH": "."}, capture_output=True, check=True
    ).stdout.decode()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may read."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path
        path.chmod(0o755)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000), ("secure_delete", 1)],
)
@pytest.mark.databases("sqlite")
def test_every_connection_is_prepared(store: Store, pragma: str, value: object) -> None:
    """Write-ahead log, full durability, foreign keys and patience hold on each pooled connection."""
    with store.engine.connect() as one, store.engine.connect() as two:
        for connection in (one, two):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_a_failing_block_writes_nothing(store: Store) -> None:
    """An error inside a transaction undoes all of it."""

    def fail() -> None:
        with writing(store.engine) as connection:
            connection.exec_driver_sql("INSERT INTO dispatcher (owner, seen_until) VALUES ('x', 1)")
            raise StateError("no")

    with pytest.raises(StateError):
        fail()
    assert store.leases.list_heartbeats() == ()


def test_a_view_stays_as_it_was(store: Store) -> None:
    """A read transaction does not see what is committed meanwhile; an error inside is translated and ends it."""
    count = sa.select(sa.func.count()).select_from(dispatcher)
    with reading(store.engine) as view:
        assert view.execute(count).scalar_one() == 0
        with writing(store.engine) as connection:
            connection.exec_driver_sql("INSERT INTO dispatcher (owner, seen_until) VALUES ('x', 1)")
        assert view.execute(count).scalar_one() == 0
    assert len(store.leases.list_heartbeats()) == 1
    with pytest.raises(StoreError, match="log says why"), reading(store.engine) as view:
        view.execute(sa.text("SELECT nothing FROM dispatcher"))
    with writing(store.engine) as connection:
        connection.exec_driver_sql("DELETE FROM dispatcher")
    assert store.leases.list_heartbeats() == ()


def test_ids_are_never_reused(store: Store) -> None:
    """The number of a message that was taken back does not come to mean another one."""
    workspace_id = store.workspaces.save_workspace("f", False)
    first = insert(store, workspace_id)
    with writing(store.engine) as connection:
        connection.exec_driver_sql("DELETE FROM message")
    assert insert(store, workspace_id) > first


@pytest.mark.databases("sqlite")
def test_full_disk(store: Store) -> None:
    """A write that does not fit on the disk raises StoreFull and is rolled back; existing rows are kept."""
    workspace_id = store.workspaces.save_workspace("f", False)
    message_id = insert(store, workspace_id)

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=60").close()

    sa.event.listen(store.engine, "connect", limit)
    store.engine.dispose()
    with pytest.raises(StoreFull, match="disk is full"):
        store.blobs.save_blob([os.urandom(1_000_000)])
    with reading(store.engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM blob").scalar_one() == 0
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    assert store.history.get_summary(message_id, workspace_id) is not None


def test_folder_that_cannot_be_written(folder: Path) -> None:
    """A new database in a read-only folder, or below one, is refused with the place to look at."""
    folder.chmod(0o555)
    assert open_without_privileges(f"sqlite:///{folder / 'x.db'}").startswith(
        "StoreReadOnly The database file cannot be opened"
    )
    assert open_without_privileges(f"sqlite:///{folder / 'data' / 'x.db'}").startswith("StoreReadOnly The folder")
    assert list(folder.iterdir()) == []


def test_file_that_cannot_be_written(folder: Path) -> None:
    """An existing database that is read-only is refused and stays as it is."""
    path = folder / "x.db"
    Store(f"sqlite:///{path}").close()
    path.chmod(0o444)
    before = path.read_bytes()
    assert open_without_privileges(f"sqlite:///{path}").startswith("StoreReadOnly ")
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"This is no database. " * 500, os.urandom(20_000)], ids=["text", "noise"])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    """Another file in the database's place is refused and not touched."""
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt, match=r"not a database.*backup"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_damaged_database(tmp_path: Path) -> None:
    """Damage in the first page is found on opening; the file is kept for whoever can repair it."""
    path = tmp_path / "x.db"
    Store(f"sqlite:///{path}").close()
    damaged = bytearray(path.read_bytes())
    damaged[100:4000] = b"\xff" * 3900
    path.write_bytes(damaged)
    with pytest.raises(StoreCorrupt, match=r"damaged.*backup"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == damaged


def test_busy_database(tmp_path: Path) -> None:
    """A lock that another program keeps for longer than the patience is named; reading goes on meanwhile."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    store = Store(url)

    def hurry(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=50").close()

    sa.event.listen(store.engine, "connect", hurry)
    store.engine.dispose()
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="busy"):
        store.drafts.save_draft(Draft(id="d"), None)
    assert store.drafts.get_draft("d", None) is None
    other.execute("ROLLBACK")
    other.close()
    assert store.drafts.save_draft(Draft(id="d"), None).version == 1
    store.close()


@pytest.mark.databases("sqlite")
def test_other_refusals_are_logged_without_what_people_wrote(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """A refusal without a sentence of its own says where to look, and neither text nor log repeats the mail."""
    store.workspaces.save_workspace("f", False)
    with caplog.at_level(logging.ERROR), pytest.raises(StoreError, match="server's log") as caught:
        store.drafts.save_draft(Draft(id="secret-draft"), 99)
    assert "FOREIGN KEY" in caplog.text
    assert "secret-draft" not in caplog.text + str(caught.value.__cause__) + str(caught.value)


def test_text_that_no_database_takes(store: Store) -> None:
    """A lone surrogate is refused in words."""
    with pytest.raises(StoreError, match="characters"):
        store.drafts.save_draft(Draft(id="d", subject="\ud83d"), None)


@pytest.mark.parametrize(
    "url", ["nonsense", "oracle9://x", "sqlite://", "sqlite:///:memory:", "mysql+nodriver://u:geheim@h"]
)
def test_unusable_urls(url: str) -> None:
    """A setting that cannot work is named, and its password is not repeated."""
    with pytest.raises(ConfigError, match="LEADLEX_DATABASE_URL") as caught:
        open_engine(url)
    assert "geheim" not in str(caught.value)


def test_unknown_codes_have_a_sentence() -> None:
    """Any driver error becomes a StoreError."""
    assert type(Sqlite().to_store_error(sqlite3.OperationalError("odd"))) is StoreError
    assert type(Postgresql().to_store_error(psycopg.DataError("odd"))) is StoreError

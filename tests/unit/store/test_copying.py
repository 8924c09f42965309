"""A copy from SQLite to PostgreSQL or back has every row, and no mail goes out from both."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from components.errors import StoreError
from components.model import Actor, Attachment, Draft, Status
from components.store import Store
from components.store.__main__ import main
from components.store.engine import reading
from components.store.maintenance import copying
from components.store.maintenance.copying import TableCopy, copy_database
from components.store.maintenance.integrity import check_server
from components.store.schema import message, metadata
from tests.postgresql import Cluster
from tests.summaries import list_summaries
from tests.unit.store.samples import claim, insert
from tests.unit.store.test_erasure import take_over, to_mail


@pytest.fixture
def target(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of the other kind."""
    if database_url.startswith("sqlite"):
        cluster: Cluster = request.getfixturevalue("postgresql")
        with cluster.database() as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'moved' / 'composer.db'}"


@pytest.fixture
def filled(database_url: str) -> str:
    """The URL of a database with mails of all kinds, drafts and files, which no server runs on."""
    store = Store(database_url)
    workspace_id = store.workspaces.save_workspace("w" * 64, False)
    content = store.blobs.save_blob([b"x" * 700_000])
    file = Attachment("a.pdf", "application/pdf", 700_000, content)
    mails = [to_mail(f"word{number}", contact_id="c", attachments=(file,)) for number in range(30)]
    take_over(store, workspace_id, *mails)
    gone = insert(store, workspace_id, key_fingerprint="")
    store.outbox.change(gone, workspace_id, (Status.HELD,), status=Status.UNKNOWN, due_at=None)
    insert(store, workspace_id, supersedes_id=gone)
    insert(store, workspace_id)
    store.drafts.save_draft(Draft(id="d", subject="a\0b\ufffe ✓", attachments=(file,)), workspace_id)
    taken_back = insert(store, workspace_id)
    store.outbox.retract(taken_back, (Status.HELD,), workspace_id, Draft(id="back"), Actor())
    while store.index.catch_up():
        pass
    store.close()
    return database_url


def read_all(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Read every row, but for what a copy may change."""
    store = Store(url)
    with reading(store.engine) as connection:
        rows = {
            table.name: sorted((tuple(row) for row in connection.execute(_select(table))), key=repr)
            for table in metadata.sorted_tables
        }
    store.close()
    return rows


def _select(table: sa.Table) -> sa.Select[Any]:
    return sa.select(*(column for column in table.c if column is not message.c.indexed))


def ignore(_table: TableCopy) -> None:
    """Report nothing."""


def test_everything_is_there_and_the_first_sends_nothing(filled: str, target: str) -> None:
    """Rows, texts, files and the numbers to come are the same; what waited goes out from the second alone."""
    before = read_all(filled)
    tables: list[TableCopy] = []
    copy_database(filled, target, tables.append)
    assert read_all(target) == before
    assert {table.name: table.rows for table in tables}["message"] == 33
    former, moved = Store(filled), Store(target)
    assert claim(former, 1) is None
    found = claim(moved, 1)
    assert found is not None
    assert insert(moved, 1) > max(row[0] for row in before["message"]) + 1
    while moved.index.catch_up():
        pass
    assert len(list_summaries(moved, 1, limit=100)) == 34
    former.close()
    moved.close()
    assert check_server(target) == []


def test_a_copy_that_stopped_goes_on(filled: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app does not open half a copy; the same command finishes it."""
    monkeypatch.setattr(copying, "_PORTION", 7)
    before = read_all(filled)

    def stop(table: TableCopy) -> None:
        if table.name == "recipient":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_database(filled, target, stop)
    with pytest.raises(StoreError, match="unfinished copy"):
        Store(target)
    copy_database(filled, target, ignore)
    assert read_all(target) == before


def test_a_copy_of_what_has_changed_since_is_refused(filled: str, target: str) -> None:
    """Where the app went on with the first database meanwhile, the second one is begun again."""

    def stop(table: TableCopy) -> None:
        if table.name == "workspace":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_database(filled, target, stop)
    store = Store(filled)
    store.workspaces.save_undo_seconds(1, 30)
    store.close()
    with pytest.raises(StoreError, match="Name an empty second database"):
        copy_database(filled, target, ignore)
    assert read_all(filled)["message"]


@pytest.mark.parametrize("which", ["first", "second"])
def test_nothing_is_copied_while_a_server_runs(filled: str, target: str, which: str) -> None:
    """A server that runs on either is named, and nothing is changed."""
    running = Store(filled if which == "first" else target)
    running.leases.renew("x", [], running.clock() + 60)
    with pytest.raises(StoreError, match=f"server runs on the {which} database"):
        copy_database(filled, target, ignore)
    assert list_summaries(running, 1) if which == "first" else not list_summaries(running, 1)
    running.close()


def test_a_database_that_is_in_use_is_not_overwritten(filled: str, target: str) -> None:
    """Only an empty database is filled."""
    other = Store(target)
    other.workspaces.save_workspace("o" * 64, False)
    with pytest.raises(StoreError, match="not empty"):
        copy_database(filled, target, ignore)
    assert other.workspaces.get_workspace(1).fingerprint == "o" * 64
    other.close()


def test_another_difference_is_found(filled: str, target: str) -> None:
    """A row that changed in the second database meanwhile is noticed before anybody opens it."""

    def spoil(table: TableCopy) -> None:
        if table.name == "draft":
            engine = sa.create_engine(target)
            with engine.begin() as connection:
                connection.execute(sa.text("UPDATE draft SET subject = 'other'"))
            engine.dispose()

    with pytest.raises(StoreError, match="table draft is not the same"):
        copy_database(filled, target, spoil)
    with pytest.raises(StoreError, match="unfinished copy"):
        Store(target)


@pytest.mark.databases("sqlite")
def test_a_damaged_row_is_named(filled: str, target: str, tmp_path: Path) -> None:
    """A text that is none is not replaced by what could be read of it."""
    with closing(sqlite3.connect(tmp_path / "composer.db")) as connection, connection:
        connection.execute("UPDATE message SET subject = CAST(x'ff41' AS TEXT) WHERE id = 3")
    with pytest.raises(StoreError, match="Row 3 of the table message is damaged"):
        copy_database(filled, target, ignore)


def test_the_command_says_what_it_does(filled: str, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the tables and the next step, and refuses in words."""
    assert main(["copy", filled, target]) == 0
    out = capsys.readouterr().out
    assert "message: 33 rows" in out
    assert "Point LEADLEX_DATABASE_URL at the second database" in out
    assert main(["copy", filled, target]) == 2
    assert "not empty" in capsys.readouterr().err

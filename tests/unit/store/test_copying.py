"""A copy from SQLite to PostgreSQL or back has every row, and no mail goes out from both."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from components.errors import StoreError
from components.model import Actor, Attachment, Draft, Status
from components.store import Store, postgresql
from components.store.__main__ import main
from components.store.engine import reading, writing
from components.store.maintenance import copying
from components.store.maintenance.copying import TableCopy, copy_database
from components.store.maintenance.integrity import check_server
from components.store.migrations import write_revision
from components.store.outbox import Sender
from components.store.schema import message, metadata
from tests.postgresql import Cluster
from tests.summaries import list_summaries
from tests.unit.store.samples import NOW, claim, insert
from tests.unit.store.test_erasure import take_over, to_mail

#: Copies, and dies when it has stopped the first database and has not opened the second one yet.
KILLED = """
import os, signal, sys
from components.store.maintenance import copying

def die(connection, revision, write=copying.write_revision):
    if not revision.startswith(("unfinished", "complete")):
        os.kill(os.getpid(), signal.SIGKILL)
    write(connection, revision)

copying.write_revision = die
copying.copy_database(sys.argv[1], sys.argv[2], lambda table: None)
"""


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


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("step", ["compared", "stopped", "opened"])
def test_a_copy_that_fails_at_its_end_goes_on(
    filled: str, target: str, monkeypatch: pytest.MonkeyPatch, step: str, committed: bool
) -> None:
    """Just before or after each of its last commits: never do both databases send, and a second run finishes it."""
    before = read_all(filled)
    with monkeypatch.context() as patch:
        fail_at(patch, filled, step, committed=committed)
        with pytest.raises(KeyboardInterrupt):
            copy_database(filled, target, ignore)
    if (step, committed) != ("opened", True):
        with pytest.raises(StoreError, match="unfinished copy"):
            Store(target)
        copy_database(filled, target, ignore)
    assert read_all(target) == before
    former, moved = Store(filled), Store(target)
    assert claim(former, 1) is None
    assert claim(moved, 1) is not None
    former.close()
    moved.close()


def fail_at(monkeypatch: pytest.MonkeyPatch, source: str, step: str, *, committed: bool) -> None:
    """Fail before or after the commit after which all rows are there, the first has stopped or the second opens."""
    seen: list[str] = []

    def note(connection: sa.Connection, revision: str) -> None:
        write_revision(connection, revision)
        seen.append(revision)

    @contextmanager
    def fail(engine: sa.Engine, *arguments: Any, **settings: Any) -> Iterator[sa.Connection]:
        with writing(engine, *arguments, **settings) as connection:
            yield connection
            # The revision is written when the target is prepared, when all rows are there and when it opens.
            is_source = str(engine.url) == str(sa.make_url(source))
            reached = "stopped" if is_source else {2: "compared", 3: "opened"}.get(len(seen), "")
            if reached == step and not committed:
                raise KeyboardInterrupt
        if reached == step:
            raise KeyboardInterrupt

    monkeypatch.setattr(copying, "writing", fail)
    monkeypatch.setattr(copying, "write_revision", note)


def test_a_copy_that_is_killed_at_its_end_goes_on(filled: str, target: str) -> None:
    """After SIGKILL nobody sends, until a second run opens the copy; what a person sent meanwhile refuses it."""
    before = read_all(filled)
    command = [sys.executable, "-c", KILLED, filled, target]
    child = subprocess.run(command, env=os.environ | {"PYTHONPATH": "."}, check=False)
    assert child.returncode == -signal.SIGKILL
    former = Store(filled)
    assert claim(former, 1) is None
    with pytest.raises(StoreError, match="unfinished copy"):
        Store(target)
    former.close()
    copy_database(filled, target, ignore)
    assert read_all(target) == before


def test_a_mail_that_a_person_sent_meanwhile_is_not_sent_again(
    filled: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a copy stopped at its end and the first database went on, the second one does not open."""
    with monkeypatch.context() as patch:
        fail_at(patch, filled, "stopped", committed=True)
        with pytest.raises(KeyboardInterrupt):
            copy_database(filled, target, ignore)
    former = Store(filled)
    assert former.outbox.send_missed(1, Sender("w" * 64), NOW) > 0
    assert claim(former, 1) is not None
    former.close()
    with pytest.raises(StoreError, match="table message is not the same"):
        copy_database(filled, target, ignore)
    with pytest.raises(StoreError, match="unfinished copy"):
        Store(target)


def test_a_long_copy_is_not_ended_by_the_server(filled: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one side is read, the other's transaction stands still for longer than other writers' may."""
    before = read_all(filled)

    def prepare_and_hurry(source: sa.Engine, target: sa.Engine) -> str:
        revision = prepare(source, target)
        monkeypatch.setattr(postgresql, "_MOST_IDLE", 150)
        return revision

    def wait(table: TableCopy) -> None:
        if table.name == "message":
            time.sleep(0.4)

    def digest_slowly(connection: sa.Connection, table: sa.Table) -> tuple[int, int]:
        if table is message:
            time.sleep(0.4)
        return digest(connection, table)

    prepare, digest = copying._prepare, copying._digest
    monkeypatch.setattr(copying, "_prepare", prepare_and_hurry)
    monkeypatch.setattr(copying, "_digest", digest_slowly)
    copy_database(filled, target, wait)
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

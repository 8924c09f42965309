"""Backup and check, as commands, while others write."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.config import settings
from components.errors import StoreError
from components.model import Attachment
from components.store import Store
from components.store.__main__ import main
from components.store.maintenance.backup import back_up
from components.store.maintenance.integrity import check
from tests.summaries import list_summaries
from tests.unit.store.samples import insert, to_record
from tests.unit.store.test_erasure import take_over, to_mail

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def filled(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The database of the settings, with mails of all kinds."""
    workspace_id = store.workspaces.save_workspace("w", False)
    content = store.blobs.save_blob([b"x" * 700_000])
    file = Attachment("a.pdf", "application/pdf", 700_000, content)
    mails = [to_mail(f"word{number}", contact_id="c", deal_id="d", attachments=(file,)) for number in range(30)]
    take_over(store, workspace_id, *mails)
    insert(store, workspace_id)
    path = tmp_path / "composer.db"
    monkeypatch.setenv("LEADLEX_DATABASE_URL", f"sqlite:///{path}")
    settings.cache_clear()
    yield path
    settings.cache_clear()


def spoil(path: Path, *statements: str) -> Path:
    """The same database with something wrong, as by a damage or a fault of ours."""
    copy = path.with_name("spoiled.db")
    back_up(f"sqlite:///{path}", copy)
    with closing(sqlite3.connect(copy)) as careless, careless:
        for statement in statements:
            careless.execute(statement)
    return copy


def test_a_backup_beside_a_writer_is_whole(filled: Path, store: Store) -> None:
    """A backup contains everything committed before it began, is sound, and does not block writers."""
    stop, failures = threading.Event(), list[BaseException]()

    def write() -> None:
        try:
            while not stop.is_set():
                insert(store, 1)
                take = [to_record(to_mail("beside"))]
                store.transfer.insert_messages(1, take)
                store.index.catch_up()
        except BaseException as error:
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            before = max(summary.id for summary in list_summaries(store, 1, limit=10_000))
            target = filled.with_name(f"backup{number}.db")
            assert main(["backup", str(target)]) == 0
            assert main(["check", str(target)]) == 0
            copy = Store(f"sqlite:///{target}")
            found = {summary.id for summary in list_summaries(copy, 1, limit=10_000)}
            copy.close()
            assert set(range(1, before + 1)) <= found
        assert main(["check"]) == 0
    finally:
        stop.set()
        writer.join()
    assert failures == []


def test_a_backup_is_one_file_of_ones_own(filled: Path) -> None:
    """A backup is one file without a log or partial copies, readable by its owner alone."""
    target = filled.with_name("backup.db")
    size = back_up(f"sqlite:///{filled}", target)
    assert [path.name for path in filled.parent.glob("backup*")] == ["backup.db"]
    assert size == target.stat().st_size > 700_000
    assert target.stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An existing file stays as it is, and so does a folder that is not there."""
    target = filled.with_name("backup.db")
    target.write_bytes(b"mine")
    assert main(["backup", str(target)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert target.read_bytes() == b"mine"
    assert main(["backup", str(filled.parent / "nowhere" / "x.db")]) == 2
    assert "No such file or directory" in capsys.readouterr().err
    assert sorted(path.name for path in filled.parent.glob("backup*")) == ["backup.db"]


def test_a_backup_that_breaks_off_leaves_nothing(filled: Path) -> None:
    """A backup that fails leaves no partial file."""
    filled.with_name("torn.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreError):
        back_up(f"sqlite:///{filled.with_name('torn.db')}", filled.with_name("backup.db"))
    assert list(filled.parent.glob("backup*")) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE blob_chunk SET data = x'00' WHERE number = 0", "The content of a file is not what it was"),
        ("DELETE FROM blob_chunk WHERE number = 1", "The content of a file is not what it was"),
        ("UPDATE body SET text = 'other' WHERE message_id = 3", "The search index has other words for mail 3."),
        ("UPDATE message SET subject = 'other' WHERE id = 4", "The search index has other words for mail 4."),
        (
            "DELETE FROM message_search WHERE rowid = (SELECT sort_key FROM message WHERE id = 5)",
            "The search index has other words for mail 5.",
        ),
        ("DELETE FROM message_search_data WHERE id > 100", "The search index contradicts itself."),
        ("INSERT INTO message_search(rowid, subject) VALUES (9999, 'x')", "Mails are in the index that are not in"),
        ("UPDATE mails_by_hour SET mails = mails + 1", "Hours count other mails than there are"),
        ("DELETE FROM delays_by_day", "Days count other delays than there are"),
        ("UPDATE mails_by_link SET mails = 1 WHERE kind = 'deal'", "Contacts and deals count other mails"),
        (
            "INSERT INTO mails_by_people VALUES (1, 1, 'Sam', '', '', 1)",
            "Days count other mails of colleagues than there are",
        ),
        ("DELETE FROM correspondent", "People count other mails than there are"),
        ("DELETE FROM recipient WHERE message_id = 2", "People count other mails than there are"),
        (
            "UPDATE message SET sort_key = sort_key - 1000000 WHERE id = 7",
            "another place than its time says for mail 7.",
        ),
        ("DELETE FROM counted WHERE message_id = 6", "The search index has other words for mail 6."),
        ("DELETE FROM blob", "names a row of blob that is not there"),
        ("UPDATE alembic_version SET version_num = 'm003'", "older schema"),
    ],
)
def test_a_check_names_what_is_wrong(
    filled: Path, capsys: pytest.CaptureFixture[str], statement: str, words: str
) -> None:
    """One fault of each kind, in words and by the exit code."""
    assert check(filled) == []
    code = main(["check", str(spoil(filled, statement))])
    assert words in capsys.readouterr().out
    assert code == 1


def test_a_damaged_file_is_told(filled: Path) -> None:
    """Overwritten pages, and a file that is not a database, are reported; the file is not changed."""
    copy = filled.with_name("copy.db")
    back_up(f"sqlite:///{filled}", copy)
    content = bytearray(copy.read_bytes())
    content[4096 * 10 : 4096 * 40] = os.urandom(4096 * 30)
    copy.write_bytes(content)
    assert main(["check", str(copy)]) in (1, 2)
    assert copy.read_bytes() == bytes(content)
    copy.write_bytes(b"nothing")
    assert main(["check", str(copy)]) == 2
    assert main(["check", str(filled.with_name("nowhere.db"))]) == 2
    assert sorted(path.name for path in filled.parent.glob("check-*")) == []


def test_the_commands_run_as_they_are_written(filled: Path) -> None:
    """``python -m components.store``, as the README has it; another database than SQLite is refused with advice."""
    target = filled.with_name("backup.db")
    for arguments, words in ((["backup", str(target)], "Saved in"), (["check", str(target)], "is sound")):
        command = [sys.executable, "-m", "components.store", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert words in done.stdout
    environment = os.environ | {"LEADLEX_DATABASE_URL": "postgresql://x/y"}
    command = [sys.executable, "-m", "components.store", "backup", "x.db"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, "pg_dump" in done.stderr) == (2, True)


def test_a_backup_can_take_the_databases_place(filled: Path, store: Store, tmp_path: Path) -> None:
    """Everything is in it: mails, files, search."""
    target = tmp_path / "other" / "composer.db"
    target.parent.mkdir()
    back_up(f"sqlite:///{filled}", target)
    other = Store(f"sqlite:///{target}")
    try:
        letters = [store.history.get_message(number, 1) for number in range(1, 31)]
        assert [other.history.get_message(number, 1) for number in range(1, 31)] == letters
        assert letters[0] is not None
        sha256 = str(letters[0].mail.attachments[0].sha256)
        assert b"".join(other.blobs.read_blob(sha256)) == b"x" * 700_000
        with other.engine.connect() as connection:
            assert connection.execute(sa.text("PRAGMA journal_mode")).scalar_one() == "wal"
    finally:
        other.close()

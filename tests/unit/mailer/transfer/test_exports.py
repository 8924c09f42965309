"""Exports run in the background, are complete or cancelled, and end with the session that asked for them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.mailer.transfer.exports import Export, Exports
from components.mailer.transfer.formats import Format
from components.store import Store
from components.store.engine import writing
from components.store.search.query import Query, parse
from tests.databases import break_references
from tests.unit.mailer.rig import MAIL, await_true
from tests.unit.store.samples import to_record


@pytest.fixture
def exports(store: Store, tmp_path: Path) -> Iterator[Exports]:
    """The exports of a process."""
    opened = Exports(store, tmp_path / "exports")
    yield opened
    opened.close()


@pytest.fixture
def start(store: Store, exports: Exports) -> Callable[[str], Export]:
    """Begins an export of 250 mails, or of those that a search finds."""
    workspace_id = store.workspaces.save_workspace("w", False)
    store.transfer.insert_messages(workspace_id, [to_record(MAIL) for _ in range(250)])

    def begin(line: str = "") -> Export:
        query = parse(line, datetime.now(UTC)) if line else Query()
        return exports.start(workspace_id, query, Format.JSON_LINES, "mails.jsonl", UTC)

    return begin


def list_files(folder: Path) -> list[Path]:
    """Return the names of the files in the folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("line", "count"), [("", 250), ("hello to:jane", 250), ("nowhere", 0)])
def test_all_that_was_found_is_written(start: Callable[[str], Export], line: str, count: int) -> None:
    """Not only one page of it; progress counts up to the whole."""
    export = start(line)
    await_true(lambda: export.ready)
    assert export.mails == (count, count)
    assert len(export.path.read_bytes().splitlines()) == count + 1
    assert export.path.stat().st_mode & 0o077 == 0


def test_a_token_opens_until_the_file_is_removed(start: Callable[[str], Export], exports: Exports) -> None:
    """A token is invalid before the export is ready, and once its file was saved or cancelled."""
    export = start("")
    await_true(lambda: export.ready)
    token = export.token
    assert len(token) >= 43
    assert exports.find(token[:-1] + "!") is None
    assert exports.find(token) is export
    assert exports.find(token) is export
    export.cancel()
    assert exports.find(token) is None


def test_cancelling_leaves_nothing(start: Callable[[str], Export], exports: Exports, tmp_path: Path) -> None:
    """Neither while it is written nor when it is there."""
    early, late = start(""), start("")
    early.cancel()
    await_true(lambda: late.ready)
    late.cancel()
    assert not late.ready
    assert exports.find(late.token) is None
    await_true(lambda: list_files(tmp_path / "exports") == [])


def test_it_goes_with_its_session(start: Callable[[str], Export], exports: Exports, tmp_path: Path) -> None:
    """When the last reference to an export is gone, its file is removed and its token is invalid."""
    held = [start("")]
    await_true(lambda: held[0].ready)
    token = held.pop().token
    gc.collect()
    assert list_files(tmp_path / "exports") == []
    assert exports.find(token) is None


def test_a_start_removes_what_a_dead_process_left(store: Store, exports: Exports, tmp_path: Path) -> None:
    """Folders of running processes are kept."""
    mine = exports.start(store.workspaces.save_workspace("w", False), Query(), Format.CSV, "x.csv", UTC)
    await_true(lambda: mine.ready)
    dead = tmp_path / "exports" / f"{os.uname().nodename}~999999999~1.00~abc"
    dead.mkdir()
    (dead / "left").write_bytes(b"x")
    Exports(store, tmp_path / "exports").remove_leftovers()
    assert not dead.exists()
    assert mine.ready
    exports.close()
    assert list_files(tmp_path / "exports") == []


@pytest.mark.parametrize("form", [Format.JSON_LINES, Format.MBOX])
def test_a_failure_is_said_and_leaves_no_half_file(
    form: Format, store: Store, exports: Exports, tmp_path: Path
) -> None:
    """An export fails with the name of a file that is missing from the database, and leaves no partial file."""
    workspace_id = store.workspaces.save_workspace("w", False)
    store.transfer.insert_messages(workspace_id, [to_record(MAIL)])
    sha256 = store.blobs.save_blob([b"x"])
    with writing(store.engine) as connection:
        connection.execute(
            sa.text("INSERT INTO message_file VALUES (1, 0, 'a', 'a/b', 1, :sha256, NULL)"), {"sha256": sha256}
        )
    break_references(store.engine, "DELETE FROM blob")
    export = exports.start(workspace_id, Query(), form, "x", UTC)
    await_true(lambda: bool(export.problem))
    assert "missing from the database" in export.problem
    await_true(lambda: list_files(tmp_path / "exports") == [])
    assert not export.ready

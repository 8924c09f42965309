"""A database as the first release left it, with something in every table, is opened by today's code."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from components.model import Address, Attachment, Status
from components.store import Store
from components.store.search.query import parse
from tests.summaries import list_summaries
from tests.unit.store.samples import LEFT_AT, restore_first_release
from tests.unit.store.test_migration import KILLED

Table = dict[str, list[object]]
STATUSES = {
    Status.SENT: {1, 6},
    Status.QUEUED: {2},
    Status.FAILED: {3, 8},
    Status.UNKNOWN: {5, 7},
    Status.HELD: {4, 9, 10, 11},
    Status.SENDING: {13},
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The first release's database."""
    file = tmp_path / "first.db"
    restore_first_release(file)
    return file


def read_tables(path: Path, columns: dict[str, list[str]] | None = None) -> tuple[dict[str, list[str]], Table]:
    """The columns and the rows of every table, or of those named."""
    connection = sqlite3.connect(path)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = columns or {
        name: [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        for name in names
        if name != "alembic_version"
    }
    rows: Table = {}
    for name, wanted in columns.items():
        named = ", ".join(f'"{column}"' for column in wanted)
        found = connection.execute(f'SELECT {named} FROM "{name}" ORDER BY 1, 2').fetchall()
        # A copied table leaves a sequence that has given no number yet, and a later table has one of its own.
        rows[name] = [row for row in found if name != "sqlite_sequence" or (row[1] and row[0] in columns)]
    connection.close()
    return columns, rows


def test_every_row_stays_as_it_was(path: Path) -> None:
    """An upgrade adds columns and tables, and keeps every row to the last byte."""
    columns, before = read_tables(path)
    assert all(before.values()), "the first release's database has something in every table"
    Store(f"sqlite:///{path}").close()
    assert read_tables(path, columns)[1] == before
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_mails_read_as_before(path: Path) -> None:
    """Every status, address, file, attempt and draft is unchanged."""
    store = Store(f"sqlite:///{path}")
    summaries = list_summaries(store, 1)
    for status, ids in STATUSES.items():
        assert {summary.id for summary in summaries if summary.status is status} == ids
    assert [summary.id for summary in list_summaries(store, 2)] == [12]
    sent = store.history.get_message(1, 1)
    assert sent is not None
    assert (sent.summary.subject, sent.summary.provider, sent.summary.deal_id) == (
        "Angebot für Müller",
        "gmail",
        "deal_1",
    )
    assert sent.mail.to == (Address("Jané Doe", "jane@example.com"),)
    assert sent.mail.bcc == (Address("Boss", "boss@example.com"),)
    assert sent.mail.reply_to == Address("Desk", "desk@example.com")
    assert sent.mail.markdown == "Guten Tag,\nanbei das **Angebot**."
    assert not sent.mail.text_edited
    offer, terms = sent.mail.attachments
    assert offer.sha256 is not None
    assert b"".join(store.blobs.read_blob(offer.sha256)) == b"%PDF-1.4 offer\n"
    assert terms == Attachment("terms.pdf", "application/pdf", storage_path="workspaces/7/terms.pdf")
    (attempt,) = sent.attempts
    assert (attempt.outcome, attempt.http_status, attempt.request_id) == ("sent", 200, "req_1")
    assert attempt.rate_limit is not None
    assert attempt.rate_limit.remaining == 990
    again = store.history.get_summary(6, 1)
    assert again is not None
    assert again.supersedes_id == 5
    (draft,) = store.drafts.list_drafts(1)
    whole = store.drafts.get_draft(draft.id, 1)
    assert whole is not None
    assert (whole.to, whole.subject, whole.markdown) == ("Jane <jane@exa", "Entwurf", "half a sen")
    assert whole.attachments == sent.mail.attachments
    assert store.workspaces.get_workspace(1).undo_seconds == 30
    assert store.workspaces.get_workspace(2).practice
    store.close()


def test_the_old_mails_are_found_and_counted(path: Path) -> None:
    """The first search completes the index; it finds waiting mails too, and none of another workspace."""
    store = Store(f"sqlite:///{path}")
    day = datetime.fromtimestamp(LEFT_AT, UTC).date()

    def find(line: str) -> list[int]:
        return [hit.summary.id for hit in store.search.search_mails(1, parse(line, datetime.now(UTC))).hits]

    assert find("muller angebot") == [1]
    assert find("to:petr OR") == []
    assert find("to:петр") == [2]
    assert find("anbei") == [9, 10, 13, 11, 8, 7, 6, 5, 4, 3, 2, 1]
    assert find("filename:offer bcc:boss contact:con_1") == [9, 1]
    assert find("status:unknown") == [7, 5]
    assert find(f"on:{day}") == [10, 13, 11, 8, 7, 6, 5, 4, 3, 2, 1]
    assert find("another workspace") == []
    people = {person.mailbox: person.count for person in store.correspondents.list_correspondents(1)}
    assert people == {"jane@example.com": 2, "petr@example.com": 1, "cc@example.com": 1, "boss@example.com": 1}
    days = store.insights.list_days(1, day, day, UTC)
    assert {(each.status, each.provider): each.mails for each in days} == {
        (Status.SENT, "gmail"): 2,
        (Status.QUEUED, "office365"): 1,
        (Status.FAILED, ""): 2,
        (Status.UNKNOWN, ""): 2,
    }
    store.close()


@pytest.mark.parametrize("at", [1, 4, 9])
def test_killed_while_it_is_upgraded(path: Path, at: int) -> None:
    """SIGKILL between two steps leaves the first release's database, and the next start completes it."""
    columns, before = read_tables(path)
    environment = os.environ | {"PYTHONPATH": "."}
    url = f"sqlite:///{path}"
    child = subprocess.run([sys.executable, "-c", KILLED, url, str(at)], env=environment, check=False)
    assert child.returncode == -signal.SIGKILL
    assert read_tables(path) == (columns, before)
    Store(url).close()
    assert read_tables(path, columns)[1] == before

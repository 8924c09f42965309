"""Retention removes the text or the files of old settled mails, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.model import Attachment, OutgoingMail, Status
from components.store import Store
from components.store.engine import writing
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.retention import Retention, RetentionEffect, to_cutoff
from components.store.search.query import parse
from tests.summaries import list_summaries
from tests.unit.store.samples import NOW, to_record
from tests.unit.store.test_erasure import SECRET, count, find, read_files, scrub, to_mail

DAY = 86_400.0


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("f", False)


def drop_all(store: Store, workspace_id: int, keeping: Retention, now: float = NOW) -> int:
    """Apply retention to all old mails; returns the number of steps."""
    after_id: int | None = 0
    for step in range(1000):
        if after_id is None:
            return step
        after_id = store.retention.apply_retention(workspace_id, keeping, after_id, now)
    raise AssertionError("retention does not end")


def take_over(store: Store, workspace_id: int, mail: OutgoingMail, days: float, status: Status = Status.SENT) -> int:
    """Insert a mail of some days ago and return its id."""
    store.transfer.insert_messages(workspace_id, [to_record(mail, status, NOW - days * DAY)])
    return list_summaries(store, workspace_id)[0].id


def to_file(store: Store, content: bytes, name: str = "a.pdf") -> Attachment:
    """Store a file with the oldest possible time."""
    sha256 = store.blobs.save_blob([content])
    with writing(store.engine) as connection:
        connection.execute(sa.text("UPDATE blob SET created_at = 0"))
    return Attachment(name, "application/pdf", len(content), sha256)


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        ("2026-11-22T12:00", 1, "2026-10-22T12:00"),
        ("2026-03-31T00:30", 1, "2026-02-28T00:30"),
        ("2024-03-31T00:30", 1, "2024-02-29T00:30"),
        ("2026-01-15T08:00", 13, "2024-12-15T08:00"),
        ("2026-12-31T08:00", 24, "2024-12-31T08:00"),
        ("1971-01-01T00:00", 600, "1970-01-01T00:00"),
    ],
)
def test_months_are_those_of_the_calendar(now: str, months: int, then: str) -> None:
    """A day that the earlier month does not have becomes its last day."""
    at, wanted = (datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() for text in (now, then))
    assert to_cutoff(months, at) == wanted


def test_an_old_body_goes_and_the_mail_stays(store: Store, workspace_id: int, tmp_path: Path) -> None:
    """The mail keeps recipients, subject and status; its text is nowhere on the disk and not found by a search."""
    mail = replace(to_mail(SECRET), subject="Offer", to=to_mail("Jane").to)
    old = take_over(store, workspace_id, mail, 40)
    young = take_over(store, workspace_id, replace(mail, text="young words"), 10)
    assert find(store, workspace_id, SECRET) == 1
    drop_all(store, workspace_id, Retention(bodies=1))
    scrub(store)
    letter = store.history.get_message(old, workspace_id)
    assert letter is not None
    assert (letter.mail.to, letter.mail.subject, letter.summary.status) == (mail.to, "Offer", Status.SENT)
    assert (letter.mail.text, letter.mail.html, letter.mail.markdown, letter.summary.preview) == ("", "", "", "")
    assert letter.summary.body_dropped_at == NOW
    assert find(store, workspace_id, "ipsum") == 0
    assert [
        hit.summary.id for hit in store.search.search_mails(workspace_id, parse("offer", datetime.now(UTC))).hits
    ] == [
        young,
        old,
    ]
    assert find(store, workspace_id, "young") == 1
    store.erasures.erase_mails(workspace_id, ErasureTarget("mail", str(young)), NOW)
    scrub(store)
    assert SECRET.encode() not in read_files(tmp_path).lower()
    assert [(each.kind, each.mails) for each in store.erasures.list_erasures(workspace_id)] == [
        ("mail", 1),
        ("bodies", 1),
    ]


def test_old_files_go_where_no_younger_mail_has_them(store: Store, workspace_id: int) -> None:
    """File names are kept, and contents too while a newer mail or a draft refers to them."""
    lone, shared = to_file(store, b"x" * 1000), to_file(store, b"y" * 2000, "b.pdf")
    lying = Attachment("c.pdf", "application/pdf", None, None, "files/1")
    old = take_over(store, workspace_id, to_mail("a", attachments=(lone, shared, lying)), 100)
    young = take_over(store, workspace_id, to_mail("b", attachments=(shared,)), 1)
    assert store.retention.measure(workspace_id, Retention(files=2), NOW) == RetentionEffect(files=1, file_bytes=1000)
    drop_all(store, workspace_id, Retention(files=2))
    letter = store.history.get_message(old, workspace_id)
    assert letter is not None
    assert letter.mail.attachments == (replace(lone, sha256=None), replace(shared, sha256=None), lying)
    assert letter.mail.text
    assert letter.summary.files_dropped_at == NOW
    kept = store.history.get_message(young, workspace_id)
    assert kept is not None
    assert kept.mail.attachments == (shared,)
    assert count(store, "blob") == 1
    assert store.retention.measure(workspace_id, Retention(files=2), NOW) == RetentionEffect()


@pytest.mark.parametrize("status", [Status.HELD, Status.SENDING, Status.UNKNOWN, Status.FAILED])
def test_what_is_open_is_never_touched(store: Store, workspace_id: int, status: Status) -> None:
    """Retention changes neither open or unknown mails, however old, nor failures that still need a person."""
    number = take_over(store, workspace_id, to_mail("a", attachments=(to_file(store, b"x"),)), 1000)
    with writing(store.engine) as connection:
        connection.execute(
            sa.text("UPDATE message SET status = :status, needs_you = :needs"),
            {"status": status, "needs": status is Status.FAILED},
        )
    before = store.history.get_message(number, workspace_id)
    assert store.retention.measure(workspace_id, Retention(1, 1), NOW) == RetentionEffect()
    drop_all(store, workspace_id, Retention(1, 1))
    assert store.history.get_message(number, workspace_id) == before
    assert store.erasures.list_erasures(workspace_id) == ()


def test_it_is_said_before_and_done_in_portions(store: Store, workspace_id: int) -> None:
    """Retention removes what was measured; others may write between portions, and a second run finds nothing."""
    records = [to_record(to_mail(f"w{n}", text="t" * 100), created_at=NOW - 90 * DAY) for n in range(120)]
    store.transfer.insert_messages(workspace_id, [*records, to_record(to_mail("young"))])
    found = store.retention.measure(workspace_id, Retention(bodies=2), NOW)
    size = sum(len(each.mail.html) + len(each.mail.text) + len(each.mail.markdown) for each in records)
    assert found == RetentionEffect(bodies=120, body_bytes=size)
    assert drop_all(store, workspace_id, Retention(bodies=2)) == 3
    (record,) = store.erasures.list_erasures(workspace_id)
    assert (record.kind, record.mails) == ("bodies", 120)
    assert drop_all(store, workspace_id, Retention(bodies=2)) == 1
    assert store.erasures.list_erasures(workspace_id) == (record,)


def test_each_day_has_its_own_record(store: Store, workspace_id: int) -> None:
    """A record is not continued on the next day, although PostgreSQL never marks it as overwritten."""
    for days in (40, 39, 20):
        take_over(store, workspace_id, to_mail(SECRET), days)
    drop_all(store, workspace_id, Retention(bodies=1))
    drop_all(store, workspace_id, Retention(bodies=1), NOW + 15 * DAY)
    found = store.erasures.list_erasures(workspace_id)
    assert [(each.mails, each.requested_at) for each in found] == [(1, NOW + 15 * DAY), (2, NOW)]


def test_only_the_workspace_that_chose_it(store: Store, workspace_id: int) -> None:
    """Workspaces without a retention keep their mails for ever."""
    other = store.workspaces.save_workspace("g", False)
    numbers = [take_over(store, each, to_mail("a"), 90) for each in (workspace_id, other)]
    store.retention.save_retention(workspace_id, Retention(bodies=1))
    assert store.retention.list_retention() == {workspace_id: Retention(bodies=1)}
    assert store.retention.get_retention(other) == Retention()
    drop_all(store, workspace_id, Retention(bodies=1))
    kept = store.history.get_message(numbers[1], other)
    assert kept is not None
    assert kept.mail.text

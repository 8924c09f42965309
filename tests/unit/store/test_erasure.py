"""Erasure removes everything of a mail and nothing of another one, and records it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.model import Address, Attachment, Draft, OutgoingMail, Status
from components.store import Attempt, Store
from components.store.engine import writing
from components.store.maintenance.erasure import ErasureExtent, ErasureTarget
from components.store.search.query import parse
from tests.summaries import list_summaries
from tests.unit.store.samples import NOW, insert, to_record

SECRET, OTHER = "xylophonic", "marmalade"
AT = datetime.fromtimestamp(NOW, UTC)


def to_mail(word: str, to: str = "jane@example.com", **changes: object) -> OutgoingMail:
    """Make a mail that contains a word in every field that can have one."""
    mail = OutgoingMail(
        to=(Address(f"{word} Doe", to),),
        subject=f"About {word}",
        html=f"<p>{word} html {'lorem ' * 800}</p>",
        text=f"{word} text {'ipsum ' * 800}",
        markdown=f"{word} markdown",
    )
    return replace(mail, **changes)  # type: ignore[arg-type]


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("f", False)


def take_over(store: Store, workspace_id: int, *mails: OutgoingMail, status: Status = Status.SENT) -> list[int]:
    """Import mails that were sent elsewhere, index them and return their ids."""
    before = len(list_summaries(store, workspace_id, limit=1000))
    store.transfer.insert_messages(workspace_id, [to_record(mail, status) for mail in mails])
    while store.index.catch_up():
        pass
    summaries = list_summaries(store, workspace_id, limit=1000)
    return [summary.id for summary in summaries][: len(summaries) - before][::-1]


def erase(store: Store, workspace_id: int, kind: str, value: object) -> int:
    """Erase mails and complete the secure deletion."""
    erased = store.erasures.erase_mails(workspace_id, ErasureTarget(kind, str(value)), NOW)  # type: ignore[arg-type]
    scrub(store)
    return erased


def scrub(store: Store) -> None:
    """Complete the secure deletion, as the idle dispatcher would."""
    for _ in range(10_000):
        if not store.secure_delete.take_step(NOW):
            return
    raise AssertionError("scrubbing does not end")


def read_files(folder: Path) -> bytes:
    """Read all files of the database."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("composer.db*")))


def count(store: Store, table: str) -> int:
    """Count the rows of a table."""
    with store.engine.connect() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def find(store: Store, workspace_id: int, line: str) -> int:
    """Count the mails that a search finds."""
    return store.search.count_mails(workspace_id, parse(line, AT))


@pytest.mark.databases("sqlite")
def test_nothing_is_left_on_the_disk(store: Store, workspace_id: int, tmp_path: Path) -> None:
    """Not one byte of a word that only the erased mail had: tables, search index, free pages, log; drafts included."""
    draft = Draft("7b0c2f3a-3d1c-4b62-9f0e-3c1b6b0a2a11", markdown=f"{SECRET} draft " * 500, subject=SECRET)
    store.drafts.save_draft(draft, workspace_id)
    content = store.blobs.save_blob([SECRET.encode() * 40_000])
    file = Attachment(f"{SECRET}.pdf", "application/pdf", 400_000, content)
    mail = to_mail(SECRET, f"{SECRET}@example.com", attachments=(file,), contact_id=SECRET, thread_id=SECRET)
    sent = insert(store, workspace_id, draft_id=draft.id, mail=mail)
    assert store.drafts.get_draft(draft.id, workspace_id) is None
    with writing(store.engine) as connection:
        connection.execute(
            sa.text("UPDATE message SET status = 'sent', settled_at = created_at, detail = :word"), {"word": SECRET}
        )
    for number in range(60):
        take_over(store, workspace_id, to_mail(f"{OTHER}{number}"))
    assert read_files(tmp_path).lower().count(SECRET.encode()) > 1000
    assert store.erasures.erase_mails(workspace_id, ErasureTarget("mail", str(sent)), time.time()) == 1
    scrub(store)
    assert SECRET.encode() not in read_files(tmp_path).lower()
    assert find(store, workspace_id, SECRET) == 0
    assert find(store, workspace_id, "lorem OR ipsum text") == 0
    assert find(store, workspace_id, "ipsum") == 60
    assert count(store, "blob") == 0
    with store.engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO message_search(message_search) VALUES ('integrity-check')")
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_a_shared_file_stays_until_its_last_mail_goes(store: Store, workspace_id: int) -> None:
    """Contents that another mail or draft refers to are kept; they are deleted with the last one."""
    content = store.blobs.save_blob([b"x" * 300_000])
    file = Attachment("a.pdf", "application/pdf", 300_000, content)
    first, second = take_over(store, workspace_id, *(to_mail(word, attachments=(file,)) for word in (SECRET, OTHER)))
    with writing(store.engine) as connection:
        connection.execute(sa.text("UPDATE blob SET created_at = :at"), {"at": NOW - 10})
    erase(store, workspace_id, "mail", first)
    assert b"".join(store.blobs.read_blob(content)) == b"x" * 300_000
    erase(store, workspace_id, "mail", second)
    assert (count(store, "blob"), count(store, "blob_chunk")) == (0, 0)


def test_a_file_attached_anew_meanwhile_stays(store: Store, workspace_id: int) -> None:
    """Somebody is about to save the draft that it was just attached to; the daily sweep looks at it again."""
    content = store.blobs.save_blob([b"x"])
    with writing(store.engine) as connection:
        connection.execute(sa.text("UPDATE blob SET created_at = :at"), {"at": NOW + 5})
    (number,) = take_over(store, workspace_id, to_mail(SECRET, attachments=(Attachment("a", "a/b", 1, content),)))
    erase(store, workspace_id, "mail", number)
    assert count(store, "blob") == 1


@pytest.mark.databases("sqlite")
def test_counters_and_people_follow(store: Store, workspace_id: int) -> None:
    """After erasing a person's mails every table is as if they had never been."""
    take_over(store, workspace_id, *(to_mail(f"{OTHER}{n}", contact_id="c1", deal_id="d") for n in range(3)))
    facts = "SELECT 'h', hour, status, sum(mails) FROM mails_by_hour WHERE mails GROUP BY 2, 3"
    with store.engine.connect() as connection:
        hours = connection.execute(sa.text(facts)).all()
        links = connection.execute(sa.text("SELECT kind, key, mails FROM mails_by_link")).all()
    people = store.correspondents.list_correspondents(workspace_id)
    mixed = to_mail(SECRET, "gone@x.org", cc=(Address("", "jane@example.com"),), contact_id="c2", deal_id="d")
    take_over(store, workspace_id, *([mixed] * 2), to_mail(SECRET, "gone@x.org", contact_id="c2"))
    assert len(store.correspondents.list_correspondents(workspace_id)) == 2
    assert erase(store, workspace_id, "contact", "c2") == 3
    assert store.correspondents.list_correspondents(workspace_id) == people
    with store.engine.connect() as connection:
        assert connection.execute(sa.text(facts)).all() == hours
        assert connection.execute(sa.text("SELECT kind, key, mails FROM mails_by_link")).all() == links
    assert [count(store, name) for name in ("message", "body", "counted", "recipient")] == [3, 3, 3, 3]


def test_an_address_is_found_wherever_it_stands(store: Store, workspace_id: int) -> None:
    """Mails to any spelling of an address in To, Cc or Bcc are erased; unsettled ones are kept and counted."""
    wanted = Address("", "Jane.Doe@Example.COM")
    nobody = (Address("", "x@y.org"),)
    take_over(store, workspace_id, to_mail(SECRET, "jane.doe@example.com"), to_mail(OTHER, "x@y.org", cc=(wanted,)))
    take_over(store, workspace_id, to_mail(OTHER, "x@y.org", bcc=(wanted,)), status=Status.FAILED)
    take_over(store, workspace_id, to_mail(OTHER, "jane.doe@example.com"), status=Status.UNKNOWN)
    waiting = insert(store, workspace_id, mail=to_mail(OTHER, to="jane.doe@example.com"))
    take_over(store, workspace_id, to_mail(OTHER, "x@y.org", reply_to=wanted), to_mail(OTHER, to="ane.doe@example.com"))
    other = store.workspaces.save_workspace("g", False)
    take_over(store, other, to_mail(OTHER, "jane.doe@example.com"))
    target = ErasureTarget("address", "JANE.DOE@example.com")
    assert store.erasures.measure(workspace_id, target) == ErasureExtent(mails=3, unsettled=2)
    assert store.erasures.erase_mails(workspace_id, target, NOW) == 3
    assert store.erasures.measure(workspace_id, target) == ErasureExtent(mails=0, unsettled=2)
    left = list_summaries(store, workspace_id)
    assert len(left) == 4
    assert waiting in {summary.id for summary in left}
    assert len(list_summaries(store, other)) == 1
    assert nobody[0].mailbox in left[0].recipients + left[1].recipients


@pytest.mark.parametrize("status", [Status.HELD, Status.SENDING, Status.UNKNOWN])
def test_what_is_not_settled_is_never_erased(store: Store, workspace_id: int, status: Status) -> None:
    """It may be on its way at this moment, or its key may still be asked about."""
    number = insert(store, workspace_id, mail=to_mail(SECRET, contact_id="c"))
    with writing(store.engine) as connection:
        connection.execute(sa.text("UPDATE message SET status = :status"), {"status": status})
    assert erase(store, workspace_id, "mail", number) == 0
    assert erase(store, workspace_id, "contact", "c") == 0
    assert store.history.get_summary(number, workspace_id) is not None
    assert store.erasures.list_erasures(workspace_id) == ()


def test_another_workspace_is_out_of_reach(store: Store, workspace_id: int) -> None:
    """A mail's id does not erase another workspace's mail, and its records are not listed."""
    other = store.workspaces.save_workspace("g", False)
    (number,) = take_over(store, workspace_id, to_mail(SECRET))
    assert erase(store, other, "mail", number) == 0
    assert erase(store, workspace_id, "mail", number) == 1
    assert store.erasures.list_erasures(other) == ()


@pytest.mark.databases("sqlite")
def test_the_record_says_that_and_not_what(store: Store, workspace_id: int, tmp_path: Path) -> None:
    """A record has kind, number and time; the digest identifies a target without revealing it."""
    take_over(store, workspace_id, *[to_mail(SECRET, "gone@x.org")] * 120, to_mail(OTHER, contact_id=SECRET))
    store.erasures.erase_mails(workspace_id, ErasureTarget("address", "gone@x.org"), NOW)
    (before,) = store.erasures.list_erasures(workspace_id)
    assert (before.kind, before.mails, before.requested_at, before.scrubbed_at) == ("address", 120, NOW, None)
    erase(store, workspace_id, "contact", SECRET)
    newest, oldest = store.erasures.list_erasures(workspace_id)
    assert (newest.kind, newest.mails, newest.scrubbed_at) == ("contact", 1, NOW)
    assert oldest.scrubbed_at == NOW
    with store.engine.connect() as connection:
        digests = set(connection.execute(sa.text("SELECT digest FROM erasure")).scalars())
    assert {len(digest) for digest in digests} == {64}
    assert len(digests) == 2
    assert SECRET.encode() not in read_files(tmp_path).lower()
    assert b"gone@x.org" not in read_files(tmp_path)


@pytest.mark.databases("sqlite")
def test_a_reader_only_delays_the_end(store: Store, workspace_id: int, tmp_path: Path) -> None:
    """While somebody reads an old state the log cannot be emptied: it is not called done, and later it is."""
    (number,) = take_over(store, workspace_id, to_mail(SECRET))
    with store.engine.connect() as reader:
        reader.execute(sa.text("SELECT count(*) FROM message")).scalar_one()
        store.erasures.erase_mails(workspace_id, ErasureTarget("mail", str(number)), NOW)
        assert all(store.secure_delete.take_step(NOW) for _ in range(5))
        assert store.erasures.list_erasures(workspace_id)[0].scrubbed_at is None
    scrub(store)
    assert store.erasures.list_erasures(workspace_id)[0].scrubbed_at == NOW
    assert SECRET.encode() not in read_files(tmp_path).lower()


def test_attempts_and_successors_follow(store: Store, workspace_id: int) -> None:
    """The record of sending goes with its mail; a mail that repeated it stays, and forgets it."""
    record = replace(to_record(to_mail(SECRET)), attempts=(Attempt(1, NOW, 1.0, "sent", 200, None, None, None, None),))
    store.transfer.insert_messages(workspace_id, [record])
    (first,) = list_summaries(store, workspace_id)
    second = insert(store, workspace_id, mail=to_mail(OTHER))
    with writing(store.engine) as connection:
        connection.execute(
            sa.text("UPDATE message SET supersedes_id = :first WHERE id = :second"),
            {"first": first.id, "second": second},
        )
    erase(store, workspace_id, "mail", first.id)
    found = store.history.get_summary(second, workspace_id)
    assert found is not None
    assert found.supersedes_id is None
    assert count(store, "attempt") == 0

"""Correspondents: the people that mails really went out to, how often, and when last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.model import Address, Correspondent, OutgoingMail, Status
from components.store import AttemptResult, Store
from tests.unit.store.samples import NOW, claim, insert

JANE, SAM = Address("Jane", "jane@Example.com"), Address("", "sam@x.org")
MAIL = OutgoingMail(to=(JANE,), cc=(SAM,), subject="Offer", html="<p>Hi</p>", text="Hi")


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("f", False)


def send(store: Store, workspace_id: int, mail: OutgoingMail, status: Status = Status.SENT, at: float = NOW) -> int:
    """Insert a mail and settle it."""
    number = insert(store, workspace_id, mail=mail, created_at=at)
    claimed = claim(store, workspace_id)
    assert claimed is not None
    store.leases.settle(claimed, AttemptResult(status, "sent", False, 0.1, settled_at=at))
    return number


def test_people_written_to_most_used_first(store: Store, workspace_id: int) -> None:
    """A mail counts once for each mailbox, whatever the case of its domain, and a known name is kept."""
    send(store, workspace_id, MAIL)
    send(store, workspace_id, replace(MAIL, to=(Address("", "jane@example.com"),), cc=()))
    assert store.correspondents.list_correspondents(workspace_id) == (
        Correspondent("Jane", "jane@example.com", 2),
        Correspondent("", "sam@x.org", 1),
    )
    assert store.correspondents.list_correspondents(workspace_id) == store.correspondents.list_correspondents(
        workspace_id
    )


@pytest.mark.parametrize("status", [Status.FAILED, Status.UNKNOWN])
def test_who_was_not_written_to_is_not_suggested(store: Store, workspace_id: int, status: Status) -> None:
    """Addresses of failed, unknown and waiting mails are not suggested."""
    send(store, workspace_id, MAIL, status)
    insert(store, workspace_id, mail=MAIL)
    assert store.correspondents.list_correspondents(workspace_id) == ()
    assert store.correspondents.list_last_written(workspace_id) == ()


def test_a_mail_settled_later_counts_then(store: Store, workspace_id: int) -> None:
    """An unknown mail that a person marks as sent counts as gone out."""
    number = send(store, workspace_id, MAIL, Status.UNKNOWN)
    assert store.correspondents.list_correspondents(workspace_id) == ()
    store.outbox.change(number, workspace_id, (Status.UNKNOWN,), status=Status.SENT)
    assert len(store.correspondents.list_correspondents(workspace_id)) == 2


def test_earlier_mails_to_the_same_people(store: Store, workspace_id: int) -> None:
    """Mails to any of the mailboxes are listed since a time, newest first."""
    for day, subject in enumerate(("Old", "Middle", "New")):
        send(store, workspace_id, replace(MAIL, subject=subject), at=NOW + day)
    send(store, workspace_id, replace(MAIL, to=(SAM,), cc=(), subject="To Sam"), at=NOW + 5)
    found = store.correspondents.list_written_to(workspace_id, ["jane@EXAMPLE.com"], since=NOW + 1)
    assert [(mail.subject, mail.at) for mail in found] == [("New", NOW + 2), ("Middle", NOW + 1)]
    assert {str(address) for address in found[0].recipients} == {"Jane <jane@example.com>", "sam@x.org"}
    last = store.correspondents.list_last_written(workspace_id, limit=2)
    assert [mail.subject for mail in last] == ["To Sam", "New"]


def test_each_workspace_has_its_own_people(store: Store, workspace_id: int) -> None:
    """People are not suggested to another workspace."""
    send(store, workspace_id, MAIL)
    other = store.workspaces.save_workspace("g", False)
    assert store.correspondents.list_correspondents(other) == ()
    assert store.correspondents.list_written_to(other, ["sam@x.org"], since=0) == ()
    assert store.correspondents.list_last_written(other) == ()


def test_the_index_catches_up_in_parts(store: Store, workspace_id: int) -> None:
    """Indexing reports whether more mails are waiting."""
    for _ in range(3):
        send(store, workspace_id, MAIL)
    assert store.index.catch_up(most=2)
    assert not store.index.catch_up(most=2)
    assert not store.index.catch_up(most=2)
    assert store.correspondents.list_correspondents(workspace_id)[0].count == 3


def test_where_replies_go_most_used_first(store: Store, workspace_id: int) -> None:
    """Reply addresses come from the last mails of this workspace only."""
    other = store.workspaces.save_workspace("g", False)
    for number, mailbox in enumerate(("old@x.org", "me@x.org", "team@x.org", "team@x.org", "")):
        insert(store, workspace_id, mail=replace(MAIL, reply_to=Address("", mailbox) if mailbox else None))
        insert(store, other, mail=replace(MAIL, reply_to=Address("", f"their{number}@x.org")))
    assert store.correspondents.list_reply_addresses(workspace_id, 4) == ("team@x.org", "me@x.org")

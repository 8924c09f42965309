"""What colleagues wrote to the same people or company: sent, waiting, or as a draft."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.model import DAY_SECONDS, Address, ColleagueQuery, Draft, OutgoingMail, Status
from components.store import Store
from components.store.engine import writing
from components.store.schema import draft
from tests.unit.store.samples import NOW, insert, list_plans, to_record

JANE = "jane@acme.example"
MAIL = OutgoingMail(to=(Address("Jane", JANE),), subject="Offer", html="", text="t")


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("f", False)


def find(store: Store, workspace_id: int, *mailboxes: str, domains: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """What Sam is told: kind, author, subject, recipient."""
    wanted = ColleagueQuery("open", "Sam", frozenset(mailboxes or (JANE,)), frozenset(domains))
    found = store.correspondents.list_colleague_mails(workspace_id, wanted, NOW)
    return [(mail.kind, mail.author, mail.subject, str(mail.recipient)) for mail in found]


def take_over(store: Store, workspace_id: int, by: str, days: float = 1, mail: OutgoingMail = MAIL) -> None:
    """Put a mail into the history that somebody sent some days ago."""
    record = to_record(mail, Status.SENT, NOW - days * DAY_SECONDS, sent_by=by, written_by=by)
    store.transfer.insert_messages(workspace_id, [record])


def save(store: Store, workspace_id: int, by: str, days: float = 1, **fields: str) -> None:
    """Save a draft that was changed last some days ago."""
    value = Draft(**{"id": f"{by}-{fields}", "to": f"Jane <{JANE}>", "subject": "Idea"} | fields, written_by=by)  # type: ignore[arg-type]
    store.drafts.save_draft(value, workspace_id)
    with writing(store.engine) as connection:
        changed = draft.update().where(draft.c.id == value.id).values(updated_at=NOW - days * DAY_SECONDS)
        connection.execute(changed)


def test_colleagues_alone_are_named(store: Store, workspace_id: int) -> None:
    """Newest first; not oneself, nobody unknown, nobody of another workspace."""
    other = store.workspaces.save_workspace("g", False)
    take_over(store, workspace_id, "Alex", 3)
    take_over(store, workspace_id, "Kim", 2)
    take_over(store, workspace_id, "Sam")
    take_over(store, workspace_id, "")
    take_over(store, other, "Eve")
    assert find(store, workspace_id) == [
        ("sent", "Kim", "Offer", f"Jane <{JANE}>"),
        ("sent", "Alex", "Offer", f"Jane <{JANE}>"),
    ]


def test_a_mail_that_waits_and_a_draft_count(store: Store, workspace_id: int) -> None:
    """Held for any time; a draft not the one that is open, nor a deleted one."""
    insert(store, workspace_id, mail=MAIL, sent_by="Alex", due_at=NOW + 40 * DAY_SECONDS)
    save(store, workspace_id, "Kim")
    save(store, workspace_id, "Sam", subject="Mine")
    save(store, workspace_id, "Lee", id="open")
    save(store, workspace_id, "Max", id="gone")
    store.drafts.delete_draft("gone", workspace_id)
    assert [found[:3] for found in find(store, workspace_id)] == [
        ("waiting", "Alex", "Offer"),
        ("draft", "Kim", "Idea"),
    ]


def test_the_next_mail_to_a_contact(store: Store, workspace_id: int) -> None:
    """The first that is due, to the address or linked; none that is another's or of another workspace."""

    def find_subject(contact_id: str = "c-1", mailbox: str = "jane@ACME.example") -> str:
        found = store.correspondents.find_next_mail(workspace_id, contact_id, mailbox)
        return found.subject if found is not None else ""

    assert find_subject() == ""
    elsewhere = replace(MAIL, to=(Address("", "bob@x.example"),), subject="Linked", contact_id="c-1")
    insert(store, workspace_id, mail=replace(MAIL, subject="Addressed"), due_at=NOW + 3 * DAY_SECONDS)
    insert(store, workspace_id, mail=elsewhere, due_at=NOW + 2 * DAY_SECONDS)
    insert(store, store.workspaces.save_workspace("g", False), mail=MAIL, due_at=NOW + DAY_SECONDS)
    assert find_subject() == "Linked"
    assert find_subject(contact_id="") == "Addressed"
    assert find_subject(contact_id="", mailbox="") == ""
    assert find_subject(mailbox="") == "Linked"


def test_a_mail_in_doubt_counts_for_some_days(store: Store, workspace_id: int) -> None:
    """It may have gone out, but then at its first attempt."""
    for days, by in ((1, "Alex"), (20, "Kim")):
        at = NOW - days * DAY_SECONDS
        record = to_record(MAIL, Status.UNKNOWN, at, sent_by=by, written_by=by, first_attempt_at=at, unclear=True)
        store.transfer.insert_messages(workspace_id, [record])
    assert [found[:2] for found in find(store, workspace_id)] == [("waiting", "Alex")]


def test_the_order_of_ids_decides_nothing(store: Store, workspace_id: int) -> None:
    """Old mails that were imported after new ones, and new ones imported after them."""
    for days, by in ((1, "Alex"), (20, "Kim"), (2, "Lee")):
        take_over(store, workspace_id, by, days)
    assert [found[1] for found in find(store, workspace_id)] == ["Alex", "Lee"]


def test_a_company_is_found_by_its_domain(store: Store, workspace_id: int) -> None:
    """Whatever the case; a domain that only ends alike is another one, and a wildcard is a letter."""
    for mailbox in ("Bob@acme.example", "eve@notacme.example", "x@acme.example.org"):
        take_over(store, workspace_id, "Alex", mail=replace(MAIL, to=(Address("", mailbox),)))
        save(store, workspace_id, "Kim", to=mailbox)
    assert find(store, workspace_id) == []
    named = {found[:1] + found[3:] for found in find(store, workspace_id, domains=("ACME.example",))}
    assert named == {("sent", "Bob@acme.example"), ("draft", "Bob@acme.example")}
    assert find(store, workspace_id, "%@%", domains=("%", "acme_example")) == []


def test_the_workspaces_days_decide(store: Store, workspace_id: int) -> None:
    """Fourteen at first; zero turns it off, for waiting mails too."""
    take_over(store, workspace_id, "Alex", 13)
    take_over(store, workspace_id, "Kim", 15)
    save(store, workspace_id, "Lee", 15)
    insert(store, workspace_id, mail=MAIL, sent_by="Max")
    assert [found[1] for found in find(store, workspace_id)] == ["Max", "Alex"]
    store.workspaces.save_colleague_days(workspace_id, 30)
    assert [found[1] for found in find(store, workspace_id)][:2] == ["Max", "Alex"]
    assert len(find(store, workspace_id)) == 4
    store.workspaces.save_colleague_days(workspace_id, 0)
    assert find(store, workspace_id) == []


@pytest.mark.databases("sqlite")
def test_indexes_answer(store: Store, workspace_id: int) -> None:
    """No mail is read but those of the days in question to the people who are meant, and those that wait."""
    take_over(store, workspace_id, "Alex")
    find(store, workspace_id)
    plans = list_plans(store, lambda: find(store, workspace_id, domains=("acme.example",)), "recipient")
    plan = next(each for each in plans if "COMPOUND" in each)
    people = "recipient USING INDEX recipient_by_mailbox (workspace_id=? AND mailbox=? AND message_id>?)"
    assert f"SEARCH {people}" in plan
    assert "SEARCH message USING COVERING INDEX message_by_workspace (workspace_id=? AND sort_key>?)" in plan
    assert "correspondent USING COVERING INDEX" in plan
    assert "correspondent_by_domain (workspace_id=? AND domain=?)" in plan
    assert "SCAN message USING INDEX message_open" in plan
    assert "SCAN correspondent" not in plan

"""Related mails: of a thread with the mail that began it, of a contact, of a deal; in pages, within one workspace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.model import Address, OutgoingMail, Status
from components.store import Store
from components.store.related import LINKS
from components.store.search.query import Filter, Query
from tests.unit.store.samples import NOW, claim, insert, list_plans, to_record

MAIL = OutgoingMail((Address("", "a@example.com"),), "Hi", "<p>", "p", contact_id="x", deal_id="x", thread_id="x")


def list_subjects(store: Store, workspace_id: int, link: str, value: str = "x") -> list[str]:
    """Return the ids of the mails related by a value, newest first."""
    return [summary.subject for summary in store.related.list_related(workspace_id, link, value).summaries]


@pytest.fixture
def mine(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("mine", False)


@pytest.mark.parametrize("link", LINKS)
def test_what_has_the_link_is_listed_newest_first(store: Store, mine: int, link: str) -> None:
    """Related mails have exactly the value, in this workspace, whether settled or waiting."""
    other = store.workspaces.save_workspace("other", False)
    store.transfer.insert_messages(other, [to_record(replace(MAIL, subject="Theirs"))])
    changes: dict[str, Any] = {f"{link}_id": "xx"}
    rest = replace(MAIL, subject="None", **changes)
    store.transfer.insert_messages(mine, [to_record(replace(MAIL, subject="Sent")), to_record(rest)])
    insert(store, mine, mail=replace(MAIL, subject="Waiting"), due_at=NOW + 60)
    assert list_subjects(store, mine, link) == ["Waiting", "Sent"]
    assert list_subjects(store, other, link) == ["Theirs"]
    assert list_subjects(store, other, link, "xx") == []


def test_a_thread_has_the_mail_that_began_it(store: Store, mine: int) -> None:
    """A thread that LeadLex named only in its answer is found too, also by search."""
    began = to_record(replace(MAIL, subject="First", thread_id=""), provider_thread_id="x")
    moved = to_record(replace(MAIL, subject="Moved", thread_id="x"), provider_thread_id="y")
    failed = to_record(replace(MAIL, subject="Failed", thread_id=""), Status.FAILED)
    store.transfer.insert_messages(mine, [began, moved, failed])
    assert list_subjects(store, mine, "thread") == ["Moved", "First"]
    assert list_subjects(store, mine, "thread", "y") == ["Moved"]
    found = store.search.search_mails(mine, Query((Filter("thread", "x"),)))
    assert [hit.summary.subject for hit in found.hits] == ["Moved", "First"]
    other = store.workspaces.save_workspace("other", False)
    assert list_subjects(store, other, "thread") == []


@pytest.mark.parametrize("link", LINKS)
def test_pages_follow_each_other_without_gap_or_double(store: Store, mine: int, link: str) -> None:
    """Pages list each mail once, though a thread's mails come from two queries."""
    records = [
        to_record(
            replace(MAIL, subject=str(number), thread_id="x" if number % 3 else ""),
            provider_thread_id=None if number % 3 == 1 else "x",
        )
        for number in range(23)
    ]
    store.transfer.insert_messages(mine, records)
    seen: list[str] = []
    before: int | None = None
    for _ in range(10):
        page = store.related.list_related(mine, link, "x", before, 5)
        assert len(page.summaries) <= 5
        seen += [summary.subject for summary in page.summaries]
        before = page.next_key
        if before is None:
            break
    assert seen == [str(number) for number in reversed(range(23))]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("link", LINKS)
@pytest.mark.databases("sqlite")
def test_an_index_answers(store: Store, mine: int, link: str) -> None:
    """No statement scans a table or sorts, whatever the number of mails."""
    insert(store, mine, mail=MAIL)
    claim(store, mine)
    plans = list_plans(store, lambda: store.related.list_related(mine, link, "x", 500))
    of_link = [plan for plan in plans if f"message_by_{link}" in plan]
    assert len(of_link) == 1
    assert "TEMP B-TREE" not in of_link[0]
    assert not [plan for plan in plans if "SCAN message;" in f"{plan};" and "VIRTUAL" not in plan]

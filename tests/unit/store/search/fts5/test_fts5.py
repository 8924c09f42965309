"""The index of SQLite: what is left of a mail in it, how it is walked, and what beginnings stand for."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from components.model import Actor, Address, Draft, OutgoingMail, Status
from components.store import Store
from components.store.engine import writing
from components.store.search.fts5.beginnings import list_alternatives
from components.store.search.query import parse
from tests.unit.store.samples import NOW, insert, list_plans, to_record

pytestmark = pytest.mark.databases("sqlite")

MAIL = OutgoingMail(
    (Address("Jane", "jane@example.com"),), "Our Angebot", "<p>Hi</p>", "The contract 契約書 is attached"
)
AT = datetime.fromtimestamp(NOW, UTC)


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("f", False)


def find(store: Store, workspace_id: int, line: str) -> list[int]:
    """Return the ids of the mails that a line finds."""
    return [hit.summary.id for hit in store.search.search_mails(workspace_id, parse(line, AT)).hits]


def test_a_mail_that_goes_leaves_no_word_behind(store: Store, workspace_id: int) -> None:
    """Neither its row nor its words are in the index, whoever deletes it."""
    number = insert(store, workspace_id, mail=MAIL)
    store.outbox.change(number, workspace_id, (Status.HELD,), status=Status.FAILED)
    assert find(store, workspace_id, "angebot") == [number]
    store.outbox.retract(number, (Status.FAILED,), workspace_id, Draft(id="d"), Actor())
    assert find(store, workspace_id, "angebot") == []
    with store.engine.connect() as connection:
        ask = connection.exec_driver_sql
        ask("CREATE VIRTUAL TABLE words USING fts5vocab(message_search, row)").close()
        assert ask("SELECT term FROM words").all() == []
        assert ask("SELECT count(*) FROM message_search").scalar_one() == 0
        assert ask("SELECT count(*) FROM counted").scalar_one() == 0


def test_the_index_agrees_with_its_words(store: Store, workspace_id: int) -> None:
    """FTS5's integrity check passes after adding, changing and deleting mails."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, subject=str(number)) for number in range(5)])
    ids = find(store, workspace_id, "契約")
    store.outbox.change(ids[0], workspace_id, (Status.SENT,), status=Status.UNKNOWN)
    find(store, workspace_id, "")
    with writing(store.engine) as connection:
        connection.exec_driver_sql(f"DELETE FROM message WHERE id = {ids[1]}")
        connection.exec_driver_sql("INSERT INTO message_search (message_search) VALUES ('integrity-check')")
    assert find(store, workspace_id, "契約") == [ids[0], *ids[2:]]


LINES = (
    "angebot",
    "angebot -spam",
    "ang*",
    "contact:con_1",
    "status:sent",
    "on:today angebot",
    "to:jane",
    "before:2028",
    "a",
    "angeb",
    "the contr",
    "muller",
    "1000",
    "status:waiting",
    "angebot -status:open",
)


@pytest.mark.parametrize("line", LINES)
def test_a_page_stops_early(store: Store, workspace_id: int, line: str) -> None:
    """The index is walked in the order of its keys: no sorting, no other way to the mails than their key."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL)])
    for before_key in (None, 100):
        plans = list_plans(store, partial(store.search.search_mails, workspace_id, parse(line, AT), before_key))
        plan = next(plan for plan in plans if "VIRTUAL TABLE" in plan and "SEARCH message " in plan)
        assert plan.startswith("SCAN message_search VIRTUAL TABLE")
        assert "SEARCH message USING INDEX message_by_sort_key (sort_key=?)" in plan
        assert not [plan for plan in plans if "TEMP B-TREE" in plan]
    plans = list_plans(store, lambda: store.search.count_mails(workspace_id, parse(line, AT)))
    assert not [plan for plan in plans if "TEMP B-TREE" in plan or "SCAN message;" in plan]


def test_the_empty_search_is_the_newest_page(store: Store, workspace_id: int) -> None:
    """It reads no index of words at all."""
    plans = list_plans(store, lambda: store.search.search_mails(workspace_id, parse("", AT), 100))
    assert "message_by_workspace" in plans[-1]
    assert "TEMP B-TREE" not in plans[-1]


WORDS = "contract contracts contractual contra con c can müde mueller договор 契約 1000"


def test_a_beginning_stands_for_what_occurs(store: Store, workspace_id: int) -> None:
    """Short ones for longer ones in the index, long ones for words, and too many for themselves."""
    words = [*WORDS.split(), *(f"mass{number:03}" for number in range(400)), "vertragspartner", "vertragspartei"]
    mail = OutgoingMail(to=(), subject="", html="", text=" ".join(words))
    store.transfer.insert_messages(workspace_id, [to_record(mail)])
    find(store, workspace_id, "x")
    with store.engine.connect() as connection:
        expand = partial(list_alternatives, connection)
        assert expand("c") == (("c", False), ("ca", True), ("co", True))
        assert expand("co") == (("co", True),)
        assert expand("con") == (("con", False), ("cont", True))
        assert expand("contractu") == (("contractual", False),)
        assert expand("vertragspart") == (("vertragspartei", False), ("vertragspartner", False))
        assert expand("nowhere") == (("nowhere", True),)
        assert expand("mas") == (("mass", True),)
        assert expand("mass0") == tuple((f"mass{number:02}", True) for number in range(10))

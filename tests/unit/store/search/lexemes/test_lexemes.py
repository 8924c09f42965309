"""The index of PostgreSQL: how it is asked, what a mail leaves in it, and mails that are too much for it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from components.model import Actor, Address, Draft, OutgoingMail, Status
from components.store import Store
from components.store.search.lexemes.blocks import BITS, list_spans
from components.store.search.query import parse
from tests.unit.store.samples import NOW, insert, to_record

pytestmark = pytest.mark.databases("postgresql")

MAIL = OutgoingMail(
    (Address("Jane", "jane@example.com"),), "Our Angebot", "<p>Hi</p>", "The contract 契約書 is attached"
)
AT = datetime.fromtimestamp(NOW, UTC)
LINES = (
    "angebot",
    "angebot -spam",
    '"our angebot"',
    '-"our contract"',
    "contra",
    "a",
    "contact:con_1",
    "status:sent",
    "-status:open",
    "on:2027 angebot",
    "to:jane",
    "before:2028",
    "by:jane",
)


@pytest.fixture
def workspace_id(store: Store) -> int:
    """A workspace."""
    return store.workspaces.save_workspace("f", False)


def find(store: Store, workspace_id: int, line: str) -> list[int]:
    """Return the ids of the mails that a line finds, which their count confirms."""
    query = parse(line, AT)
    ids = [hit.summary.id for hit in store.search.search_mails(workspace_id, query).hits]
    assert store.search.count_mails(workspace_id, query) == len(ids)
    return ids


def explain(store: Store, action: Any) -> list[str]:
    """Return PostgreSQL's plans for the questions to the index that an action asks."""
    plans: list[str] = []

    def run(connection: sa.Connection, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().startswith("SELECT") and "lexemes @@" in statement:
            cursor = connection.connection.cursor()
            cursor.execute(f"EXPLAIN {statement}", values)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
            cursor.close()

    sa.event.listen(store.engine, "before_cursor_execute", run)
    try:
        action()
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", run)
    return plans


@pytest.mark.parametrize("line", LINES)
def test_the_index_is_asked_first(store: Store, workspace_id: int, line: str) -> None:
    """No search walks the mails by their keys or reads whole tables, though for one mail that were the fastest."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL)])
    query = parse(line, AT)
    actions = (
        partial(store.search.search_mails, workspace_id, query),
        partial(store.search.count_mails, workspace_id, query),
        partial(store.search.list_ids, workspace_id, query, 0, 10),
    )
    for action in actions:
        plans = explain(store, action)
        assert plans
        for plan in plans:
            assert "Bitmap Index Scan on message_search_lexemes" in plan
            assert "Index Scan using message_pkey on message" in plan
            assert "Nested Loop" in plan
            assert "Seq Scan" not in plan
            assert "message_by" not in plan


def test_a_search_ends_with_the_first_span_that_has_enough(store: Store, workspace_id: int) -> None:
    """Frequent words are looked for in the newest block alone; a rare one is asked for a few times, however old."""
    days = [number / 24 for number in range(60)]
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, created_at=NOW - day * 86_400) for day in days])
    old = OutgoingMail((), "", "", "treasure")
    store.transfer.insert_messages(workspace_id, [to_record(old, created_at=NOW - 3000 * 86_400)])
    frequent, rare = parse('"angebot"', AT), parse('"treasure"', AT)
    while store.index.catch_up():
        pass
    assert len(explain(store, partial(store.search.search_mails, workspace_id, frequent, limit=10))) == 1
    assert len(explain(store, partial(store.search.search_mails, workspace_id, rare))) == len(BITS) + 1


@given(st.integers(1 << 32, 1 << 41), st.integers(0, 1 << 41), st.booleans(), st.sampled_from((0, 1, 1 << 26, 1 << 40)))
def test_spans_cover_all_keys_once(start: int, length: int, is_ascending: bool, least: int) -> None:
    """They follow each other from the end, or from the start, and their blocks cover them."""
    end = start + length + least
    spans = list(list_spans(start, end, is_ascending))
    ordered = spans if is_ascending else spans[::-1]
    edges = [edge for span in ordered for edge in (span.start, span.end)]
    assert edges[1:-1:2] == edges[2::2]
    assert (edges[0], edges[-1]) == (start, end) if spans else start == end
    for span in spans:
        assert span.blocks[0] << span.bits <= span.start < span.end <= (span.blocks[-1] + 1) << span.bits
    assert all(len(span.blocks) <= 2 for span in spans[: len(BITS)])


def test_a_mail_that_goes_leaves_no_row_behind(store: Store, workspace_id: int) -> None:
    """Whoever deletes it."""
    number = insert(store, workspace_id, mail=MAIL)
    store.outbox.change(number, workspace_id, (Status.HELD,), status=Status.FAILED)
    assert find(store, workspace_id, "angebot") == [number]
    store.outbox.retract(number, (Status.FAILED,), workspace_id, Draft(id="d"), Actor())
    assert find(store, workspace_id, "angebot") == []
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM message_search")).scalar_one() == 0


def test_words_of_any_length_are_found(store: Store, workspace_id: int) -> None:
    """By all of their letters, though not all are lexemes."""
    words = ["x" * 59, "x" * 60, "x" * 61, "x" * 3000, "ü" * 61]
    records = [to_record(OutgoingMail((Address(word, "a@x.org"),), "", "", word)) for word in words]
    store.transfer.insert_messages(workspace_id, records)
    for number, word in enumerate(words, 1):
        for line in (f'"{word[:2000]}"', f'to:"{word[:1990]}"'):
            assert find(store, workspace_id, line) == ([number] if len(word) < 2000 else []), line
    assert find(store, workspace_id, f"{'x' * 61}*") == [4, 3]
    assert find(store, workspace_id, f"to:{'x' * 60}*") == [4, 3, 2]
    assert find(store, workspace_id, f'-"{"x" * 61}" text -"{"x" * 61}"') == []


def test_a_mail_of_too_many_words_is_found(store: Store, workspace_id: int) -> None:
    """By its words, beginnings and phrases, by its fields, and not by others; it does not hide the rest."""
    text = " ".join(f"number{number}" for number in range(80_000))
    long = OutgoingMail((Address("Jane", "jane@example.com"),), "Long", "", text, contact_id="con_1")
    store.transfer.insert_messages(workspace_id, [to_record(MAIL), to_record(long)])
    while store.index.catch_up():
        pass

    def ask(line: str) -> list[int]:
        return [number for number, _ in store.search.list_ids(workspace_id, parse(line, AT), 0, 10)]

    for line in ("number79999", "number7999", '"number5 number6"', "subject:long", "to:jane number1", "-contract"):
        assert ask(line) == [2], line
    for line in ('"number80000"', '"number6 number5"', "subject:number5", "-jane", '-"number5 number6" long'):
        assert ask(line) == [], line
    assert ask("to:jane") == [1, 2]
    assert ask("contact:con_1 -contract") == [2]


def test_what_is_typed_is_no_lexeme(store: Store, workspace_id: int) -> None:
    """Signs by which lexemes are marked find nothing by themselves, and quotes end nothing."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL)])
    for line in ("subject", "'angebot' | 'x'", "angebot':*", "\\'", "*con", ":to:jane", "@1", "!", "& | ! <->"):
        find(store, workspace_id, line)
    assert find(store, workspace_id, '"subject"') == []
    assert find(store, workspace_id, "subj*") == []
    assert find(store, workspace_id, "'angebot'") == [1]

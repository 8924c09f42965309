"""Search: what is indexed, what is removed from the index, and that everything typed is data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from components.mailer.status_text import StatusContext, to_status_text
from components.model import Address, Attachment, OutgoingMail, Status
from components.store import AttemptResult, Store
from components.store.search.query import STATUSES, parse
from components.store.search.tokenizer import fold
from tests.unit.store.samples import NOW, claim, insert, to_record

MAIL = OutgoingMail(
    to=(Address("Jané Doe", "jane@example.com"),),
    cc=(Address("", "copy@example.com"),),
    bcc=(Address("Blind", "blind@example.org"),),
    reply_to=Address("Sam", "sam@seller.example"),
    subject="Our Ángebot for 日本",
    html="<p>Hi</p>",
    text="Dear Jane, the contract 契約書 is attached. Drop table message; 100% -- sure",
    contact_id="con_1",
    deal_id="deal 1",
    thread_id="thr",
    attachments=(Attachment("Price list.pdf", "application/pdf", 3, None, "files/1"),),
)
AT = datetime.fromtimestamp(NOW, UTC)


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


@pytest.mark.parametrize(
    "line",
    [
        *(
            "",
            "angebot",
            "ANGEBOT",
            "a",
            "ange",
            "angeb",
            "the contra",
            "contra*",
            '"the contract"',
            "契約",
            "約書",
            "契",
            "日本",
            "-nowhere",
            "100%",
        ),
        *("to:jane", "to:jane@example.com", "cc:copy", "bcc:blind", "from:sam", "subject:angebot", "subject:日"),
        *("filename:price", 'filename:"list pdf"', "has:attachment", "contact:con_1", 'deal:"deal 1"', "thread:thr"),
        *("status:failed", "provider:Gmail", "error:mailbox", "error:RECIPIENT_REJECTED", '"drop table message"'),
        *("on:today", "before:2100", "after:2000", "after:today", "angebot contact:con_1 on:2027 -spam"),
    ],
)
def test_a_mail_is_found_by(store: Store, workspace_id: int, line: str) -> None:
    """Each operator and each place."""
    changes: dict[str, Any] = {"provider": "gmail", "code": "RECIPIENT_REJECTED", "detail": "The mailbox refused."}
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, Status.FAILED, **changes)])
    assert len(find(store, workspace_id, line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        *(
            '"ange"',
            "ange contract",
            '"contract the"',
            "約契",
            "to:copy",
            "cc:jane",
            "subject:contract",
            "filename:contract",
            "from:jane",
        ),
        *("-angebot", "contact:con_10", "contact:CON_1", "status:sent", "-status:failed", "provider:office365"),
        *(
            "-has:attachment",
            "before:today",
            "on:yesterday",
            "after:2100",
            "angebot -契約",
            "1000",
            '"OR"',
            "NOT angebot",
        ),
    ],
)
def test_a_mail_is_not_found_by(store: Store, workspace_id: int, line: str) -> None:
    """A mail is not found by words that it lacks or has in another field."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, Status.FAILED, provider="gmail")])
    assert find(store, workspace_id, line) == []


@pytest.mark.parametrize(
    "line",
    [
        *(
            "'",
            '"',
            "a'; DROP TABLE message; --",
            "NEAR(a b)",
            "a AND OR NOT",
            "text : a",
            "{to cc} : x",
            "^a",
            "a + b",
        ),
        *(
            "facet:x",
            "*",
            "**",
            "%",
            "_",
            "\0",
            "a\0b",
            "\ud800",
            "rowid:1",
            '"a" "b',
            "-",
            "--",
            "()",
            "\ue000ab",
            "a" * 9999,
        ),
    ],
)
def test_what_is_typed_is_data(store: Store, workspace_id: int, line: str) -> None:
    """No sign of the engine's own language does anything; the mails stay."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL)])
    find(store, workspace_id, line)
    assert len(find(store, workspace_id, "angebot")) == 1


def test_hits_are_marked(store: Store, workspace_id: int) -> None:
    """In the subject and in one line of the text; the words of other places are not."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL)])
    (hit,) = store.search.search_mails(workspace_id, parse("angebot 契約 to:jane", AT)).hits
    assert [hit.summary.subject[start:end] for start, end in hit.subject_ranges] == ["Ángebot"]
    assert [hit.snippet[start:end] for start, end in hit.snippet_ranges] == ["契約"]
    (plain,) = store.search.search_mails(workspace_id, parse("has:attachment", AT)).hits
    assert (plain.snippet, plain.subject_ranges, plain.snippet_ranges) == (plain.summary.preview, (), ())


def test_a_mail_is_found_in_every_status(store: Store, workspace_id: int) -> None:
    """From the click on Send on, by its words and by the status that lists show; excluding a status leaves it out."""

    def is_found_as(*names: str) -> None:
        assert find(store, workspace_id, "angebot") == [number]
        for name in STATUSES:
            assert find(store, workspace_id, f"status:{name}") == [number] * (name in names), name
            assert find(store, workspace_id, f"angebot -status:{name}") == [number] * (name not in names), name

    number = insert(store, workspace_id, mail=MAIL)
    assert find(store, workspace_id, f"angebot on:{datetime.fromtimestamp(NOW, UTC):%Y}") == [number]
    is_found_as("waiting", "open")
    claimed = claim(store, workspace_id)
    assert claimed is not None
    is_found_as("sending", "open")
    store.leases.settle(claimed, AttemptResult(Status.UNKNOWN, "unknown", needs_you=True, duration=0.1, code="timeout"))
    is_found_as("unknown")
    assert find(store, workspace_id, "error:timeout") == [number]
    again = claim(store, workspace_id)
    if again is not None:
        is_found_as("sending", "open")
    states = (Status.UNKNOWN, Status.SENDING)
    store.outbox.change(number, workspace_id, states, status=Status.HELD, due_at=None, code="missed")
    is_found_as("missed", "open")
    store.outbox.change(number, workspace_id, (Status.HELD,), code="rate_limited")
    is_found_as("not-sent", "open")
    store.outbox.change(number, workspace_id, (Status.HELD,), status=Status.SENT, code=None)
    is_found_as("sent")
    assert find(store, workspace_id, "error:timeout") == []
    for status in (Status.QUEUED, Status.FAILED):
        store.outbox.change(number, workspace_id, tuple(Status), status=status)
        is_found_as(status)


def test_every_word_of_a_list_is_a_status() -> None:
    """Whatever a list says of a mail can be asked for."""
    values = to_record(MAIL).summary
    context = StatusContext(NOW, True, None, str)
    shown = {
        to_status_text(replace(values, status=status, due_at=due_at, code=code), context).word
        for status in Status
        for due_at in (None, NOW + 1, NOW - 1)
        for code in (None, "missed", "not_reached", "rate_limited", "timeout")
        if status is not Status.DRAFT
    }
    assert {word.casefold().replace(" ", "-") for word in shown} <= set(STATUSES)
    assert {parse(f'status:"{word}"', AT).remarks for word in shown} == {()}


def test_a_mail_on_its_way_again_has_no_former_status(store: Store, workspace_id: int) -> None:
    """It is still found by its words."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, Status.FAILED)])
    (number,) = find(store, workspace_id, "status:failed")
    store.outbox.change(number, workspace_id, (Status.FAILED,), status=Status.HELD)
    assert find(store, workspace_id, "status:failed") == []
    assert find(store, workspace_id, "angebot -status:failed") == [number]


def test_nothing_is_found_of_another_workspace(store: Store, workspace_id: int) -> None:
    """Neither by words, nor by filters, nor by leaving out, nor counted."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL)])
    other = store.workspaces.save_workspace("g", False)
    for line in ("", "angebot", "-nowhere", "contact:con_1", "status:sent", "after:2000", "\ue000"):
        assert find(store, other, line) == []


def test_pages_follow_each_other(store: Store, workspace_id: int) -> None:
    """Newest first, each mail once, the last page says so."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL) for _ in range(7)])
    for line in ("", "angebot"):
        query, ids, before_key = parse(line, AT), [], None
        for size in (3, 3, 1):
            page = store.search.search_mails(workspace_id, query, before_key, limit=3)
            assert len(page.hits) == size
            ids += [hit.summary.id for hit in page.hits]
            before_key = page.next_key
        assert before_key is None
        assert ids == [7, 6, 5, 4, 3, 2, 1]


def test_counts_are_capped(store: Store, workspace_id: int) -> None:
    """One more than the cap says that there are more."""
    store.transfer.insert_messages(workspace_id, [to_record(MAIL) for _ in range(5)])
    assert store.search.count_mails(workspace_id, parse("angebot", AT), most=3) == 4


def test_old_mails_taken_over_late_are_found_by_date(store: Store, workspace_id: int) -> None:
    """A mail that was imported after newer ones takes its place by its time, and is found on its day."""
    days = (0, -400, 1, -3)
    store.transfer.insert_messages(workspace_id, [to_record(MAIL, created_at=NOW + day * 86_400) for day in days])
    assert find(store, workspace_id, "on:2027") == [3, 1, 4]
    assert find(store, workspace_id, "angebot before:2025-06") == []
    assert find(store, workspace_id, "before:2027") == [2]
    assert find(store, workspace_id, "on:today") == [1]


def test_a_long_backlog_does_not_hold_a_search_up(store: Store, workspace_id: int) -> None:
    """The answer says that it may not be all yet; later ones are."""
    records = [to_record(replace(MAIL, text="word " * 200)) for _ in range(450)]
    store.transfer.insert_messages(workspace_id, records)
    results = store.search.search_mails(workspace_id, parse("angebot", AT))
    while not results.complete:
        results = store.search.search_mails(workspace_id, parse("angebot", AT))
    assert store.search.count_mails(workspace_id, parse("angebot", AT)) == 450


WORDS = (
    "contract",
    "contracts",
    "contractual",
    "contra",
    "con",
    "c",
    "can",
    "müde",
    "mueller",
    "договор",
    "契約",
    "1000",
)


@pytest.mark.parametrize("beginning", sorted({word[:length] for word in WORDS for length in range(1, 10)}))
def test_a_beginning_of_any_length_finds_its_words(store: Store, workspace_id: int, beginning: str) -> None:
    """Explicitly and as the last word typed, alone and at the end of a phrase."""
    records = [to_record(OutgoingMail(to=(), subject="", html="", text=f"the {word} ends")) for word in WORDS]
    store.transfer.insert_messages(workspace_id, records)
    typed = fold(beginning)
    wanted = [number for number, word in enumerate(WORDS, 1) if fold(word).startswith(typed)]
    if beginning == "mue":
        wanted = [8, 9]
    wanted.reverse()
    for line in (f"{beginning}*", f'"the {beginning}"*', f"the {beginning}* status:sent"):
        assert find(store, workspace_id, line) == wanted, line

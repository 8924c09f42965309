"""The questions that people ask of the history, each through the store and as raw SQL on the same file."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from components.model import DAY_SECONDS, Address, ColleagueQuery, OutgoingMail
from components.store import NewMessage, Store
from components.store.history import SUMMARY
from components.store.search.fts_query import Results, to_match
from components.store.search.query import Period, Query, Term, parse
from components.store.sort_key import to_sort_key
from tests.benchmarks.history.corpus import AUTHORS, END, SPAN, Corpus
from tests.benchmarks.history.question import Question, ask, to_tuples
from tests.benchmarks.history.sums import list_sums

_NOW = datetime.fromtimestamp(END, UTC)
_FIELDS = tuple(column.name for column in SUMMARY)
_COLUMNS = ", ".join(f"m.{name}" for name in _FIELDS)
_PAGE = "SELECT {} FROM message_search CROSS JOIN message m ON m.sort_key = message_search.rowid WHERE "
_TEXTS = "SELECT message_id, text FROM body WHERE message_id IN ({})"
#: What SQLite itself offers for marking hits: the subject, and a piece of the text.
_MARKS = "highlight(message_search, 4, '<', '>'), snippet(message_search, 5, '<', '>', '…', 24)"
_NEWEST = f"SELECT {_COLUMNS} FROM message m WHERE workspace_id = ? AND sort_key < ? ORDER BY sort_key DESC LIMIT 51"

#: As somebody would ask who has no index of companies: every mail of the days, by the text of its recipients.
_COLLEAGUES = (
    "SELECT sent_by, subject FROM message WHERE workspace_id = ? AND sort_key >= ? AND sent_by <> ? "
    "AND recipients LIKE ? AND status IN ('sent', 'queued', 'unknown') ORDER BY sort_key DESC LIMIT 20"
)


def list_questions(store: Store, raw: sqlite3.Connection, workspace_id: int, size: int) -> list[Question]:
    """List every question; both sides read the same rows."""
    corpus = Corpus(1000)
    common, second, third, medium = corpus.list_words([0, 1, 3, 60])
    rare = corpus.list_words([15_000])[0]
    month = (_NOW - timedelta(days=200)).strftime("%Y-%m")
    lines = {
        "contact": "contact:con_3",
        "deal": "deal:deal_3",
        "thread": f"thread:thr_3_{size // 20_000 // 2}",
        "status": "status:failed",
        "provider": "provider:office365",
        "attachment": "has:attachment",
        "month": f"on:{month}",
        "common word": f'"{common}"',
        "medium word": f'"{medium}"',
        "rare word": f'"{rare}"',
        "two words": f'{common} "{third}"',
        "phrase": f'"{common} {second}"',
        "prefix of 2": f"{common[:2]}*",
        "prefix of 5": f"{medium[:5]}*",
        **{f"beginning of {length}": f"{common[:length]}*" for length in range(1, min(9, len(common) + 1))},
        "word + contact": f'"{common}" contact:con_3',
        "word + status": f'"{common}" status:failed',
        "word + month": f'"{common}" on:{month}',
        "without a word": f"-{common}",
        "Chinese letters": "契約",
    }
    middle = size // 2
    deep = to_sort_key(END - SPAN / 2)
    page, nothing = store.search.search_mails, parse("", _NOW)
    return [
        *(
            Question(
                name,
                partial(page, workspace_id, nothing, before),
                partial(ask, raw, _NEWEST, *values),
                _to_store_rows,
                _to_raw_rows,
            )
            for name, before, values in (
                ("newest page", None, (workspace_id, 1 << 60)),
                ("deep page", deep, (workspace_id, deep)),
            )
        ),
        *(_to_question(store, raw, workspace_id, name, line) for name, line in lines.items()),
        _to_question(store, raw, workspace_id, "common word, deep", lines["common word"], deep),
        *(_to_marked(store, raw, workspace_id, name, lines[name]) for name in ("common word", "phrase")),
        *(_to_count(store, raw, workspace_id, name, lines[name]) for name in ("common word", "word + contact")),
        _to_opened(store, raw, workspace_id, middle),
        _to_colleagues(store, raw, workspace_id),
        *list_sums(store, raw, workspace_id),
        _to_insert(store, raw, workspace_id),
    ]


def _to_store_rows(results: Results) -> list[Any]:
    """Convert a page of results to rows to compare, column by column."""
    return [row[: len(_FIELDS)] for row in to_tuples(hit.summary for hit in results.hits)]


def _to_raw_rows(rows: list[Any]) -> list[Any]:
    # The row after the page only says that there are more.
    return [row[: len(_FIELDS)] for row in rows[:50]]


def _to_question(
    store: Store, raw: sqlite3.Connection, workspace_id: int, name: str, line: str, before: int | None = None
) -> Question:
    """Ask for a page of results of a line; where it has words, also read the texts that contain them."""
    query = parse(line, _NOW)
    where, values = _to_where(workspace_id, query, before)
    sql = f"{_PAGE.format(_COLUMNS)}{where} ORDER BY message_search.rowid DESC LIMIT 51"
    with_texts = any(isinstance(part, Term) and not part.negated for part in query.parts)

    def answer() -> tuple[list[Any], list[Any]]:
        rows = ask(raw, sql, *values)
        return rows, ask(raw, _TEXTS.format(",".join(str(row[0]) for row in rows[:50]))) if with_texts else []

    found = partial(store.search.search_mails, workspace_id, query, before)
    return Question(name, found, answer, _to_store_rows, lambda both: _to_raw_rows(both[0]))


def _to_marked(store: Store, raw: sqlite3.Connection, workspace_id: int, name: str, line: str) -> Question:
    """Ask for the page with marked words and a snippet on both sides, as the store's answer always has them."""
    query = parse(line, _NOW)
    where, values = _to_where(workspace_id, query)
    sql = f"{_PAGE.format(f'{_COLUMNS}, {_MARKS}')}{where} ORDER BY message_search.rowid DESC LIMIT 51"
    asked = partial(ask, raw, sql, *values)
    found = partial(store.search.search_mails, workspace_id, query)
    return Question(f"{name}, marked", found, asked, _to_store_rows, _to_raw_rows)


def _to_count(store: Store, raw: sqlite3.Connection, workspace_id: int, name: str, line: str) -> Question:
    query = parse(line, _NOW)
    where, values = _to_where(workspace_id, query)
    rows = f"{_PAGE.format('m.id')}{where} ORDER BY message_search.rowid DESC LIMIT 1001"
    return Question(
        f"count: {name}",
        lambda: store.search.count_mails(workspace_id, query),
        partial(ask, raw, f"SELECT count(*) FROM ({rows})", *values),
        # Compared by their number.
        lambda number: [None] * number,
        lambda rows: [None] * rows[0][0],
    )


def _to_opened(store: Store, raw: sqlite3.Connection, workspace_id: int, number: int) -> Question:
    """Ask for one whole mail, with its attempts and the names of its files."""
    columns = f"{_COLUMNS}, b.*"
    whole = f"SELECT {columns} FROM message m JOIN body b ON b.message_id = m.id WHERE m.id = ? AND m.workspace_id = ?"
    attempts = "SELECT * FROM attempt WHERE message_id = ? ORDER BY number"
    files = "SELECT * FROM message_file WHERE message_id = ? ORDER BY position"
    html, has_files = len(_FIELDS) + 6, _FIELDS.index("attachment_count")

    def answer() -> tuple[Any, ...]:
        row = ask(raw, whole, number, workspace_id)[0]
        return row, ask(raw, attempts, number), ask(raw, files, number) if row[has_files] else []

    return Question(
        "one mail",
        lambda: store.history.get_message(number, workspace_id),
        answer,
        lambda found: [(found.mail.html, len(found.attempts), len(found.mail.attachments))],
        lambda parts: [(parts[0][html], len(parts[1]), len(parts[2]))],
    )


def _to_colleagues(store: Store, raw: sqlite3.Connection, workspace_id: int) -> Question:
    """Ask what colleagues wrote within the days to anybody at the company that gets the most mail."""
    mailbox, domain = "p0@firm0.example", "firm0.example"
    wanted = ColleagueQuery("", AUTHORS[0], frozenset((mailbox,)), frozenset((domain,)))
    return Question(
        "colleagues",
        partial(store.correspondents.list_colleague_mails, workspace_id, wanted, END),
        partial(ask, raw, _COLLEAGUES, workspace_id, to_sort_key(END - 14 * DAY_SECONDS), AUTHORS[0], f"%@{domain}%"),
        lambda mails: [(mail.author, mail.subject) for mail in mails],
    )


def _to_where(workspace_id: int, query: Query, before: int | None = None) -> tuple[str, tuple[object, ...]]:
    """Write the condition as somebody who knows the tables would."""
    # FTS5 is left to find what a beginning stands for.
    match = to_match(query, (workspace_id,), lambda beginning: ((beginning, True),))
    values: tuple[object, ...] = (match, workspace_id)
    periods = [part for part in query.parts if isinstance(part, Period)]
    where = "message_search MATCH ? AND +m.workspace_id = ?"
    if periods:
        where += " AND message_search.rowid >= ? AND message_search.rowid < ?"
        values += (to_sort_key(periods[0].start), to_sort_key(periods[0].end))
    if before is not None:
        where, values = f"{where} AND message_search.rowid < ?", (*values, before)
    return where, values


def _to_insert(store: Store, raw: sqlite3.Connection, workspace_id: int) -> Question:
    """Commit a new mail durably: message and body."""
    mail = OutgoingMail(
        to=(Address("A", "a@x.org"),), subject="Durable", html="<p>x</p>" * 100, text="x" * 700, markdown="x"
    )

    def insert() -> object:
        key = str(uuid.uuid4())
        return store.outbox.insert_message(NewMessage(workspace_id, key, mail, key, "0" * 64, 1, END, END + 1e9))

    columns = [row[1] for row in ask(raw, "PRAGMA table_info(message)")]
    last = ask(raw, "SELECT max(sort_key) FROM message")[0][0]
    keys = count(last + 2**40)
    held = {"id": None, "status": "held", "indexed": 0, "due_at": END + 1e9}
    pattern = dict(zip(columns, ask(raw, "SELECT * FROM message WHERE id = 1")[0], strict=True)) | held
    places = ",".join("?" * len(columns))
    body = 'INSERT INTO body (message_id, "to", cc, bcc, reply_to, markdown, html, text) VALUES (?,?,?,?,?,?,?,?)'

    def insert_raw() -> object:
        key = str(uuid.uuid4())
        row = pattern | {"draft_id": key, "idempotency_key": key, "sort_key": next(keys)}
        raw.execute("BEGIN IMMEDIATE")
        number = raw.execute(f"INSERT INTO message VALUES ({places})", tuple(row.values())).lastrowid
        raw.execute(body, (number, '[["A", "a@x.org"]]', "[]", "[]", "[]", mail.markdown, mail.html, mail.text))
        return raw.execute("COMMIT")

    # Two new mails have nothing in common to compare.
    return Question("durable insert", insert, insert_raw, lambda _: [None], lambda _: [None])

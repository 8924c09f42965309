"""The questions a salesperson asks of the history: each as the store answers it, and as raw SQL on the same file."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from components.model import Address, Mail
from components.store import Entry, NewMessage, Store
from components.store.search.language import Period, parse
from components.store.search.matching import to_match
from tests.benchmarks.history.corpus import END, SPAN, Corpus

_NOW = datetime.fromtimestamp(END, UTC)
_COLUMNS = ", ".join(f"m.{name}" for name in Entry.__dataclass_fields__)
_PAGE = f"SELECT {_COLUMNS} FROM message_search CROSS JOIN message m ON m.id = message_search.rowid WHERE "
_TEXTS = "SELECT message_id, text FROM body WHERE message_id IN ({})"


@dataclass(frozen=True)
class Question:
    """A question by name, through the store and through raw sqlite3."""

    name: str
    store: Callable[[], object]
    raw: Callable[[], object]


def list_questions(store: Store, raw: sqlite3.Connection, workspace_id: int, size: int) -> list[Question]:
    """Every question; both sides read the same rows and leave the same ones unread."""
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
        "common word": common,
        "medium word": medium,
        "rare word": rare,
        "two words": f"{common} {third}",
        "phrase": f'"{common} {second}"',
        "prefix of 2": f"{common[:2]}*",
        "prefix of 5": f"{medium[:5]}*",
        "word + contact": f"{common} contact:con_3",
        "word + status": f"{common} status:failed",
        "word + month": f"{common} on:{month}",
        "without a word": f"-{common}",
        "Chinese letters": "契約",
    }
    page = store.search.search_mails
    newest = f"SELECT {_COLUMNS} FROM message m WHERE workspace_id = ? AND id < ? ORDER BY id DESC LIMIT 51"
    whole = "SELECT * FROM message m JOIN body b ON b.message_id = m.id WHERE m.id = ?"
    first, last = date.fromtimestamp(END - SPAN), date.fromtimestamp(END)
    deep, nothing = size // 2, parse("", _NOW)
    by_day = (
        "SELECT hour / 24, status, provider, sum(mails) FROM mails_by_hour WHERE workspace_id = ? AND hour >= ? "
        "AND hour < ? GROUP BY 1, 2, 3 ORDER BY 1"
    )
    hours = (int(END - SPAN) // 3600, int(END) // 3600)
    recent = last - timedelta(days=90)
    questions = [
        Question("newest page", lambda: page(workspace_id, nothing), _ask(raw, newest, workspace_id, 1 << 60)),
        Question("deep page", lambda: page(workspace_id, nothing, deep), _ask(raw, newest, workspace_id, deep)),
        *(_to_question(store, raw, workspace_id, name, line) for name, line in lines.items()),
        _to_deep_question(store, raw, workspace_id, common, deep),
        *(_to_count(store, raw, workspace_id, name, lines[name]) for name in ("common word", "word + contact")),
        Question("one mail", lambda: store.history.get_message(deep, workspace_id), _ask(raw, whole, deep)),
        Question(
            "Insights, 90 days",
            lambda: store.insights.list_days(workspace_id, recent, last, UTC),
            _ask(raw, by_day, workspace_id, hours[1] - 91 * 24, hours[1]),
        ),
        Question(
            "Insights, 2 years",
            lambda: store.insights.list_days(workspace_id, first, last, UTC),
            _ask(raw, by_day, workspace_id, *hours),
        ),
        Question(
            "delays, 2 years",
            lambda: store.insights.get_delays(workspace_id, first, last),
            _ask(raw, "SELECT bucket, sum(mails) FROM delays_by_day WHERE workspace_id = ? GROUP BY 1", workspace_id),
        ),
        Question(
            "quiet contacts",
            lambda: store.insights.list_quiet(workspace_id, "contact", END - 30 * 86_400),
            _ask(
                raw,
                "SELECT key, mails, last_id, last_at FROM mails_by_link WHERE workspace_id = ? AND kind = 'contact' "
                "AND last_at < ? ORDER BY last_at DESC, key DESC LIMIT 50",
                *(workspace_id, END - 30 * 86_400),
            ),
        ),
    ]
    return [*questions, _to_insert(store, raw, workspace_id)]


def _ask(raw: sqlite3.Connection, sql: str, *values: object) -> Callable[[], object]:
    return lambda: raw.execute(sql, values).fetchall()


def _to_question(store: Store, raw: sqlite3.Connection, workspace_id: int, name: str, line: str) -> Question:
    query = parse(line, _NOW)
    where, values = _to_where(raw, workspace_id, line)

    def answer() -> object:
        rows = raw.execute(f"{_PAGE}{where} ORDER BY message_search.rowid DESC LIMIT 51", values).fetchall()
        return raw.execute(_TEXTS.format(",".join(str(row[0]) for row in rows[:50]))).fetchall()

    return Question(name, lambda: store.search.search_mails(workspace_id, query), answer)


def _to_deep_question(store: Store, raw: sqlite3.Connection, workspace_id: int, line: str, deep: int) -> Question:
    query = parse(line, _NOW)
    where, values = _to_where(raw, workspace_id, line)
    sql = f"{_PAGE}{where} AND message_search.rowid < ? ORDER BY message_search.rowid DESC LIMIT 51"
    return Question(
        "common word, deep",
        lambda: store.search.search_mails(workspace_id, query, deep),
        lambda: raw.execute(sql, (*values, deep)).fetchall(),
    )


def _to_count(store: Store, raw: sqlite3.Connection, workspace_id: int, name: str, line: str) -> Question:
    query = parse(line, _NOW)
    where, values = _to_where(raw, workspace_id, line)
    source = _PAGE.replace(_COLUMNS, "m.id")
    sql = f"SELECT count(*) FROM ({source}{where} ORDER BY message_search.rowid DESC LIMIT 1001)"
    return Question(f"count: {name}", lambda: store.search.count_mails(workspace_id, query), _ask(raw, sql, *values))


def _to_where(raw: sqlite3.Connection, workspace_id: int, line: str) -> tuple[str, tuple[object, ...]]:
    """The condition that a person who knows the tables would write."""
    query = parse(line, _NOW)
    values: tuple[object, ...] = (to_match(query, workspace_id), workspace_id)
    periods = [part for part in query.parts if isinstance(part, Period)]
    where = "message_search MATCH ? AND +m.workspace_id = ?"
    if periods:
        start, end = periods[0].start, periods[0].end
        days = (workspace_id, start // 86_400, end // 86_400)
        sql = "SELECT min(first_id), max(last_id) FROM ids_by_day WHERE workspace_id = ? AND day BETWEEN ? AND ?"
        where += " AND message_search.rowid BETWEEN ? AND ? AND m.created_at >= ? AND m.created_at < ?"
        values += (*raw.execute(sql, days).fetchone(), start, end)
    return where, values


def _to_insert(store: Store, raw: sqlite3.Connection, workspace_id: int) -> Question:
    """One durable commit of a new mail: message and body."""
    mail = Mail(to=(Address("A", "a@x.org"),), subject="Durable", html="<p>x</p>" * 100, text="x" * 700, markdown="x")

    def insert() -> object:
        key = str(uuid.uuid4())
        return store.outbox.insert_message(NewMessage(workspace_id, key, mail, key, "0" * 64, 1, END, END + 1e9))

    columns = [row[1] for row in raw.execute("PRAGMA table_info(message)")]

    def insert_raw() -> object:
        key = str(uuid.uuid4())
        row = dict(raw.execute("SELECT * FROM message WHERE id = 1").fetchone())
        row |= {
            "id": None,
            "draft_id": key,
            "idempotency_key": key,
            "status": "held",
            "indexed": 0,
            "due_at": END + 1e9,
        }
        raw.execute("BEGIN IMMEDIATE")
        number = raw.execute(
            f"INSERT INTO message VALUES ({','.join('?' * len(columns))})", [row[name] for name in columns]
        ).lastrowid
        sql = 'INSERT INTO body (message_id, "to", cc, bcc, reply_to, markdown, html, text) VALUES (?,?,?,?,?,?,?,?)'
        raw.execute(sql, (number, '[["A", "a@x.org"]]', "[]", "[]", "[]", mail.markdown, mail.html, mail.text))
        return raw.execute("COMMIT")

    return Question("durable insert", insert, insert_raw)

"""Finds mails in PostgreSQL by their lexemes, newest first, in a time that hardly grows with the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from components.store.engine import reading
from components.store.schema import message
from components.store.search.conditions import (
    Conditions,
    Selection,
    find_span,
    list_workspaces,
    name_columns,
    to_conditions,
)
from components.store.search.document import IndexedMail
from components.store.search.lexemes.blocks import list_own_blocks, list_spans
from components.store.search.lexemes.questions import SEPARATOR, Question, narrow, to_question
from components.store.search.lexemes.vocabulary import OVERFULL, list_words, to_lexemes

#: The table of migration ``m015``: the words of each mail by their places, and its lexemes.
_table = sa.table(
    "message_search",
    sa.column("message_id", sa.Integer),
    sa.column("sort_key", sa.BigInteger),
    sa.column("overfull", sa.Boolean),
    sa.column("words", sa.Text),
    sa.column("lexemes", postgresql.TSVECTOR),
)
#: One text of all lexemes reaches the database several times as fast as an array of them.
_INSERT = postgresql.insert(_table).values(
    lexemes=sa.func.array_to_tsvector(sa.func.string_to_array(sa.bindparam("lexemes", type_=sa.Text), " "))
)
_REPLACE = _INSERT.on_conflict_do_update(
    index_elements=["message_id"],
    set_={name: _INSERT.excluded[name] for name in ("sort_key", "overfull", "words", "lexemes")},
)
#: PostgreSQL does not know how words are spread over mails and time. Left to itself it walks the mails by their keys,
#: or reads every row of the index, for seconds: so the index of lexemes is its only way, and then the mails one by one.
_SETTINGS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
_PIN = sa.text("SELECT " + ", ".join(f"set_config('{name}', 'off', true)" for name in _SETTINGS))
#: OFFSET 0 keeps what is found by the index apart: sorted there, so that words and the mails themselves, which lie
#: elsewhere, are read one by one until there are enough.
_FOUND = """
FROM (
    SELECT message_id, sort_key, overfull, words FROM message_search
    WHERE lexemes @@ CAST(:lexemes AS tsquery) AND sort_key >= :start AND sort_key < :end
    ORDER BY sort_key {direction} OFFSET 0
) AS found JOIN message ON message.id = found.message_id
WHERE {where} ORDER BY found.sort_key {direction}
"""
_EDGES = {
    direction: sa.text(
        f"SELECT {function}(sort_key) FROM message WHERE workspace_id = :workspace "
        "AND sort_key >= :start AND sort_key < :end"
    )
    for direction, function in (("ASC", "min"), ("DESC", "max"))
}
_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1
#: The ids of mails that are indexed under other keys than they have, as many as are listed one by one.
_STRAY = (
    sa.select(_table.c.message_id)
    .outerjoin(message, message.c.id == _table.c.message_id)
    .where(_table.c.sort_key.is_distinct_from(message.c.sort_key))
    .limit(20)
)
_COMPARED = (
    _table.c.message_id,
    _table.c.sort_key,
    _table.c.words,
    sa.func.tsvector_to_array(_table.c.lexemes).label("listed"),
)


class LexemeIndex:
    """The index of PostgreSQL."""

    #: No earlier version had this index.
    former = None

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(
        self, selection: Selection, columns: Sequence[sa.Column[Any]], most: int, *, with_text: bool = False
    ) -> list[sa.Row[Any]]:
        """See ``SearchIndex``."""
        conditions, question = to_conditions(selection), to_question(selection.query)
        names, found = name_columns(columns, with_text), _to_found(selection, conditions, question)
        statement = conditions.to_statement(f"SELECT {names} {found} LIMIT :most", columns)
        rows: list[sa.Row[Any]] = []
        with reading(self._engine) as connection:
            for values in _list_spans(connection, selection, question):
                rows += connection.execute(statement, conditions.values | values | {"most": most - len(rows)})
                if len(rows) == most:
                    break
        return rows

    def count(self, selection: Selection, most: int) -> int:
        """See ``SearchIndex``."""
        conditions, question = to_conditions(selection), to_question(selection.query)
        found = _to_found(selection, conditions, question)
        statement = conditions.to_statement(f"SELECT count(*) FROM (SELECT 1 {found} LIMIT :most) AS counted")
        number = 0
        with reading(self._engine) as connection:
            for values in _list_spans(connection, selection, question):
                values = conditions.values | values | {"most": most - number}
                number += connection.execute(statement, values).scalar_one()
                if number == most:
                    break
        return number

    def replace(self, connection: sa.Connection, mails: Sequence[IndexedMail]) -> None:
        """See ``SearchIndex``."""
        connection.execute(_REPLACE, [to_row(mail) for mail in mails])

    def list_faults(self, connection: sa.Connection) -> list[str]:
        """See ``SearchIndex``."""
        found = connection.execute(_STRAY).scalars().all()
        return [f"The index has mails in another place than lists: {', '.join(map(str, found))}."] if found else []

    def find_unlike(self, connection: sa.Connection, mails: Sequence[IndexedMail]) -> set[int]:
        """See ``SearchIndex``."""
        query = sa.select(*_COMPARED).where(_table.c.message_id.in_([mail.id for mail in mails]))
        kept = {row.message_id: (row.sort_key, row.words, set(row.listed)) for row in connection.execute(query)}
        unlike: set[int] = set()
        for mail in mails:
            row = to_row(mail)
            if kept.get(mail.id) != (row["sort_key"], row["words"], set(row["lexemes"].split(" "))):
                unlike.add(mail.id)
        return unlike


def to_row(mail: IndexedMail) -> dict[str, Any]:
    """Convert a mail to its row of the index."""
    words = list_words(mail.document)
    others = [*mail.document["facet"].split(), *list_own_blocks(mail.workspace_id, mail.sort_key)]
    lexemes = to_lexemes(words, others)
    return {
        "message_id": mail.id,
        "sort_key": mail.sort_key,
        "overfull": OVERFULL in lexemes,
        "words": SEPARATOR.join(f" {' '.join(listed)} " for listed in words.values()),
        "lexemes": " ".join(lexemes),
    }


def _to_found(selection: Selection, conditions: Conditions, question: Question) -> str:
    """Build FROM, WHERE and ORDER of the mails that a question finds in a span."""
    conditions.values |= question.values
    return _FOUND.format(
        where=" AND ".join((*conditions.texts, *question.conditions)),
        direction="ASC" if selection.is_ascending else "DESC",
    )


def _list_spans(connection: sa.Connection, selection: Selection, question: Question) -> Iterator[dict[str, Any]]:
    """Yield the values that ask for one span after the other, from the first mail that there may be."""
    first, last = find_span(selection)
    start, end = _LOWEST if first is None else first, _HIGHEST if last is None else last
    values = {"workspace": selection.workspace_id, "start": start, "end": end}
    edge = connection.execute(_EDGES["ASC" if selection.is_ascending else "DESC"], values).scalar_one()
    if edge is None:
        return
    start, end = (edge, end) if selection.is_ascending else (start, edge + 1)
    workspaces = list_workspaces(connection, selection.workspace_id)
    connection.execute(_PIN)
    for span in list_spans(start, end, selection.is_ascending):
        yield {"lexemes": narrow(question, workspaces, span), "start": span.start, "end": span.end}

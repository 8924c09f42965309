"""Answers queries from SQLite's full-text index, newest mail first, in a time that does not grow with the history.

This is the one place with SQL written by hand, and the one that quotes words for FTS5.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from components.errors import StoreError
from components.model import Status
from components.store.engine import reading
from components.store.history import SUMMARY, to_summary
from components.store.schema import message, workspace
from components.store.search.beginnings import Alternative, list_alternatives
from components.store.search.fts_document import to_facet, to_status_facet
from components.store.search.highlights import Marker, Range, list_phrases
from components.store.search.indexer import IndexStore
from components.store.search.query import Filter, Period, Query, Term
from components.store.search.tokenizer import Phrase, to_phrases
from components.store.sort_key import BEFORE_ALL, FIRST_KEY, to_sort_key
from components.store.sound_values import to_text
from components.store.types import MessageSummary

#: The number up to which results are counted; more are "1,000+".
MOST_COUNTED = 1000
#: Seconds that a search may spend on indexing mails that came in since the last one.
_PATIENCE = 0.2
#: CROSS JOIN makes SQLite read the index first, in the order of its keys, so that a page stops early.
_FOUND = (
    "FROM message_search CROSS JOIN message ON message.sort_key = message_search.rowid "
    f"WHERE message_search.rowid >= {FIRST_KEY} AND "
)
#: Rows that are named by ids are in no order of use: all that match are read and sorted (``former_rows``).
_FOUND_FORMER = (
    "FROM message_search CROSS JOIN message ON message.id = message_search.rowid "
    f"WHERE message_search.rowid < {FIRST_KEY} AND "
)
_COLUMNS = ", ".join(f"message.{column.name}" for column in SUMMARY)
#: The text of a mail that was found, in the same statement.
_TEXT = "(SELECT text FROM body WHERE message_id = message.id)"
#: Filters that are compared with the row again: two values may share a facet.
_ANY = "IN (SELECT value FROM json_each(:value{0}))"
_EXACT = {
    "contact": f"+message.contact_id {_ANY}",
    "deal": f"+message.deal_id {_ANY}",
    "thread": f"(+message.thread_id {_ANY} OR message.provider_thread_id {_ANY})",
}
#: The condition of a status that is not named like the column's value; lists name it so (``to_status_text``).
#: A mail's present status decides, not the one that it was indexed with.
_STATUSES = {
    "waiting": "+message.status = 'held' AND message.due_at IS NOT NULL",
    "missed": "+message.status = 'held' AND message.due_at IS NULL AND message.code IS 'missed'",
    "not-sent": "+message.status = 'held' AND message.due_at IS NULL AND message.code IS NOT 'missed'",
    "open": "+message.status IN ('held', 'sending')",
}
#: The conditions of a period on a sort key; ``after`` includes its date.
_TIMES = {
    "after": "{{key}} >= :start{0}",
    "before": "{{key}} < :start{0}",
    "on": "{{key}} >= :start{0} AND {{key}} < :end{0}",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A mail that was found; ranges are ``[start, end)`` in characters of the entry's subject and of ``snippet``."""

    summary: MessageSummary
    subject_ranges: tuple[Range, ...]
    snippet: str
    snippet_ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits, newest first. Pass ``next_key`` as ``before_key`` for the next page; it is None on the last one.

    ``complete`` is False while mails are still waiting to be indexed.
    """

    hits: tuple[Hit, ...]
    next_key: int | None
    complete: bool


class SearchStore:
    """Finds mails, those that are waiting or being sent too.

    A term is searched in To, Cc, Bcc, Reply-To, the subject, the plain text, the names of attached files and the reason
    of a failure, or only in the field that its operator names. Words are compared whole, ignoring case and accents, and
    as they are meant (``tokenizer.Reading``); the words of a phrase must follow each other in one field; in scripts
    without spaces any part of a line is found. All parts of a query must match, and no negated one may. An empty query
    lists all mails. Results are ordered by sort key, and times are those of the keys (``components.store.sort_key``).
    """

    def __init__(self, engine: sa.Engine, index: IndexStore) -> None:
        self._engine = engine
        self._index = index

    def search_mails(self, workspace_id: int, query: Query, before_key: int | None = None, limit: int = 50) -> Results:
        """Return a page of what a query finds, of mails with a lower key than ``before_key``. Raises StoreError."""
        # Without a query the mails themselves are listed, and the index is not read.
        complete = self._catch_up() if query else True
        phrases = list_phrases(query)
        columns = f"{_COLUMNS}, {_TEXT}" if phrases else _COLUMNS
        rows = self._find(workspace_id, query, columns, SUMMARY, limit + 1, before_key=before_key)
        in_text, in_subject = Marker(phrases), Marker(list_phrases(query, "subject"))
        hits = []
        for row in rows[:limit]:
            summary = to_summary(row)
            snippet = in_text.cut_snippet(to_text(row[-1])) if phrases else None
            text, ranges = snippet or (summary.preview, in_text.find_ranges(summary.preview))
            hits.append(Hit(summary, in_subject.find_ranges(summary.subject), text, ranges))
        # A damaged key (0) is none to continue from.
        keys = [hit.summary.sort_key for hit in hits if hit.summary.sort_key]
        return Results(tuple(hits), min(keys, default=None) if len(rows) > limit else None, complete)

    def count_mails(self, workspace_id: int, query: Query, most: int = MOST_COUNTED) -> int:
        """Count the mails that a query finds; ``most + 1`` means more than ``most``. Raises StoreError."""
        if query:
            self._catch_up()
        bound, found = self._index.former.bound, 0
        with reading(self._engine) as connection:
            sources, values = self._to_sources(connection, workspace_id, query)
            for source in sources if self._index.former.find_newest(connection, bound) is not None else sources[:1]:
                sql = f"SELECT count(*) FROM (SELECT message.id {source} LIMIT :most) AS found"
                found += connection.execute(sa.text(sql), values | {"most": most + 1}).scalar_one()
        return min(found, most + 1)

    def list_ids(self, workspace_id: int, query: Query, after_key: int, limit: int) -> tuple[tuple[int, int], ...]:
        """List the ids and sort keys of mails that a query finds and that have a higher key, oldest first.

        The first call (``BEFORE_ALL``) brings the index up to date, so that an iteration over all pages includes every
        mail that was recorded when it began. Raises StoreError.
        """
        if query and after_key == BEFORE_ALL:
            while self._index.catch_up():
                pass
        columns = (message.c.id, message.c.sort_key)
        rows = self._find(workspace_id, query, "message.id, message.sort_key", columns, limit, after_key=after_key)
        return tuple((row.id, row.sort_key) for row in rows)

    def _catch_up(self) -> bool:
        until = time.monotonic() + _PATIENCE
        while self._index.catch_up():
            if time.monotonic() > until:
                return False
        return True

    def _find(
        self,
        workspace_id: int,
        query: Query,
        names: str,
        columns: Sequence[sa.Column[Any]],
        most: int,
        *,
        before_key: int | None = None,
        after_key: int | None = None,
    ) -> list[sa.Row[Any]]:
        """Read columns (``names`` in SQL, the first of them as ``columns``) of what a query finds, in order."""
        bound = self._index.former.bound
        with reading(self._engine) as connection:
            sources, values = self._to_sources(connection, workspace_id, query, before_key, after_key)
            statements = [sa.text(f"SELECT {names} {source} LIMIT :most").columns(*columns) for source in sources]
            values["most"] = most
            rows = list(connection.execute(statements[0], values))
            newest = self._index.former.find_newest(connection, bound) if query else None
            if newest is None or (after_key is None and len(rows) == most and _to_key(rows[-1]) > newest):
                return rows
            rows += connection.execute(statements[1], values)
        return sorted(rows, key=_to_key, reverse=after_key is None)[:most]

    def _to_sources(
        self,
        connection: sa.Connection,
        workspace_id: int,
        query: Query,
        before_key: int | None = None,
        after_key: int | None = None,
    ) -> tuple[tuple[str, ...], dict[str, object]]:
        """Build FROM and WHERE of a query, newest first (oldest first after a key), and their values.

        The second source reads the former rows of the index; without a query there is none.
        """
        values: dict[str, object] = {"workspace": workspace_id}
        edge, direction = "", "DESC"
        if before_key is not None:
            values["before"] = before_key
            edge = " AND {key} < :before"
        if after_key is not None:
            values["after"] = after_key
            edge, direction = f"{edge} AND {{key}} > :after", "ASC"
        order = f"{edge} ORDER BY {{key}} {direction}"
        if not query:
            return (f"FROM message WHERE workspace_id = :workspace{order.format(key='sort_key')}",), values
        if self._engine.dialect.name != "sqlite":
            raise StoreError("Searching needs a database in SQLite. This one can only be listed.")
        # What has just moved here from another workspace is still indexed as that one's.
        merged = sa.select(workspace.c.id).where(workspace.c.merged_into == workspace_id)
        workspaces = (workspace_id, *connection.execute(merged).scalars())
        values["match"] = to_match(query, workspaces, partial(list_alternatives, connection))
        conditions = ["message_search MATCH :match", "+message.workspace_id = :workspace"]
        for number, part in enumerate(query.parts):
            if isinstance(part, Period):
                conditions.append(_TIMES[part.kind].format(number))
                values |= {f"start{number}": to_sort_key(part.start), f"end{number}": to_sort_key(part.end)}
            elif isinstance(part, Filter) and part.kind == "status":
                condition = _STATUSES.get(part.value, f"+message.status = :value{number}")
                conditions.append(f"{'NOT ' if part.negated else ''}({condition})")
                values[f"value{number}"] = part.value
            elif isinstance(part, Filter) and not part.negated and part.kind in _EXACT:
                conditions.append(_EXACT[part.kind].format(number))
                values[f"value{number}"] = json.dumps(part.values)
        where = f"{' AND '.join(conditions)}{order}"
        by_key = f"{_FOUND}{where.format(key='message_search.rowid')}"
        return (by_key, f"{_FOUND_FORMER}{where.format(key='+message.sort_key')}"), values


def _to_key(row: sa.Row[Any]) -> int:
    """Return the sort key of a row; 0 where it is damaged."""
    return row.sort_key if isinstance(row.sort_key, int) else 0


#: Lists what a beginning stands for.
Expand = Callable[[str], Sequence[Alternative]]


def to_match(query: Query, workspaces: Sequence[int], expand: Expand) -> str:
    """Convert a query to an FTS5 MATCH expression of quoted words, so that nothing typed can act as an operator.

    ``workspaces`` are those that a mail may be indexed under.
    """
    wanted = [f"({' OR '.join(_quote((to_facet('workspace', str(each)),)) for each in workspaces)})"]
    unwanted: list[str] = []
    for part in query.parts:
        if isinstance(part, Filter) and part.kind == "status":
            # A mail that is excluded by its status may have been indexed with another.
            wanted += [] if part.negated else [_quote_status(part.value)]
        elif isinstance(part, Filter) and part.kind == "by":
            (unwanted if part.negated else wanted).append(_quote_person(part.value))
        elif isinstance(part, Filter):
            facets = dict.fromkeys(_quote((to_facet(part.kind, value),)) for value in part.values)
            (unwanted if part.negated else wanted).append(f"({' OR '.join(facets)})")
        elif isinstance(part, Term):
            (unwanted if part.negated else wanted).append(_quote_term(part, expand))
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


def _quote_status(value: str) -> str:
    """Quote the facets of a status, under which a mail may have been indexed that has it now."""
    indexed = {Status.HELD} if value in _STATUSES else {value}
    if value in ("open", Status.SENDING):
        # An unknown mail is not indexed again when LeadLex is asked what became of it.
        indexed |= {Status.SENDING, Status.UNKNOWN}
    facets = sorted({to_facet("status", to_status_facet(each)) for each in indexed})
    return f"({' OR '.join(_quote((facet,)) for facet in facets)})"


def _quote_person(value: str) -> str:
    """Quote the words of a name, in any order."""
    readings = dict.fromkeys(
        " AND ".join(_quote((to_facet("by", word),)) for word in words) for words, _ in to_phrases(value)
    )
    return f"({' OR '.join(f'({each})' for each in readings)})"


def _quote_term(term: Term, expand: Expand) -> str:
    place = f'"{term.field}" : ' if term.field else ""
    phrases = dict.fromkeys(
        f"{_quote(words)}{' *' if prefix else ''}"
        for phrase in to_phrases(term.text, term.prefix)
        for words, prefix in _list_phrases(phrase, expand)
    )
    return f"{place}({' OR '.join(phrases)})"


def _list_phrases(phrase: Phrase, expand: Expand) -> list[Phrase]:
    """List the phrases that a phrase with a beginning at its end stands for."""
    words, prefix = phrase
    if not prefix:
        return [phrase]
    return [((*words[:-1], last), is_beginning) for last, is_beginning in expand(words[-1])]


def _quote(words: tuple[str, ...]) -> str:
    return '"' + " ".join(words).replace('"', '""') + '"'

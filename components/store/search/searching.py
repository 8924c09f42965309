"""Answers queries newest mail first, in a time that does not grow with the history."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from components.store.engine import reading
from components.store.history import SUMMARY, to_summary
from components.store.schema import message
from components.store.search.conditions import Selection, count_all, list_newest
from components.store.search.highlights import Marker, Range, list_phrases
from components.store.search.index import SearchIndex
from components.store.search.indexer import IndexStore
from components.store.search.query import Query
from components.store.sort_key import BEFORE_ALL
from components.store.sound_values import to_text
from components.store.types import MessageSummary

#: The number up to which results are counted; more are "1,000+".
MOST_COUNTED = 1000
#: Seconds that a search may spend on indexing mails that came in since the last one.
_PATIENCE = 0.2


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

    def __init__(self, engine: sa.Engine, index: IndexStore, search_index: SearchIndex) -> None:
        self._engine = engine
        self._index = index
        self._search_index = search_index

    def search_mails(self, workspace_id: int, query: Query, before_key: int | None = None, limit: int = 50) -> Results:
        """Return a page of what a query finds, of mails with a lower key than ``before_key``. Raises StoreError."""
        # Without a query the mails themselves are listed, and the index is not read.
        complete = self._catch_up() if query else True
        phrases = list_phrases(query)
        selection = Selection(workspace_id, query, before_key=before_key)
        rows = self._find(selection, SUMMARY, limit + 1, with_text=bool(phrases))
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
        selection = Selection(workspace_id, query)
        if query:
            self._catch_up()
            return self._search_index.count(selection, most + 1)
        with reading(self._engine) as connection:
            return count_all(connection, selection, most + 1)

    def list_ids(self, workspace_id: int, query: Query, after_key: int, limit: int) -> tuple[tuple[int, int], ...]:
        """List the ids and sort keys of mails that a query finds and that have a higher key, oldest first.

        The first call (``BEFORE_ALL``) brings the index up to date, so that an iteration over all pages includes every
        mail that was recorded when it began. Raises StoreError.
        """
        if query and after_key == BEFORE_ALL:
            while self._index.catch_up():
                pass
        selection = Selection(workspace_id, query, after_key=after_key)
        rows = self._find(selection, (message.c.id, message.c.sort_key), limit)
        return tuple((row.id, row.sort_key) for row in rows)

    def _catch_up(self) -> bool:
        until = time.monotonic() + _PATIENCE
        while self._index.catch_up():
            if time.monotonic() > until:
                return False
        return True

    def _find(
        self, selection: Selection, columns: Sequence[sa.Column[Any]], most: int, *, with_text: bool = False
    ) -> list[sa.Row[Any]]:
        if selection.query:
            return self._search_index.find(selection, columns, most, with_text=with_text)
        with reading(self._engine) as connection:
            return list_newest(connection, selection, columns, most)

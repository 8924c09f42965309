"""The mails that belong together: of one thread, to one contact, of one deal."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from components.store.engine import reading
from components.store.history import ENTRY, to_entry
from components.store.rows import Entry
from components.store.schema import message
from components.store.search.fts_query import SearchStore
from components.store.search.query import Filter, Query

#: What mails can have in common.
LINKS = ("thread", "contact", "deal")


@dataclass(frozen=True, slots=True)
class Related:
    """A page of mails, newest first. ``next_id`` is what the next page comes before, None on the last one.

    ``complete`` is False while mails are still waiting to be indexed, so that the first one of a thread may be missing.
    """

    entries: tuple[Entry, ...]
    next_id: int | None
    complete: bool


class RelatedStore:
    """Lists what belongs together, mails that wait or are under way included."""

    def __init__(self, engine: sa.Engine, search: SearchStore) -> None:
        self._engine = engine
        self._search = search

    def list_related(
        self, workspace_id: int, link: str, value: str, before_id: int | None = None, limit: int = 50
    ) -> Related:
        """A page of the mails whose ``link`` (one of ``LINKS``) is ``value``, of those older than ``before_id``.

        A thread is also what LeadLex began with a mail that named none. Raises StoreError.
        """
        found = self._list_linked(workspace_id, message.c[f"{link}_id"], value, before_id, limit + 1)
        complete = True
        if link == "thread":
            begun, complete = self._list_begun(workspace_id, value, before_id, limit + 1)
            found |= begun
        entries = tuple(found[number] for number in sorted(found, reverse=True)[: limit + 1])
        more = len(entries) > limit
        return Related(entries[:limit], entries[limit - 1].id if more else None, complete)

    def _list_linked(
        self, workspace_id: int, column: sa.Column[str | None], value: str, before_id: int | None, limit: int
    ) -> dict[int, Entry]:
        query = sa.select(*ENTRY).where(message.c.workspace_id == workspace_id, column == value)
        if before_id is not None:
            query = query.where(message.c.id < before_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(message.c.id.desc()).limit(limit))
            return {row.id: to_entry(row) for row in rows}

    def _list_begun(
        self, workspace_id: int, thread_id: str, before_id: int | None, limit: int
    ) -> tuple[dict[int, Entry], bool]:
        """The mails that LeadLex answered with this thread; no index of the table knows them, but the search does."""
        if self._engine.dialect.name != "sqlite":
            told = message.c.provider_thread_id
            return self._list_linked(workspace_id, told, thread_id, before_id, limit), True
        results = self._search.search_mails(workspace_id, Query((Filter("thread", thread_id),)), before_id, limit)
        return {hit.entry.id: hit.entry for hit in results.hits}, results.complete

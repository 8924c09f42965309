"""Lists the mails of one thread, contact or deal."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from components.store.engine import reading
from components.store.history import SUMMARY, to_summary
from components.store.schema import message
from components.store.search.query import Filter, Query
from components.store.search.searching import SearchStore
from components.store.types import MessageSummary

#: The links by which mails can be related.
LINKS = ("thread", "contact", "deal")


@dataclass(frozen=True, slots=True)
class Related:
    """A page of mails, newest first. Pass ``next_key`` as ``before_key`` for the next page; it is None on the last one.

    ``complete`` is False while mails are still waiting to be indexed, so that the first one of a thread may be missing.
    """

    summaries: tuple[MessageSummary, ...]
    next_key: int | None
    complete: bool


class RelatedStore:
    """Lists related mails, including those that are waiting or being sent."""

    def __init__(self, engine: sa.Engine, search: SearchStore) -> None:
        self._engine = engine
        self._search = search

    def list_related(
        self, workspace_id: int, link: str, value: str, before_key: int | None = None, limit: int = 50
    ) -> Related:
        """Return a page of the mails below ``before_key`` whose ``link`` (one of ``LINKS``) is ``value``.

        A thread includes the mail with which LeadLex began it, which did not name one. Raises StoreError.
        """
        found = self._list_linked(workspace_id, message.c[f"{link}_id"], value, before_key, limit + 1)
        complete = True
        if link == "thread":
            begun, complete = self._list_begun(workspace_id, value, before_key, limit + 1)
            found |= begun
        summaries = tuple(sorted(found.values(), key=lambda each: (each.sort_key, each.id), reverse=True)[: limit + 1])
        more = len(summaries) > limit
        return Related(summaries[:limit], summaries[limit - 1].sort_key if more else None, complete)

    def _list_linked(
        self, workspace_id: int, column: sa.Column[str | None], value: str, before_key: int | None, limit: int
    ) -> dict[int, MessageSummary]:
        query = sa.select(*SUMMARY).where(message.c.workspace_id == workspace_id, column == value)
        if before_key is not None:
            query = query.where(message.c.sort_key < before_key)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(message.c.sort_key.desc()).limit(limit))
            return {row.id: to_summary(row) for row in rows}

    def _list_begun(
        self, workspace_id: int, thread_id: str, before_key: int | None, limit: int
    ) -> tuple[dict[int, MessageSummary], bool]:
        """List the mails that LeadLex answered with this thread, from the search index: the table has none for it."""
        results = self._search.search_mails(workspace_id, Query((Filter("thread", thread_id),)), before_key, limit)
        return {hit.summary.id: hit.summary for hit in results.hits}, results.complete

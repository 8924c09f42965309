"""Removes erased mails from the search index and the write-ahead log, in small steps while the dispatcher is idle.

FTS5 only marks what was deleted: the words stay in older segments until these are merged. Merging all of them at once
would hold the write lock for long at a million mails, so each step merges a few pages
(https://sqlite.org/fts5.html, "merge").
"""

from __future__ import annotations

import sqlalchemy as sa

from components.store.engine import reading, to_database, translated_errors, writing
from components.store.schema import erasure
from components.store.search.indexer import IndexStore

#: Pages of the index a step: the time that another writer waits at most.
_PAGES = 64

_WAITING = sa.select(sa.func.max(erasure.c.id)).where(erasure.c.scrubbed_at.is_(None))


class SecureDeleteStore:
    """Overwrites the remains of erased mails in the index and the log."""

    def __init__(self, engine: sa.Engine, index: IndexStore) -> None:
        self._engine = engine
        self._index = index
        #: The newest erasure that the merge in progress covers.
        self._until: int | None = None

    def take_step(self, now: float) -> bool:
        """Take one step; returns whether there is more to do. The last step records ``now`` (epoch seconds).

        Where readers prevent the log from being emptied, the next step tries again. A database that keeps remains until
        its own maintenance removes them is left to that. Raises StoreError.
        """
        if to_database(self._engine).keeps_remains:
            return False
        with reading(self._engine) as connection:
            waiting = connection.execute(_WAITING).scalar_one()
        if waiting is None:
            return False
        if self._until is None:
            # Mails whose text retention removed are indexed again, without it.
            if not self._index.catch_up():
                self._merge(-_PAGES)
                self._until = waiting
            return True
        if self._merge(_PAGES):
            return True
        if not self.empty_log():
            return True
        until, self._until = self._until, None
        return self._finish(until, now)

    def empty_log(self) -> bool:
        """Write the log's pages into the database and truncate it; returns whether that was possible.

        Readers and writers hardly wait for it. Raises StoreError.
        """
        database = to_database(self._engine)
        with translated_errors(database):
            return database.empty_log(self._engine)

    def _merge(self, pages: int) -> bool:
        """Merge a number of pages of the index; returns whether there was anything to merge."""
        with writing(self._engine) as connection:
            before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            connection.exec_driver_sql("INSERT INTO message_search(message_search, rank) VALUES ('merge', ?)", (pages,))
            after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        # The command itself counts as one change.
        return bool(after - before > 1)

    def _finish(self, until: int, now: float) -> bool:
        done = erasure.update().where(erasure.c.id <= until, erasure.c.scrubbed_at.is_(None)).values(scrubbed_at=now)
        with writing(self._engine) as connection:
            connection.execute(done)
            return connection.execute(_WAITING).scalar_one() is not None

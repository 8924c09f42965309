"""What was erased leaves the search index and the write-ahead log too, bit by bit while nothing else is to be done.

FTS5 only marks what was deleted: the words stay in older segments until these are merged. Merging all of them at once
would hold the write lock for long at a million mails, so it goes in steps (https://sqlite.org/fts5.html, "merge").
"""

from __future__ import annotations

import sqlalchemy as sa

from components.store.engine import reading, translated_errors, writing
from components.store.schema import erasure
from components.store.search.indexer import IndexStore

#: Pages of the index a step: others who write wait for so many at most.
_PAGES = 64
#: Milliseconds that the log's reset waits for readers, and writers for it.
_PATIENCE = 200

_WAITING = sa.select(sa.func.max(erasure.c.id)).where(erasure.c.scrubbed_at.is_(None))


class ScrubStore:
    """Overwrites what the index and the log still hold of erased mails."""

    def __init__(self, engine: sa.Engine, index: IndexStore) -> None:
        self._engine = engine
        self._index = index
        #: The newest erasure that the merge under way takes care of.
        self._until: int | None = None

    def scrub(self, now: float) -> bool:
        """Take one step; returns whether there is more to do. ``now`` (epoch seconds) is noted at the end.

        Where readers keep the log from being emptied, the same is tried at the next step. Raises StoreError.
        """
        with reading(self._engine) as connection:
            waiting = connection.execute(_WAITING).scalar_one()
        if waiting is None:
            return False
        if self._engine.dialect.name != "sqlite":
            return self._finish(waiting, now)
        if self._until is None:
            # Mails whose text was let go are indexed anew, without it.
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
        """Write the log's pages into the database and cut it to nothing; whether that was possible. Raises StoreError.

        Readers and writers are hardly kept waiting. Nothing to do on other databases than SQLite.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        connection = self._engine.raw_connection()
        try:
            with translated_errors():
                cursor = connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                cursor.execute(f"PRAGMA busy_timeout={_PATIENCE}")
                busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                cursor.execute("PRAGMA busy_timeout=10000")
                cursor.close()
        finally:
            connection.close()
        return not busy

    def _merge(self, pages: int) -> bool:
        """Merge so many pages of the index; whether there was anything to merge."""
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

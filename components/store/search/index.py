"""What every full-text index can do; ``SearchStore`` asks one, ``IndexStore`` fills it.

There are two: ``fts5`` in SQLite, ``lexemes`` in PostgreSQL. Query language, tokenizer, documents, conditions on the
mails themselves and highlighting are the same for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from components.store.engine import to_database
from components.store.search.conditions import Selection
from components.store.search.document import IndexedMail
from components.store.search.fts5.former_rows import FormerRows
from components.store.search.fts5.index import Fts5Index
from components.store.search.lexemes.index import LexemeIndex
from components.store.sqlite import Sqlite


class SearchIndex(Protocol):
    """An index of the words and facets of mails. A mail that is deleted leaves it by itself."""

    @property
    def former(self) -> FormerRows | None:
        """What an earlier version indexed otherwise, where it did."""

    def find(
        self, selection: Selection, columns: Sequence[sa.Column[Any]], most: int, *, with_text: bool = False
    ) -> list[sa.Row[Any]]:
        """Read columns of ``message`` of the first mails of a selection, in its order; ``with_text`` their text after.

        Raises StoreError.
        """

    def count(self, selection: Selection, most: int) -> int:
        """Count the mails of a selection, up to ``most``. Raises StoreError."""

    def replace(self, connection: sa.Connection, mails: Sequence[IndexedMail]) -> None:
        """Index mails anew, in the caller's transaction."""

    def list_faults(self, connection: sa.Connection) -> list[str]:
        """Describe where the index contradicts itself or the tables."""

    def find_unlike(self, connection: sa.Connection, mails: Sequence[IndexedMail]) -> set[int]:
        """Find the ids of those mails that are indexed otherwise than given, or not at all."""


def open_index(engine: sa.Engine) -> SearchIndex:
    """Return the index of a database."""
    return Fts5Index(engine) if isinstance(to_database(engine), Sqlite) else LexemeIndex(engine)

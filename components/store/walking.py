"""Going through all mails that a query finds, whole and oldest first, a portion in memory at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa

from components.model import Attachment
from components.store.engine import reading
from components.store.files import to_columns
from components.store.history import ATTEMPT, WHOLE, to_attempt, to_message
from components.store.rows import Attempt, Message
from components.store.schema import attempt, message, message_file
from components.store.search.finding import SearchStore
from components.store.search.language import Query

#: Mails a portion, and so a read transaction: a longer one would keep the write-ahead log from being emptied.
_PORTION = 100

_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_WHOLE = WHOLE.where(message.c.id.in_(_IDS)).order_by(message.c.id)
_FILES = (
    sa.select(message_file.c.message_id, *to_columns(message_file))
    .where(message_file.c.message_id.in_(_IDS))
    .order_by(message_file.c.message_id, message_file.c.position)
)
_ATTEMPTS = (
    sa.select(attempt.c.message_id, *ATTEMPT)
    .where(attempt.c.message_id.in_(_IDS))
    .order_by(attempt.c.message_id, attempt.c.number)
)


class WalkStore:
    """Reads many whole messages."""

    def __init__(self, engine: sa.Engine, search: SearchStore) -> None:
        self._engine = engine
        self._search = search

    def walk_messages(self, workspace_id: int, query: Query) -> Iterator[Message]:
        """Every mail that a query finds, oldest first; one that comes in meanwhile may be among them or not.

        Raises StoreError.
        """
        last_id = 0
        while ids := self._search.list_ids(workspace_id, query, last_id, _PORTION):
            yield from self._read(ids)
            last_id = ids[-1]

    def _read(self, ids: tuple[int, ...]) -> list[Message]:
        files: defaultdict[int, tuple[Attachment, ...]] = defaultdict(tuple)
        attempts: defaultdict[int, tuple[Attempt, ...]] = defaultdict(tuple)
        with reading(self._engine) as connection:
            rows = connection.execute(_WHOLE, {"ids": ids}).all()
            for message_id, *told in connection.execute(_FILES, {"ids": ids}):
                files[message_id] += (Attachment(*told),)
            for message_id, *told in connection.execute(_ATTEMPTS, {"ids": ids}):
                attempts[message_id] += (to_attempt(told),)
        return [to_message(row, files[row.id], attempts[row.id]) for row in rows]

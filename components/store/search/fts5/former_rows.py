"""Rows of the full-text index that earlier versions named by the ids of mails instead of by their sort keys.

``IndexStore.rename_former`` replaces them in the background, those of the newest mails first, in small transactions, so
that it may be interrupted anywhere. Until it is done, a search reads both kinds: ids are smaller than ``FIRST_KEY``,
keys are not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from components.store.engine import reading
from components.store.schema import message, message_search
from components.store.sort_key import FIRST_KEY

_HIGHEST = (1 << 63) - 1
_content = sa.table("message_search_content", sa.column("id", sa.Integer))
_row, _any = _content.alias("former"), _content.alias("other")
#: The ids of the mails with such rows, highest keys first, from a key on that none of them exceeds.
_FORMER = (
    sa.select(message.c.id, message.c.sort_key)
    .where(
        message.c.sort_key <= sa.bindparam("bound", type_=sa.BigInteger),
        # Spares a look at every mail where there are none.
        sa.exists().where(_any.c.id < FIRST_KEY),
        sa.exists().where(_row.c.id == message.c.id),
    )
    .order_by(message.c.sort_key.desc())
    .limit(sa.bindparam("most"))
)


class FormerRows:
    """Knows how far the renaming has come.

    A transaction takes ``bound`` before it begins: what is read in it then is never newer than ``bound`` tells.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        #: No mail with a former row has a higher key; None: there are none any more.
        self.bound: int | None = _HIGHEST

    def find_newest(self, connection: sa.Connection, bound: int | None) -> int | None:
        """Find the highest sort key of a mail with a former row; None where there are none. For reading only."""
        if bound is None:
            return None
        row = connection.execute(_FORMER, {"bound": bound, "most": 1}).first()
        self.bound = row.sort_key if row is not None else None
        return self.bound

    def are_left(self) -> bool:
        """Tell whether there are any. Raises StoreError."""
        bound = self.bound
        with reading(self._engine) as connection:
            return self.find_newest(connection, bound) is not None

    def remove(self, connection: sa.Connection, most: int) -> Sequence[int]:
        """Remove up to ``most`` of them, also those of damaged mails that have no body; returns the mails' ids."""
        ids = connection.execute(_FORMER, {"bound": self.bound, "most": most}).scalars().all()
        remove_rows(connection, ids)
        return ids


def remove_rows(connection: sa.Connection, numbers: Collection[int]) -> None:
    """Remove rows of the index where they are there."""
    there = sa.select(message_search.c.rowid).where(message_search.c.rowid.in_(numbers))
    if found := connection.execute(there).scalars().all():
        connection.execute(message_search.delete().where(message_search.c.rowid.in_(found)))

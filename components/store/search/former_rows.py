"""Rows of the full-text index that earlier versions named by the ids of mails instead of by their sort keys.

``IndexStore.rename_former`` replaces them in the background, those of the newest mails first, in small transactions, so
that it may be interrupted anywhere. Until it is done, a search reads both kinds: ids are smaller than ``FIRST_KEY``,
keys are not.
"""

from __future__ import annotations

import sqlalchemy as sa

from components.store.schema import message
from components.store.sort_key import FIRST_KEY

_HIGHEST = (1 << 63) - 1
_content = sa.table("message_search_content", sa.column("id", sa.Integer))
_row, _any = _content.alias("former"), _content.alias("other")
#: The ids of the mails with such rows, highest keys first, from a key on that none of them exceeds.
FORMER = (
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
        #: No mail with a former row has a higher key; None: there are none any more.
        self.bound: int | None = _HIGHEST if engine.dialect.name == "sqlite" else None

    def find_newest(self, connection: sa.Connection, bound: int | None) -> int | None:
        """Find the highest sort key of a mail with a former row; None where there are none. For reading only."""
        if bound is None:
            return None
        row = connection.execute(FORMER, {"bound": bound, "most": 1}).first()
        self.bound = row.sort_key if row is not None else None
        return self.bound

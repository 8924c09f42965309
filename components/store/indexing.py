"""What is kept beside the mails for finding them again, brought up off the path of a send.

A mail that came to rest is indexed once, by whichever process gets to it; whoever reads from the index has the newest
mails added first.
"""

from __future__ import annotations

import sqlalchemy as sa

from components.model import Status
from components.store.engine import reading, upsert, writing
from components.store.schema import NOT_INDEXED, body, correspondent, message, recipient

_AT_REST = (Status.SENT, Status.QUEUED, Status.FAILED, Status.UNKNOWN)
_WENT_OUT = frozenset({Status.SENT, Status.QUEUED})

_WAITING = sa.select(message.c.id).where(NOT_INDEXED, message.c.status.in_(_AT_REST)).limit(sa.bindparam("most"))
_WHOLE = (
    sa.select(message.c.id, message.c.workspace_id, message.c.status, body.c.to, body.c.cc, body.c.bcc)
    .join(body, body.c.message_id == message.c.id)
    .where(message.c.id.in_(_WAITING.scalar_subquery()))
    .order_by(message.c.id)
)
_DONE = message.update().where(message.c.id.in_(sa.bindparam("done", expanding=True))).values(indexed=True)


class IndexStore:
    """Adds mails to the index."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._insert_recipient = (
            upsert(engine, recipient).on_conflict_do_nothing().returning(recipient.c.mailbox, recipient.c.name)
        )
        counted = upsert(engine, correspondent)
        # A name once known is not lost to a later mail without one.
        known = sa.case((counted.excluded.name != "", counted.excluded.name), else_=correspondent.c.name)
        self._count = counted.on_conflict_do_update(
            index_elements=["workspace_id", "mailbox"], set_={"mails": correspondent.c.mails + 1, "name": known}
        )

    def catch_up(self, most: int = 200) -> bool:
        """Index up to ``most`` mails; returns whether more are waiting. Raises StoreError."""
        with reading(self._engine) as connection:
            if connection.execute(_WAITING, {"most": 1}).first() is None:
                return False
        with writing(self._engine) as connection:
            rows = connection.execute(_WHOLE, {"most": most}).all()
            for row in rows:
                if row.status in _WENT_OUT:
                    self._add_recipients(connection, row._mapping)
            if rows:
                connection.execute(_DONE, {"done": [row.id for row in rows]})
            return len(rows) == most

    def _add_recipients(self, connection: sa.Connection, row: sa.RowMapping) -> None:
        for name, mailbox in (*row["to"], *row["cc"], *row["bcc"]):
            values = {"workspace_id": row["workspace_id"], "mailbox": to_key(mailbox), "name": name}
            if connection.execute(self._insert_recipient, values | {"message_id": row["id"]}).first():
                connection.execute(self._count, values | {"mails": 1})


def to_key(mailbox: str) -> str:
    """What two spellings of one mailbox have in common: the case of a domain means nothing (RFC 5321, 2.4)."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}@{domain.lower()}"

"""What is kept beside the mails for finding them again, brought up off the path of a send.

A mail that came to rest is indexed once, by whichever process gets to it; whoever reads from the index has the newest
mails added first. A mail whose status changes is marked again (``message.indexed``) and takes its former row's place.
A mail that is deleted takes what was kept of it along (triggers of the migration ``m003``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from components.model import WENT_OUT, Status
from components.store.engine import reading, upsert, writing
from components.store.rollups import Counting
from components.store.schema import NOT_INDEXED, body, correspondent, message, message_file, message_search, recipient
from components.store.search.fts_document import to_document

#: What is indexed: mails that come to no other status by themselves.
AT_REST = (Status.SENT, Status.QUEUED, Status.FAILED, Status.UNKNOWN)

_WAITING = sa.select(message.c.id).where(NOT_INDEXED, message.c.status.in_(AT_REST)).limit(sa.bindparam("most"))
_READ = ("id", "workspace_id", "created_at", "settled_at", "status", "provider", "code", "detail", "subject")
_LINKS = ("attachment_count", "contact_id", "deal_id", "thread_id", "provider_thread_id")
_WHOLE = (
    sa.select(
        *(message.c[name] for name in (*_READ, *_LINKS)),
        *(body.c[name] for name in ("to", "cc", "bcc", "reply_to", "text")),
    )
    .join(body, body.c.message_id == message.c.id)
    .where(message.c.id.in_(_WAITING.scalar_subquery()))
    .order_by(message.c.id)
)
_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_DONE = message.update().where(message.c.id.in_(_IDS)).values(indexed=True)
_FILES = (
    sa.select(message_file.c.message_id, message_file.c.filename)
    .where(message_file.c.message_id.in_(_IDS))
    .order_by(message_file.c.message_id, message_file.c.position)
)
_KNOWN = sa.select(recipient.c.message_id, recipient.c.mailbox).where(recipient.c.message_id.in_(_IDS))
_FORGET = message_search.delete().where(message_search.c.rowid.in_(_IDS))


class IndexStore:
    """Adds mails to the index."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._counting = Counting(engine)
        self._searchable = engine.dialect.name == "sqlite"
        counted = upsert(engine, correspondent)
        # A name once known is not lost to a later mail without one.
        known = sa.case((counted.excluded.name != "", counted.excluded.name), else_=correspondent.c.name)
        self._count = counted.on_conflict_do_update(
            index_elements=["workspace_id", "mailbox"],
            set_={"mails": correspondent.c.mails + counted.excluded.mails, "name": known},
        )

    def catch_up(self, most: int = 200) -> bool:
        """Index up to ``most`` mails; returns whether more are waiting. Raises StoreError."""
        with reading(self._engine) as connection:
            if connection.execute(_WAITING, {"most": 1}).first() is None:
                return False
        with writing(self._engine) as connection:
            rows = connection.execute(_WHOLE, {"most": most}).mappings().all()
            if rows:
                ids = [row["id"] for row in rows]
                _add_recipients(connection, rows, ids, self._count)
                again = self._counting.count(connection, rows, ids)
                if self._searchable:
                    _add_documents(connection, rows, again)
                connection.execute(_DONE, {"ids": ids})
            return len(rows) == most


def _add_recipients(
    connection: sa.Connection, rows: Sequence[sa.RowMapping], ids: Sequence[int], count: sa.Insert
) -> None:
    """Note whom the mails went out to, each mailbox of each mail once."""
    known = {tuple(pair) for pair in connection.execute(_KNOWN, {"ids": ids})}
    fresh: list[dict[str, object]] = []
    mails: Counter[tuple[int, str]] = Counter()
    names: dict[tuple[int, str], str] = {}
    for row in rows:
        if row["status"] not in WENT_OUT:
            continue
        for name, mailbox in (*row["to"], *row["cc"], *row["bcc"]):
            key = to_key(mailbox)
            if (row["id"], key) in known:
                continue
            known.add((row["id"], key))
            person = (row["workspace_id"], key)
            fresh.append({"message_id": row["id"], "mailbox": key, "workspace_id": person[0], "name": name})
            mails[person] += 1
            names[person] = name or names.get(person, "")
    if fresh:
        connection.execute(recipient.insert(), fresh)
        connection.execute(
            count,
            [
                {"workspace_id": workspace_id, "mailbox": mailbox, "mails": n, "name": names[workspace_id, mailbox]}
                for (workspace_id, mailbox), n in mails.items()
            ],
        )


def _add_documents(connection: sa.Connection, rows: Sequence[sa.RowMapping], again: Sequence[int]) -> None:
    """Put the mails into the full-text index; those in ``again`` are in it as they were."""
    if again:
        connection.execute(_FORGET, {"ids": again})
    filenames: dict[int, list[str]] = {}
    with_files = [row["id"] for row in rows if row["attachment_count"]]
    if with_files:
        for message_id, filename in connection.execute(_FILES, {"ids": with_files}):
            filenames.setdefault(message_id, []).append(filename)
    connection.execute(message_search.insert(), [to_document(row, filenames.get(row["id"], ())) for row in rows])


def to_key(mailbox: str) -> str:
    """What two spellings of one mailbox have in common: the case of a domain means nothing (RFC 5321, 2.4)."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}@{domain.lower()}"

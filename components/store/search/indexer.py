"""Indexes mails for search, people and rollups, in the background rather than while a mail is being sent.

A mail is indexed by whichever process gets to it first, the newest before older ones; readers of the index add what is
missing before they read. A change of status clears ``message.indexed``, and the mail's row in the index is replaced.
Only mails at rest are counted. Triggers (migration ``m003``) remove a deleted mail from the index and the rollups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from components.model import WENT_OUT, Status
from components.store.engine import reading, upsert, writing
from components.store.rollups import Rollups
from components.store.schema import NOT_INDEXED, body, correspondent, message, message_file, message_search, recipient
from components.store.search.fts_document import to_document
from components.store.sound_values import RowReader, to_text

#: The statuses that are counted: only a person or another attempt changes them.
AT_REST = (Status.SENT, Status.QUEUED, Status.FAILED, Status.UNKNOWN)

_WAITING = sa.select(message.c.id).where(NOT_INDEXED).order_by(message.c.id.desc()).limit(sa.bindparam("most"))
_COLUMNS = ("id", "workspace_id", "created_at", "settled_at", "status", "provider", "code", "detail", "subject")
_LINKS = ("attachment_count", "contact_id", "deal_id", "thread_id", "provider_thread_id", "written_by", "sent_by")
#: The columns that the index is made of, as ``to_indexed`` takes their rows.
INDEXED = (
    *(message.c[name] for name in (*_COLUMNS, *_LINKS)),
    *(body.c[name] for name in ("to", "cc", "bcc", "reply_to", "text")),
)
_READ = RowReader(INDEXED)
_WHOLE = (
    sa.select(*INDEXED)
    .join(body, body.c.message_id == message.c.id)
    .where(message.c.id.in_(_WAITING.scalar_subquery()))
    .order_by(message.c.id)
)

#: The name in the newest mail that names a person; older mails may be indexed later. The row that the upsert updates is
#: named literally: SQLAlchemy would join ``correspondent`` into the subquery once more.
_LAST_NAME = (
    sa.select(recipient.c.name)
    .where(
        recipient.c.workspace_id == sa.literal_column("correspondent.workspace_id"),
        recipient.c.mailbox == sa.literal_column("correspondent.mailbox"),
        recipient.c.name != "",
    )
    .order_by(recipient.c.message_id.desc())
    .limit(1)
    .scalar_subquery()
)


#: A row of ``INDEXED`` by the names of its columns, with sound values.
Indexed = Mapping[str, Any]


def to_indexed(row: Sequence[Any]) -> Indexed:
    """Convert a row of ``INDEXED``."""
    return _READ.read_fields(row)


class IndexStore:
    """Adds mails to the index and the rollups."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._rollups = Rollups(engine)
        self._searchable = engine.dialect.name == "sqlite"
        people = upsert(engine, correspondent)
        self._add_people = people.on_conflict_do_update(
            index_elements=["workspace_id", "mailbox"],
            set_={
                "mails": correspondent.c.mails + people.excluded.mails,
                # A later mail without a name does not remove one that is known.
                "name": sa.func.coalesce(_LAST_NAME, correspondent.c.name),
            },
        )

    def catch_up(self, most: int = 200) -> bool:
        """Index up to ``most`` mails; returns whether more are waiting. Raises StoreError."""
        with reading(self._engine) as connection:
            if connection.execute(_WAITING, {"most": 1}).first() is None:
                return False
        with writing(self._engine) as connection:
            rows = [to_indexed(row) for row in connection.execute(_WHOLE, {"most": most})]
            if rows:
                ids = [row["id"] for row in rows]
                _add_recipients(connection, rows, ids, self._add_people)
                self._rollups.add_days(connection, rows)
                self._rollups.count(connection, [row for row in rows if row["status"] in AT_REST])
                if self._searchable:
                    _add_documents(connection, rows, ids)
                connection.execute(message.update().where(message.c.id.in_(ids)).values(indexed=True))
            return len(rows) == most


def _add_recipients(
    connection: sa.Connection, rows: Sequence[Indexed], ids: Sequence[int], add_people: sa.Insert
) -> None:
    """Add the people that the mails went out to, each mailbox of a mail once."""
    indexed = sa.select(recipient.c.message_id, recipient.c.mailbox).where(recipient.c.message_id.in_(ids))
    known = {tuple(pair) for pair in connection.execute(indexed)}
    new: list[dict[str, object]] = []
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
            new.append({"message_id": row["id"], "mailbox": key, "workspace_id": person[0], "name": name})
            mails[person] += 1
            names[person] = name or names.get(person, "")
    if new:
        connection.execute(recipient.insert(), new)
        connection.execute(
            add_people,
            [
                {"workspace_id": workspace_id, "mailbox": mailbox, "mails": n, "name": names[workspace_id, mailbox]}
                for (workspace_id, mailbox), n in mails.items()
            ],
        )


def _add_documents(connection: sa.Connection, rows: Sequence[Indexed], ids: Sequence[int]) -> None:
    """Add the mails to the full-text index, replacing their rows."""
    there = sa.select(message_search.c.rowid).where(message_search.c.rowid.in_(ids))
    if again := connection.execute(there).scalars().all():
        connection.execute(message_search.delete().where(message_search.c.rowid.in_(again)))
    filenames: dict[int, list[str]] = {}
    with_files = [row["id"] for row in rows if row["attachment_count"]]
    if with_files:
        owner = message_file.c.message_id
        files = sa.select(owner, message_file.c.filename).where(owner.in_(with_files))
        for message_id, filename in connection.execute(files.order_by(owner, message_file.c.position)):
            filenames.setdefault(message_id, []).append(to_text(filename))
    connection.execute(message_search.insert(), [to_document(row, filenames.get(row["id"], ())) for row in rows])


def to_key(mailbox: str) -> str:
    """Return the key of a mailbox: its address with the domain in lower case (RFC 5321, 2.4)."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}@{domain.lower()}"

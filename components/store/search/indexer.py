"""Indexes mails for search, people and rollups, in the background rather than while a mail is being sent.

A mail is indexed by whichever process gets to it first, the newest before older ones; readers of the index add what is
missing before they read. A change of status, or of the time that a mail waits for, clears ``message.indexed``: then its
row in the index is replaced, and it gets the sort key of its time, in one transaction. Only mails at rest are counted.
A deleted mail leaves the index and the rollups with its row, by triggers and cascades.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from components.model import WENT_OUT, Status
from components.store.engine import reading, upsert, writing
from components.store.rollups import Rollups
from components.store.schema import NOT_INDEXED, PARTS, body, correspondent, message, message_file, recipient
from components.store.search.document import IndexedMail, to_document
from components.store.search.index import SearchIndex
from components.store.sort_key import TIMED, assign_keys, find_misplaced, find_time
from components.store.sound_values import RowReader, to_text

#: The statuses that are counted: only a person or another attempt changes them.
AT_REST = (Status.SENT, Status.QUEUED, Status.FAILED, Status.UNKNOWN)

_WAITING = sa.select(message.c.id).where(NOT_INDEXED).order_by(message.c.sort_key.desc()).limit(sa.bindparam("most"))
_COLUMNS = ("id", "workspace_id", "sort_key", "provider", "detail", "subject")
_LINKS = ("attachment_count", "contact_id", "deal_id", "thread_id", "provider_thread_id")
#: The columns that the index is made of, as ``to_indexed`` takes their rows.
INDEXED = (
    *(message.c[name] for name in (*_COLUMNS, *_LINKS, *PARTS)),
    *TIMED,
    *(body.c[name] for name in ("to", "cc", "bcc", "reply_to", "text")),
)
_READ = RowReader(INDEXED)
_WHOLE = sa.select(*INDEXED).join(body, body.c.message_id == message.c.id)
_NEXT = _WHOLE.where(message.c.id.in_(_WAITING.scalar_subquery()))
_PLACE = message.update().where(message.c.id == sa.bindparam("mail")).values(sort_key=sa.bindparam("place"))


#: A row of ``INDEXED`` by the names of its columns, with sound values.
Indexed = Mapping[str, Any]


def to_indexed(row: Sequence[Any]) -> Indexed:
    """Convert a row of ``INDEXED``."""
    return _READ.read_fields(row)


class IndexStore:
    """Adds mails to the index and the rollups."""

    def __init__(self, engine: sa.Engine, search_index: SearchIndex) -> None:
        self._engine = engine
        self._rollups = Rollups(engine)
        self._search_index = search_index
        people = upsert(engine, correspondent)
        # A mail without a name, or an older one, does not replace a name that is known.
        is_newer = sa.and_(people.excluded.name != "", people.excluded.named_by >= correspondent.c.named_by)
        self._add_people = people.on_conflict_do_update(
            index_elements=["workspace_id", "mailbox"],
            set_={
                "mails": correspondent.c.mails + people.excluded.mails,
                **{
                    name: sa.case((is_newer, people.excluded[name]), else_=correspondent.c[name])
                    for name in ("name", "named_by")
                },
            },
        )

    def catch_up(self, most: int = 200) -> bool:
        """Index up to ``most`` mails; returns whether more are waiting. Raises StoreError."""
        with reading(self._engine) as connection:
            if connection.execute(_WAITING, {"most": 1}).first() is None:
                return False
        with writing(self._engine) as connection:
            return self._index(connection, connection.execute(_NEXT, {"most": most}).all()) == most

    def rename_former(self, most: int = 200) -> bool:
        """Index up to ``most`` mails anew that an earlier version indexed by their ids; returns whether any were left.

        Raises StoreError.
        """
        former = self._search_index.former
        if former is None or not former.are_left():
            return False
        with writing(self._engine) as connection:
            ids = former.remove(connection, most)
            self._index(connection, connection.execute(_WHOLE.where(message.c.id.in_(ids))).all())
        return True

    def _index(self, connection: sa.Connection, found: Sequence[Sequence[Any]]) -> int:
        """Index mails (rows of ``INDEXED``) under the sort keys of their times; returns how many."""
        before = [to_indexed(row) for row in found]
        if before:
            rows = _place(connection, before)
            ids = [row["id"] for row in rows]
            _add_recipients(connection, rows, ids, self._add_people)
            self._rollups.count(connection, [row for row in rows if row["status"] in AT_REST])
            former = {row["id"]: row["sort_key"] for row in before}
            self._search_index.replace(connection, read_mails(connection, rows, former))
            connection.execute(message.update().where(message.c.id.in_(ids)).values(indexed=True))
        return len(before)


def _place(connection: sa.Connection, rows: Sequence[Indexed]) -> list[Indexed]:
    """Give the mails whose time has changed the keys of their times; returns all with their keys, oldest first."""
    # A mail whose key is damaged gets one again.
    found = ((find_time(row) if row["sort_key"] else row["created_at"], row["id"]) for row in rows)
    times = sorted((at, number) for at, number in found if at is not None)
    present: dict[int, int] = {row["id"]: row["sort_key"] for row in rows}
    misplaced = find_misplaced(connection, ((at, present[number]) for at, number in times))
    moving = [(at, number) for at, number in times if present[number] in misplaced]
    if moving:
        keys = assign_keys(connection, [at for at, _ in moving])
        places = {number: key for (_, number), key in zip(moving, keys, strict=True)}
        connection.execute(_PLACE, [{"mail": number, "place": key} for number, key in places.items()])
        present |= places
    return sorted(({**row, "sort_key": present[row["id"]]} for row in rows), key=lambda row: row["sort_key"])


def _add_recipients(
    connection: sa.Connection, rows: Sequence[Indexed], ids: Sequence[int], add_people: sa.Insert
) -> None:
    """Add the people that the mails went out to, each mailbox of a mail once."""
    indexed = sa.select(recipient.c.message_id, recipient.c.mailbox).where(recipient.c.message_id.in_(ids))
    known = {tuple(pair) for pair in connection.execute(indexed)}
    new: list[dict[str, object]] = []
    mails: Counter[tuple[int, str]] = Counter()
    names: dict[tuple[int, str], tuple[str, int]] = {}
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
            names[person] = (name, row["sort_key"]) if name else names.get(person, ("", 0))
    if new:
        connection.execute(recipient.insert(), new)
        people = [(*person, to_domain(person[1]), number, *names[person]) for person, number in mails.items()]
        columns = ("workspace_id", "mailbox", "domain", "mails", "name", "named_by")
        connection.execute(add_people, [dict(zip(columns, each, strict=True)) for each in people])


def read_mails(
    connection: sa.Connection, rows: Sequence[Indexed], former: Mapping[int, int] | None = None
) -> list[IndexedMail]:
    """Make of mails what the full-text index takes; ``former`` are their former keys by their ids, where they moved."""
    filenames: dict[int, list[str]] = {}
    with_files = [row["id"] for row in rows if row["attachment_count"]]
    if with_files:
        owner = message_file.c.message_id
        files = sa.select(owner, message_file.c.filename).where(owner.in_(with_files))
        for message_id, filename in connection.execute(files.order_by(owner, message_file.c.position)):
            filenames.setdefault(message_id, []).append(to_text(filename))
    keys = former or {}
    return [
        IndexedMail(
            row["id"],
            row["workspace_id"],
            keys.get(row["id"], row["sort_key"]),
            row["sort_key"],
            to_document(row, filenames.get(row["id"], ())),
        )
        for row in rows
    ]


def to_key(mailbox: str) -> str:
    """Return the key of a mailbox: its address with the domain in lower case (RFC 5321, 2.4)."""
    return f"{mailbox.rpartition('@')[0]}@{to_domain(mailbox)}"


def to_domain(mailbox: str) -> str:
    """Return the domain of a mailbox, in lower case."""
    return mailbox.rpartition("@")[2].lower()

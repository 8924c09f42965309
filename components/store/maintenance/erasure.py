"""Erasing mails for good, on somebody's request, with a record that says so and holds nothing of them.

With a mail go its bodies, files, attempts and recipients, its words in the search index and what it counted (rows that
cascade, and triggers). What SQLite still holds of it in pages that nothing names any more is overwritten as it is freed
(``secure_delete``) and by ``components.store.maintenance.secure_delete``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from components.model import Status
from components.store.engine import reading, writing
from components.store.files import ORPHAN_SECONDS, delete_unused_blobs
from components.store.schema import body, correspondent, erasure, message, message_file, recipient, workspace
from components.store.search.indexer import IndexStore, to_key

#: The ends from which nothing can happen to a mail any more; an unknown one has yet to be settled.
SETTLED = (Status.SENT, Status.QUEUED, Status.FAILED)
#: Mails a transaction: others who write wait for so many at most.
_PORTION = 50

_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_MAILS = sa.select(message.c.id, message.c.created_at).where(message.c.id.in_(_IDS), message.c.status.in_(SETTLED))
_LOST = (
    sa.select(recipient.c.workspace_id, recipient.c.mailbox, sa.func.count().label("mails"))
    .where(recipient.c.message_id.in_(_IDS))
    .group_by(recipient.c.workspace_id, recipient.c.mailbox)
)
_MINE = (
    correspondent.c.workspace_id == sa.bindparam("workspace"),
    correspondent.c.mailbox == sa.bindparam("who"),
)
_LESSEN = correspondent.update().where(*_MINE).values(mails=correspondent.c.mails - sa.bindparam("lost"))
_FORGET = correspondent.delete().where(*_MINE, correspondent.c.mails < 1)


@dataclass(frozen=True, slots=True)
class Target:
    """What to erase: one mail (its id), all mails of a contact (its id), or all to an address."""

    kind: Literal["mail", "contact", "address"]
    value: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How many mails a target has, and how many more of it stay because they are not settled."""

    mails: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """That something was erased: by which kind of request, when (epoch seconds) and how many mails.

    ``kind`` is a target's, or ``bodies`` or ``files`` where the retention let them go. ``scrubbed_at`` is None while
    the search index still has to be rewritten.
    """

    kind: str
    mails: int
    requested_at: float
    scrubbed_at: float | None


class ErasureStore:
    """Erases mails and keeps the record."""

    def __init__(self, engine: sa.Engine, index: IndexStore) -> None:
        self._engine = engine
        self._index = index

    def measure(self, workspace_id: int, target: Target) -> Extent:
        """What erasing a target would take. Raises StoreError."""
        found = self._find(workspace_id, target)
        settled = sum(status in SETTLED for status in found.values())
        return Extent(settled, len(found) - settled)

    def erase_mails(self, workspace_id: int, target: Target, now: float) -> int:
        """Erase the settled mails of a target and record it at ``now`` (epoch seconds); returns how many.

        In transactions of a few mails each, the record in the same: what was erased when one of them fails is recorded
        and stays erased, the rest is untouched. Raises StoreError.
        """
        ids = sorted(number for number, status in self._find(workspace_id, target).items() if status in SETTLED)
        record_id, erased = None, 0
        for start in range(0, len(ids), _PORTION):
            with writing(self._engine) as connection:
                gone = _erase(connection, ids[start : start + _PORTION], now)
                if gone:
                    record_id = _note(connection, workspace_id, target, gone, now, record_id)
                    erased += gone
        return erased

    def list_erasures(self, workspace_id: int, limit: int = 50) -> tuple[Erasure, ...]:
        """The record, newest first. Raises StoreError."""
        columns = (erasure.c.kind, erasure.c.mails, erasure.c.requested_at, erasure.c.scrubbed_at)
        query = sa.select(*columns).where(erasure.c.workspace_id == workspace_id).order_by(erasure.c.id.desc())
        with reading(self._engine) as connection:
            return tuple(Erasure(*row) for row in connection.execute(query.limit(limit)))

    def _find(self, workspace_id: int, target: Target) -> dict[int, str]:
        """The mails of a target with their statuses."""
        mails = sa.select(message.c.id, message.c.status).where(message.c.workspace_id == workspace_id)
        if target.kind == "address":
            return self._find_address(mails, workspace_id, target.value)
        mine = message.c.id == int(target.value) if target.kind == "mail" else message.c.contact_id == target.value
        with reading(self._engine) as connection:
            return {row.id: row.status for row in connection.execute(mails.where(mine))}

    def _find_address(self, mails: sa.Select[tuple[int, str]], workspace_id: int, mailbox: str) -> dict[int, str]:
        """Also by other spellings in upper case: who asks to be forgotten means every one of them."""
        while self._index.catch_up():
            pass
        wanted = to_key(mailbox).lower()
        written_to = sa.select(recipient.c.message_id).where(
            recipient.c.workspace_id == workspace_id, sa.func.lower(recipient.c.mailbox) == wanted
        )
        # What has not gone out has no rows of recipients; there are few such mails.
        others = (
            mails.add_columns(body.c.to, body.c.cc, body.c.bcc)
            .join(body, body.c.message_id == message.c.id)
            .where(message.c.status.in_((Status.HELD, Status.SENDING, Status.UNKNOWN, Status.FAILED)))
        )
        with reading(self._engine) as connection:
            found = {row.id: row.status for row in connection.execute(mails.where(message.c.id.in_(written_to)))}
            for row in connection.execute(others):
                if any(to_key(each).lower() == wanted for _, each in (*row.to, *row.cc, *row.bcc)):
                    found[row.id] = row.status
        return found


def to_digest(connection: sa.Connection, workspace_id: int, target: Target) -> str:
    """What tells one target from another and nothing about it; keyed by the workspace's fingerprint (RFC 2104)."""
    key = connection.execute(sa.select(workspace.c.fingerprint).where(workspace.c.id == workspace_id)).scalar_one()
    value = to_key(target.value).lower() if target.kind == "address" else target.value
    return hmac.new(key.encode(), f"{target.kind}:{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _erase(connection: sa.Connection, ids: Sequence[int], now: float) -> int:
    rows = connection.execute(_MAILS, {"ids": ids}).all()
    if not rows:
        return 0
    bound = {"ids": [row.id for row in rows]}
    lost = [
        {"workspace": row.workspace_id, "who": row.mailbox, "lost": row.mails}
        for row in connection.execute(_LOST, bound)
    ]
    contents = sa.select(message_file.c.sha256).where(message_file.c.message_id.in_(_IDS))
    files = {sha256 for sha256 in connection.execute(contents, bound).scalars() if sha256 is not None}
    connection.execute(message.delete().where(message.c.id.in_(_IDS)), bound)
    for person in lost:
        connection.execute(_LESSEN, person)
        connection.execute(_FORGET, {"workspace": person["workspace"], "who": person["who"]})
    # Attached anew after the mail was written, and not saved with a draft yet: the daily sweep looks at it again.
    delete_unused_blobs(connection, files, max(now - ORPHAN_SECONDS, *(row.created_at for row in rows)))
    return len(rows)


def _note(
    connection: sa.Connection, workspace_id: int, target: Target, mails: int, now: float, record_id: int | None
) -> int:
    if record_id is not None:
        more = erasure.update().where(erasure.c.id == record_id).values(mails=erasure.c.mails + mails)
        connection.execute(more)
        return record_id
    values = {"kind": target.kind, "digest": to_digest(connection, workspace_id, target), "mails": mails}
    noted = erasure.insert().values(workspace_id=workspace_id, requested_at=now, **values)
    return int(connection.execute(noted.returning(erasure.c.id)).scalar_one())

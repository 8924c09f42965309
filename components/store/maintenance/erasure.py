"""Erases mails for good on request, and records that it happened without anything of their contents.

Erasing a mail removes its bodies, files, attempts and recipients, its words in the search index and its share in the
rollups (cascading rows, and triggers). SQLite overwrites freed pages itself (``secure_delete``); the index's segments
and the log are cleaned by ``components.store.maintenance.secure_delete``.
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

#: The final statuses; an unknown mail has yet to be settled.
SETTLED = (Status.SENT, Status.QUEUED, Status.FAILED)
#: Mails a transaction: the time that another writer waits at most.
_PORTION = 50


@dataclass(frozen=True, slots=True)
class ErasureTarget:
    """What to erase: one mail (its id), all mails of a contact (its id), or all to an address."""

    kind: Literal["mail", "contact", "address"]
    value: str


@dataclass(frozen=True, slots=True)
class ErasureExtent:
    """The number of a target's mails that can be erased, and of those that remain because they are not settled."""

    mails: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """The record of an erasure: its kind, time (epoch seconds) and number of mails.

    ``kind`` is a target's, or ``bodies`` or ``files`` where retention removed them. ``scrubbed_at`` is None until the
    search index has been rewritten.
    """

    kind: str
    mails: int
    requested_at: float
    scrubbed_at: float | None


class ErasureStore:
    """Erases mails and stores the record."""

    def __init__(self, engine: sa.Engine, index: IndexStore) -> None:
        self._engine = engine
        self._index = index

    def measure(self, workspace_id: int, target: ErasureTarget) -> ErasureExtent:
        """Count the mails that erasing a target would remove. Raises StoreError."""
        found = self._find(workspace_id, target)
        settled = sum(status in SETTLED for status in found.values())
        return ErasureExtent(settled, len(found) - settled)

    def erase_mails(self, workspace_id: int, target: ErasureTarget, now: float) -> int:
        """Erase the settled mails of a target and record it at ``now`` (epoch seconds); returns how many.

        Each transaction erases a few mails and updates the record: when one fails, what was erased before is recorded
        and the rest is unchanged. Raises StoreError.
        """
        ids = sorted(number for number, status in self._find(workspace_id, target).items() if status in SETTLED)
        record_id, erased = None, 0
        for start in range(0, len(ids), _PORTION):
            with writing(self._engine) as connection:
                mails = _erase(connection, ids[start : start + _PORTION], now)
                if mails:
                    record_id = _record(connection, workspace_id, target, mails, now, record_id)
                    erased += mails
        return erased

    def list_erasures(self, workspace_id: int, limit: int = 50) -> tuple[Erasure, ...]:
        """List the records, newest first. Raises StoreError."""
        columns = (erasure.c.kind, erasure.c.mails, erasure.c.requested_at, erasure.c.scrubbed_at)
        query = sa.select(*columns).where(erasure.c.workspace_id == workspace_id).order_by(erasure.c.id.desc())
        with reading(self._engine) as connection:
            return tuple(Erasure(*row) for row in connection.execute(query.limit(limit)))

    def _find(self, workspace_id: int, target: ErasureTarget) -> dict[int, str]:
        """Find the mails of a target with their statuses."""
        mails = sa.select(message.c.id, message.c.status).where(message.c.workspace_id == workspace_id)
        if target.kind == "address":
            return self._find_address(mails, workspace_id, target.value)
        mine = message.c.id == int(target.value) if target.kind == "mail" else message.c.contact_id == target.value
        with reading(self._engine) as connection:
            return {row.id: row.status for row in connection.execute(mails.where(mine))}

    def _find_address(self, mails: sa.Select[tuple[int, str]], workspace_id: int, mailbox: str) -> dict[int, str]:
        """Find the mails to an address, ignoring case: a request for erasure means every spelling."""
        while self._index.catch_up():
            pass
        wanted = to_key(mailbox).lower()
        written_to = sa.select(recipient.c.message_id).where(
            recipient.c.workspace_id == workspace_id, sa.func.lower(recipient.c.mailbox) == wanted
        )
        # Mails that have not gone out have no rows of recipients; there are few of them.
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


def to_digest(connection: sa.Connection, workspace_id: int, target: ErasureTarget) -> str:
    """Return a digest that identifies a target without revealing it, keyed by the workspace's fingerprint."""
    key = connection.execute(sa.select(workspace.c.fingerprint).where(workspace.c.id == workspace_id)).scalar_one()
    value = to_key(target.value).lower() if target.kind == "address" else target.value
    # HMAC (RFC 2104).
    return hmac.new(key.encode(), f"{target.kind}:{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _erase(connection: sa.Connection, ids: Sequence[int], now: float) -> int:
    """Erase those of the mails that are settled, with all that belongs to them; returns how many."""
    settled = sa.select(message.c.id, message.c.created_at).where(message.c.id.in_(ids), message.c.status.in_(SETTLED))
    rows = connection.execute(settled).all()
    if not rows:
        return 0
    erased = [row.id for row in rows]
    contents = sa.select(message_file.c.sha256).where(message_file.c.message_id.in_(erased))
    files = {sha256 for sha256 in connection.execute(contents).scalars() if sha256 is not None}
    people = (
        sa.select(recipient.c.workspace_id, recipient.c.mailbox, sa.func.count().label("mails"))
        .where(recipient.c.message_id.in_(erased))
        .group_by(recipient.c.workspace_id, recipient.c.mailbox)
    )
    for person in connection.execute(people).all():
        known = (correspondent.c.workspace_id == person.workspace_id, correspondent.c.mailbox == person.mailbox)
        fewer = correspondent.update().where(*known).values(mails=correspondent.c.mails - person.mails)
        connection.execute(fewer)
        connection.execute(correspondent.delete().where(*known, correspondent.c.mails < 1))
    connection.execute(message.delete().where(message.c.id.in_(erased)))
    # Content that was attached again later may not be saved with a draft yet: the sweep checks it again.
    delete_unused_blobs(connection, files, max(now - ORPHAN_SECONDS, *(row.created_at for row in rows)))
    return len(rows)


def _record(
    connection: sa.Connection, workspace_id: int, target: ErasureTarget, mails: int, now: float, record_id: int | None
) -> int:
    """Record the erasure of mails, in the row of ``record_id`` where there is one; returns the row's id."""
    if record_id is not None:
        connection.execute(erasure.update().where(erasure.c.id == record_id).values(mails=erasure.c.mails + mails))
        return record_id
    values = {"kind": target.kind, "digest": to_digest(connection, workspace_id, target), "mails": mails}
    insert = erasure.insert().values(workspace_id=workspace_id, requested_at=now, **values)
    return int(connection.execute(insert.returning(erasure.c.id)).scalar_one())

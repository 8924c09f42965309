"""Erases mails for good on request, and records that it happened without anything of their contents.

Erasing a mail removes its bodies, files, attempts, recipients, reviews and history, the versions and comments of its
draft, its words in the search index and its share in the rollups (cascading rows, and triggers). SQLite overwrites
freed pages itself (``secure_delete``); the index's segments and the log are cleaned by
``components.store.maintenance.secure_delete``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from components.crm import Kind
from components.model import WENT_OUT, Status
from components.store.crm.erased import erase_people, forget_former
from components.store.crm.tables import crm_erased
from components.store.drafting.remains import delete_drafting
from components.store.drafting.versions import delete_versions_to
from components.store.engine import reading, writing
from components.store.files import ORPHAN_SECONDS, delete_unused_blobs
from components.store.history import SUMMARY, read_message, to_summary
from components.store.replies import forget_replies
from components.store.review.events import forget_mails, forget_seen
from components.store.schema import (
    body,
    correspondent,
    counted,
    erasure,
    mails_by_link,
    message,
    message_file,
    recipient,
    workspace,
)
from components.store.search.indexer import IndexStore, to_key
from components.store.sound_values import to_moment
from components.store.types import MessageSummary

#: The final statuses; an unknown mail has yet to be settled.
SETTLED = (Status.SENT, Status.QUEUED, Status.FAILED)
_LINKS = (message.c.workspace_id, message.c.contact_id, message.c.deal_id, message.c.draft_id)
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
        erasable = sum(found.values())
        return ErasureExtent(erasable, len(found) - erasable)

    def erase_mails(self, workspace_id: int, target: ErasureTarget, now: float) -> int:
        """Erase the settled mails of a target and record it at ``now`` (epoch seconds); returns how many.

        A person is removed from the copy of LeadLex's CRM too, and no refresh brings them back.

        Each transaction erases a few mails and updates the record: when one fails, what was erased before is recorded
        and the rest is unchanged. Raises StoreError.
        """
        ids = sorted(number for number, erasable in self._find(workspace_id, target).items() if erasable)
        record_id, erased = self._erase_people(workspace_id, target, now), 0
        for start in range(0, len(ids), _PORTION):
            with writing(self._engine) as connection:
                mails = _erase(connection, ids[start : start + _PORTION], now)
                if mails:
                    record_id = _record(connection, workspace_id, target, mails, now, record_id)
                    erased += mails
        return erased

    def _erase_people(self, workspace_id: int, target: ErasureTarget, now: float) -> int | None:
        """Erase whom a target names from the copy of the CRM, versions of drafts to them, and what reviewers saw.

        Returns the record's id where there was anybody in the copy.
        """
        if target.kind == "mail":
            return None
        contact_id = target.value if target.kind == "contact" else ""
        mailbox = to_key(target.value).lower() if target.kind == "address" else ""
        with writing(self._engine) as connection:
            delete_versions_to(connection, workspace_id, contact_id=contact_id, mailbox=mailbox)
            forget_seen(connection, workspace_id, mailbox or contact_id.lower())
            if not erase_people(connection, workspace_id, contact_id=contact_id, mailbox=mailbox):
                return None
            return _record(connection, workspace_id, target, 0, now, None)

    def list_erasures(self, workspace_id: int, limit: int = 50) -> tuple[Erasure, ...]:
        """List the records, newest first. Raises StoreError."""
        columns = (erasure.c.kind, erasure.c.mails, erasure.c.requested_at, erasure.c.scrubbed_at)
        query = sa.select(*columns).where(erasure.c.workspace_id == workspace_id).order_by(erasure.c.id.desc())
        with reading(self._engine) as connection:
            return tuple(Erasure(*row) for row in connection.execute(query.limit(limit)))

    def read_mark(self, workspace_id: int) -> tuple[int, int]:
        """Return a mark that changes with every erasure in a workspace, by any process. Raises StoreError."""
        records = sa.select(sa.func.max(erasure.c.id)).where(erasure.c.workspace_id == workspace_id)
        # An erased contact counts even where there was nothing to erase, and so no record.
        people = sa.select(sa.func.count()).where(crm_erased.c.workspace_id == workspace_id)
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(records.scalar_subquery(), people.scalar_subquery())).one()
        return row[0] or 0, row[1]

    def _find(self, workspace_id: int, target: ErasureTarget) -> dict[int, bool]:
        """Find the mails of a target, and whether each can be erased."""
        mails = sa.select(*SUMMARY).where(message.c.workspace_id == workspace_id)
        if target.kind == "address":
            return self._find_address(mails, workspace_id, target.value)
        with reading(self._engine) as connection:
            if target.kind == "mail":
                found = read_message(connection, int(target.value), workspace_id)
                return {found.summary.id: is_erasable(found.summary)} if found else {}
            mine = mails.where(message.c.contact_id == target.value)
            return {row.id: is_erasable(to_summary(row)) for row in connection.execute(mine)}

    def _find_address(self, mails: sa.Select[Any], workspace_id: int, mailbox: str) -> dict[int, bool]:
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
            .where(message.c.status.not_in(WENT_OUT))
        )
        with reading(self._engine) as connection:
            sent = connection.execute(mails.where(message.c.id.in_(written_to)))
            found = {row.id: is_erasable(to_summary(row)) for row in sent}
            for row in connection.execute(others):
                if any(to_key(each).lower() == wanted for _, each in (*row.to, *row.cc, *row.bcc)):
                    found[row.id] = is_erasable(to_summary(row))
        return found


def is_erasable(summary: MessageSummary) -> bool:
    """Tell whether a mail can be erased: it is settled, or its record is damaged and it is not being sent."""
    return summary.status in SETTLED or (summary.damage is not None and summary.status is not Status.SENDING)


def to_digest(connection: sa.Connection, workspace_id: int, target: ErasureTarget) -> str:
    """Return a digest that identifies a target without revealing it, keyed by the workspace's fingerprint."""
    key = connection.execute(sa.select(workspace.c.fingerprint).where(workspace.c.id == workspace_id)).scalar_one()
    value = to_key(target.value).lower() if target.kind == "address" else target.value
    # HMAC (RFC 2104).
    return hmac.new(key.encode(), f"{target.kind}:{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _erase(connection: sa.Connection, ids: Sequence[int], now: float) -> int:
    """Erase those of the mails that nobody has begun to send, with all that belongs to them; returns how many."""
    mine = sa.select(message.c.id, message.c.draft_id, message.c.created_at).where(message.c.id.in_(ids))
    rows = connection.execute(mine.where(message.c.status != Status.SENDING).with_for_update()).all()
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
    _remove_last_links(connection, erased)
    forget_replies(connection, erased)
    links = connection.execute(sa.select(*_LINKS).where(message.c.id.in_(erased))).all()
    delete_drafting(connection, [row.draft_id for row in links])
    connection.execute(message.delete().where(message.c.id.in_(erased)))
    forget_mails(connection, [row.draft_id for row in rows])
    for workspace_id in {row.workspace_id for row in links}:
        linked = [row for row in links if row.workspace_id == workspace_id]
        forget_former(connection, workspace_id, Kind.CONTACT, {row.contact_id for row in linked if row.contact_id})
        forget_former(connection, workspace_id, Kind.DEAL, {row.deal_id for row in linked if row.deal_id})
    # Content that was attached again later may not be saved with a draft yet: the daily sweep checks it again.
    delete_unused_blobs(
        connection, files, max(now - ORPHAN_SECONDS, *(to_moment(row.created_at) or 0.0 for row in rows))
    )
    return len(rows)


def _remove_last_links(connection: sa.Connection, ids: Sequence[int]) -> None:
    """Remove the counts of contacts and deals that no other mail went out to.

    A trigger keeps the counts of the others, but where a mail's contact was damaged, the count is too high for it.
    """
    other = message.alias()
    links = mails_by_link.c
    for kind, column in (("contact", message.c.contact_id), ("deal", message.c.deal_id)):
        sent = (counted.c.message_id == other.c.id, counted.c.status.in_(WENT_OUT))
        same = (other.c.workspace_id == links.workspace_id, other.c[column.name] == links.key, other.c.id.not_in(ids))
        mine = sa.select(message.c.workspace_id, column).where(message.c.id.in_(ids))
        connection.execute(
            mails_by_link.delete().where(
                links.kind == kind,
                sa.tuple_(links.workspace_id, links.key).in_(mine),
                sa.not_(sa.exists().where(*same, *sent)),
            )
        )


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

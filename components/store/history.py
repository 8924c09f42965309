"""Reading messages back: pages of entries, newest first, and one whole message. Always of one workspace."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, make_dataclass
from typing import Any, cast

import sqlalchemy as sa

from components.model import Address, Attachment, Mail, RateLimit, Status
from components.store.engine import reading
from components.store.files import list_files
from components.store.prepared import Prepared
from components.store.rows import Attempt, Entry, Message
from components.store.schema import attempt, body, message, message_file

#: The small columns of a message, in the order of ``Entry``.
ENTRY = tuple(message.c[name] for name in Entry.__dataclass_fields__)
_MINE = message.c.workspace_id == sa.bindparam("workspace")
_NEWEST = sa.select(*ENTRY).where(_MINE).order_by(message.c.id.desc()).limit(sa.bindparam("most"))
_PAGE = Prepared(_NEWEST)
_OLDER_PAGE = Prepared(_NEWEST.where(message.c.id < sa.bindparam("before")))
_ONE = Prepared(sa.select(*ENTRY).where(message.c.id == sa.bindparam("message"), _MINE))
_OF_DRAFT = Prepared(sa.select(*ENTRY).where(message.c.draft_id == sa.bindparam("draft"), _MINE))
# Made once: they are part of every send that has waited.
_WHOLE = (
    sa.select(*ENTRY, body)
    .join(body, body.c.message_id == message.c.id)
    .where(message.c.id == sa.bindparam("message"), _MINE)
)
_ATTEMPTS = sa.select(attempt).where(attempt.c.message_id == sa.bindparam("message")).order_by(attempt.c.number)


class HistoryStore:
    """Lists and opens messages."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def list_entries(self, workspace_id: int, before_id: int | None = None, limit: int = 50) -> tuple[Entry, ...]:
        """A page of messages, newest first, of those older than ``before_id``. Raises StoreError."""
        values = {"workspace": workspace_id, "most": limit} | ({} if before_id is None else {"before": before_id})
        page = _PAGE if before_id is None else _OLDER_PAGE
        with reading(self._engine) as connection:
            rows = page.run_all(connection, values)
        return tuple(map(to_entry, rows))

    def get_entry(self, message_id: int, workspace_id: int) -> Entry | None:
        """One message without its bodies, or None where it is not this workspace's. Raises StoreError."""
        row = _ONE.read(self._engine, {"message": message_id, "workspace": workspace_id})
        return to_entry(row) if row is not None else None

    def get_entries(self, message_ids: Collection[int], workspace_id: int) -> dict[int, Entry]:
        """Some messages by their ids, without bodies; those that are not this workspace's are left out.

        Raises StoreError.
        """
        query = sa.select(*ENTRY).where(message.c.id.in_(message_ids), message.c.workspace_id == workspace_id)
        with reading(self._engine) as connection:
            return {row.id: to_entry(row) for row in connection.execute(query)}

    def find_entry(self, draft_id: str, workspace_id: int) -> Entry | None:
        """The message that a draft became, or None. Raises StoreError."""
        row = _OF_DRAFT.read(self._engine, {"draft": draft_id, "workspace": workspace_id})
        return to_entry(row) if row is not None else None

    def get_message(self, message_id: int, workspace_id: int) -> Message | None:
        """One whole message, or None where it is not this workspace's. Raises StoreError."""
        with reading(self._engine) as connection:
            row = connection.execute(_WHOLE, {"message": message_id, "workspace": workspace_id}).first()
            if row is None:
                return None
            files = list_files(connection, message_file, message_id) if row.attachment_count else ()
            attempts = tuple(to_attempt(each) for each in connection.execute(_ATTEMPTS, {"message": message_id}))
        return to_message(row, files, attempts)


_NAMES = list(Entry.__dataclass_fields__)
_STATUS, _NEEDS_YOU, _UNCLEAR = map(_NAMES.index, ("status", "needs_you", "unclear"))
_STATUSES = {status.value: status for status in Status}
# A frozen value is made five times as fast as one that is not frozen yet: it sets each of its fields by a call.
_Unfrozen = make_dataclass("_Unfrozen", [(each.name, each.type) for each in fields(Entry)], slots=True)


def to_entry(row: Sequence[Any]) -> Entry:
    """The entry of a row that begins with the columns of ``ENTRY``, as Core gives it or as the driver does."""
    values = list(row[: len(ENTRY)])
    # What the driver does not give as it is.
    values[_STATUS] = _STATUSES[values[_STATUS]]
    values[_NEEDS_YOU] = bool(values[_NEEDS_YOU])
    values[_UNCLEAR] = bool(values[_UNCLEAR])
    made = _Unfrozen(*values)
    made.__class__ = Entry
    return cast("Entry", made)


def to_message(row: Any, files: tuple[Attachment, ...], attempts: tuple[Attempt, ...]) -> Message:
    """The whole message of a row with the columns of ``ENTRY`` and of ``body``."""
    entry = to_entry(row)
    reply_to = to_addresses(row.reply_to)
    mail = Mail(
        to=to_addresses(row.to),
        cc=to_addresses(row.cc),
        bcc=to_addresses(row.bcc),
        reply_to=reply_to[0] if reply_to else None,
        subject=entry.subject,
        html=row.html,
        text=row.text,
        markdown=row.markdown,
        contact_id=entry.contact_id or "",
        deal_id=entry.deal_id or "",
        thread_id=entry.thread_id or "",
        attachments=files,
        text_edited=row.text_edited,
    )
    return Message(entry, mail, attempts)


def to_attempt(row: sa.Row[Any]) -> Attempt:
    """The attempt of a row of ``attempt``."""
    known = (row.calls_limit, row.calls_remaining, row.calls_reset_at)
    return Attempt(
        number=row.number,
        started_at=row.started_at,
        duration=row.duration,
        outcome=row.outcome,
        http_status=row.http_status,
        code=row.code,
        detail=row.detail,
        request_id=row.request_id,
        rate_limit=RateLimit(*known) if any(value is not None for value in known) else None,
    )


def to_addresses(pairs: list[list[str]]) -> tuple[Address, ...]:
    """Addresses as ``body`` keeps them."""
    return tuple(Address(name, mailbox) for name, mailbox in pairs)

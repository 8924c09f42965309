"""Read messages of one workspace: summaries by id or draft, and one whole message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from components.model import LATEST_MOMENT, Address, Attachment, OutgoingMail, RateLimit, Status
from components.store.engine import reading
from components.store.files import list_files
from components.store.schema import attempt, body, message, message_file
from components.store.types import Attempt, Message, MessageSummary

#: The columns of ``MessageSummary``, in its order.
SUMMARY = tuple(message.c[name] for name in MessageSummary.__dataclass_fields__ if name in message.c)
#: A whole message, as ``to_message`` takes its rows.
WHOLE = sa.select(*SUMMARY, *(column for column in body.c if column is not body.c.message_id)).join(
    body, body.c.message_id == message.c.id
)
#: The columns of an attempt, as ``to_attempt`` takes them.
ATTEMPT = tuple(column for column in attempt.c if column is not attempt.c.message_id)


class HistoryStore:
    """Opens messages."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get_summary(self, message_id: int, workspace_id: int) -> MessageSummary | None:
        """Return one message without its bodies, or None where the workspace does not have it. Raises StoreError."""
        return self._get_summary(workspace_id, message.c.id == message_id)

    def get_summaries(self, message_ids: Collection[int], workspace_id: int) -> dict[int, MessageSummary]:
        """Return messages by their ids, without bodies and without those of other workspaces. Raises StoreError."""
        query = sa.select(*SUMMARY).where(message.c.id.in_(message_ids), message.c.workspace_id == workspace_id)
        with reading(self._engine) as connection:
            return {row.id: to_summary(row) for row in connection.execute(query)}

    def find_summary(self, draft_id: str, workspace_id: int) -> MessageSummary | None:
        """Return the message that a draft became, or None. Raises StoreError."""
        return self._get_summary(workspace_id, message.c.draft_id == draft_id)

    def list_repetitions(self, summary: MessageSummary, workspace_id: int) -> tuple[MessageSummary, ...]:
        """List the message that this one repeats and the one that repeats it, where they exist. Raises StoreError."""
        related = sa.or_(message.c.id == summary.supersedes_id, message.c.supersedes_id == summary.id)
        mine = (message.c.workspace_id == workspace_id, related)
        query = sa.select(*SUMMARY).where(*mine).order_by(message.c.id)
        with reading(self._engine) as connection:
            return tuple(to_summary(row) for row in connection.execute(query))

    def get_message(self, message_id: int, workspace_id: int) -> Message | None:
        """Return one whole message, or None where the workspace does not have it. Raises StoreError."""
        whole = WHOLE.where(message.c.id == message_id, message.c.workspace_id == workspace_id)
        tries = sa.select(*ATTEMPT).where(attempt.c.message_id == message_id).order_by(attempt.c.number)
        with reading(self._engine) as connection:
            row = connection.execute(whole).first()
            if row is None:
                return None
            files = list_files(connection, message_file, message_id) if row.attachment_count else ()
            attempts = tuple(map(to_attempt, connection.execute(tries)))
        return to_message(row, files, attempts)

    def _get_summary(self, workspace_id: int, condition: sa.ColumnElement[bool]) -> MessageSummary | None:
        query = sa.select(*SUMMARY).where(message.c.workspace_id == workspace_id, condition)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return to_summary(row) if row is not None else None


_NAMES = [column.name for column in SUMMARY]
_STATUS, _CREATED_AT = _NAMES.index("status"), _NAMES.index("created_at")
_MOMENTS = tuple(place for place, column in enumerate(SUMMARY) if isinstance(column.type, sa.Double))
_STATUSES = {status.value: status for status in Status}


def to_summary(row: Sequence[Any]) -> MessageSummary:
    """Convert a row that begins with the columns of ``SUMMARY``.

    A list draws whatever a row holds: a value that is none of its kind is left out and named in ``damage``. A status
    that is none counts as failed, a time of writing that is none as 0.
    """
    values = list(row[: len(SUMMARY)])
    bad = [place for place in _MOMENTS if to_moment(values[place]) != values[place]]
    for place in bad:
        values[place] = None
    if values[_CREATED_AT] is None:
        values[_CREATED_AT] = 0.0
    status = _STATUSES.get(values[_STATUS])
    if status is None:
        bad.append(_STATUS)
    values[_STATUS] = status or Status.FAILED
    values.append(", ".join(_NAMES[place] for place in bad) or None)
    return MessageSummary(*values)


def to_moment(value: object) -> float | None:
    """Return a time of the database (epoch seconds), or None where it is none."""
    return float(value) if isinstance(value, int | float) and 0 <= value < LATEST_MOMENT else None


def to_message(row: sa.Row[Any], files: tuple[Attachment, ...], attempts: tuple[Attempt, ...]) -> Message:
    """Convert a row of ``WHOLE``, with the message's files and attempts."""
    reply_to = to_addresses(row.reply_to)
    mail = OutgoingMail(
        to=to_addresses(row.to),
        cc=to_addresses(row.cc),
        bcc=to_addresses(row.bcc),
        reply_to=reply_to[0] if reply_to else None,
        subject=row.subject,
        html=row.html,
        text=row.text,
        markdown=row.markdown,
        contact_id=row.contact_id or "",
        deal_id=row.deal_id or "",
        thread_id=row.thread_id or "",
        attachments=files,
        text_edited=row.text_edited,
    )
    return Message(to_summary(row), mail, attempts)


def to_attempt(row: Sequence[Any]) -> Attempt:
    """Convert a row with the columns of ``ATTEMPT``."""
    number, started_at, duration, outcome, http_status, code, detail, request_id, *calls = row
    limit = RateLimit(*calls) if any(value is not None for value in calls) else None
    return Attempt(
        number, to_moment(started_at) or 0.0, duration, outcome, http_status, code, detail, request_id, limit
    )


def to_addresses(pairs: list[list[str]]) -> tuple[Address, ...]:
    """Convert addresses from the pairs of name and mailbox that ``body`` stores."""
    return tuple(Address(*pair) for pair in pairs)

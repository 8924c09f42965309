"""Read messages of one workspace: summaries by id or draft, and one whole message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from components.model import Address, OutgoingMail, RateLimit, Status
from components.review import MailEvent
from components.store.engine import reading
from components.store.files import list_file_rows, to_attachment
from components.store.review.events import read_histories
from components.store.schema import attempt, body, message, message_file
from components.store.sound_values import RowReader
from components.store.types import Attempt, Message, MessageSummary

#: The columns of ``MessageSummary``, in its order.
SUMMARY = tuple(message.c[name] for name in MessageSummary.__dataclass_fields__ if name in message.c)
_BODY = tuple(column for column in body.c if column is not body.c.message_id)
#: A whole message, as ``to_message`` takes its rows.
WHOLE = sa.select(*SUMMARY, *_BODY).join(body, body.c.message_id == message.c.id)
#: The columns of an attempt, as ``to_message`` takes its rows.
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
        with reading(self._engine) as connection:
            return read_message(connection, message_id, workspace_id)

    def _get_summary(self, workspace_id: int, condition: sa.ColumnElement[bool]) -> MessageSummary | None:
        query = sa.select(*SUMMARY).where(message.c.workspace_id == workspace_id, condition)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return to_summary(row) if row is not None else None


_STATUS = next(place for place, column in enumerate(SUMMARY) if column is message.c.status)
_READ_SUMMARY = RowReader(SUMMARY)
_READ_WHOLE = RowReader((*SUMMARY, *_BODY))
_READ_ATTEMPT = RowReader(ATTEMPT)


def read_message(connection: sa.Connection, message_id: int, workspace_id: int) -> Message | None:
    """Read one whole message, or None where the workspace does not have it."""
    whole = WHOLE.where(message.c.id == message_id, message.c.workspace_id == workspace_id)
    row = connection.execute(whole).first()
    if row is None:
        return None
    tries = sa.select(*ATTEMPT).where(attempt.c.message_id == message_id).order_by(attempt.c.number)
    files = list_file_rows(connection, message_file, message_id) if row.attachment_count else ()
    history = read_histories(connection, [row.draft_id]).get(row.draft_id, ())
    return to_message(row, files, connection.execute(tries).all(), history)


def to_summary(row: Sequence[Any]) -> MessageSummary:
    """Convert a row that begins with the columns of ``SUMMARY``.

    A list draws whatever a row holds: a value that is none of its kind is left out and named in ``damage``. A status
    that is none counts as failed, a time of writing that is none as 0.
    """
    damaged: list[str] = []
    return _make_summary(_READ_SUMMARY.read(row, damaged), damaged)


def to_message(
    row: sa.Row[Any],
    files: Sequence[Sequence[Any]],
    attempts: Sequence[Sequence[Any]],
    events: tuple[MailEvent, ...] = (),
) -> Message:
    """Convert a row of ``WHOLE``, with the rows of its files (``FILE``) and attempts (``ATTEMPT``), and its history."""
    damaged: list[str] = []
    values = _READ_WHOLE.read_fields(row, damaged)
    reply_to = _to_addresses(values["reply_to"])
    mail = OutgoingMail(
        to=_to_addresses(values["to"]),
        cc=_to_addresses(values["cc"]),
        bcc=_to_addresses(values["bcc"]),
        reply_to=reply_to[0] if reply_to else None,
        subject=values["subject"],
        html=values["html"],
        text=values["text"],
        markdown=values["markdown"],
        contact_id=values["contact_id"] or "",
        deal_id=values["deal_id"] or "",
        thread_id=values["thread_id"] or "",
        attachments=tuple(to_attachment(each, damaged) for each in files),
        text_edited=values["text_edited"],
    )
    tried = tuple(_to_attempt(each, damaged) for each in attempts)
    summary = _make_summary([values[column.name] for column in SUMMARY], damaged)
    return Message(summary, mail, tried, events)


def _to_attempt(row: Sequence[Any], damaged: list[str]) -> Attempt:
    names: list[str] = []
    *values, calls_limit, calls_remaining, calls_reset_at = _READ_ATTEMPT.read(row, names)
    damaged += [f"attempt {values[0]}: {name}" for name in names]
    calls = (calls_limit, calls_remaining, calls_reset_at)
    limit = RateLimit(*calls) if any(value is not None for value in calls) else None
    return Attempt(*[*values, limit])


def _make_summary(values: list[Any], damaged: Sequence[str]) -> MessageSummary:
    values[_STATUS] = Status(values[_STATUS])
    return MessageSummary(*[*values, ", ".join(damaged) or None])


def _to_addresses(pairs: list[list[str]]) -> tuple[Address, ...]:
    """Convert addresses from the pairs of name and mailbox that ``body`` stores."""
    return tuple(Address(*pair) for pair in pairs)

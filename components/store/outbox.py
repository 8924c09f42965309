"""The outbox: messages as people put them in, hold them back, decide on them and look at them.

Every change is one UPDATE guarded by the status it expects, so that of two that race exactly one wins. Which status
may follow which is not decided here but in ``components.mailer.states``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from components.errors import StateError
from components.first_words import to_first_words
from components.model import Draft, Mail, Status
from components.store.drafts import delete_own_draft, write_draft
from components.store.engine import Transaction, reading, sending, upsert, writing
from components.store.files import to_file_rows
from components.store.history import ENTRY, to_entry, to_new_entry
from components.store.prepared import Prepared
from components.store.queue import begin_attempt, look_at_queue, to_lease_values
from components.store.rows import Entry, Recorded, Terms
from components.store.schema import IS_OPEN, NEEDS_YOU, body, message, message_file

_CHANGED = "This mail has changed meanwhile. Look at it again."
_MINE = message.c.workspace_id == sa.bindparam("workspace")
_INSERT_BODY = Prepared(body.insert())
_INSERT_FILE = Prepared(message_file.insert())
_TWIN = Prepared(
    sa.select(message.c.id).where(
        _MINE,
        sa.or_(
            message.c.draft_id == sa.bindparam("draft"),
            message.c.supersedes_id == sa.bindparam("supersedes", type_=sa.Integer),
        ),
    )
)
_SUPERSEDE = Prepared(
    message.update()
    .where(message.c.id == sa.bindparam("message"), _MINE, message.c.status == Status.UNKNOWN)
    .values(needs_you=False, due_at=None)
)
_PREVIEW_LENGTH = 120


@dataclass(frozen=True, slots=True)
class NewMessage:
    """All that is committed before the first byte leaves; times in epoch seconds, ``body_length`` in bytes.

    Without ``due_at`` it may go once the workspace's time to undo is over.
    """

    workspace_id: int
    draft_id: str
    mail: Mail
    idempotency_key: str
    body_sha256: str
    body_length: int
    created_at: float
    due_at: float | None = None
    supersedes_id: int | None = None


class OutboxStore:
    """Records, withdraws, changes and lists messages."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        insert = upsert(engine, message).on_conflict_do_nothing()
        # SQLite keeps a journal of its own for RETURNING: half as much again as the INSERT.
        self._insert = Prepared(insert if engine.dialect.name == "sqlite" else insert.returning(message.c.id))

    def insert_message(self, new: NewMessage, terms: Terms | None = None) -> Recorded:
        """Record a message and take its draft away, in one durable transaction.

        With ``terms`` it is recorded as claimed, where it is due and no other is before it. The second of two sends of
        one draft finds the first one's message. Raises StateError where ``supersedes_id`` names a message that is no
        longer unknown, and StoreError.
        """
        with sending(self._engine) as connection:
            turn = look_at_queue(connection, new.workspace_id, terms)
            schedule = _to_schedule(new, turn.undo_seconds)
            taken = terms if terms and turn.free and schedule["due_at"] <= terms.now else None
            row = _to_row(new) | schedule | to_lease_values(taken)
            message_id = self._insert.insert(connection, row)
            if message_id is None:
                return Recorded(_find_twin(connection, new), created=False)
            entry = to_new_entry(message_id, row)
            _INSERT_BODY.run(connection, {"message_id": entry.id} | to_body(new.mail))
            for file in to_file_rows(message_file, entry.id, new.mail.attachments):
                _INSERT_FILE.run(connection, file)
            delete_own_draft(connection, new.draft_id, new.workspace_id)
            if new.supersedes_id is not None:
                _supersede(connection, new.supersedes_id, new.workspace_id)
            claim = begin_attempt(connection, taken, entry, new.mail) if taken else None
            return Recorded(entry.id, created=True, claim=claim)

    def retract(self, message_id: int, sources: Sequence[Status], workspace_id: int, value: Draft) -> Draft:
        """Make a message that surely was not sent a draft again, in one transaction, and give it as saved.

        Raises StateError where it is under way or settled, and StoreError.
        """
        mine = (message.c.id == message_id, message.c.workspace_id == workspace_id)
        with writing(self._engine) as connection:
            gone = connection.execute(
                message.delete()
                .where(*mine, message.c.status.in_(sources), sa.not_(message.c.unclear))
                .returning(message.c.supersedes_id)
            ).first()
            if gone is None:
                raise StateError("It is too late: this mail is already on its way.")
            if gone.supersedes_id is not None:
                connection.execute(message.update().where(message.c.id == gone.supersedes_id).values(needs_you=True))
            return replace(value, version=write_draft(connection, value, workspace_id).version)

    def change(self, message_id: int, workspace_id: int, sources: Sequence[Status], **values: object) -> None:
        """Set columns of a message while it is in one of ``sources``. Raises StateError otherwise, and StoreError."""
        with writing(self._engine) as connection:
            _change(connection, message_id, workspace_id, sources, **values)

    def reopen(self, message_id: int, workspace_id: int, sources: Sequence[Status], value: Draft) -> Draft:
        """Make a new draft of a message and take it off a person's list, in one transaction; the record stays.

        Raises StateError where it is in none of ``sources``, and StoreError.
        """
        with writing(self._engine) as connection:
            _change(connection, message_id, workspace_id, sources, needs_you=False)
            return replace(value, version=write_draft(connection, value, workspace_id).version)

    def ask_again(
        self, message_id: int, workspace_id: int, sources: Sequence[Status], now: float, fresh: tuple[float, float]
    ) -> None:
        """Make a message that may have been sent due once more, with the same key and bytes.

        Raises StateError where its first attempt lies outside ``fresh`` (epoch seconds), where it has been sent as new,
        or where it is in none of ``sources``, and StoreError.
        """
        newer = message.alias()
        mine = (
            message.c.id == message_id,
            message.c.workspace_id == workspace_id,
            message.c.status.in_(sources),
            message.c.first_attempt_at.between(*fresh),
            sa.not_(sa.exists().where(newer.c.supersedes_id == message_id)),
        )
        with writing(self._engine) as connection:
            asked = message.update().where(*mine).values(due_at=now, needs_you=False, tries=0)
            if connection.execute(asked).rowcount != 1:
                raise StateError("LeadLex cannot be asked about this mail any more. Look into the Sent folder.")

    def list_open(self, workspace_id: int, limit: int = 200) -> tuple[Entry, ...]:
        """What has not come to rest: waiting, under way, or needing a person; oldest first. Raises StoreError."""
        mine = message.c.workspace_id == workspace_id
        moving = sa.or_(message.c.due_at.is_not(None), message.c.status == Status.SENDING)
        ids = sa.union_all(
            sa.select(message.c.id).where(IS_OPEN, mine, moving), sa.select(message.c.id).where(NEEDS_YOU, mine)
        )
        query = sa.select(*ENTRY).where(message.c.id.in_(ids)).order_by(message.c.id).limit(limit)
        with reading(self._engine) as connection:
            return tuple(to_entry(row) for row in connection.execute(query))

    def count_needing_you(self, workspace_id: int) -> int:
        """How many messages wait for a person. Raises StoreError."""
        query = sa.select(sa.func.count()).where(message.c.workspace_id == workspace_id, NEEDS_YOU)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())


def _find_twin(connection: Transaction, new: NewMessage) -> int:
    """The message that the same draft, or the same click on "Send as new", has become before."""
    values = {"draft": new.draft_id, "supersedes": new.supersedes_id, "workspace": new.workspace_id}
    row = _TWIN.run(connection, values)
    if row is None:
        raise StateError("This draft belongs to another workspace.")
    return int(row[0])


def _supersede(connection: Transaction, message_id: int, workspace_id: int) -> None:
    """Take an unknown message off a person's list: it is sent as new."""
    if not _SUPERSEDE.change(connection, {"message": message_id, "workspace": workspace_id}):
        raise StateError(_CHANGED)


def _change(
    connection: sa.Connection, message_id: int, workspace_id: int, sources: Sequence[Status], **values: object
) -> None:
    mine = (message.c.id == message_id, message.c.workspace_id == workspace_id, message.c.status.in_(sources))
    if "status" in values:
        values["indexed"] = False
    if connection.execute(message.update().where(*mine).values(**values)).rowcount != 1:
        raise StateError(_CHANGED)


def _to_row(new: NewMessage) -> dict[str, Any]:
    mail = new.mail
    return {
        "workspace_id": new.workspace_id,
        "draft_id": new.draft_id,
        "supersedes_id": new.supersedes_id,
        "created_at": new.created_at,
        "idempotency_key": new.idempotency_key,
        "body_sha256": new.body_sha256,
        "body_length": new.body_length,
        "recipients": ", ".join(str(address) for address in (*mail.to, *mail.cc, *mail.bcc)),
        "subject": mail.subject,
        "preview": to_first_words(mail.html, _PREVIEW_LENGTH),
        "attachment_count": len(mail.attachments),
        "contact_id": mail.contact_id or None,
        "deal_id": mail.deal_id or None,
        "thread_id": mail.thread_id or None,
    }


def _to_schedule(new: NewMessage, undo: int) -> dict[str, Any]:
    """When it may go, and until when it can be undone."""
    if new.due_at is not None:
        return {"due_at": new.due_at, "undo_until": None}
    end = new.created_at + undo
    return {"due_at": end, "undo_until": end if undo else None}


def to_body(mail: Mail) -> dict[str, Any]:
    """The columns of ``body`` for a mail, its message's id aside."""
    return {
        "to": [[address.name, address.mailbox] for address in mail.to],
        "cc": [[address.name, address.mailbox] for address in mail.cc],
        "bcc": [[address.name, address.mailbox] for address in mail.bcc],
        "reply_to": [[mail.reply_to.name, mail.reply_to.mailbox]] if mail.reply_to else [],
        "markdown": mail.markdown,
        "html": mail.html,
        "text": mail.text,
        "text_edited": mail.text_edited,
    }

"""The outbox: record messages, take them back, change and list them.

Every change is one UPDATE guarded by the status it expects, so that of two that race exactly one wins. Which status
may follow which is decided in ``components.mailer.states``.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from components.errors import StateError, StoreError
from components.model import WENT_OUT, Actor, Draft, Status
from components.review import MailEventKind
from components.store.drafts import delete_own_draft, find_origin, write_copy, write_taken_back
from components.store.engine import reading, upsert, writing
from components.store.files import to_file_rows
from components.store.history import SUMMARY, to_summary
from components.store.members import check_sender
from components.store.new_message import NewMessage, to_body, to_row
from components.store.review.approvals import check_approved, is_unapproved, use_approval
from components.store.review.events import append_edit, append_event, inherit_edits
from components.store.schema import IS_OPEN, NEEDS_YOU, body, message, message_file, person, workspace
from components.store.sort_key import assign_keys
from components.store.sound_values import DamagedText, RowReader
from components.store.types import MessageSummary, RecordedMessage

_CHANGED = "This mail has changed meanwhile. Look at it again."
_NOT_ASKED_AGAIN = (
    "This workspace requires an approval by now, which this mail does not have, so it is not tried again. Look into "
    "the Sent folder, and mark it as sent or not sent."
)

# Built once: building a statement takes longer than running it.
_UNDO_SECONDS = (
    sa.select(sa.func.coalesce(person.c.undo_seconds, workspace.c.undo_seconds))
    .select_from(workspace)
    .outerjoin(person, sa.and_(person.c.workspace_id == workspace.c.id, person.c.name == sa.bindparam("person")))
    .where(workspace.c.id == sa.bindparam("workspace"))
)
_INSERT_BODY = body.insert()
_INSERT_FILES = message_file.insert()

_READ_VERSION = RowReader((message.c.draft_version,))
_DUE_AS_STORED = message.c.due_at.label("due_as_stored")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a message that waits: the fingerprint of their API key, their name, and their member's id, if any."""

    key: str
    name: str = ""
    member_id: int | None = None


#: What a message forgets when a person sends it after all.
_AFRESH: dict[str, Any] = {
    **dict.fromkeys(("undo_until", "first_attempt_at", "code", "detail")),
    **dict.fromkeys(("needs_you", "indexed"), False),
    "tries": 0,
}
_MISSED = (message.c.status == Status.HELD, message.c.due_at.is_(None), message.c.code == "missed")


class OpenGroup(enum.StrEnum):
    """The groups of the Outbox, in their order."""

    NEEDS_ATTENTION = "Needs attention"
    UNDER_WAY = "Sending"
    WAITING = "Waiting"


#: The values by which a group is ordered, as the database has them, of the last message of a page.
OpenKey = tuple[object, int]


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page of a group. Pass ``next_key`` as ``after`` for the next page; it is None on the last one."""

    summaries: tuple[MessageSummary, ...]
    next_key: OpenKey | None


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many messages each group has; ``missed`` are those of the first whose time passed unsent."""

    groups: Mapping[OpenGroup, int]
    missed: int


class OutboxStore:
    """Records, withdraws, changes and lists messages. ``clock`` gives epoch seconds, the same in all processes."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock
        self._insert = upsert(engine, message).on_conflict_do_nothing().returning(message.c.id)

    def insert_message(self, new: NewMessage) -> RecordedMessage:
        """Record a message as held and delete its draft, in one durable transaction.

        The second of two sends of one draft finds the first one's message. Raises StateError where ``supersedes_id``
        names a message that is no longer unknown, NotPermitted where the sender may not send any more, NotApproved
        where the mail needs an approval that no colleague has given, DraftConflict where the store has another version
        of the draft, DraftLocked where somebody else is writing in it, and StoreError.
        """
        with writing(self._engine) as connection:
            check_sender(connection, new.workspace_id, new.sender_id)
            row = to_row(new) | _to_schedule(connection, new)
            author, row["draft_version"] = find_origin(connection, new.draft_id)
            row["written_by"] = author or new.written_by or new.sent_by
            row["sort_key"] = assign_keys(connection, [new.created_at if new.due_at is None else new.due_at])[0]
            message_id = connection.execute(self._insert, row).scalar_one_or_none()
            if message_id is None:
                return RecordedMessage(_find_recorded(connection, new), created=False)
            connection.execute(_INSERT_BODY, {"message_id": message_id} | to_body(new.mail))
            if new.mail.attachments:
                connection.execute(_INSERT_FILES, to_file_rows(message_file, message_id, new.mail.attachments))
            if new.supersedes_id is not None:
                first = sa.select(message.c.draft_id).where(message.c.id == new.supersedes_id)
                inherit_edits(connection, new.workspace_id, connection.execute(first).scalar_one(), new.draft_id)
            use_approval(connection, message_id, new.draft_id, new.body_sha256)
            check_approved(connection, message_id)
            sender = Actor(new.sent_by, new.sender_id)
            known = (new.draft_id, new.workspace_id, new.draft_version)
            is_drafted = delete_own_draft(connection, *known, sender, self._clock())
            _append_send(connection, new, sender, is_drafted)
            if new.supersedes_id is not None:
                _supersede(connection, new.supersedes_id, new.workspace_id)
            return RecordedMessage(message_id, created=True)

    def retract(
        self, message_id: int, sources: Sequence[Status], workspace_id: int, value: Draft, actor: Actor
    ) -> Draft:
        """Delete a message that certainly was not sent and save its draft again for ``actor``, in one transaction.

        An approval that it used is free again. Returns the draft as saved, whose versions count on. One that was
        private to somebody else comes back as a new, shared draft. Raises StateError where the message is being
        delivered or settled, and StoreError.
        """
        mine = (message.c.id == message_id, message.c.workspace_id == workspace_id)
        with writing(self._engine) as connection:
            deleted = connection.execute(
                message.delete()
                .where(*mine, message.c.status.in_(sources), sa.not_(message.c.unclear))
                .returning(message.c.supersedes_id, message.c.draft_version)
            ).first()
            if deleted is None:
                raise StateError("It is too late: this mail is already on its way.")
            if deleted.supersedes_id is not None:
                # A late answer may have settled the first one meanwhile.
                first = (message.c.id == deleted.supersedes_id, message.c.status.not_in(WENT_OUT))
                connection.execute(message.update().where(*first).values(needs_you=True))
            (version,) = _READ_VERSION.read([deleted.draft_version], [])
            value = replace(value, version=version)
            saved = write_taken_back(connection, value, workspace_id, actor.member_id)
            append_event(connection, workspace_id, saved.id, MailEventKind.UNDONE, actor, time.time())
            return saved

    def change(self, message_id: int, workspace_id: int, sources: Sequence[Status], **values: object) -> None:
        """Set columns of a message while it is in one of ``sources``. Raises StateError otherwise, and StoreError."""
        with writing(self._engine) as connection:
            _change(connection, message_id, workspace_id, sources, **values)

    def reschedule(
        self, message_id: int, workspace_id: int, sources: Sequence[Status], sender: Sender, due_at: float
    ) -> None:
        """Make a message that certainly was not sent due at another time (epoch seconds), with a new day of retries.

        What no key has tried yet is the sender's from now on. Raises StateError where the message is in none of
        ``sources``, or where another key has tried it, NotApproved, and StoreError.
        """
        mine = (message.c.id == message_id, message.c.workspace_id == workspace_id, message.c.status.in_(sources))
        values = _AFRESH | {"due_at": due_at} | _to_owner(sender)
        with writing(self._engine) as connection:
            check_sender(connection, workspace_id, sender.member_id)
            update = message.update().where(*mine, _may_send(sender)).values(**values)
            if connection.execute(update).rowcount != 1:
                raise StateError(_CHANGED)
            check_approved(connection, message_id)

    def reopen(
        self, message_id: int, workspace_id: int, sources: Sequence[Status], value: Draft, actor: Actor
    ) -> Draft:
        """Save a new draft of a message, and take the message off a person's list, at once.

        The draft is shared, so that two people who correct one mail do it in one draft. Returns the draft as saved; the
        message is kept. Raises StateError where it is in none of ``sources``, and StoreError.
        """
        with writing(self._engine) as connection:
            _change(connection, message_id, workspace_id, sources, needs_you=False)
            saved = write_copy(connection, value, workspace_id, message_id)
            append_edit(connection, workspace_id, value.id, actor, time.time())
            return saved

    def retry_unknown(
        self,
        message_id: int,
        workspace_id: int,
        sources: Sequence[Status],
        sender: Sender,
        now: float,
        fresh: tuple[float, float],
    ) -> None:
        """Make a message that may have been sent due again, with the same Idempotency-Key and bytes.

        From now on it is the member's who asks; its name stays. Raises StateError where it belongs to another API key,
        where its first attempt lies outside ``fresh`` (epoch seconds), where it has been sent as new, or where it is in
        none of ``sources``, NotApproved, and StoreError.
        """
        newer = message.alias()
        mine = (
            message.c.id == message_id,
            message.c.workspace_id == workspace_id,
            message.c.status.in_(sources),
            message.c.key_fingerprint == sender.key,
            message.c.first_attempt_at.between(*fresh),
            sa.not_(sa.exists().where(newer.c.supersedes_id == message_id)),
        )
        with writing(self._engine) as connection:
            check_sender(connection, workspace_id, sender.member_id)
            values = {"due_at": now, "needs_you": False, "tries": 0, "sender_id": sender.member_id}
            update = message.update().where(*mine).values(**values)
            if connection.execute(update).rowcount != 1:
                raise StateError("LeadLex cannot be asked about this mail any more. Look into the Sent folder.")
            check_approved(connection, message_id, _NOT_ASKED_AGAIN)

    def list_open(self, workspace_id: int, group: OpenGroup, after: OpenKey | None = None, limit: int = 50) -> OpenPage:
        """List the messages of a group: those that wait as the dispatcher takes them, the others oldest first.

        Raises StoreError.
        """
        query = sa.select(*SUMMARY, _DUE_AS_STORED).where(_to_condition(group, workspace_id))
        is_waiting = group is OpenGroup.WAITING
        order = [message.c.due_at.nulls_first(), message.c.id] if is_waiting else [message.c.sort_key]
        if after is not None:
            query = query.where(_to_rest(group, after))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
        has_more = len(rows) > limit
        last = rows[limit - 1] if has_more else None
        key = (last.due_as_stored, last.id if is_waiting else last.sort_key) if last is not None else None
        return OpenPage(tuple(to_summary(row) for row in rows[:limit]), key)

    def list_open_ids(self, workspace_id: int, group: OpenGroup) -> tuple[int, ...]:
        """List the ids of all messages of a group, in no certain order. Raises StoreError."""
        query = sa.select(message.c.id).where(_to_condition(group, workspace_id))
        with reading(self._engine) as connection:
            return tuple(connection.execute(query).scalars())

    def count_open(self, workspace_id: int) -> OpenCounts:
        """Count the messages of each group. Raises StoreError."""
        needs_you, under_way, waiting = (_to_condition(group, workspace_id) for group in OpenGroup)
        conditions = (needs_you, under_way, waiting, sa.and_(needs_you, *_MISSED))
        counts = (sa.select(sa.func.count(message.c.id)).where(each).scalar_subquery() for each in conditions)
        with reading(self._engine) as connection:
            *groups, missed = connection.execute(sa.select(*counts)).one()
        return OpenCounts(dict(zip(OpenGroup, groups, strict=True)), missed)

    def send_missed(self, workspace_id: int, sender: Sender, now: float) -> int:
        """Make every message whose time was missed due now (epoch seconds); return how many.

        Those that another key has tried, or that need an approval, are left out. Raises StoreError.
        """
        may_leave = (_may_send(sender), sa.not_(is_unapproved(message)))
        where = (message.c.workspace_id == workspace_id, NEEDS_YOU, *_MISSED, *may_leave)
        values = _AFRESH | {"due_at": now} | _to_owner(sender)
        with writing(self._engine) as connection:
            check_sender(connection, workspace_id, sender.member_id)
            return connection.execute(message.update().where(*where).values(**values)).rowcount

    def count_needing_you(self, workspace_id: int) -> int:
        """Count the messages that need a person. Raises StoreError."""
        query = sa.select(sa.func.count()).where(message.c.workspace_id == workspace_id, NEEDS_YOU)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())


def _to_rest(group: OpenGroup, after: OpenKey) -> sa.ColumnElement[bool]:
    """Build the condition that a message follows the one with a key, whatever values that one has."""
    due, last = after
    if group is not OpenGroup.WAITING:
        return message.c.sort_key > last
    if due is None:
        return sa.or_(message.c.due_at.is_not(None), message.c.id > last)
    # As it is stored: a number, or whatever else the column holds.
    stored: sa.ColumnElement[Any] = sa.literal(due, sa.types.NullType())
    if isinstance(due, DamagedText):
        stored = sa.cast(sa.literal(due.stored), sa.Text)
    return sa.tuple_(message.c.due_at, message.c.id) > sa.tuple_(stored, last)


def _to_condition(group: OpenGroup, workspace_id: int) -> sa.ColumnElement[bool]:
    """Build the condition that a message belongs to a group of a workspace; each group has its partial index."""
    if group is OpenGroup.NEEDS_ATTENTION:
        return sa.and_(message.c.workspace_id == workspace_id, NEEDS_YOU)
    # A sum is no column of an index: otherwise SQLite would walk the workspace's whole history and sort what is left.
    mine = message.c.workspace_id + 0 == workspace_id
    is_moving = sa.or_(
        message.c.status == Status.SENDING, sa.and_(message.c.status == Status.UNKNOWN, message.c.due_at.is_not(None))
    )
    is_in_group = is_moving if group is OpenGroup.UNDER_WAY else message.c.status == Status.HELD
    return sa.and_(mine, IS_OPEN, sa.not_(message.c.needs_you), is_in_group)


def _find_recorded(connection: sa.Connection, new: NewMessage) -> int:
    """Find the message that an earlier send of the same draft, or an earlier "Send as new", has made."""
    same = message.c.draft_id == new.draft_id
    if new.supersedes_id is not None:
        same = sa.or_(same, message.c.supersedes_id == new.supersedes_id)
    row = connection.execute(sa.select(message.c.id).where(message.c.workspace_id == new.workspace_id, same)).first()
    if row is None:
        raise StateError("This draft belongs to another workspace.")
    return int(row.id)


def _may_send(sender: Sender) -> sa.ColumnElement[bool]:
    """Build the condition that a message may be sent with a key: no other one has tried it."""
    return sa.or_(message.c.attempts == 0, message.c.key_fingerprint == sender.key)


def _to_owner(sender: Sender) -> dict[str, Any]:
    """The columns that say who sends a message; where it is the sender's already, its name stays."""
    is_own = sa.and_(
        message.c.key_fingerprint == sender.key, message.c.sender_id.is_not_distinct_from(sender.member_id)
    )
    name = sa.case((is_own, message.c.sent_by), else_=sender.name)
    return {"key_fingerprint": sender.key, "sender_id": sender.member_id, "sent_by": name}


def _supersede(connection: sa.Connection, message_id: int, workspace_id: int) -> None:
    """Take an unknown message off a person's list because it is sent as new."""
    _change(connection, message_id, workspace_id, (Status.UNKNOWN,), needs_you=False, due_at=None)


def _change(
    connection: sa.Connection, message_id: int, workspace_id: int, sources: Sequence[Status], **values: object
) -> None:
    mine = (message.c.id == message_id, message.c.workspace_id == workspace_id, message.c.status.in_(sources))
    if not values.keys().isdisjoint(("status", "due_at")):
        values["indexed"] = False
    if connection.execute(message.update().where(*mine).values(**values)).rowcount != 1:
        raise StateError(_CHANGED)


def _to_schedule(connection: sa.Connection, new: NewMessage) -> dict[str, Any]:
    """When the message may go, and until when it can be undone. Raises StoreError for an unknown workspace."""
    names = {"workspace": new.workspace_id, "person": new.sent_by}
    undo_seconds = connection.execute(_UNDO_SECONDS, names).scalar_one_or_none()
    if undo_seconds is None:
        raise StoreError("This workspace is not in the database any more. Connect again.")
    if new.due_at is not None:
        return {"due_at": new.due_at, "undo_until": None}
    end = new.created_at + undo_seconds
    return {"due_at": end, "undo_until": end if undo_seconds else None}


def _append_send(connection: sa.Connection, new: NewMessage, sender: Actor, is_drafted: bool) -> None:
    """Append the click on Send to the mail's history, which begins with it where nothing was saved before."""
    if not is_drafted:
        append_edit(connection, new.workspace_id, new.draft_id, sender, new.created_at)
    append_event(connection, new.workspace_id, new.draft_id, MailEventKind.SENT, sender, new.created_at)

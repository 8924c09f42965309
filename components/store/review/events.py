"""The history of a mail: what everybody did with it, in order. Rows are only added; they leave with the mail itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from components.model import Actor
from components.review import MailEvent, MailEventKind
from components.store.engine import reading
from components.store.review.tables import approval, mail_event, review
from components.store.schema import draft, message
from components.store.sound_values import RowReader

#: The kinds that change what goes out.
EDITS = (MailEventKind.WRITTEN, MailEventKind.CHANGED)
_EVENT = tuple(mail_event.c[name] for name in MailEvent.__dataclass_fields__)
_READ = RowReader(_EVENT)
_INSERT = mail_event.insert().returning(mail_event.c.id)
_LAST = (
    sa.select(mail_event.c.kind, mail_event.c.person, mail_event.c.member_id)
    .where(mail_event.c.draft_id == sa.bindparam("draft"))
    .order_by(mail_event.c.id.desc())
    .limit(1)
)


class MailEventStore:
    """Reads the history of mails."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def list_events(self, workspace_id: int, draft_id: str) -> tuple[MailEvent, ...]:
        """List what was done with a mail, known by the id of its draft, in order. Raises StoreError."""
        with reading(self._engine) as connection:
            mine = (mail_event.c.workspace_id == workspace_id, mail_event.c.draft_id == draft_id)
            rows = connection.execute(sa.select(*_EVENT).where(*mine).order_by(mail_event.c.id))
            return tuple(to_event(row) for row in rows)


def append_event(
    connection: sa.Connection,
    workspace_id: int,
    draft_id: str,
    kind: MailEventKind,
    actor: Actor,
    at: float,
    detail: str = "",
) -> int:
    """Append an entry to a mail's history inside the caller's transaction; return its number.

    ``at`` is in epoch seconds; later entries have higher numbers.
    """
    who = {"person": actor.name, "member_id": actor.member_id}
    values = {"workspace_id": workspace_id, "draft_id": draft_id, "kind": kind, "at": at, "detail": detail}
    return int(connection.execute(_INSERT, values | who).scalar_one())


def append_edit(connection: sa.Connection, workspace_id: int, draft_id: str, actor: Actor, at: float) -> None:
    """Append that somebody wrote or changed a draft, unless the last entry says so; else as ``append_event``."""
    last = connection.execute(_LAST, {"draft": draft_id}).first()
    if last is None:
        append_event(connection, workspace_id, draft_id, MailEventKind.WRITTEN, actor, at)
    elif last.kind not in EDITS or (last.person, last.member_id) != (actor.name, actor.member_id):
        append_event(connection, workspace_id, draft_id, MailEventKind.CHANGED, actor, at)


def inherit_edits(connection: sa.Connection, workspace_id: int, source_id: str, draft_id: str) -> None:
    """Copy the edits of one draft into the history of its copy, inside the caller's transaction.

    They record whose text the copy holds: the rule for writers and the approval check read them.
    """
    kept = (mail_event.c.workspace_id, *_EVENT, mail_event.c.member_id)
    mine = (mail_event.c.workspace_id == workspace_id, mail_event.c.draft_id == source_id)
    edits = sa.select(sa.literal(draft_id), *kept).where(*mine, mail_event.c.kind.in_(EDITS)).order_by(mail_event.c.id)
    names = ["draft_id", *(column.name for column in kept)]
    connection.execute(mail_event.insert().from_select(names, edits))


def insert_events(connection: sa.Connection, workspace_id: int, events: Mapping[str, Iterable[MailEvent]]) -> None:
    """Insert the histories of mails from another installation, by their draft ids, in the caller's transaction.

    Their people are names alone: numbers of members mean nobody here.
    """
    rows = [
        {"workspace_id": workspace_id, "draft_id": draft_id, **_to_row(event)}
        for draft_id, history in events.items()
        for event in history
    ]
    if rows:
        connection.execute(mail_event.insert(), rows)


def forget_mails(connection: sa.Connection, draft_ids: Collection[str]) -> None:
    """Remove history, reviews and approvals of mails that are gone for good, in the caller's transaction.

    What still is a draft or a mail keeps its own; the database would refuse.
    """
    for table in (review, approval, mail_event):
        gone = (
            table.c.draft_id.in_(draft_ids),
            sa.not_(sa.exists().where(draft.c.id == table.c.draft_id)),
            sa.not_(sa.exists().where(message.c.draft_id == table.c.draft_id)),
        )
        connection.execute(table.delete().where(*gone))


def drop_words(connection: sa.Connection, message_ids: Collection[int]) -> None:
    """Remove what reviewers saw and why they wanted changes, of mails whose bodies retention has just dropped."""
    drafts = sa.select(message.c.draft_id).where(message.c.id.in_(message_ids))
    connection.execute(review.delete().where(review.c.draft_id.in_(drafts)))
    reasons = (mail_event.c.draft_id.in_(drafts), mail_event.c.kind == MailEventKind.RETURNED)
    connection.execute(mail_event.update().where(*reasons, mail_event.c.detail != "").values(detail=""))


def forget_seen(connection: sa.Connection, workspace_id: int, name: str) -> None:
    """Remove what reviewers saw of mails that name a mailbox, or a contact by its id, in the caller's transaction.

    ``name`` is in lower case. A longer mailbox or id that contains it counts too: nothing but a comparison is lost.
    """
    names_it = sa.func.lower(review.c.seen).contains(name, autoescape=True)
    connection.execute(review.update().where(review.c.workspace_id == workspace_id, names_it).values(seen=None))


def move_reviewer(connection: sa.Connection, former: int, member_id: int) -> None:
    """Give reviews, approvals and entries of a member's number to another one, in the caller's transaction."""
    for column in (review.c.reviewer_id, approval.c.approver_id, mail_event.c.member_id):
        connection.execute(column.table.update().where(column == former).values({column: member_id}))


def read_histories(connection: sa.Connection, draft_ids: Collection[str]) -> dict[str, tuple[MailEvent, ...]]:
    """Read the histories of mails by their draft ids, in the caller's transaction."""
    query = sa.select(*_EVENT, mail_event.c.draft_id).where(mail_event.c.draft_id.in_(draft_ids))
    found: dict[str, list[MailEvent]] = {}
    for row in connection.execute(query.order_by(mail_event.c.id)):
        found.setdefault(row.draft_id, []).append(to_event(row))
    return {draft_id: tuple(events) for draft_id, events in found.items()}


def to_event(row: Sequence[Any]) -> MailEvent:
    """Convert a row that begins with the columns of an event."""
    return MailEvent(**_READ.read_fields(row))


def _to_row(event: MailEvent) -> dict[str, object]:
    return {name: getattr(event, name) for name in MailEvent.__dataclass_fields__}

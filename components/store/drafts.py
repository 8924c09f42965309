"""Unsent mails as they were typed; one that became a message cannot come back by a late save."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from components.errors import StateError
from components.model import Draft
from components.store.engine import reading, writing
from components.store.files import list_files, save_files
from components.store.schema import draft, draft_file, message

_FIELDS = ("to", "cc", "bcc", "reply_to", "subject", "markdown", "contact_id", "deal_id", "thread_id")

#: Made once: it is part of every send.
_OWNER = sa.select(draft.c.workspace_id).where(draft.c.id == sa.bindparam("draft"))


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """One line of a list of drafts; ``updated_at`` in epoch seconds."""

    id: str
    updated_at: float
    to: str
    subject: str
    preview: str


class DraftStore:
    """Saves, opens and lists drafts of one workspace; a draft begun before connecting belongs to none."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save_draft(self, value: Draft, workspace_id: int | None) -> float:
        """Keep a draft as typed and return when (epoch seconds).

        Raises StateError where it has been sent meanwhile or belongs to another workspace, and StoreError.
        """
        with writing(self._engine) as connection:
            if connection.execute(sa.select(message.c.id).where(message.c.draft_id == value.id)).first():
                raise StateError("This draft has been sent from another window.")
            return write_draft(connection, value, workspace_id)

    def get_draft(self, draft_id: str, workspace_id: int | None) -> Draft | None:
        """The draft if it is this workspace's or nobody's, else None. Raises StoreError."""
        allowed = sa.or_(draft.c.workspace_id.is_(None), draft.c.workspace_id == workspace_id)
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(draft).where(draft.c.id == draft_id, allowed)).first()
            if row is None:
                return None
            fields = {name: row._mapping[name] for name in _FIELDS}
            return Draft(id=row.id, **fields, attachments=list_files(connection, draft_file, row.id))

    def list_drafts(self, workspace_id: int, limit: int = 50) -> tuple[DraftEntry, ...]:
        """The workspace's drafts, last edited first. Raises StoreError."""
        preview = sa.func.substr(draft.c.markdown, 1, 120)
        query = (
            sa.select(draft.c.id, draft.c.updated_at, draft.c.to, draft.c.subject, preview)
            .where(draft.c.workspace_id == workspace_id)
            .order_by(draft.c.updated_at.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(DraftEntry(*row) for row in connection.execute(query))

    def delete_draft(self, draft_id: str, workspace_id: int | None) -> None:
        """Throw a draft of this workspace, or of nobody, away. Raises StoreError."""
        allowed = sa.or_(draft.c.workspace_id.is_(None), draft.c.workspace_id == workspace_id)
        with writing(self._engine) as connection:
            connection.execute(draft.delete().where(draft.c.id == draft_id, allowed))


def delete_own_draft(connection: sa.Connection, draft_id: str, workspace_id: int) -> None:
    """Take away the draft that became a message, inside the caller's transaction; StateError on another workspace's."""
    row = connection.execute(_OWNER, {"draft": draft_id}).first()
    if row is None:
        return
    if row.workspace_id not in (None, workspace_id):
        raise StateError("This draft belongs to another workspace.")
    connection.execute(draft.delete().where(draft.c.id == draft_id))


def write_draft(connection: sa.Connection, value: Draft, workspace_id: int | None) -> float:
    """Insert or replace a draft inside the caller's transaction. Raises StateError on another workspace's."""
    now = time.time()
    row = connection.execute(_OWNER, {"draft": value.id}).first()
    values = {name: getattr(value, name) for name in _FIELDS} | {"workspace_id": workspace_id, "updated_at": now}
    if row is None:
        connection.execute(draft.insert().values(id=value.id, **values))
    elif row.workspace_id not in (None, workspace_id):
        raise StateError("This draft belongs to another workspace.")
    else:
        connection.execute(draft.update().where(draft.c.id == value.id).values(**values))
    save_files(connection, draft_file, value.id, value.attachments)
    return now

"""Who may see a draft: its workspace, or one member alone while it is private."""

from __future__ import annotations

import sqlalchemy as sa

from components.errors import StateError
from components.model import LATEST_MOMENT, Actor
from components.review import MailEventKind
from components.store.drafting.tables import private_draft
from components.store.review.events import append_event
from components.store.schema import draft

#: A time of deletion that is none deletes nothing.
WAS_DELETED = draft.c.deleted_at.between(0.0, LATEST_MOMENT)
NOT_DELETED = sa.or_(draft.c.deleted_at.is_(None), sa.not_(WAS_DELETED))
#: What somebody reads for whom a draft does not exist, whether it does or not.
GONE = "This draft is not here any more, or it is not shared with you."


def is_private() -> sa.ColumnElement[bool]:
    """Build the condition that a row of ``draft`` is one member's alone."""
    return sa.exists().where(private_draft.c.draft_id == draft.c.id).correlate(draft)


def is_open_to(member_id: int | None) -> sa.ColumnElement[bool]:
    """Build the condition that a row of ``draft`` is shared, or a member's own; nobody's member is None."""
    others = (private_draft.c.draft_id == draft.c.id, private_draft.c.member_id.is_distinct_from(member_id))
    return sa.not_(sa.exists().where(*others).correlate(draft))


def select_open(draft_id: str, workspace_id: int, member_id: int | None) -> sa.Select[tuple[int]]:
    """Select the version of a draft of the workspace that somebody may see; no row where there is none."""
    mine = (draft.c.id == draft_id, draft.c.workspace_id == workspace_id)
    return sa.select(draft.c.version).where(*mine, NOT_DELETED, is_open_to(member_id))


def check_open(connection: sa.Connection, draft_id: str, workspace_id: int, member_id: int | None) -> None:
    """Raise StateError where somebody may not see a draft of the workspace, or it is not there."""
    if connection.execute(select_open(draft_id, workspace_id, member_id)).first() is None:
        raise StateError(GONE)


def write_private(connection: sa.Connection, draft_id: str, workspace_id: int, member_id: int | None) -> None:
    """Make a draft a member's alone, or share it (None), in the caller's transaction."""
    connection.execute(private_draft.delete().where(private_draft.c.draft_id == draft_id))
    if member_id is not None:
        values = {"draft_id": draft_id, "workspace_id": workspace_id, "member_id": member_id}
        connection.execute(private_draft.insert().values(values))


def share(connection: sa.Connection, draft_id: str, workspace_id: int, actor: Actor, now: float) -> None:
    """Share a draft with its workspace, in the caller's transaction; its history says so. ``now`` in epoch seconds."""
    shared = connection.execute(private_draft.delete().where(private_draft.c.draft_id == draft_id))
    if shared.rowcount:
        append_event(connection, workspace_id, draft_id, MailEventKind.SHARED, actor, now)

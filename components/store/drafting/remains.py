"""What is left of drafting when a draft has gone: it moves to a copy, or is deleted in time."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from components.model import DAY_SECONDS
from components.store.drafting.tables import (
    DRAFT_TABLES,
    comment_read,
    draft_comment,
    draft_lock,
    draft_version,
    private_draft,
)
from components.store.drafting.versions import KEPT_SECONDS
from components.store.schema import IS_OPEN, draft, message

#: Seconds for which comments are kept once their draft has gone.
_COMMENTS_KEPT = 7 * DAY_SECONDS


def carry_over(connection: sa.Connection, draft_id: str, new_id: str) -> None:
    """Have the comments and versions of a draft follow a copy of it, in the caller's transaction."""
    for table in (draft_comment, draft_version):
        connection.execute(table.update().where(table.c.draft_id == draft_id).values(draft_id=new_id))


def delete_drafting(connection: sa.Connection, draft_ids: Collection[str]) -> None:
    """Delete all that belongs to drafts whose mails are erased or not kept, in the caller's transaction."""
    for table in DRAFT_TABLES:
        connection.execute(table.delete().where(table.c.draft_id.in_(draft_ids)))


def delete_remains(connection: sa.Connection, now: float) -> None:
    """Delete versions after a week, and what belongs to drafts that have gone for good, at ``now`` (epoch seconds)."""
    connection.execute(draft_version.delete().where(draft_version.c.kept_at < now - KEPT_SECONDS))
    for table in (draft_comment, comment_read, private_draft, draft_lock):
        is_gone = (
            sa.not_(sa.exists().where(draft.c.id == table.c.draft_id)),
            # What waits may be taken back, and what failed may be sent again.
            sa.not_(sa.exists().where(message.c.draft_id == table.c.draft_id, sa.or_(IS_OPEN, message.c.needs_you))),
        )
        old = (draft_comment.c.written_at < now - _COMMENTS_KEPT,) if table is draft_comment else ()
        connection.execute(table.delete().where(*is_gone, *old))

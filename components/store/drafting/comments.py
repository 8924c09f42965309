"""Comments on drafts: they stay in this database and are no part of a mail.

A comment concerns whoever began the draft, has written a comment on it, or is named in it (``@name``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa

from components.errors import InputError, StateError
from components.model import Actor
from components.store.drafting.access import GONE, NOT_DELETED, check_open, is_open_to, select_open
from components.store.drafting.tables import comment_read, draft_comment
from components.store.drafting.types import DraftComment
from components.store.engine import reading, upsert, writing
from components.store.people import list_names
from components.store.schema import draft
from components.store.sound_values import RowReader, to_text

#: Characters of a comment.
LONGEST_COMMENT = 10_000
_COLUMNS = tuple(draft_comment.c[name] for name in DraftComment.__dataclass_fields__)
_READ = RowReader(_COLUMNS)


class DraftCommentStore:
    """Stores comments, and what everybody has read of them. ``clock`` gives epoch seconds."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    def list_comments(self, draft_id: str, workspace_id: int, member_id: int | None) -> tuple[DraftComment, ...]:
        """List the comments on a draft that somebody may see, oldest first. Raises StoreError."""
        mine = (draft_comment.c.draft_id == draft_id, draft_comment.c.workspace_id == workspace_id)
        query = sa.select(*_COLUMNS).where(*mine).order_by(draft_comment.c.id)
        with reading(self._engine) as connection:
            if connection.execute(select_open(draft_id, workspace_id, member_id)).first() is None:
                return ()
            return tuple(DraftComment(*_READ.read(row, [])) for row in connection.execute(query))

    def add_comment(self, draft_id: str, workspace_id: int, editor: Actor, markdown: str) -> int:
        """Add a comment and return its id.

        Raises InputError for one that is empty or too long, StateError where the draft is not there or not shared, and
        StoreError.
        """
        text = markdown.strip()
        if not text:
            raise InputError("Write something first.", "Comment")
        if len(text) > LONGEST_COMMENT:
            raise InputError(f"A comment has at most {LONGEST_COMMENT:,} characters. Shorten it.", "Comment")
        values = {"workspace_id": workspace_id, "draft_id": draft_id, "author": editor.name, "markdown": text}
        new = draft_comment.insert().values(values | {"written_at": self._clock()})
        with writing(self._engine) as connection:
            check_open(connection, draft_id, workspace_id, editor.member_id)
            return int(connection.execute(new.returning(draft_comment.c.id)).scalar_one())

    def set_resolved(self, comment_id: int, workspace_id: int, editor: Actor, *, is_resolved: bool) -> None:
        """Resolve a comment, or open it again.

        Raises StateError where the comment or its draft is not there or not shared, and StoreError.
        """
        this = (draft_comment.c.id == comment_id, draft_comment.c.workspace_id == workspace_id)
        values = {"resolved_at": self._clock() if is_resolved else None, "resolved_by": editor.name}
        with writing(self._engine) as connection:
            of_draft = connection.execute(sa.select(draft_comment.c.draft_id).where(*this)).scalar_one_or_none()
            if of_draft is None:
                raise StateError(GONE)
            check_open(connection, of_draft, workspace_id, editor.member_id)
            connection.execute(draft_comment.update().where(*this).values(values))

    def mark_read(self, draft_id: str, workspace_id: int, reader: str, comment_id: int) -> None:
        """Note the last comment on a draft that somebody has read. Raises StoreError."""
        values = {"workspace_id": workspace_id, "draft_id": draft_id, "reader": reader}
        insert = upsert(self._engine, comment_read).values(values | {"comment_id": comment_id})
        keys = list(comment_read.primary_key)
        with writing(self._engine) as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=keys, set_={"comment_id": comment_id}))

    def count_unread(self, workspace_id: int, editor: Actor) -> Mapping[str, int]:
        """Count the open comments by others that somebody has not read and that concern them, by draft.

        Raises StoreError.
        """
        own = draft_comment.alias()
        has_commented = sa.exists().where(own.c.draft_id == draft.c.id, own.c.author == editor.name)
        read = (comment_read.c.workspace_id == workspace_id, comment_read.c.reader == editor.name)
        query = (
            sa.select(draft.c.id, draft.c.written_by, draft_comment.c.markdown, has_commented.label("has_commented"))
            .join(draft_comment, draft_comment.c.draft_id == draft.c.id)
            .outerjoin(comment_read, sa.and_(comment_read.c.draft_id == draft.c.id, *read))
            .where(draft_comment.c.workspace_id == workspace_id, draft.c.workspace_id == workspace_id)
            .where(draft_comment.c.author != editor.name, draft_comment.c.resolved_at.is_(None))
            .where(draft_comment.c.id > sa.func.coalesce(comment_read.c.comment_id, 0))
            .where(NOT_DELETED, is_open_to(editor.member_id))
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            names = list_names(connection, workspace_id) if rows else frozenset()

        def concerns(row: sa.Row[Any]) -> bool:
            is_involved = row.written_by == editor.name or row.has_commented
            return is_involved or editor.name in find_named(to_text(row.markdown), names)

        return Counter(row.id for row in rows if concerns(row))


def find_named(markdown: str, names: Collection[str]) -> frozenset[str]:
    """Find whom a comment names: ``@Sam Taylor``, or ``@Sam`` for everybody of that first name."""
    found: set[str] = set()
    for match in re.finditer(r"(?<!\w)@(?=\w)", markdown):
        rest = markdown[match.end() :].casefold()
        whole = [name for name in names if _begins_with(rest, name)]
        first = [name for name in names if _begins_with(rest, name.split(" ")[0])]
        found |= {max(whole, key=len)} if whole else set(first)
    return frozenset(found)


def _begins_with(text: str, name: str) -> bool:
    """Tell whether a text, in lower case, begins with a name, and no longer word."""
    wanted = name.casefold()
    return bool(wanted) and text.startswith(wanted) and re.match(r"\w", text[len(wanted) :]) is None

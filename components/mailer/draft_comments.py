"""Comments on drafts, between colleagues: no mail, export or request contains them."""

from __future__ import annotations

from collections.abc import Mapping

from components.mailer.permissions import Permissions, Right, to_actor
from components.model import Connection
from components.store import DraftComment, Store


class DraftComments:
    """What people write about drafts that they may see."""

    def __init__(self, store: Store, permissions: Permissions) -> None:
        self._store = store
        self._permissions = permissions

    def list_comments(self, connection: Connection, draft_id: str) -> tuple[DraftComment, ...]:
        """List the comments on a draft, oldest first; none where it is gone or not shared.

        Raises NotPermitted and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        return self._store.draft_comments.list_comments(draft_id, connection.workspace_id, connection.member_id)

    def count_unread(self, connection: Connection) -> Mapping[str, int]:
        """Count by draft the open comments that concern whoever is connected and that they have not read.

        A comment concerns whoever began the draft, has written a comment on it, or is named in it. Raises NotPermitted
        and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        return self._store.draft_comments.count_unread(connection.workspace_id, to_actor(connection))

    def add_comment(self, connection: Connection, draft_id: str, markdown: str) -> int:
        """Add a comment and return its id.

        Raises NotPermitted, InputError for one that is empty or too long, StateError where the draft is gone or not
        shared, and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        return self._store.draft_comments.add_comment(draft_id, connection.workspace_id, to_actor(connection), markdown)

    def set_resolved(self, connection: Connection, comment_id: int, *, is_resolved: bool) -> None:
        """Resolve a comment, or open it again. Raises NotPermitted, StateError and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        editor = to_actor(connection)
        self._store.draft_comments.set_resolved(comment_id, connection.workspace_id, editor, is_resolved=is_resolved)

    def mark_read(self, connection: Connection, draft_id: str, comment_id: int) -> None:
        """Note the last comment on a draft that was read. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        self._store.draft_comments.mark_read(draft_id, connection.workspace_id, connection.person, comment_id)

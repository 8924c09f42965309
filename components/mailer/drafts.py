"""Saving and deleting drafts, and keeping the files that are attached to them, as far as a role allows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from components.mailer.permissions import Permissions, Right, to_actor
from components.model import Connection, Draft
from components.store import SavedDraft, Store


class Drafts:
    """What people change about drafts. Without a connection a draft belongs to no workspace, and to no member."""

    def __init__(self, store: Store, permissions: Permissions) -> None:
        self._store = store
        self._permissions = permissions

    def save_draft(
        self, connection: Connection | None, draft: Draft, opening: str = "", continued: Collection[str] = ()
    ) -> SavedDraft:
        """Save a draft as typed in an ``opening`` of the composer; ``continued`` are earlier ones whose text it is.

        Raises NotPermitted, DraftConflict where another window has changed it, StateError where it was sent or belongs
        to another workspace, and StoreError.
        """
        actor = to_actor(connection) if connection is not None else None
        return self._store.drafts.save_draft(draft, self._check(connection), opening, continued, actor)

    def delete_draft(self, connection: Connection | None, draft_id: str) -> None:
        """Delete a draft, which can be restored for a week. Raises NotPermitted and StoreError."""
        self._store.drafts.delete_draft(draft_id, self._check(connection))

    def restore_draft(self, connection: Connection | None, draft_id: str) -> None:
        """Restore a deleted draft. Raises NotPermitted and StoreError."""
        self._store.drafts.restore_draft(draft_id, self._check(connection))

    def save_file(self, connection: Connection, pieces: Iterable[bytes]) -> str:
        """Store the content of a file to attach, and return its SHA-256 in hex. Raises NotPermitted and StoreError."""
        self._check(connection)
        return self._store.blobs.save_blob(pieces)

    def _check(self, connection: Connection | None) -> int | None:
        """Return the workspace to write to, None without a connection. Raises NotPermitted and StoreError."""
        if connection is None:
            return None
        self._permissions.require(connection, Right.WRITE)
        return connection.workspace_id

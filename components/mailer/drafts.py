"""Saving, sharing and deleting drafts, their versions, and the files that are attached, as far as a role allows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from components.mailer.permissions import Permissions, Right, to_actor
from components.model import Connection, Draft
from components.store import DraftSummary, DraftVersion, SavedDraft, Store


class Drafts:
    """What people see and change of drafts. Without a connection a draft belongs to no workspace, and to no member.

    People without the right to write see no drafts.

    A draft is private or shared with its workspace; under a sign-in a new one is private. What is private to others is
    not there for any of these methods.
    """

    def __init__(self, store: Store, permissions: Permissions) -> None:
        self._store = store
        self._permissions = permissions

    def get_draft(self, connection: Connection | None, draft_id: str) -> Draft | None:
        """Return a draft that whoever is connected may see, or one of no workspace.

        Raises NotPermitted and StoreError.
        """
        workspace_id = self._check(connection)
        return self._store.drafts.get_draft(draft_id, workspace_id, connection.member_id if connection else None)

    def list_drafts(self, connection: Connection, limit: int, words: str = "") -> tuple[DraftSummary, ...]:
        """List the drafts that whoever is connected may see, last edited first; with all of some words.

        Raises NotPermitted and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        return self._store.drafts.list_drafts(connection.workspace_id, limit, words, connection.member_id)

    def count_drafts(self, connection: Connection) -> int:
        """Count the drafts that whoever is connected may see. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        return self._store.drafts.count_drafts(connection.workspace_id, connection.member_id)

    def save_draft(
        self,
        connection: Connection | None,
        draft: Draft,
        opening: str = "",
        continued: Collection[str] = (),
        copied_from: str = "",
    ) -> SavedDraft:
        """Save a draft as typed in an ``opening`` of the composer; ``continued`` are earlier ones whose text it is.

        Under a sign-in whoever saves a new draft is its author, whatever ``draft`` says. ``copied_from`` is the id of
        the draft that a new one copies; the copy's history begins with the edits of the source. Raises NotPermitted,
        DraftLocked where somebody else is writing in it, DraftConflict where another window has changed it, StateError
        where it was sent, is private to somebody else or belongs to another workspace, and StoreError.
        """
        workspace_id = self._check(connection)
        actor = to_actor(connection) if connection is not None and connection.person else None
        if actor is not None and actor.member_id is not None:
            draft = replace(draft, written_by=actor.name)
        return self._store.drafts.save_draft(draft, workspace_id, opening, continued, actor, copied_from)

    def share_draft(self, connection: Connection, draft_id: str, *, is_shared: bool) -> None:
        """Share a draft with its workspace, or make it private to its author, whom a sign-in has proved.

        Raises NotPermitted, DraftLocked, StateError and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        self._store.drafts.share_draft(draft_id, connection.workspace_id, to_actor(connection), is_shared=is_shared)

    def delete_draft(self, connection: Connection | None, draft_id: str) -> None:
        """Delete a draft, which can be restored for a week. Raises NotPermitted, DraftLocked and StoreError."""
        workspace_id = self._check(connection)
        self._store.drafts.delete_draft(draft_id, workspace_id, to_actor(connection) if connection else None)

    def restore_draft(self, connection: Connection | None, draft_id: str) -> None:
        """Restore a deleted draft. Raises NotPermitted and StoreError."""
        workspace_id = self._check(connection)
        self._store.drafts.restore_draft(draft_id, workspace_id, to_actor(connection) if connection else None)

    def list_versions(self, connection: Connection, draft_id: str) -> tuple[DraftVersion, ...]:
        """List the versions of a draft of the last week, newest first. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        return self._store.draft_versions.list_versions(draft_id, connection.workspace_id, connection.member_id)

    def keep_version(self, connection: Connection, draft: Draft) -> None:
        """Keep what somebody has typed as a version of the draft, for a week.

        Raises NotPermitted, StateError where the draft is not there or not shared, and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        self._store.draft_versions.keep_version(draft, connection.workspace_id, to_actor(connection))

    def save_file(self, connection: Connection, pieces: Iterable[bytes]) -> str:
        """Store the content of a file to attach, and return its SHA-256 in hex. Raises NotPermitted and StoreError."""
        self._check(connection)
        return self._store.blobs.save_blob(pieces)

    def _check(self, connection: Connection | None) -> int | None:
        """Return the workspace of the drafts, None without a connection. Raises NotPermitted and StoreError."""
        if connection is None:
            return None
        self._permissions.require(connection, Right.WRITE)
        return connection.workspace_id

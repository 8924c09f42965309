"""Who is writing in a draft: one person at a time, who can be asked to hand it over."""

from __future__ import annotations

from components.mailer.permissions import Permissions, Right, to_actor
from components.model import Connection
from components.store import DraftLock, Store


class EditLocks:
    """Locks drafts for whoever is connected. A lock ends by itself when the writer's page no longer renews it."""

    def __init__(self, store: Store, permissions: Permissions) -> None:
        self._store = store
        self._permissions = permissions

    def find(self, connection: Connection, draft_id: str) -> DraftLock | None:
        """Return the lock of a draft; None without one, or where the draft is gone or not shared.

        Raises NotPermitted and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        return self._store.draft_locks.find_lock(draft_id, connection.workspace_id, to_actor(connection))

    def hold(self, connection: Connection, draft_id: str) -> DraftLock:
        """Lock a draft that nobody else is writing in, or renew that; return the lock, whosever it is.

        Raises NotPermitted, StateError where the draft is gone or not shared, and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        return self._store.draft_locks.hold_lock(draft_id, connection.workspace_id, to_actor(connection))

    def take_over(self, connection: Connection, draft_id: str) -> None:
        """Lock a draft whose writer is gone, or has changed nothing for two minutes.

        What the draft holds is kept as a version. Raises NotPermitted, DraftLocked, StateError and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        self._store.draft_locks.take_over(draft_id, connection.workspace_id, to_actor(connection))

    def ask(self, connection: Connection, draft_id: str) -> None:
        """Ask the writer to hand a draft over. Raises NotPermitted, StateError and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        self._store.draft_locks.ask(draft_id, connection.workspace_id, to_actor(connection))

    def answer(self, connection: Connection, draft_id: str, *, is_yes: bool) -> None:
        """Hand a draft over to whoever has asked, or keep it. Raises NotPermitted, StateError and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        editor = to_actor(connection)
        self._store.draft_locks.answer(draft_id, connection.workspace_id, editor, is_yes=is_yes)

    def release(self, connection: Connection, draft_id: str) -> None:
        """End one's own lock of a draft. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        self._store.draft_locks.release(draft_id, connection.workspace_id, to_actor(connection))

"""A LeadLex workspace that belongs to one test."""

from __future__ import annotations

import uuid

from components.mailer.connection import open_workspace
from components.model import ApiKey
from components.store import Message, Store
from components.store.drafting.tables import draft_lock
from tests.draft_locks import put_locks_back


class Workspace:
    """A workspace with a new API key; ``id`` is its number in ``store``, the database of the running app."""

    def __init__(self, store: Store, base_url: str) -> None:
        self.key = f"wbk_{uuid.uuid4().hex}"
        self.store = store
        connection = open_workspace(store, ApiKey(self.key), base_url)
        self.id, self.fingerprint = connection.workspace_id, connection.fingerprint

    def set_undo(self, seconds: int) -> None:
        """Set how long Send can be undone; 0 turns undo off."""
        self.store.workspaces.save_undo_seconds(self.id, seconds)

    def let_locks_pass(self, seconds: float) -> None:
        """Move the locks of the workspace's drafts into the past."""
        put_locks_back(self.store.engine, seconds, draft_lock.c.workspace_id == self.id)

    def insert(self, *messages: Message) -> None:
        """Put settled messages into the history, oldest first."""
        self.store.transfer.insert_messages(self.id, messages)

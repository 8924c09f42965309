"""What admins decide about a workspace's data: how long it is kept, what is erased, and what is imported."""

from __future__ import annotations

import time
from collections.abc import Callable

from components.mailer.permissions import Permissions, Right
from components.mailer.transfer.imports import Import, Progress
from components.model import Connection
from components.store import Store
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.retention import Retention


class Administration:
    """Changes to the data and the rules of a whole workspace. ``clock`` gives epoch seconds."""

    def __init__(self, store: Store, permissions: Permissions, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._permissions = permissions
        self._clock = clock

    def save_retention(self, connection: Connection, chosen: Retention) -> None:
        """Save how long texts and files are kept. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.ADMINISTER)
        self._store.retention.save_retention(connection.workspace_id, chosen)

    def save_colleague_days(self, connection: Connection, days: int) -> None:
        """Save within how many days a colleague's mail is worth a warning, 0 for never.

        Raises NotPermitted and StoreError.
        """
        self._permissions.require(connection, Right.ADMINISTER)
        self._store.workspaces.save_colleague_days(connection.workspace_id, days)

    def erase_mails(self, connection: Connection, target: ErasureTarget) -> int:
        """Erase mails for good; return how many. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.ADMINISTER)
        return self._store.erasures.erase_mails(connection.workspace_id, target, self._clock())

    def open_import(self, connection: Connection, progress: Progress) -> Import:
        """Return an import into the workspace, which its ``run`` begins. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.ADMINISTER)
        return Import(self._store, connection.workspace_id, progress)

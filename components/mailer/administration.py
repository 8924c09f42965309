"""What admins decide about a workspace's data: how long it is kept, what is erased, and what is imported."""

from __future__ import annotations

import time
from collections.abc import Callable

from components.errors import InputError, NotPermitted
from components.mailer.permissions import Permissions, Right
from components.mailer.transfer.imports import Import, Progress
from components.model import Connection
from components.review import ApprovalRule
from components.store import Store
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.retention import Retention

#: The most recipients above which a rule can begin.
MOST_ABOVE = 1_000


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

    def save_approval_rule(self, connection: Connection, rule: ApprovalRule) -> None:
        """Save which mails a colleague must approve; mails that wait without one are left to a person.

        Raises NotPermitted, also without a sign-in, where nobody could approve, InputError and StoreError.
        """
        self._permissions.require(connection, Right.ADMINISTER)
        if connection.member_id is None:
            raise NotPermitted("Approvals need a sign-in: without one, names are chosen and not proved.")
        if rule.above not in range(1, MOST_ABOVE + 1):
            raise InputError(f"Choose a number of recipients from 1 to {MOST_ABOVE}.", "Recipients")
        self._store.approvals.save_rule(connection.workspace_id, rule)

    def erase_mails(self, connection: Connection, target: ErasureTarget) -> int:
        """Erase mails for good; return how many. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.ADMINISTER)
        return self._store.erasures.erase_mails(connection.workspace_id, target, self._clock())

    def open_import(self, connection: Connection, progress: Progress) -> Import:
        """Return an import into the workspace, which its ``run`` begins. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.ADMINISTER)
        return Import(self._store, connection.workspace_id, progress)

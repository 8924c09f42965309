"""Whether this server can do its work: its database, its dispatcher, and mails that should have gone out."""

from __future__ import annotations

from dataclasses import dataclass

from components.errors import StoreError
from components.mailer.dispatcher import Dispatcher
from components.store import Store


@dataclass(frozen=True, slots=True)
class Health:
    """What a service manager may know of a server; it names no mail, person or key.

    ``overdue`` is for how many seconds the mail that has been due longest has waited, 0.0 where none has. It is no part
    of ``is_ready``: people need the server most when mails wait.
    """

    database: bool
    dispatcher: bool
    overdue: float | None

    @property
    def is_ready(self) -> bool:
        """Whether people can work with this server."""
        return self.database and self.dispatcher


def read_health(store: Store, dispatcher: Dispatcher, now: float) -> Health:
    """Read the health of this server; ``now`` is in epoch seconds. A database that fails is part of the answer."""
    try:
        due = store.leases.find_oldest_due(now)
    except StoreError:
        return Health(False, dispatcher.is_working(), None)
    return Health(True, dispatcher.is_working(), 0.0 if due is None else now - due)

"""Lets go of what a workspace no longer wants to keep, and scrubs what was erased, while nothing is to be sent."""

from __future__ import annotations

import time
from collections.abc import Callable

from components.mailer.rhythm import Rhythm
from components.store import Store
from components.store.maintenance.retention import Keeping

#: Seconds between two looks through all mails of the workspaces that keep for a limited time.
_ROUND = 86_400.0


class Keeper:
    """Works in small steps, for the one thread that has the time."""

    def __init__(self, store: Store, rhythm: Rhythm, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._rhythm = rhythm
        self._clock = clock
        self._look_at = 0.0
        self._round_at = 0.0
        self._chosen: dict[int, Keeping] = {}
        #: How far this round has come in each workspace that is left: the id to go on after.
        self._left: dict[int, int] = {}

    def work(self) -> bool:
        """Take one step; returns whether there is more to do. Raises StoreError, and then goes on there."""
        now = self._clock()
        if not self._left and time.monotonic() >= self._look_at:
            self._look(now)
            self._look_at = time.monotonic() + self._rhythm.beat
        for workspace_id, after_id in list(self._left.items())[:1]:
            reached = self._store.retention.drop_old(workspace_id, self._chosen[workspace_id], after_id, now)
            if reached is None:
                del self._left[workspace_id]
            else:
                self._left[workspace_id] = reached
            return True
        return self._store.scrubbing.scrub(now)

    def _look(self, now: float) -> None:
        """Begin a round once a day, and whenever somebody has chosen anew."""
        chosen = self._store.retention.list_keeping()
        if now < self._round_at <= now + _ROUND and chosen == self._chosen:
            return
        if self._store.blobs.delete_orphans():
            self._store.scrubbing.empty_log()
        self._round_at = now + _ROUND
        self._chosen = chosen
        self._left = dict.fromkeys(chosen, 0)

"""Background maintenance while the dispatcher is idle.

Settled messages are indexed, retention is applied, what was erased and what nothing names is deleted for good.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from components.errors import StoreError
from components.store import Store
from components.store.files import ORPHAN_SECONDS
from components.store.maintenance.retention import Retention

log = logging.getLogger(__name__)

#: Messages indexed in one step: other writers wait no longer than this takes.
_INDEX_BATCH = 50
#: Seconds between two retention passes over all messages.
_DAY = 24 * 3600.0
#: Seconds between two sweeps over all contents of files.
_SWEEP_INTERVAL = 3600.0


class Housekeeping:
    """Does maintenance in small steps on the dispatcher's thread.

    ``interval`` is the pause in seconds after an error, and between two looks at the retention settings.
    """

    def __init__(self, store: Store, interval: float, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._interval = interval
        self._clock = clock
        self._retry_at = 0.0
        self._check_at = 0.0
        self._merges_at = 0.0
        self._next_pass_at = 0.0
        self._settings: dict[int, Retention] = {}
        #: Workspaces left in this retention pass → the message id to continue after.
        self._remaining: dict[int, int] = {}
        self._started = (clock(), time.monotonic())
        self._next_sweep_at = 0.0
        #: SHA-256 of the last content that the current sweep has checked; None between sweeps.
        self._swept: str | None = None

    def run(self) -> bool:
        """Do one step and return whether more is to be done at once.

        Errors are logged and the step is repeated after ``interval``: they never keep messages from going out.
        """
        if time.monotonic() < self._retry_at:
            return False
        try:
            index = self._store.index
            is_busy = index.catch_up(_INDEX_BATCH) or index.rename_former(_INDEX_BATCH) or self.finish_merges()
            return is_busy or self.apply_retention() or self.sweep()
        except StoreError as error:
            log.error("Housekeeping waits: %s", error)
        except Exception:
            log.exception("Housekeeping waits: an unexpected error.")
        self._retry_at = time.monotonic() + self._interval
        return False

    def finish_merges(self) -> bool:
        """Move what was written to a merged workspace since; return whether that was anything. Raises StoreError."""
        if time.monotonic() < self._merges_at:
            return False
        self._merges_at = time.monotonic() + self._interval
        return self._store.workspaces.finish_merges() > 0

    def apply_retention(self) -> bool:
        """Drop a batch of old bodies and files, or overwrite what was erased; return whether more is to be done.

        Raises StoreError; the next call continues at the same place.
        """
        now = self._clock()
        if not self._remaining and time.monotonic() >= self._check_at:
            self._start_pass(now)
            self._check_at = time.monotonic() + self._interval
        for workspace_id, after_id in list(self._remaining.items())[:1]:
            reached = self._store.retention.apply_retention(workspace_id, self._settings[workspace_id], after_id, now)
            if reached is None:
                del self._remaining[workspace_id]
            else:
                self._remaining[workspace_id] = reached
            return True
        return self._store.secure_delete.take_step(now)

    def sweep(self) -> bool:
        """Delete the next file content that is not referenced; return whether the sweep should continue at once.

        Once an hour, and one content a step, after the drafts that can no longer be restored. Raises StoreError; the
        next call continues at the same place.
        """
        now = self._clock()
        if self._swept is None:
            if time.monotonic() < self._next_sweep_at:
                return False
            self._store.drafts.delete_old_drafts(now)
            self._next_sweep_at = time.monotonic() + _SWEEP_INTERVAL
            self._swept = ""
        # A clock that was set forward makes nothing old that has just been attached.
        steady = self._started[0] + time.monotonic() - self._started[1]
        self._swept = self._store.blobs.delete_orphan(self._swept, min(now, steady) - ORPHAN_SECONDS)
        if self._swept is None:
            self._store.secure_delete.empty_log()
        return self._swept is not None

    def _start_pass(self, now: float) -> None:
        """Start a retention pass once a day, and whenever a setting has changed."""
        settings = self._store.retention.list_retention()
        if now < self._next_pass_at <= now + _DAY and settings == self._settings:
            return
        self._next_pass_at = now + _DAY
        self._settings = settings
        self._remaining = dict.fromkeys(settings, 0)

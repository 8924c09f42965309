"""What is done while nothing is to be sent: mails at rest come into the search's index, old ones are let go of."""

from __future__ import annotations

import logging
import time

from components.errors import StoreError
from components.mailer.keeper import Keeper
from components.mailer.rhythm import Rhythm
from components.store import Store

log = logging.getLogger(__name__)

#: Mails a portion: others who write wait for so many at most.
_PORTION = 50


class Clerk:
    """Indexes mails and keeps house in small portions, for the one thread that has the time."""

    def __init__(self, store: Store, rhythm: Rhythm) -> None:
        self._store = store
        self._rhythm = rhythm
        self._keeper = Keeper(store, rhythm)
        self._not_before = 0.0

    def work(self) -> float:
        """Do one portion; returns how long to rest after it, in seconds.

        No error leaves here, since mails go out whatever happens here: it is logged, and a beat later
        the same is tried again.
        """
        if time.monotonic() < self._not_before:
            return self._rhythm.turn
        try:
            more = self._store.index.catch_up(_PORTION) or self._keeper.work()
            return self._rhythm.pause if more else self._rhythm.turn
        except StoreError as error:
            log.error("The search waits: %s", error)
        except Exception:
            log.exception("The search waits: an error that was not foreseen.")
        self._not_before = time.monotonic() + self._rhythm.beat
        return self._rhythm.turn

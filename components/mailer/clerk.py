"""Puts mails that have come to rest into the search's index while nothing is to be sent."""

from __future__ import annotations

import logging
import time

from components.errors import StoreError
from components.mailer.rhythm import Rhythm
from components.store import Store

log = logging.getLogger(__name__)

#: Mails a portion: others who write wait for so many at most.
_PORTION = 50


class Clerk:
    """Indexes mails in small portions, for the one thread that has the time."""

    def __init__(self, store: Store, rhythm: Rhythm) -> None:
        self._store = store
        self._rhythm = rhythm
        self._not_before = 0.0

    def work(self) -> float:
        """Index one portion; returns how long to rest after it, in seconds.

        No error leaves here, since mails go out whether or not they can be searched: it is logged, and a beat later
        the same is tried again.
        """
        if time.monotonic() < self._not_before:
            return self._rhythm.turn
        try:
            return self._rhythm.pause if self._store.index.catch_up(_PORTION) else self._rhythm.turn
        except StoreError as error:
            log.error("The search waits: %s", error)
        except Exception:
            log.exception("The search waits: an error that was not foreseen.")
        self._not_before = time.monotonic() + self._rhythm.beat
        return self._rhythm.turn

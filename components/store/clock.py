"""The clock that all processes of a database share."""

from __future__ import annotations

import time

import sqlalchemy as sa

from components.store.engine import to_database, translated_errors


class StoreClock:
    """Epoch seconds, the same in all processes of a database, whatever their machines' own clocks say.

    A database of one machine has that machine's clock. One on a server has the server's: between two looks at it the
    machine's steady clock goes on, so that telling the time costs nothing, and is possible while the server is away.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._database = to_database(engine)
        #: By how much the server's clock is ahead of the steady one.
        self._ahead = time.time() - time.monotonic()

    def __call__(self) -> float:
        """Return the time in epoch seconds."""
        return time.monotonic() + self._ahead if self._database.spans_machines else time.time()

    def synchronise(self) -> None:
        """Look at the server's clock. Raises StoreError."""
        if not self._database.spans_machines:
            return
        with translated_errors(self._database):
            began = time.monotonic()
            now = self._database.read_clock(self._engine)
            # The answer was given in the middle of the round trip.
            self._ahead = now - (began + time.monotonic()) / 2

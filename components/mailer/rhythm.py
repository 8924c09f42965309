"""How the dispatcher keeps time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How the dispatcher keeps time; all in seconds.

    A lease outlives several beats, so that only a dead or frozen process loses one. A gap between two turns longer
    than ``gap`` means that the computer slept: what fell due meanwhile was missed. ``pause`` is the rest between two
    portions of the search's index, in which others may write.
    """

    lease: float = 60.0
    beat: float = 10.0
    turn: float = 1.0
    gap: float = 120.0
    stop: float = 10.0
    pause: float = 0.1

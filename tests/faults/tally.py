"""The figures that a run prints."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tests.faults.arena import Arena
from tests.faults.verdict import Verdict


@dataclass
class Tally:
    """Sums over scenarios; ``seconds`` run from its making."""

    kills: int = 0
    messages: int = 0
    delivered: int = 0
    duplicates: int = 0
    lost: int = 0
    settled: int = 0
    broken: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def add(self, name: str, arena: Arena, verdict: Verdict) -> None:
        """Count what one arena came to."""
        self.kills += arena.kills
        self.messages += verdict.messages
        self.delivered += verdict.delivered
        self.duplicates += verdict.duplicates
        self.lost += len(verdict.lost)
        self.settled += verdict.settled
        if not verdict.passed:
            self.broken.append(f"{name}: {verdict}")

    def __str__(self) -> str:
        return (
            f"{self.kills:,} kills, {self.messages:,} messages, {self.delivered:,} delivered, "
            f"{self.duplicates} duplicates, {self.lost} lost, {self.settled:,} unknown-then-settled, "
            f"{time.monotonic() - self._began:.0f} seconds"
        )

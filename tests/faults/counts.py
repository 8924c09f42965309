"""The totals that a run prints."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tests.faults.environment import Environment
from tests.faults.result import Result


@dataclass
class Counts:
    """Totals over all scenarios, and the time since the first."""

    kills: int = 0
    messages: int = 0
    delivered: int = 0
    duplicates: int = 0
    lost: int = 0
    settled: int = 0
    broken: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def add(self, name: str, env: Environment, result: Result) -> None:
        """Add the result of one scenario."""
        self.kills += env.kills
        self.messages += result.messages
        self.delivered += result.delivered
        self.duplicates += result.duplicates
        self.lost += len(result.lost)
        self.settled += result.settled
        if not result.passed:
            self.broken.append(f"{name}: {result}")

    def __str__(self) -> str:
        return (
            f"{self.kills:,} kills, {self.messages:,} messages, {self.delivered:,} delivered, "
            f"{self.duplicates} duplicates, {self.lost} lost, {self.settled:,} unknown-then-settled, "
            f"{time.monotonic() - self._began:.0f} seconds"
        )

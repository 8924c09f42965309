"""What the app called saved survives a power cut, whatever becomes of unsynced writes (matrix row 10)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.store import Store
from tests.faults.arena import Arena
from tests.faults.cuts import cut_power
from tests.faults.power import Survival, is_possible

CUTS = 4
needs_shared_sqlite = pytest.mark.skipif(not is_possible(), reason="this Python has SQLite built in")


def test_every_connection_is_durable(tmp_path: Path) -> None:
    """Each connection of the pool syncs at every commit, not only the first."""
    store = Store(f"sqlite:///{tmp_path / 'composer.db'}")
    connections = [store.engine.connect() for _ in range(20)]
    modes = {each.execute(sa.text("PRAGMA synchronous")).scalar_one() for each in connections}
    for each in connections:
        each.close()
    store.close()
    assert modes == {2}, "2 is FULL"


@needs_shared_sqlite
@pytest.mark.parametrize("survival", Survival)
def test_power_cuts(arena: Arena, survival: Survival) -> None:
    """After cuts at several points nothing is doubled or lost, though unsynced writes were dropped."""
    verdict, dropped = cut_power(arena, CUTS, random.Random(10), survival)
    assert arena.kills == CUTS
    assert dropped or survival is not Survival.NONE, "no cut fell between a write and its sync"
    assert verdict.passed, verdict
    assert verdict.delivered == verdict.messages, verdict


@needs_shared_sqlite
@pytest.mark.parametrize("survival", [Survival.NONE, Survival.SECTORS])
def test_power_cuts_without_full_sync(arena: Arena, survival: Survival) -> None:
    """With synchronous=NORMAL the same cuts lose mails: the harness would notice."""
    verdict, dropped = cut_power(arena, CUTS, random.Random(10), survival, synchronous="NORMAL")
    assert dropped
    assert not verdict.passed

"""What the app called saved survives a power cut that drops every unsynced write (matrix row 10)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.store import Store
from tests.faults.arena import Arena
from tests.faults.cuts import cut_power
from tests.faults.power import is_possible

CUTS = 6
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
def test_power_cuts(arena: Arena) -> None:
    """After cuts at several points nothing is doubled or lost, though unsynced writes were dropped."""
    verdict, _ = cut_power(arena, CUTS, random.Random(10))
    assert arena.kills == CUTS
    assert verdict.passed, verdict
    assert verdict.delivered == verdict.messages, verdict


@needs_shared_sqlite
def test_power_cuts_without_full_sync(arena: Arena) -> None:
    """With synchronous=NORMAL the same cuts lose mails: the harness would notice."""
    verdict, dropped = cut_power(arena, CUTS, random.Random(10), synchronous="NORMAL")
    assert dropped
    assert not verdict.passed

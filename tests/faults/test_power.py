"""Saved data survives a power cut, whatever happens to unsynced writes (row 10 of the matrix)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.store import Store
from tests.faults.environment import Environment
from tests.faults.power import Survival, is_possible
from tests.faults.power_cuts import cut_power

CUTS = 2
#: Whether a round of cuts makes the control lose a mail is chance. Most rounds do; that none of several does is rare.
CONTROL_CUTS, CONTROL_ROUNDS = 4, 5
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
def test_power_cuts(env: Environment, survival: Survival) -> None:
    """Power cuts that drop unsynced writes neither duplicate nor lose a mail."""
    result, dropped = cut_power(env, CUTS, random.Random(10), survival)
    assert env.kills == CUTS
    assert dropped or survival is not Survival.NONE, "no cut fell between a write and its sync"
    assert result.passed, result
    assert result.delivered == result.messages, result


@needs_shared_sqlite
@pytest.mark.parametrize("survival", [Survival.NONE, Survival.SECTORS])
def test_power_cuts_without_full_sync(env: Environment, survival: Survival) -> None:
    """The control: with synchronous=NORMAL such cuts lose mails, and the harness notices."""
    rounds = (
        cut_power(env, CONTROL_CUTS * number, random.Random(number), survival, synchronous="NORMAL")
        for number in range(1, CONTROL_ROUNDS + 1)
    )
    assert any(dropped and not result.passed for result, dropped in rounds)

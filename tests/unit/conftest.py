"""Fixtures that the tests of the store and of the workflow share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from components.mailer.dispatcher import Timings
from components.model import ApiKey
from components.store import Store
from tests.unit.mailer.rig import KEY, TIMINGS, Clock, Rig, Wire

# The same examples each time, and no limit on time: a run must not fail by chance or because a machine is busy.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh database in a file."""
    opened = Store(f"sqlite:///{tmp_path / 'composer.db'}")
    yield opened
    opened.close()


@pytest.fixture
def make_rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Makes processes that share one database, one wire and one clock."""
    wire, clock, rigs = Wire(), Clock(), []

    def make(key: ApiKey = KEY, timings: Timings = TIMINGS) -> Rig:
        rig = Rig(tmp_path / "composer.db", wire, clock, key=key, timings=timings)
        rigs.append(rig)
        return rig

    yield make
    for rig in rigs:
        rig.close()


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Rig:
    """One process."""
    return make_rig()

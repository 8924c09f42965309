"""Fixtures that the unit tests of the store and of the workflow share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from components.mailer.dispatcher import Timings
from components.model import ApiKey
from components.store import Store
from tests.unit.mailer.rig import KEY, TIMINGS, Clock, Rig, Wire


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty database."""
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def make_rig(database_url: str) -> Iterator[Callable[..., Rig]]:
    """Make workflows, one per simulated process, that share one database, one network and one clock."""
    wire, clock, rigs = Wire(), Clock(), []

    def make(key: ApiKey = KEY, timings: Timings = TIMINGS) -> Rig:
        rig = Rig(database_url, wire, clock, key=key, timings=timings)
        rigs.append(rig)
        return rig

    yield make
    for rig in rigs:
        rig.close()


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Rig:
    """The workflow of one process."""
    return make_rig()

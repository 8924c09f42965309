"""Fixtures that the unit tests of the store and of the workflow share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.mailer.dispatcher import Timings
from components.model import ApiKey
from components.store import Store
from tests.unit.mailer.rig import KEY, TIMINGS, Clock, Rig, Wire


@pytest.fixture
def store(tmp_path: Path, migrated_database: Path) -> Iterator[Store]:
    """An empty database in a file."""
    opened = Store(f"sqlite:///{shutil.copy(migrated_database, tmp_path)}")
    yield opened
    opened.close()


@pytest.fixture
def make_rig(tmp_path: Path, migrated_database: Path) -> Iterator[Callable[..., Rig]]:
    """Make workflows, one per simulated process, that share one database, one network and one clock."""
    wire, clock, rigs = Wire(), Clock(), []
    database = Path(shutil.copy(migrated_database, tmp_path))

    def make(key: ApiKey = KEY, timings: Timings = TIMINGS) -> Rig:
        rig = Rig(database, wire, clock, key=key, timings=timings)
        rigs.append(rig)
        return rig

    yield make
    for rig in rigs:
        rig.close()


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Rig:
    """The workflow of one process."""
    return make_rig()

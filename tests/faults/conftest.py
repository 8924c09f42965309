"""What the tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.arena import Arena
from tests.faults.nursery import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """The process that children are forked from, for the whole run."""
    with Nursery() as one:
        yield one


@pytest.fixture
def arena(nursery: Nursery, tmp_path: Path) -> Iterator[Arena]:
    """A gateway, a wire and an empty database."""
    with Arena(nursery, tmp_path) as one:
        yield one

"""The harness finds out workflows that are known to be wrong (matrix row 12); else its green would mean nothing."""

from __future__ import annotations

import pytest

from tests.faults.arena import Arena
from tests.faults.controlled import WRONG, run_wrong
from tests.faults.plan import Role


@pytest.mark.parametrize("role", WRONG)
def test_wrong_workflow_is_condemned(arena: Arena, role: Role) -> None:
    """ "POST, then record" and a fresh key double mails; settling before the POST loses them."""
    verdict = run_wrong(arena, role)
    assert not verdict.passed
    assert bool(verdict.lost) == (role is Role.SETTLE_THEN_POST), verdict
    assert bool(verdict.duplicates) == (role is not Role.SETTLE_THEN_POST), verdict


def test_healthy_workflow_is_acquitted(arena: Arena) -> None:
    """The same judge finds nothing where nothing is wrong."""
    verdict = arena.settle(mails=3)
    assert verdict.passed, verdict
    assert (verdict.messages, verdict.delivered) == (3, 3)

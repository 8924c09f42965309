"""The control: the harness finds the faults of workflows that are known to be wrong (row 12 of the matrix)."""

from __future__ import annotations

import pytest

from tests.faults.controls import WRONG, run_wrong
from tests.faults.environment import Environment
from tests.faults.plan import Role


@pytest.mark.parametrize("role", WRONG)
def test_wrong_workflow_is_found(env: Environment, role: Role) -> None:
    """Recording after the POST and another key of either kind duplicate mails; settling before the POST loses them."""
    result = run_wrong(env, role)
    assert not result.passed
    assert bool(result.lost) == (role is Role.SETTLE_THEN_POST), result
    assert bool(result.duplicates) == (role is not Role.SETTLE_THEN_POST), result


def test_right_workflow_passes(env: Environment) -> None:
    """The harness finds nothing wrong with the product's own workflow."""
    result = env.settle(mails=3)
    assert result.passed, result
    assert (result.messages, result.delivered) == (3, 3)

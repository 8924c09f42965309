"""A refresh of the CRM that is killed at any step leaves one complete copy, and the next one recovers (row 14)."""

from __future__ import annotations

import random

from tests.faults.environment import Environment
from tests.faults.plan import Role
from tests.faults.refreshes import kill_refreshes


def test_a_killed_refresh_leaves_a_complete_copy(env: Environment) -> None:
    """After each kill contacts and deals are each of one version, and the next start renews them."""
    result = kill_refreshes(env, 6, random.Random(3))
    assert result.passed, result
    assert env.kills == 6


def test_a_refresh_in_place_is_found(env: Environment) -> None:
    """The control: a copy that is overwritten in portions is soon seen half empty, or of two versions."""
    result = kill_refreshes(env, 50, random.Random(3), Role.REFRESH_IN_PLACE)
    assert not result.passed
    assert "of versions" in result.damage

"""A merge of two workspaces that is killed at any step shows every mail exactly once, and is completed (row 13)."""

from __future__ import annotations

import pytest

from tests.faults.environment import Environment
from tests.faults.merges import MERGE_POINTS, kill_merge
from tests.faults.plan import Point


@pytest.mark.parametrize("point", MERGE_POINTS)
def test_a_killed_merge_is_resumed(env: Environment, point: Point) -> None:
    """After each kill, mails and drafts are in one place each; in the end in one workspace, with the right counts."""
    result = kill_merge(env, point, mails=80)
    assert result.passed, result
    assert result.delivered == result.messages == 120

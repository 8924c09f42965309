"""Two API keys of one workspace share a history, and no mail goes out twice for it (row 13 of the matrix)."""

from __future__ import annotations

import random

import pytest

from tests.faults.environment import Environment
from tests.faults.faults import Fault
from tests.faults.shared_workspace import decide_for_colleague, send_together, take_over

IN_DOUBT = (Fault.RESET_ACCEPTED, Fault.GATEWAY_TIMEOUT, Fault.HTML, Fault.LATE)


@pytest.mark.parametrize("fault", IN_DOUBT)
def test_a_colleague_cannot_send_what_was_tried(env: Environment, fault: Fault) -> None:
    """Whatever a colleague clicks, a mail in doubt waits for the key of its first attempt, which settles it."""
    result = decide_for_colleague(env, fault, mails=2)
    assert result.passed, result
    assert (result.delivered, result.unknown) == (4, frozenset())


def test_a_colleague_may_send_what_was_not_tried(env: Environment) -> None:
    """On a click, and once."""
    result = take_over(env, mails=1)
    assert result.passed, result
    assert result.delivered == 1


def test_both_keys_at_once_under_kills(env: Environment) -> None:
    """Kills and faults while both send neither duplicate nor lose a mail."""
    result = send_together(env, kills=3, chance=random.Random(5))
    assert result.passed, result
    assert result.delivered == result.messages, result

"""Whatever the network does, a mail goes out once, and its key is never used with other bytes (rows 2 to 5)."""

from __future__ import annotations

import pytest

from tests.faults.environment import Environment
from tests.faults.faults import Fault
from tests.faults.networks import (
    MEGABYTE,
    ONE_TIME,
    REFUSALS,
    cut_large_body,
    drip_body,
    send_into_wait,
    send_refused,
    send_through,
    send_unreached,
)

MAILS = 2
#: Bytes above the memory at rest.
MAX_MEMORY = 10 * MEGABYTE


@pytest.mark.parametrize("kind", ["dns", "refused", "tls"])
def test_unreached(env: Environment, kind: str) -> None:
    """Without a connection the mails wait, shown as not sent, and go out later."""
    result = send_unreached(env, kind, MAILS)
    assert result.passed, result
    assert result.delivered == MAILS


@pytest.mark.parametrize(("fault", "width"), [(Fault.UNAVAILABLE, 4), (Fault.LIMITED, 4), (Fault.LIMITED, 1)])
def test_wait_is_honoured(env: Environment, fault: Fault, width: int) -> None:
    """The time in Retry-After is waited for, after a 429 by the whole workspace."""
    result = send_into_wait(env, fault, MAILS, width)
    assert result.passed, result
    assert result.delivered == MAILS


@pytest.mark.parametrize("fault", ONE_TIME)
def test_fault_in_the_network(env: Environment, fault: Fault) -> None:
    """After each kind of fault the mail is settled with the same key and the same bytes."""
    result = send_through(env, fault, MAILS)
    assert result.passed, result
    assert (result.delivered, result.unknown) == (MAILS, frozenset())


@pytest.mark.parametrize("recipient", REFUSALS)
def test_refusal_is_final(env: Environment, recipient: str) -> None:
    """A 400, 401, 403 or 413 is never tried again and shown as not sent."""
    result = send_refused(env, recipient, MAILS)
    assert result.passed, result


def test_large_body_cut(env: Environment) -> None:
    """A 25 MB mail cut at many offsets goes out once in the end, and is never whole in memory."""
    result, grown = cut_large_body(env, offsets=3)
    assert result.passed, result
    assert result.delivered == 2
    assert grown <= MAX_MEMORY, grown


def test_body_in_slow_drops(env: Environment) -> None:
    """A network that takes the body slowly only delays the mail."""
    result, grown = drip_body(env, size=300_000, rate=800_000.0)
    assert result.passed, result
    assert result.delivered == 2
    assert grown <= MAX_MEMORY, grown

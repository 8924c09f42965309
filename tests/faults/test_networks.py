"""Whatever the network does, the same mail goes out once, and never with other bytes under its key (rows 2 to 5)."""

from __future__ import annotations

import pytest

from tests.faults.arena import Arena
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

MAILS = 3
#: Over rest.
MOST_MEMORY = 10 * MEGABYTE


@pytest.mark.parametrize("kind", ["dns", "refused", "tls"])
def test_unreached(arena: Arena, kind: str) -> None:
    """Where no connection comes about the rows wait as surely not sent, and go out later."""
    verdict = send_unreached(arena, kind, MAILS)
    assert verdict.passed, verdict
    assert verdict.delivered == MAILS


@pytest.mark.parametrize(("fault", "width"), [(Fault.UNAVAILABLE, 4), (Fault.LIMITED, 4), (Fault.LIMITED, 1)])
def test_wait_is_honoured(arena: Arena, fault: Fault, width: int) -> None:
    """A Retry-After is waited for, after a 429 by the whole workspace."""
    verdict = send_into_wait(arena, fault, MAILS, width)
    assert verdict.passed, verdict
    assert verdict.delivered == MAILS


@pytest.mark.parametrize("fault", ONE_TIME)
def test_fault_on_the_wire(arena: Arena, fault: Fault) -> None:
    """After each kind of mishap the mail is settled with the same key and the same bytes."""
    verdict = send_through(arena, fault, MAILS)
    assert verdict.passed, verdict
    assert (verdict.delivered, verdict.unknown) == (MAILS, frozenset())


@pytest.mark.parametrize("recipient", REFUSALS)
def test_refusal_is_final(arena: Arena, recipient: str) -> None:
    """A 400, 401, 403 or 413 is never tried again and shown as not sent."""
    verdict = send_refused(arena, recipient, MAILS)
    assert verdict.passed, verdict


def test_large_body_cut(arena: Arena) -> None:
    """A 25 MB mail cut at many offsets goes out once in the end, and is never whole in memory."""
    verdict, grown = cut_large_body(arena, offsets=3)
    assert verdict.passed, verdict
    assert verdict.delivered == 2
    assert grown <= MOST_MEMORY, grown


def test_body_in_slow_drops(arena: Arena) -> None:
    """A network that takes the body drop by drop delays the mail and does nothing else."""
    verdict, grown = drip_body(arena, size=300_000, rate=800_000.0)
    assert verdict.passed, verdict
    assert verdict.delivered == 2
    assert grown <= MOST_MEMORY, grown

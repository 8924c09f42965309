"""What a service manager learns of a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from components.gateway.retry import RetryPolicy, quota_reset_at
from components.mailer.dispatcher import Timings
from components.mailer.health import Health, read_health
from components.model import ApiKey, RateLimit
from tests.unit.mailer.rig import START, Rig, await_true

QUICK = Timings(lease=0.3, heartbeat=0.1, poll=0.01, sleep_gap=1e12, stop=5.0)


def look(rig: Rig) -> Health:
    """Look at a workflow after a moment that is long enough for another heartbeat of ``QUICK``."""
    rig.clock.now += QUICK.heartbeat
    return read_health(rig.store, rig.dispatcher, rig.clock.now)


def test_a_server_is_ready_while_its_dispatcher_works(rig: Rig) -> None:
    """Before its start it is not."""
    assert look(rig) == Health(database=True, dispatcher=False, overdue=0.0)
    with rig.running():
        await_true(lambda: look(rig).is_ready)


@pytest.mark.databases("sqlite")
def test_a_dispatcher_that_hangs_or_cannot_record_is_not_working(make_rig: Callable[..., Rig], tmp_path: Path) -> None:
    """After the time of a lease the server is not ready, and is again once the database is back."""
    rig = make_rig(timings=QUICK)
    (file,) = tmp_path.glob("*.db")
    with rig.running():
        await_true(lambda: look(rig).is_ready)
        kept = file.rename(file.with_suffix(".kept"))
        await_true(lambda: look(rig) == Health(database=False, dispatcher=False, overdue=None))
        kept.replace(file)
        await_true(lambda: look(rig).is_ready)


def test_the_mail_that_waits_longest_is_measured(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """In every workspace, without a key too; neither what is due later nor what LeadLex limits."""
    other = make_rig(key=ApiKey("wbk_other"))
    rig.send(send_at=START + 10)
    other.send(send_at=START + 20)
    rig.send(send_at=START + 600)
    assert look(rig).overdue == 0.0
    rig.clock.now = START + 100
    assert look(rig).overdue == pytest.approx(90.1)
    limit = RateLimit(100, 0, START + 3600)
    until = quota_reset_at(limit, rig.clock.now, RetryPolicy())
    assert until is not None
    rig.store.api_keys.save_rate_limit(rig.connection.fingerprint, limit, until)
    assert look(rig).overdue == pytest.approx(80.2)

"""The dispatcher on a real database: what it sends, what it waits for, what it leaves to a person."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest

from components.errors import StoreGone
from components.mailer.dispatcher import Timings
from components.model import ApiKey, Status
from components.store import ClaimTerms
from tests.unit.mailer.rig import START, Rig, at_rest, await_true, broke, said, to_data

HOUR, DAY = 3_600.0, 86_400.0
LIMITED = {"X_RateLimit_Limit": "10", "X_RateLimit_Remaining": "0"}


def rests(rig: Rig, message_id: int) -> bool:
    """Tell whether nothing happens to a message until the clock moves."""
    return at_rest(rig.summary(message_id), rig.clock.now)


def is_sent(rig: Rig, message_id: int) -> bool:
    """Tell whether a message was sent."""
    return rig.summary(message_id).status is Status.SENT


def test_due_mails_go_out_in_order_and_only_when_due(rig: Rig) -> None:
    """A held message goes out at its time and not before."""
    early, late = rig.send(send_at=START + 10), rig.send(send_at=START + 20)
    with rig.running():
        rig.clock.now = START + 10
        rig.dispatcher.wake()
        await_true(lambda: rig.summary(early).status is Status.SENT)
        assert rig.summary(late).status is Status.HELD
        rig.clock.now = START + 20
        await_true(lambda: rig.summary(late).status is Status.SENT)
    assert [key for key, _ in rig.wire.seen] == [rig.summary(early).idempotency_key, rig.summary(late).idempotency_key]


def test_retries_are_three_with_one_key(rig: Rig) -> None:
    """An unclear attempt is repeated twice with the same key and bytes, then a person decides."""
    message_id = rig.send()
    rig.wire.script.extend([broke(httpx.ReadTimeout), said(500), said(503)])
    with rig.running():
        for wait in (0, 2, 6):
            rig.clock.now = START + wait
            await_true(partial(rests, rig, message_id))
        await_true(lambda: rig.summary(message_id).needs_you)
        rig.clock.now += 3600
    summary = rig.summary(message_id)
    assert (summary.status, summary.tries, summary.due_at) == (Status.UNKNOWN, 3, None)
    assert len(rig.wire.seen) == 3
    assert len(set(rig.wire.seen)) == 1


def test_a_lost_answer_is_settled_by_the_retry(rig: Rig) -> None:
    """If the connection breaks after acceptance, the second request with the key settles it; nothing is sent twice."""
    message_id = rig.send()

    def accept_and_break(request: httpx.Request) -> httpx.Response:
        rig.wire.accept(request)
        raise httpx.ReadError("reset")

    rig.wire.script.append(accept_and_break)
    with rig.running():
        await_true(lambda: rig.summary(message_id).status is Status.UNKNOWN)
        rig.clock.now += 2
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
    assert sum(rig.wire.delivered.values()) == 1


def test_a_replayed_502_is_named(rig: Rig) -> None:
    """A 502 with the request id of the first one is its stored answer; there is no third request."""
    message_id = rig.send()
    rig.wire.script.extend([said(502, None, X_Request_ID="r-1")] * 2)
    with rig.running():
        await_true(lambda: rig.summary(message_id).due_at == START + 2)
        rig.clock.now += 2
        await_true(lambda: rig.summary(message_id).needs_you)
    assert (rig.summary(message_id).code, rig.summary(message_id).request_id) == ("replayed", "r-1")


def test_mails_without_a_key_wait(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """Messages whose key is not in memory stay as they are, while others go out."""
    message_id = rig.send(send_at=START + 5)
    other = make_rig(key=ApiKey("wbk_other"))
    theirs = other.send(send_at=START + 5)
    with other.running():
        rig.clock.now = START + 5
        await_true(lambda: other.summary(theirs).status is Status.SENT)
    assert rig.summary(message_id).status is Status.HELD
    assert rig.summary(message_id).attempts == 0


def test_the_servers_own_key_sends(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """With a pinned key a message goes out although nobody is connected any more."""
    message_id = rig.send(send_at=START + 5)
    server = make_rig()
    server.keyring.pin(server.connection)
    with server.running():
        rig.clock.now = START + 5
        await_true(lambda: rig.summary(message_id).status is Status.SENT)


@pytest.mark.parametrize("pinned", [False, True], ids=["a person's", "the server's"])
def test_a_refused_key_fails_one_mail_only(rig: Rig, caplog: pytest.LogCaptureFixture, pinned: bool) -> None:
    """The others of this key wait for a person instead of being refused one by one; other keys' go on."""
    if pinned:
        rig.keyring.pin(rig.connection)
    refused, later = rig.send(), rig.send(send_at=START + 60)
    summary = rig.settle(refused, said(401, {"error": {"code": "unauthorized", "message": "No."}}))
    assert summary.status is Status.FAILED
    assert f"Message {refused}: LeadLex refused its API key" in caplog.text
    with rig.running():
        rig.clock.now = START + 61
        rig.pass_heartbeats(2)
        assert (rig.summary(later).status, rig.summary(later).attempts) == (Status.HELD, 0)
        # Somebody connects with a key that LeadLex accepts.
        rig.outbox.resume(rig.connection)
        assert (rig.summary(later).code, rig.summary(later).needs_you) == ("missed", True)
        rig.outbox.send_now(rig.connection, later)
        await_true(partial(is_sent, rig, later))
    assert len(rig.wire.seen) == 2


def test_stopping_waits_for_mails_under_way_and_names_those_cut_off(
    make_rig: Callable[..., Rig], caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of a mail is logged but its number."""
    rig, go = make_rig(timings=Timings(poll=0.01, sleep_gap=1e12, stop=0.2)), threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        assert go.wait(30)
        return rig.wire.accept(request)

    rig.wire.script.append(answer)
    cut_off = rig.send()
    with caplog.at_level("INFO"):
        with rig.running():
            await_true(lambda: len(rig.wire.seen) == 1)
        assert "for 1 mails under way" in caplog.text
        assert f"Message {cut_off}: it was still being sent" in caplog.text
        go.set()
        await_true(lambda: f"Message {cut_off}: sent (HTTP status 200)" in caplog.text)
    assert "jane@example.com" not in caplog.text
    assert "Hello" not in caplog.text


def test_missed_mails_are_left_to_a_person(rig: Rig) -> None:
    """What fell due while no dispatcher was running is not sent silently; what is due later goes out."""
    missed, later = rig.send(send_at=START + 60), rig.send(send_at=START + 7200)
    rig.clock.now = START + 3600
    with rig.running():
        assert (rig.summary(missed).code, rig.summary(missed).needs_you) == ("missed", True)
        rig.clock.now = START + 7200
        await_true(lambda: rig.summary(later).status is Status.SENT)
    assert rig.summary(missed).status is Status.HELD
    assert len(rig.wire.seen) == 1


def test_key_that_comes_back_late_sends_nothing_by_itself(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """After a restart without a key, connecting again leaves overdue messages to a person."""
    overdue, ahead = rig.send(send_at=START + 60), rig.send(send_at=START + 7200)
    later = make_rig()
    with later.running():
        rig.clock.now = START + 3600
        later.outbox.resume(later.connection)
        assert later.summary(overdue).code == "missed"
        assert later.summary(ahead).due_at == START + 7200
        assert later.keyring.get(rig.connection.fingerprint) is not None


def test_a_sleeping_computer_misses_mails(make_rig: Callable[..., Rig]) -> None:
    """A long gap between two polls means that the computer slept: what fell due in it is left to a person."""
    rig = make_rig(timings=Timings(poll=0.01))
    message_id = rig.send(send_at=START + 600)
    with rig.running():
        rig.clock.now = START + 900
        await_true(lambda: rig.summary(message_id).needs_you)
    assert rig.summary(message_id).code == "missed"
    assert rig.wire.seen == []


def test_a_limit_holds_the_whole_workspace(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """After a 429 no other message of the workspace is tried until the time it names, not after a restart either."""
    first = rig.send()
    rig.settle(first, said(429, None, Retry_After="60"))
    second = rig.send()
    assert (rig.summary(first).status, rig.summary(first).due_at, rig.summary(first).tries) == (
        Status.HELD,
        START + 60,
        0,
    )
    restarted = make_rig()
    restarted.keyring.pin(restarted.connection)
    other = make_rig(key=ApiKey("wbk_other"))
    restarted.clock.now = START + 59
    with restarted.running(), other.running():
        theirs = other.send()
        await_true(lambda: other.summary(theirs).status is Status.SENT)
        assert rig.summary(second).status is Status.HELD
        assert rig.summary(second).code is None
        rig.clock.now = START + 60
        await_true(lambda: rig.summary(second).status is Status.SENT)
        await_true(lambda: rig.summary(first).status is Status.SENT)
    assert len(rig.wire.seen) == 4


def test_the_last_call_is_not_followed_by_another(rig: Rig) -> None:
    """An answer that says no calls are left pauses the workspace until the reset, whatever the outcome."""
    reset = str(int(START + 60))
    for step in (said(200, to_data("sent"), X_RateLimit_Reset=reset, **LIMITED), said(400, None, **LIMITED)):
        done = rig.send()
        rig.settle(done, step)
        waiting = rig.send()
        with rig.running():
            rig.pass_heartbeats(1)
            assert rig.summary(waiting).attempts == 0
            rig.clock.now += 50
            await_true(partial(is_sent, rig, waiting))


def test_a_pause_of_years_is_not_believed(rig: Rig) -> None:
    """A pause written by a clock that was a year ahead does not hold the workspace for a year."""
    rig.store.api_keys.save_rate_limit(rig.connection.fingerprint, None, START + 365 * DAY)
    assert rig.settle(rig.send()).status is Status.SENT


def test_unclear_mails_are_not_retried_after_a_day(rig: Rig) -> None:
    """A retry that was due while its key grew too old is parked, not sent."""
    message_id = rig.send()
    rig.settle(message_id, broke(httpx.ReadTimeout))
    assert rig.summary(message_id).due_at is not None
    with rig.running():
        rig.clock.now += DAY
        await_true(lambda: rig.summary(message_id).needs_you)
    assert (rig.summary(message_id).status, rig.summary(message_id).due_at) == (Status.UNKNOWN, None)
    assert len(rig.wire.seen) == 1


class FaultyClock:
    """A clock that raises once, on the dispatcher's own thread."""

    def __init__(self) -> None:
        self.broken = False

    def __call__(self) -> float:
        """Return the time, or raise."""
        if threading.current_thread().name == "dispatcher" and not self.broken:
            self.broken = True
            raise RuntimeError("unforeseen")
        return START


def test_a_fault_of_our_own_does_not_end_the_dispatcher(rig: Rig) -> None:
    """An unexpected error costs one poll; the message goes out all the same."""
    clock = FaultyClock()
    rig.delivery = replace(rig.delivery, clock=clock)
    rig.renew()
    message_id = rig.send()
    with rig.running():
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
    assert clock.broken


@pytest.mark.databases("sqlite", "postgresql")
@pytest.mark.parametrize("back", [12.0, 3 * HOUR, 3 * DAY], ids=["seconds", "hours", "days"])
def test_a_clock_set_back_makes_no_wait_longer(make_rig: Callable[..., Rig], back: float) -> None:
    """Undo windows, retries and LeadLex's limit end when they would have, of two processes; a chosen time stays."""
    rig, peer = make_rig(), make_rig()
    limited = rig.settle(rig.send(), said(429, Retry_After=f"{20 * HOUR:.0f}"))
    rig.store.api_keys.save_rate_limit(rig.connection.fingerprint, None, START + 20 * HOUR)
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 60)
    undoable, chosen = rig.send(), rig.send(send_at=START + 40 * HOUR)
    with rig.running(), peer.running():
        rig.pass_heartbeats(1)
        rig.clock.now -= back
        await_true(rig.has_sent_heartbeat)
        assert rig.summary(limited.id).due_at == pytest.approx(START + 20 * HOUR - back, abs=2)
        assert rig.summary(undoable).due_at == pytest.approx(START + 60 - back, abs=2)
        assert rig.summary(undoable).undo_until == rig.summary(undoable).due_at
        paused_until = rig.paused_until
        assert paused_until == pytest.approx(START + 20 * HOUR - back, abs=2)
        assert rig.summary(chosen).due_at == START + 40 * HOUR
        rig.clock.now = START - back + 20 * HOUR + 5
        await_true(lambda: is_sent(rig, undoable) and is_sent(rig, limited.id))
    assert rig.summary(chosen).due_at == START + 40 * HOUR


@pytest.mark.databases("sqlite", "postgresql")
@pytest.mark.parametrize("back", [12.0, 3 * DAY], ids=["seconds", "days"])
def test_a_poll_from_before_the_clock_was_set_back_claims_nothing(rig: Rig, back: float) -> None:
    """Another process brings the undo windows forward between a dispatcher's look at the clock and its claim."""
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 10)
    message_id = rig.send()
    for owner in ("here/1/0.00/x", "here/2/0.00/y"):
        rig.store.leases.renew(owner, [], START + 35)
    terms = ClaimTerms(
        "here/1/0.00/x",
        (rig.connection.fingerprint,),
        (Status.HELD,),
        Status.SENDING,
        START + 5,
        START + 35,
        (START, START + 60),
        seen_until=START + 35,
    )
    assert rig.store.leases.bring_forward("here", "here/2/0.00/y", START + 35, START + 5 - back, back) == 1
    assert rig.store.leases.claim(terms) is None
    assert rig.summary(message_id).undo_until == START + 10 - back


def test_a_host_whose_clock_was_ahead_shortens_no_undo_window_of_another(rig: Rig) -> None:
    """A window that a host with the right time began is not moved; what LeadLex's answer ends may be."""
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 60)
    message_id = rig.send()
    rig.store.leases.renew("elsewhere/1/0.00/x", [], START + 60)
    rig.store.leases.renew("here/1/0.00/y", [], START + 80)
    assert rig.store.leases.bring_forward("here", "here/1/0.00/y", START + 80, START, 20) == 0
    assert rig.summary(message_id).undo_until == START + 60
    assert ("elsewhere/1/0.00/x", START + 60) in [
        (each.owner, each.until) for each in rig.store.leases.list_heartbeats()
    ]


def test_a_clock_set_back_while_the_app_was_off_holds_no_undo_window(rig: Rig) -> None:
    """After the start a window ends within the longest one that can be chosen."""
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 30)
    message_id = rig.send()
    rig.clock.now = START - 3 * DAY
    with rig.running():
        assert rig.summary(message_id).due_at == START - 3 * DAY + 60
        rig.clock.now += 61
        await_true(partial(is_sent, rig, message_id))


@pytest.mark.parametrize("back", [3 * HOUR, 3 * DAY], ids=["hours", "days"])
def test_a_clock_set_back_while_the_app_was_off_holds_no_limit(rig: Rig, back: float) -> None:
    """After the start LeadLex is asked within a minute, and its answer tells how long the wait still is."""
    failed = rig.settle(rig.send(), broke(httpx.ConnectError))
    limited = rig.settle(rig.send(), said(429, Retry_After="1800", **LIMITED))
    assert rig.paused_until == START + 1800
    rig.clock.now = START - back
    with rig.running():
        assert rig.paused_until is None
        rig.clock.now += 61
        await_true(lambda: is_sent(rig, limited.id) and is_sent(rig, failed.id))


def test_a_limit_without_a_changed_clock_outlives_a_restart(rig: Rig) -> None:
    """Nobody is asked sooner than LeadLex wants."""
    limited = rig.settle(rig.send(), said(429, Retry_After="72000"))
    rig.clock.now += 1
    with rig.running():
        rig.pass_heartbeats(2)
        assert rig.summary(limited.id).due_at == START + 72_000
    assert len(rig.wire.seen) == 1


def test_a_lease_from_a_clock_that_was_ahead_ends(rig: Rig) -> None:
    """Its process renews it if it lives; otherwise the mail does not stay "sending" for days."""
    message_id = rig.send()
    now = rig.clock.now + 3 * DAY
    terms = ClaimTerms(
        "nonsense", (rig.connection.fingerprint,), (Status.HELD,), Status.SENDING, now, now + 60, (0.0, now)
    )
    assert rig.store.leases.claim(terms) is not None
    with rig.running():
        rig.pass_heartbeats(7)
        assert (rig.summary(message_id).status, rig.summary(message_id).code) == (Status.UNKNOWN, "interrupted")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_nothing_is_sent_without_the_database_file(rig: Rig, tmp_path: Path, replaced: bool) -> None:
    """The dispatcher says so, and nothing can be recorded or sent until the file is back."""
    (file,) = tmp_path.glob("*.db")
    due = rig.send(send_at=START + 60)
    with rig.running():
        kept = file.rename(file.with_suffix(".kept"))
        if replaced:
            file.write_bytes(kept.read_bytes())
        await_true(lambda: "was removed or replaced" in rig.dispatcher.problem)
        with pytest.raises(StoreGone):
            rig.send()
        rig.clock.now = START + 61
        await_true(lambda: "was removed or replaced" in rig.dispatcher.problem)
        assert rig.wire.seen == []
        assert file.exists() is replaced, "no empty database takes its place"
        kept.replace(file)
        await_true(partial(is_sent, rig, due))
        await_true(lambda: rig.dispatcher.problem == "")


@pytest.mark.databases("sqlite")
def test_nothing_is_sent_once_the_log_of_the_database_is_gone(rig: Rig, tmp_path: Path) -> None:
    """What would be recorded now is lost at the next start; what was recorded before is missed, not lost or sent."""
    (log,) = tmp_path.glob("*.db-wal")
    due = rig.send(send_at=START + 60)
    with rig.running():
        log.unlink()
        rig.clock.now = START + 61
        await_true(lambda: "log of the database" in rig.dispatcher.problem)
        with pytest.raises(StoreGone):
            rig.send()
    rig.store.close()
    with rig.running():
        assert (rig.summary(due).status, rig.summary(due).code) == (Status.HELD, "missed")
    assert rig.wire.seen == []

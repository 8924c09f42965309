"""Threads, processes and crashes around one database: exactly one wins, and doubt is never hidden."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import httpx
import psutil
import pytest

from components.errors import StateError
from components.gateway.retry import fresh_key_bounds
from components.mailer.dispatcher import Timings
from components.mailer.liveness import read_start
from components.mailer.states import Event, late_sources
from components.model import Status
from components.store import AttemptResult, Claim, ClaimTerms
from components.store.engine import writing
from tests.summaries import list_summaries
from tests.unit.mailer.rig import MAIL, START, Rig, await_true, broke, said

pytestmark = pytest.mark.databases("sqlite", "postgresql")

OPEN = (Status.HELD, Status.UNKNOWN)
SENT = AttemptResult(
    *(Status.SENT, "sent"),
    needs_you=False,
    duration=0.1,
    http_status=200,
    request_id="r-1",
    provider="gmail",
    settled_at=START + 99,
    late_sources=late_sources(Event.SENT),
)
QUEUED = replace(SENT, status=Status.QUEUED, outcome="queued", late_sources=late_sources(Event.QUEUED))
FAILED = replace(
    SENT,
    status=Status.FAILED,
    outcome="refused",
    needs_you=True,
    code="provider_failed",
    late_sources=late_sources(Event.REFUSED),
)
LATE_ERROR = AttemptResult(Status.FAILED, "refused", True, 0.1, http_status=400, request_id="r-2")


def claim(rig: Rig, owner: str, lease: float = 60.0) -> Claim | None:
    """Claim what is due for a dispatcher of this name."""
    now, key = rig.clock.now, rig.connection.fingerprint
    seen_until = next((each.until for each in rig.store.leases.list_heartbeats() if each.owner == owner), 0.0)
    terms = ClaimTerms(
        owner, (key,), OPEN, Status.SENDING, now, now + lease, fresh_key_bounds(now), seen_until=seen_until
    )
    return rig.store.leases.claim(terms)


def to_dead_owner() -> str:
    """Create the name of a dispatcher whose process has ended."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = read_start(psutil.Process(child.pid))
    child.communicate()
    return f"{socket.gethostname()}/{child.pid}/{started:.2f}/dead"


def race(*works: Callable[[], object]) -> list[object]:
    """Run functions at the same moment; a StateError counts as a result."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        gate.wait(10)
        try:
            return work()
        except StateError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        futures: list[Future[object]] = [pool.submit(run, work) for work in works]
        return [future.result(30) for future in futures]


def test_undo_and_claim_race(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """Of undo and the dispatcher exactly one wins, and the loser is told."""
    other = make_rig()
    for _ in range(25):
        message_id = rig.send()
        undone, taken = race(partial(rig.outbox.undo, rig.connection, message_id), partial(claim, other, "o"))
        if isinstance(undone, StateError):
            assert isinstance(taken, Claim)
            assert rig.summary(message_id).status is Status.SENDING
        else:
            assert taken is None
            assert rig.store.history.get_summary(message_id, rig.workspace_id) is None
            assert len(rig.store.drafts.list_drafts(rig.workspace_id, limit=100)) >= 1


def test_every_decision_and_claim_race(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """A message that is being checked again is neither marked nor sent as new: one of the two happens."""
    other = make_rig()
    for act in (rig.outbox.mark_sent, rig.outbox.mark_unsent, rig.outbox.send_as_new) * 8:
        message_id = rig.send()
        rig.settle(message_id, broke(httpx.ReadTimeout))
        rig.clock.now += 2
        decided, taken = race(partial(act, rig.connection, message_id), partial(claim, other, "o"))
        old = isinstance(taken, Claim) and taken.summary.id == message_id
        assert isinstance(decided, StateError) is old
        with writing(rig.store.engine) as connection:
            connection.exec_driver_sql("DELETE FROM message")


def test_clicks_at_the_same_moment_are_one_mail(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """Two tabs of two processes that send one draft create one row."""
    other = make_rig()
    for number in range(10):
        results = race(*(partial(each.outbox.enqueue, each.connection, f"d{number}", MAIL) for each in (rig, other)))
        assert sorted(str(getattr(result, "created", result)) for result in results) == ["False", "True"]
    assert len(list_summaries(rig.store, rig.workspace_id)) == 10


def test_a_mail_just_sent_is_not_missed_by_another_window(rig: Rig) -> None:
    """While one window adds its key, what a second one sends at that moment does not count as overdue."""
    admitting, done = threading.Event(), threading.Event()

    def clock() -> float:
        if threading.current_thread().name != "first":
            return START
        admitting.set()
        done.wait(0.5)
        return START + 5

    rig.delivery = replace(rig.delivery, clock=clock)
    rig.renew()
    first = threading.Thread(target=partial(rig.send, send_at=START + 100), name="first")
    first.start()
    assert admitting.wait(10)
    message_id = rig.send()
    done.set()
    first.join(10)
    assert (rig.summary(message_id).due_at, rig.summary(message_id).code) == (START, None)


def test_repetitions_at_the_same_moment_are_one(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """Two clicks on "Send as new" create one new message."""
    other = make_rig()
    old = rig.send()
    rig.settle(old, said(501))
    race(*(partial(each.outbox.send_as_new, each.connection, old) for each in (rig, other)))
    assert len(list_summaries(rig.store, rig.workspace_id)) == 2


def test_dispatchers_on_one_database_send_each_mail_once(make_rig: Callable[..., Rig]) -> None:
    """Three dispatchers share the work; every key is seen once."""
    rigs = [make_rig() for _ in range(3)]
    ids = [rigs[0].send() for _ in range(60)]
    for each in rigs:
        each.keyring.pin(each.connection)
    with rigs[0].running(), rigs[1].running(), rigs[2].running():
        await_true(lambda: all(rigs[0].summary(each).status is Status.SENT for each in ids))
    assert len(rigs[0].wire.seen) == len({key for key, _ in rigs[0].wire.seen}) == 60


def test_a_lost_lease_is_unknown_and_a_late_error_changes_nothing(rig: Rig) -> None:
    """A process stopped past its lease has lost the message: its error only completes the attempt's record."""
    message_id = rig.send()
    taken = claim(rig, "frozen")
    assert taken is not None
    rig.clock.now += 61
    with rig.running():
        await_true(lambda: rig.summary(message_id).status is Status.UNKNOWN)
    named = rig.summary(message_id)
    assert (named.code, named.needs_you, named.unclear, named.due_at) == ("interrupted", True, True, None)
    assert not rig.store.leases.owns_lease(taken, START)
    assert not rig.store.leases.settle(taken, LATE_ERROR)
    assert rig.summary(message_id) == named
    message = rig.store.history.get_message(message_id, rig.workspace_id)
    assert message is not None
    assert (message.attempts[0].outcome, message.attempts[0].request_id) == ("refused", "r-2")
    assert rig.wire.seen == []


@pytest.mark.parametrize("late", ["error", "failed"])
def test_a_late_end_does_not_touch_the_next_attempt(rig: Rig, late: str) -> None:
    """After a person checked again, a first attempt that did not succeed settles nothing: the second may yet."""
    message_id = rig.send()
    first = claim(rig, "same")
    assert first is not None
    rig.store.leases.expire_leases((Status.SENDING,), Status.UNKNOWN, START + 61)
    rig.outbox.check_again(rig.connection, message_id)
    assert claim(rig, "same") is not None
    assert not rig.store.leases.settle(first, {"error": LATE_ERROR, "failed": FAILED}[late])
    assert rig.summary(message_id).status is Status.SENDING


def test_what_a_dead_process_had_under_way_is_unknown_at_once(rig: Rig) -> None:
    """The next start marks it without waiting for the lease; a running process keeps its message."""
    dead, living = rig.send(), rig.send()
    rig.dispatcher.recover()
    (own,) = (each.owner for each in rig.store.leases.list_heartbeats())
    owner = to_dead_owner()
    for name in (owner, own):
        rig.store.leases.renew(name, [], START + 60)
        assert claim(rig, name) is not None
    rig.renew()
    rig.dispatcher.recover()
    assert (rig.summary(dead).status, rig.summary(dead).code) == (Status.UNKNOWN, "interrupted")
    assert rig.summary(living).status is Status.SENDING
    assert owner not in [each.owner for each in rig.store.leases.list_heartbeats()]


@pytest.mark.parametrize("at_work", [True, False])
def test_a_frozen_process_does_not_excuse_missed_mails(rig: Rig, at_work: bool) -> None:
    """What fell due belongs to another dispatcher only while that one sends heartbeats."""
    message_id = rig.send()
    rig.clock.now += 3600
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        owner = f"{socket.gethostname()}/{child.pid}/{read_start(psutil.Process(child.pid)):.2f}/peer"
        rig.store.leases.renew(owner, [], rig.clock.now + (60 if at_work else -60), [rig.connection.fingerprint])
        rig.dispatcher.recover()
    finally:
        child.communicate()
    assert rig.summary(message_id).needs_you is not at_work


def test_an_attempt_that_breaks_off_is_unknown_when_its_lease_ends(make_rig: Callable[..., Rig]) -> None:
    """An error of our own during a delivery does not leave the message sending for ever, although its process runs."""
    rig = make_rig(timings=Timings(poll=0.01, sleep_gap=1e12))
    message_id = rig.send()

    def fail(_request: httpx.Request) -> httpx.Response:
        raise RuntimeError("a fault of our own")

    def has_ended() -> bool:
        # Until the thread of the delivery ends, each heartbeat renews the lease.
        rig.pass_heartbeats(1)
        return rig.summary(message_id).status is Status.UNKNOWN

    rig.wire.script.append(fail)
    with rig.running():
        await_true(lambda: len(rig.wire.seen) == 1)
        await_true(has_ended)
    assert rig.summary(message_id).needs_you
    assert len(rig.wire.seen) == 1


def test_a_slow_send_keeps_its_lease(rig: Rig) -> None:
    """While LeadLex takes its time the lease is renewed, and the answer counts."""
    message_id, answer = rig.send(), threading.Event()

    def wait(request: httpx.Request) -> httpx.Response:
        answer.wait(20)
        return rig.wire.accept(request)

    rig.wire.script.append(wait)
    with rig.running():
        await_true(lambda: len(rig.wire.seen) == 1)
        rig.pass_heartbeats(15)
        assert rig.summary(message_id).status is Status.SENDING
        answer.set()
        await_true(lambda: rig.summary(message_id).status is Status.SENT)

"""A valid 2xx settles its mail however late it comes, whatever was assumed meanwhile; a late error settles nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from components.errors import StateError
from components.mailer.status_text import to_repetition_text
from components.model import Status
from components.store import Claim, MessageSummary
from components.store.engine import writing
from tests.unit.mailer.rig import Rig, Step, await_true, broke, said, to_data
from tests.unit.mailer.test_races import FAILED, LATE_ERROR, QUEUED, SENT, claim

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
def lost(rig: Rig) -> Claim:
    """A claim whose lease has run out: its message is unknown."""
    rig.send()
    taken = claim(rig, "frozen")
    assert taken is not None
    rig.store.leases.expire_leases((Status.SENDING,), Status.UNKNOWN, rig.clock.now + 61)
    return taken


def test_a_late_success_settles_an_unknown_mail(rig: Rig, lost: Claim) -> None:
    """The mail is sent, needs nobody, and has everything that LeadLex answered."""
    assert rig.store.leases.settle(lost, SENT)
    mail = rig.summary(lost.summary.id)
    assert (mail.status, mail.needs_you, mail.code, mail.detail) == (Status.SENT, False, None, None)
    assert (mail.provider, mail.request_id, mail.http_status) == ("gmail", "r-1", 200)
    assert not rig.store.leases.settle(lost, LATE_ERROR)
    assert rig.summary(lost.summary.id).status is Status.SENT


def test_a_late_queued_settles_an_unknown_mail(rig: Rig, lost: Claim) -> None:
    """Queued is as certain as sent."""
    assert rig.store.leases.settle(lost, QUEUED)
    assert rig.summary(lost.summary.id).status is Status.QUEUED


def test_a_late_failure_of_the_provider_settles_an_unknown_mail(rig: Rig, lost: Claim) -> None:
    """A 2xx that says "failed" is certain too: the mail was not sent, and a person has to know."""
    assert rig.store.leases.settle(lost, FAILED)
    mail = rig.summary(lost.summary.id)
    assert (mail.status, mail.needs_you, mail.code) == (Status.FAILED, True, "provider_failed")


@pytest.mark.parametrize("end", [SENT, QUEUED])
def test_a_late_success_wins_over_a_person_who_marked_it_unsent(rig: Rig, lost: Claim, end: object) -> None:
    """The status says that it went out after all, and nobody can send it again as if it had failed."""
    rig.outbox.mark_unsent(rig.connection, lost.summary.id)
    assert not rig.store.leases.settle(lost, LATE_ERROR)
    assert rig.summary(lost.summary.id).code == "marked_unsent"
    assert rig.store.leases.settle(lost, SENT if end is SENT else QUEUED)
    mail = rig.summary(lost.summary.id)
    assert mail.status is (Status.SENT if end is SENT else Status.QUEUED)
    assert mail.code == "sent_after_all"
    with pytest.raises(StateError):
        rig.outbox.reopen(rig.connection, lost.summary.id)


def test_a_late_failure_does_not_contradict_a_person(rig: Rig, lost: Claim) -> None:
    """Who found the mail in the Sent folder keeps that."""
    rig.outbox.mark_sent(rig.connection, lost.summary.id)
    assert not rig.store.leases.settle(lost, FAILED)
    assert rig.summary(lost.summary.id).status is Status.SENT


def test_a_late_success_stops_the_next_attempt_before_it_sends(rig: Rig, lost: Claim) -> None:
    """An attempt that has the lease but has sent nothing yet loses it; its own late error changes nothing."""
    rig.outbox.check_again(rig.connection, lost.summary.id)
    second = claim(rig, "other")
    assert second is not None
    assert rig.store.leases.settle(lost, SENT)
    assert not rig.store.leases.owns_lease(second, rig.clock.now)
    assert not rig.store.leases.settle(second, LATE_ERROR)
    assert rig.summary(lost.summary.id).status is Status.SENT


@pytest.mark.parametrize("changed", ["idempotency_key", "body_sha256", "attempts"])
def test_only_an_answer_to_the_same_request_counts(rig: Rig, lost: Claim, changed: str) -> None:
    """Another key, other bytes, or an attempt that the mail never had settle nothing."""
    value: Any = 9 if changed == "attempts" else "0" * 36
    foreign = replace(lost, summary=replace(lost.summary, **{changed: value}))
    assert not rig.store.leases.settle(foreign, SENT)
    assert rig.summary(lost.summary.id).status is Status.UNKNOWN


def test_an_erased_mail_stays_erased(rig: Rig, lost: Claim) -> None:
    """A late answer brings nothing back."""
    with writing(rig.store.engine) as connection:
        connection.exec_driver_sql("DELETE FROM message")
    assert not rig.store.leases.settle(lost, SENT)


def _send_as_new(rig: Rig, lost: Claim) -> tuple[Callable[[], MessageSummary], Callable[[], MessageSummary]]:
    new = rig.outbox.send_as_new(rig.connection, lost.summary.id).message_id
    return (lambda: rig.summary(lost.summary.id)), (lambda: rig.summary(new))


def test_a_repetition_that_has_not_left_is_stopped(rig: Rig, lost: Claim) -> None:
    """Once the first mail is known to have gone out, sending it as new is a person's decision again."""
    first, new = _send_as_new(rig, lost)
    assert rig.store.leases.settle(lost, SENT)
    assert first().status is Status.SENT
    assert (new().status, new().due_at, new().needs_you, new().code) == (Status.HELD, None, True, "original_sent")
    assert "was sent" in to_repetition_text(new(), first())
    assert "not been sent yet" in to_repetition_text(first(), new())
    rig.outbox.undo(rig.connection, new().id)
    assert not first().needs_you


def test_both_went_out(rig: Rig, lost: Claim) -> None:
    """Where the new one had left already, each of the two says that the recipient may have it twice."""
    first, new = _send_as_new(rig, lost)
    again = claim(rig, "other")
    assert again is not None
    assert rig.store.leases.settle(again, SENT)
    assert rig.store.leases.settle(lost, SENT)
    assert (first().status, new().status) == (Status.SENT, Status.SENT)
    assert "twice" in to_repetition_text(first(), new())
    assert "twice" in to_repetition_text(new(), first())
    assert rig.store.history.list_repetitions(first(), rig.workspace_id) == (new(),)
    assert rig.store.history.list_repetitions(new(), rig.workspace_id) == (first(),)


def test_a_late_failure_of_a_mail_sent_as_new_needs_nobody(rig: Rig, lost: Claim) -> None:
    """It was sent as new already; the new one stays on its way."""
    first, new = _send_as_new(rig, lost)
    assert rig.store.leases.settle(lost, FAILED)
    assert (first().status, first().needs_you) == (Status.FAILED, False)
    assert new().due_at is not None


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (said(200, to_data("sent")), Status.SENT),
        (said(202, to_data("queued")), Status.QUEUED),
        (said(200, to_data("failed")), Status.FAILED),
        (said(200, {"data": {}}), Status.UNKNOWN),
        (said(400), Status.UNKNOWN),
        (said(401), Status.UNKNOWN),
        (said(429), Status.UNKNOWN),
        (said(502), Status.UNKNOWN),
        (broke(httpx.ReadTimeout), Status.UNKNOWN),
    ],
)
def test_an_answer_after_the_lease_was_lost(rig: Rig, answer: Step, status: Status) -> None:
    """Another process ended the lease of this one; a certain answer counts all the same, anything else does not."""
    message_id, go = rig.send(), threading.Event()

    def wait(request: httpx.Request) -> httpx.Response:
        go.wait(20)
        return answer(request)

    rig.wire.script.append(wait)
    with rig.running():
        await_true(lambda: len(rig.wire.seen) == 1)
        rig.store.leases.expire_leases((Status.SENDING,), Status.UNKNOWN, rig.clock.now + 3600)
        assert rig.summary(message_id).status is Status.UNKNOWN
        go.set()
        await_true(lambda: rig.attempts(message_id)[0].duration is not None)
    assert rig.summary(message_id).status is status


@pytest.mark.parametrize(("answer", "status"), [(said(200, to_data("sent")), Status.SENT), (said(400), Status.FAILED)])
def test_an_answer_after_the_clock_jumped(rig: Rig, answer: Step, status: Status) -> None:
    """A process keeps what it is sending where the clock was set forward and nobody else took it for dead."""
    message_id, go = rig.send(), threading.Event()

    def wait(request: httpx.Request) -> httpx.Response:
        go.wait(20)
        return answer(request)

    rig.wire.script.append(wait)
    with rig.running():
        await_true(lambda: len(rig.wire.seen) == 1)
        rig.clock.now += 3600
        await_true(rig.has_sent_heartbeat)
        go.set()
        await_true(lambda: rig.attempts(message_id)[0].duration is not None)
    assert rig.summary(message_id).status is status
    assert len(rig.wire.seen) == 1

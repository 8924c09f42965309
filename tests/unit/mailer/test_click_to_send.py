"""From the click on Send to the first byte: recorded as held, then claimed by the dispatcher, which the click wakes."""

from __future__ import annotations

import threading
from collections.abc import Callable

import httpx
import pytest

from components.mailer.dispatcher import Timings
from components.model import Status
from tests.unit.mailer.rig import MAIL, START, Rig, await_true, said, to_data


class DelayedAnswer:
    """A step of the wire that answers once ``go`` is set."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self.go = threading.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer, late."""
        assert self.go.wait(20)
        return self._rig.wire.accept(request)


def test_click_wakes_the_dispatcher(make_rig: Callable[..., Rig]) -> None:
    """A message without undo time goes out without waiting for the next poll."""
    rig = make_rig(timings=Timings(poll=60.0, sleep_gap=1e12))
    with rig.running():
        message_id = rig.send()
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
    assert len(rig.wire.seen) == 1


def test_attempt_is_recorded_before_the_request(rig: Rig) -> None:
    """When a request arrives, its message is leased, its attempt is written down, and undo comes too late."""
    answer = DelayedAnswer(rig)
    rig.wire.script.append(answer)
    with rig.running():
        message_id = rig.send()
        await_true(lambda: len(rig.wire.seen) == 1)
        message = rig.store.history.get_message(message_id, rig.workspace_id)
        assert message is not None
        assert (message.summary.status, message.summary.attempts, message.summary.due_at) == (Status.SENDING, 1, None)
        assert [attempt.duration for attempt in message.attempts] == [None]
        answer.go.set()
        await_true(lambda: rig.summary(message_id).status is Status.SENT)
    assert [key for key, _ in rig.wire.seen] == [message.summary.idempotency_key]


def test_no_more_in_flight_than_allowed(rig: Rig) -> None:
    """The fifth of five messages waits for a free place, and goes out when there is one."""
    answer = DelayedAnswer(rig)
    plenty = {"X_RateLimit_Limit": "100", "X_RateLimit_Remaining": "90"}
    with rig.running():
        rig.wire.script.append(said(200, to_data("sent"), **plenty))
        first = rig.send()
        await_true(lambda: rig.summary(first).status is Status.SENT)
        rig.wire.script.extend([answer] * 4)
        ids = [rig.send() for _ in range(5)]
        await_true(lambda: len(rig.wire.seen) == 5)
        rig.pass_heartbeats(1)
        assert [rig.summary(each).attempts for each in ids] == [1, 1, 1, 1, 0]
        answer.go.set()
        await_true(lambda: all(rig.summary(each).status is Status.SENT for each in ids))
    assert len(rig.wire.seen) == 6


def test_what_must_wait_is_not_claimed(rig: Rig) -> None:
    """Nothing is claimed within its undo time, before a picked time, or after the dispatcher has stopped."""
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 60)
    rig.dispatcher.start()
    waiting = [rig.send(), rig.send(send_at=START + 600)]
    rig.pass_heartbeats(2)
    rig.dispatcher.stop()
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 0)
    waiting.append(rig.send())
    assert [(rig.summary(each).status, rig.summary(each).attempts) for each in waiting] == [(Status.HELD, 0)] * 3
    assert rig.wire.seen == []


def test_second_click_sends_nothing(rig: Rig) -> None:
    """The second click on one draft finds the first one's message, which goes out once."""
    with rig.running():
        first, second = (rig.send(MAIL, "draft") for _ in range(2))
        await_true(lambda: rig.summary(first).status is Status.SENT)
    assert first == second
    assert len(rig.wire.seen) == 1


def test_no_thread_available(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """When no thread can be started, nothing was sent, and the message is put back to be tried later."""
    start = threading.Thread.start

    def fail(thread: threading.Thread) -> None:
        if thread.name == "delivery":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fail)
    with rig.running():
        message_id = rig.send()
        await_true(lambda: rig.summary(message_id).status is Status.SENDING)
        rig.clock.now += 10
        await_true(lambda: rig.summary(message_id).code == "not_prepared")
        assert rig.summary(message_id).status is Status.HELD
    assert rig.wire.seen == []

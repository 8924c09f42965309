"""A mail whose turn comes with the click: claimed by the click's own commit, on the terms of every other claim."""

from __future__ import annotations

import threading

import httpx
import pytest

from components.errors import StateError, StoreError
from components.model import Status
from tests.unit.mailer.rig import MAIL, START, Rig, await_true, said, to_data
from tests.unit.mailer.test_refusals import allow, refuse


class Held:
    """An answer that is held back until it is let go."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self.go = threading.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer once let go."""
        assert self.go.wait(20)
        return self._rig.wire.accept(request)


def test_the_click_commits_row_and_claim(rig: Rig) -> None:
    """When the click returns the mail is leased and its attempt written down; it cannot be taken back any more."""
    answer = Held(rig)
    rig.wire.script.append(answer)
    with rig.running():
        message_id = rig.send()
        letter = rig.store.history.get_message(message_id, rig.workspace_id)
        assert letter is not None
        assert (letter.entry.status, letter.entry.attempts, letter.entry.due_at) == (Status.SENDING, 1, None)
        assert [attempt.duration for attempt in letter.attempts] == [None]
        with pytest.raises(StateError):
            rig.outbox.undo(rig.connection, message_id)
        answer.go.set()
        await_true(lambda: rig.entry(message_id).status is Status.SENT)
    assert [key for key, _ in rig.wire.seen] == [letter.entry.idempotency_key]


def test_no_more_at_once_than_allowed(rig: Rig) -> None:
    """The fifth of five clicks waits for a place, and goes when there is one."""
    answer = Held(rig)
    plenty = {"X_RateLimit_Limit": "100", "X_RateLimit_Remaining": "90"}
    with rig.running():
        rig.wire.script.append(said(200, to_data("sent"), **plenty))
        first = rig.send()
        await_true(lambda: rig.entry(first).status is Status.SENT)
        rig.wire.script.extend([answer] * 4)
        ids = [rig.send() for _ in range(5)]
        assert [rig.entry(each).attempts for each in ids] == [1, 1, 1, 1, 0]
        answer.go.set()
        await_true(lambda: all(rig.entry(each).status is Status.SENT for each in ids))
    assert len(rig.wire.seen) == 6


def test_a_paused_workspace_waits(rig: Rig) -> None:
    """While LeadLex limits the workspace the click records and claims nothing."""
    rig.store.workspaces.save_rate_limit(rig.workspace_id, None, START + 60)
    with rig.running():
        message_id = rig.send()
        assert (rig.entry(message_id).status, rig.entry(message_id).attempts) == (Status.HELD, 0)
    assert rig.wire.seen == []


def test_what_must_wait_is_not_claimed(rig: Rig) -> None:
    """Within the undo time, for later, and where no dispatcher runs or it has stopped, a click only records."""
    waiting = [rig.send()]
    rig.store.outbox.change(waiting[0], rig.workspace_id, (Status.HELD,), due_at=START + 900)
    rig.dispatcher.start()
    waiting.append(rig.send(send_at=START + 600))
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 10)
    waiting.append(rig.send())
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 0)
    rig.dispatcher.stop()
    waiting.append(rig.send())
    assert [(rig.entry(each).status, rig.entry(each).attempts) for each in waiting] == [(Status.HELD, 0)] * 4
    assert rig.wire.seen == []


def test_refused_attempt_is_no_mail(rig: Rig) -> None:
    """Where the attempt cannot be written down with the row, the click says so, and nothing is recorded or sent."""
    with rig.running():
        refuse(rig, "INSERT")
        with pytest.raises(StoreError):
            rig.send()
        assert rig.store.history.list_entries(rig.workspace_id) == ()
        allow(rig)
        message_id = rig.send()
        await_true(lambda: rig.entry(message_id).status is Status.SENT)
    assert len(rig.wire.seen) == 1


def test_a_second_click_is_not_sent_again(rig: Rig) -> None:
    """The second click on one draft finds the first one's mail, which goes once."""
    with rig.running():
        first, second = (rig.send(MAIL, "draft") for _ in range(2))
        await_true(lambda: rig.entry(first).status is Status.SENT)
    assert first == second
    assert len(rig.wire.seen) == 1


def test_no_thread_to_be_had(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that gives no thread makes a mail unknown when its lease ends; the click has recorded it."""
    rig.dispatcher.start()
    start = threading.Thread.start

    def fail(thread: threading.Thread) -> None:
        if thread.name == "courier":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fail)
    message_id = rig.send()
    monkeypatch.undo()
    assert rig.entry(message_id).status is Status.SENDING
    rig.clock.now += 70
    await_true(lambda: rig.entry(message_id).status is Status.UNKNOWN)
    assert rig.wire.seen == []

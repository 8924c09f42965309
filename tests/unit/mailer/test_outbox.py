"""What a person does with a message: each click is one guarded change, and only what the state allows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import httpx
import pytest

from components.errors import InputError, StateError
from components.mailer.outbox import to_draft
from components.mailer.status_text import Action, StatusContext, to_status_text
from components.model import ApiKey, Attachment, Draft, Status
from components.store.engine import writing
from tests.summaries import list_summaries
from tests.unit.mailer.rig import MAIL, START, Rig, broke, said

pytestmark = pytest.mark.databases("sqlite", "postgresql")

DRAFT = Draft(id="4b7d6a3e-0000-4000-8000-000000000001", to="jane@example.com", subject="Hello")


def lose_answer(rig: Rig) -> int:
    """A message whose answer never came, left to a person."""
    message_id = rig.send()
    summary = rig.settle(message_id, said(501))
    assert (summary.status, summary.needs_you) == (Status.UNKNOWN, True)
    return message_id


def empty(rig: Rig) -> None:
    """Delete every message."""
    with writing(rig.store.engine) as connection:
        connection.exec_driver_sql("DELETE FROM message")


def park(rig: Rig) -> int:
    """A message whose time passed while no dispatcher was running."""
    message_id = rig.send()
    rig.clock.now += 5
    rig.dispatcher.park_missed(rig.clock.now)
    assert rig.summary(message_id).code == "missed"
    return message_id


def test_enqueue_records_everything_and_takes_the_draft(rig: Rig) -> None:
    """After the click there is a row with key, digest and due time, and no draft; nothing has been sent."""
    rig.store.drafts.save_draft(DRAFT, rig.workspace_id)
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 10)
    summary = rig.summary(rig.send(rig.with_file(b"abc"), DRAFT.id))
    assert (summary.status, summary.due_at, summary.undo_until) == (Status.HELD, START + 10, START + 10)
    assert uuid.UUID(summary.idempotency_key).version == 4
    assert len(summary.body_sha256) == 64
    assert summary.attachment_count == 1
    assert rig.store.drafts.get_draft(DRAFT.id, rig.workspace_id) is None
    assert rig.wire.seen == []


def test_two_clicks_on_one_draft_are_one_mail(rig: Rig) -> None:
    """The second click, even with other content, finds the first one's row."""
    first = rig.outbox.enqueue(rig.connection, DRAFT.id, MAIL)
    second = rig.outbox.enqueue(rig.connection, DRAFT.id, replace(MAIL, subject="other"))
    assert (first.created, second.created) == (True, False)
    assert first.message_id == second.message_id
    with rig.running():
        pass
    assert len(list_summaries(rig.store, rig.workspace_id)) == 1


def test_send_later(rig: Rig) -> None:
    """A picked time has no countdown, can be moved, and must lie ahead."""
    message_id = rig.send(send_at=START + 3600)
    assert (rig.summary(message_id).due_at, rig.summary(message_id).undo_until) == (START + 3600, None)
    rig.outbox.reschedule(rig.connection, message_id, START + 7200)
    assert rig.summary(message_id).due_at == START + 7200
    for late in (START, START - 1):
        with pytest.raises(InputError):
            rig.outbox.reschedule(rig.connection, message_id, late)
        with pytest.raises(InputError):
            rig.send(send_at=late)
    assert len(list_summaries(rig.store, rig.workspace_id)) == 1


def test_undo_gives_everything_back(rig: Rig) -> None:
    """Undo restores the same draft with files and links, leaves no row, and the draft can be sent again."""
    mail = replace(MAIL, attachments=(*rig.with_file(b"abc").attachments, Attachment("d", "x/y", storage_path="p/q")))
    rig.store.workspaces.save_undo_seconds(rig.workspace_id, 10)
    message_id = rig.send(mail, DRAFT.id)
    message = rig.store.history.get_message(message_id, rig.workspace_id)
    assert message is not None
    draft = rig.outbox.undo(rig.connection, message_id)
    assert draft == to_draft(message, DRAFT.id)
    assert rig.store.drafts.get_draft(DRAFT.id, rig.workspace_id) == draft
    assert (draft.contact_id, draft.deal_id, draft.thread_id) == ("contact-1", "deal-1", "thread-1")
    assert draft.to == '"Jané Doe, GC" <jane@example.com>'
    with pytest.raises(StateError):
        rig.outbox.undo(rig.connection, message_id)
    assert rig.send(mail, DRAFT.id) > message_id


def test_nothing_sent_or_unclear_is_taken_back(rig: Rig) -> None:
    """Undo, send now and reschedule are refused once a message was or may have been sent."""
    sent = rig.send()
    rig.settle(sent)
    for message_id in (sent, lose_answer(rig)):
        before = rig.summary(message_id)
        with pytest.raises(StateError):
            rig.outbox.undo(rig.connection, message_id)
        with pytest.raises(StateError):
            rig.outbox.send_now(rig.connection, message_id)
        with pytest.raises(StateError):
            rig.outbox.reschedule(rig.connection, message_id, rig.clock.now + 60)
        with pytest.raises(StateError):
            rig.outbox.reopen(rig.connection, message_id)
        assert rig.summary(message_id) == before
    assert rig.store.drafts.list_drafts(rig.workspace_id) == ()


def test_send_now_of_a_missed_mail(rig: Rig) -> None:
    """A missed message goes out when a person says so, with a new day of retries."""
    message_id = park(rig)
    rig.clock.now += 3 * 86_400
    rig.outbox.send_now(rig.connection, message_id)
    summary = rig.settle(message_id, broke(httpx.ConnectError))
    assert (summary.status, summary.due_at) == (Status.HELD, rig.clock.now + 2)


def test_check_again_uses_the_same_key(rig: Rig) -> None:
    """Checking again sends the same bytes with the same key, and its 2xx settles the message."""
    message_id = lose_answer(rig)
    rig.outbox.check_again(rig.connection, message_id)
    assert rig.settle(message_id).status is Status.SENT
    assert len(set(rig.wire.seen)) == 1


def test_send_now_gives_a_limited_mail_a_new_day(rig: Rig) -> None:
    """A message that met the limit days ago was not sent: sent now, it waits for the end of the next limit."""
    message_id = rig.send()
    rig.settle(message_id, said(429, None, Retry_After="60"))
    rig.clock.now += 3 * 86_400
    rig.outbox.send_now(rig.connection, message_id)
    summary = rig.settle(message_id, said(429, None, Retry_After="60"))
    assert (summary.status, summary.due_at, summary.needs_you) == (Status.HELD, rig.clock.now + 60, False)


@pytest.mark.parametrize("later", [86_400.0, -3_600.0])
def test_check_again_is_refused_without_a_fresh_key(rig: Rig, later: float) -> None:
    """After 24 hours, or with a clock set back, checking again could send the message a second time."""
    message_id = lose_answer(rig)
    rig.clock.now += later
    with pytest.raises(StateError):
        rig.outbox.check_again(rig.connection, message_id)
    assert rig.summary(message_id).due_at is None


def test_send_as_new_once(rig: Rig) -> None:
    """A new key is created by a person's choice, once; the old message cannot be checked again."""
    old = lose_answer(rig)
    new = rig.outbox.send_as_new(rig.connection, old)
    again = rig.outbox.send_as_new(rig.connection, old)
    assert (new.created, again.created) == (True, False)
    assert new.message_id == again.message_id
    assert rig.settle(new.message_id).status is Status.SENT
    assert rig.summary(new.message_id).idempotency_key != rig.summary(old).idempotency_key
    assert (rig.summary(old).status, rig.summary(old).needs_you) == (Status.UNKNOWN, False)
    with pytest.raises(StateError):
        rig.outbox.check_again(rig.connection, old)
    with pytest.raises(StateError):
        rig.outbox.send_as_new(rig.connection, new.message_id)


def test_undo_of_send_as_new_asks_for_the_old_one_again(rig: Rig) -> None:
    """Undoing the repetition leaves the doubt about the first message with a person."""
    old = lose_answer(rig)
    new = rig.outbox.send_as_new(rig.connection, old).message_id
    rig.outbox.undo(rig.connection, new)
    assert rig.summary(old).needs_you
    rig.outbox.check_again(rig.connection, old)
    assert rig.settle(old).status is Status.SENT


def test_marks(rig: Rig) -> None:
    """A person's decision settles an unknown message, and no other; one marked as not sent can be reopened."""
    sent, unsent = lose_answer(rig), lose_answer(rig)
    rig.outbox.mark_sent(rig.connection, sent)
    rig.outbox.mark_unsent(rig.connection, unsent)
    assert (rig.summary(sent).status, rig.summary(sent).needs_you) == (Status.SENT, False)
    assert rig.summary(unsent).status is Status.FAILED
    for mark in (rig.outbox.mark_sent, rig.outbox.mark_unsent):
        with pytest.raises(StateError):
            mark(rig.connection, sent)
    assert rig.outbox.reopen(rig.connection, unsent).id != rig.summary(unsent).draft_id


def test_failed_is_reopened_or_dismissed(rig: Rig) -> None:
    """Reopening creates a new draft and keeps the message; both take it off the list."""
    one, two = rig.send(), rig.send()
    rig.settle(one, said(400), said(400))
    rig.settle(two)
    assert rig.store.outbox.count_needing_you(rig.workspace_id) == 2
    draft = rig.outbox.reopen(rig.connection, one)
    rig.outbox.dismiss(rig.connection, two)
    assert rig.store.drafts.get_draft(draft.id, rig.workspace_id) == draft
    assert draft.id != rig.summary(one).draft_id
    assert rig.summary(one).status is Status.FAILED
    assert rig.store.outbox.count_needing_you(rig.workspace_id) == 0


def test_every_offered_action_is_accepted(rig: Rig) -> None:
    """A button that a report offers works in that very state."""
    actions: dict[Action, Callable[[int], object]] = {
        Action.SEND_NOW: lambda each: rig.outbox.send_now(rig.connection, each),
        Action.RESCHEDULE: lambda each: rig.outbox.reschedule(rig.connection, each, rig.clock.now + 60),
        Action.CANCEL: lambda each: rig.outbox.undo(rig.connection, each),
        Action.CHECK_AGAIN: lambda each: rig.outbox.check_again(rig.connection, each),
        Action.SEND_AS_NEW: lambda each: rig.outbox.send_as_new(rig.connection, each),
        Action.MARK_SENT: lambda each: rig.outbox.mark_sent(rig.connection, each),
        Action.MARK_UNSENT: lambda each: rig.outbox.mark_unsent(rig.connection, each),
        Action.DISMISS: lambda each: rig.outbox.dismiss(rig.connection, each),
        Action.SETTINGS: lambda _each: None,
    }
    makers: tuple[Callable[[], int], ...] = (
        lambda: lose_answer(rig),
        lambda: park(rig),
        lambda: rig.send(send_at=rig.clock.now + 60),
        lambda: rig.settle(rig.send(), said(401)).id,
        lambda: rig.settle(rig.send(), broke(httpx.ReadTimeout)).id,
    )
    for make in makers:
        empty(rig)
        for action in to_status_text(rig.summary(make()), StatusContext(rig.clock.now, True, None, str)).actions:
            empty(rig)
            message_id = make()
            back = rig.outbox.undo if rig.summary(message_id).status is Status.HELD else rig.outbox.reopen
            (actions.get(action) or partial(back, rig.connection))(message_id)


def test_other_workspaces_mails_are_out_of_reach(rig: Rig, make_rig: Callable[..., Rig]) -> None:
    """With another key no action finds the message (promise 8), nor can it take a draft that is not its own."""
    message_id = lose_answer(rig)
    other = make_rig(key=ApiKey("wbk_other"))
    stranger, outbox = other.connection, other.outbox
    acts = (outbox.undo, outbox.send_now, outbox.check_again, outbox.send_as_new, outbox.mark_sent)
    for act in (*acts, outbox.mark_unsent, outbox.reopen, outbox.copy, outbox.dismiss):
        with pytest.raises(StateError):
            act(stranger, message_id)
    rig.store.drafts.save_draft(DRAFT, rig.workspace_id)
    with pytest.raises(StateError):
        outbox.enqueue(stranger, DRAFT.id, MAIL)
    assert rig.store.drafts.get_draft(DRAFT.id, rig.workspace_id) == DRAFT
    with pytest.raises(StateError):
        outbox.enqueue(stranger, rig.summary(message_id).draft_id, MAIL)

"""Ways around an approval, and around a draft being private, that were open once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from components.errors import NotApproved, NotPermitted, StateError
from components.model import Draft, Role, Status
from components.review import ApprovalRule, ApprovalScope
from components.store.engine import writing
from components.store.schema import message
from tests.unit.mailer.desk import DRAFT, Desk, to_id
from tests.unit.mailer.rig import START, Rig

pytestmark = pytest.mark.databases("sqlite", "postgresql")

WRITERS = ApprovalRule(ApprovalScope.WRITERS)
COPY = "8" * 36


@pytest.fixture
def desk(rig: Rig) -> Desk:
    """Four people under a sign-in."""
    return Desk(rig)


def settle_as(desk: Desk, message_id: int, status: Status) -> None:
    """Let a message have come to an end that needs a person."""
    with writing(desk.store.engine) as connection:
        ended = message.update().where(message.c.id == message_id)
        connection.execute(ended.values(status=status, needs_you=True, due_at=None))


def send_what_a_writer_changed(desk: Desk) -> int:
    """Send a mail that a colleague began, a writer changed and another colleague approved."""
    desk.require(WRITERS)
    desk.save(desk.ben)
    desk.save(desk.writer, subject="Angebot 2")
    desk.ask(desk.ben, [desk.ann])
    desk.approve(desk.ann)
    return desk.send(desk.ben)


def test_a_mail_sent_as_new_is_still_the_writers(desk: Desk) -> None:
    """Under another number it needs an approval of its own, whatever the writer is called by then."""
    message_id = send_what_a_writer_changed(desk)
    settle_as(desk, message_id, Status.UNKNOWN)
    with pytest.raises(NotApproved):
        desk.outbox.send_as_new(desk.ben, message_id)


def reopen(desk: Desk) -> str:
    """Edit a failed mail as new."""
    message_id = send_what_a_writer_changed(desk)
    settle_as(desk, message_id, Status.FAILED)
    return desk.outbox.reopen(desk.ben, message_id).id


def copy(desk: Desk) -> str:
    """Copy a mail that waits, and take it back."""
    desk.require(WRITERS)
    desk.prepare()
    message_id = desk.send(desk.ben, send_at=START + 3600)
    draft = desk.outbox.copy(desk.ben, message_id)
    desk.outbox.undo(desk.ben, message_id)
    return draft.id


def duplicate(desk: Desk) -> str:
    """Duplicate a draft."""
    desk.require(WRITERS)
    value = replace(desk.save(desk.writer), id=COPY, version=0, written_by="Ben")
    desk.drafts.save_draft(desk.ben, value, copied_from=DRAFT.id)
    return COPY


def demote(desk: Desk) -> str:
    """Make the writer a reader."""
    desk.require(WRITERS)
    desk.save(desk.writer)
    desk.members.change_role(desk.admin, to_id(desk.writer), Role.READER)
    return DRAFT.id


@pytest.mark.parametrize("prepare", [reopen, copy, duplicate, demote])
def test_what_a_writer_wrote_needs_an_approval_in_every_copy(desk: Desk, prepare: Callable[[Desk], str]) -> None:
    """A copy keeps who wrote it, and somebody who may do less than a writer is no exception."""
    draft_id = prepare(desk)
    with pytest.raises(NotApproved):
        desk.send(desk.ben, draft_id)


def restore_his_version(desk: Desk) -> str:
    """Restore what Ben typed and could not save."""
    draft = desk.save(desk.writer)
    desk.drafts.keep_version(desk.ben, replace(draft, markdown="Von Ben"))
    desk.save(desk.writer, markdown="Von Ben")
    return DRAFT.id


def reopen_his_mail(desk: Desk) -> str:
    """Edit Ben's failed mail as new."""
    desk.save(desk.ben)
    desk.ask(desk.ben, [desk.ann])
    desk.approve(desk.ann)
    message_id = desk.send(desk.ben)
    settle_as(desk, message_id, Status.FAILED)
    return desk.outbox.reopen(desk.writer, message_id).id


def duplicate_his_draft(desk: Desk) -> str:
    """Duplicate Ben's draft."""
    value = replace(desk.save(desk.ben), id=COPY, version=0, written_by="Will")
    desk.drafts.save_draft(desk.writer, value, copied_from=DRAFT.id)
    return COPY


@pytest.mark.parametrize("prepare", [restore_his_version, reopen_his_mail, duplicate_his_draft])
def test_nobody_approves_their_own_text(desk: Desk, prepare: Callable[[Desk], str]) -> None:
    """Also where somebody else made the draft of it."""
    desk.require()
    draft_id = prepare(desk)
    desk.ask(desk.writer, [desk.ben], draft_id)
    with pytest.raises(NotPermitted):
        desk.approve(desk.ben, draft_id)


def test_nobody_asks_themselves(desk: Desk) -> None:
    """Also not together with somebody else."""
    desk.save(desk.ben)
    desk.ask(desk.ben, [desk.ben, desk.ann])
    (only,) = desk.reviews.get_standing(desk.ben, DRAFT, None).reviews
    assert only.reviewer == "Ann"


def test_a_draft_made_private_again_is_answered_and_shown_to_nobody(desk: Desk) -> None:
    """Neither an approval nor changes, and its review says nothing of the mail."""
    desk.save(desk.ann)
    desk.ask(desk.ann, [desk.ben])
    looked = desk.look(desk.ben)
    desk.reviews.note_seen(desk.ben, looked)
    desk.drafts.share_draft(desk.ann, DRAFT.id, is_shared=False)
    with pytest.raises(StateError):
        desk.reviews.approve(desk.ben, looked)
    with pytest.raises(StateError):
        desk.reviews.ask_for_changes(desk.ben, looked, "Zu lang")
    assert desk.reviews.get_standing(desk.writer, Draft(DRAFT.id), None).reviews == ()
    assert desk.reviews.get_standing(desk.ann, Draft(DRAFT.id), None).reviews != ()
    assert desk.reviews.list_states(desk.writer, [DRAFT.id]) == {}


def test_a_copy_of_what_one_may_not_see_says_nothing(desk: Desk) -> None:
    """Nobody learns from the history of a copy who wrote somebody else's private draft."""
    desk.drafts.save_draft(desk.ann, replace(DRAFT, written_by="Ann"))
    desk.drafts.save_draft(desk.ben, replace(DRAFT, id=COPY, written_by="Ben"), copied_from=DRAFT.id)
    events = desk.store.mail_events.list_events(desk.rig.workspace_id, COPY)
    assert [event.person for event in events] == ["Ben"]

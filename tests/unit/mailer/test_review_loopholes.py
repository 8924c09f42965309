"""Regression tests: routes that once bypassed an approval or showed a private draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from components.errors import NotApproved, NotPermitted, StateError
from components.gateway.request_body import RequestBody
from components.mailer.permissions import to_actor
from components.model import Draft, Role, Status
from components.review import ApprovalRule, ApprovalScope
from components.store.engine import writing
from components.store.maintenance.erasure import ErasureTarget
from components.store.schema import message
from tests.unit.mailer.desk import DRAFT, Desk, to_id
from tests.unit.mailer.office import to_identity
from tests.unit.mailer.rig import START, Rig

pytestmark = pytest.mark.databases("sqlite", "postgresql")

WRITERS = ApprovalRule(ApprovalScope.WRITERS)
COPY = "8" * 36


@pytest.fixture
def desk(rig: Rig) -> Desk:
    """Set up four members who have signed in."""
    return Desk(rig)


def settle_as(desk: Desk, message_id: int, status: Status) -> None:
    """Set a message to a status that needs a person."""
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
    """The repetition keeps the writer's edits, so it needs an approval of its own."""
    message_id = send_what_a_writer_changed(desk)
    settle_as(desk, message_id, Status.UNKNOWN)
    with pytest.raises(NotApproved):
        desk.outbox.send_as_new(desk.ben, message_id)


def reopen(desk: Desk) -> str:
    """Reopen a failed mail that a writer changed."""
    message_id = send_what_a_writer_changed(desk)
    settle_as(desk, message_id, Status.FAILED)
    return desk.outbox.reopen(desk.ben, message_id).id


def copy(desk: Desk) -> str:
    """Copy a waiting mail, then undo that mail."""
    desk.require(WRITERS)
    desk.prepare()
    message_id = desk.send(desk.ben, send_at=START + 3600)
    draft = desk.outbox.copy(desk.ben, message_id)
    desk.outbox.undo(desk.ben, message_id)
    return draft.id


def duplicate(desk: Desk) -> str:
    """Duplicate a writer's draft."""
    desk.require(WRITERS)
    value = replace(desk.save(desk.writer), id=COPY, version=0, written_by="Ben")
    desk.drafts.save_draft(desk.ben, value, copied_from=DRAFT.id)
    return COPY


def demote(desk: Desk) -> str:
    """Demote the writer of a draft to reader."""
    desk.require(WRITERS)
    desk.save(desk.writer)
    desk.members.change_role(desk.admin, to_id(desk.writer), Role.READER)
    return DRAFT.id


@pytest.mark.parametrize("prepare", [reopen, copy, duplicate, demote])
def test_what_a_writer_wrote_needs_an_approval_in_every_copy(desk: Desk, prepare: Callable[[Desk], str]) -> None:
    """A copy inherits the writer's edits, and demoting the writer does not lift the rule."""
    draft_id = prepare(desk)
    with pytest.raises(NotApproved):
        desk.send(desk.ben, draft_id)


def restore_his_version(desk: Desk) -> str:
    """Have the writer restore a version that Ben typed but could not save."""
    draft = desk.save(desk.writer)
    desk.drafts.keep_version(desk.ben, replace(draft, markdown="Von Ben"))
    desk.save(desk.writer, markdown="Von Ben")
    return DRAFT.id


def reopen_his_mail(desk: Desk) -> str:
    """Have the writer reopen Ben's failed mail."""
    desk.save(desk.ben)
    desk.ask(desk.ben, [desk.ann])
    desk.approve(desk.ann)
    message_id = desk.send(desk.ben)
    settle_as(desk, message_id, Status.FAILED)
    return desk.outbox.reopen(desk.writer, message_id).id


def duplicate_his_draft(desk: Desk) -> str:
    """Have the writer duplicate Ben's draft."""
    value = replace(desk.save(desk.ben), id=COPY, version=0, written_by="Will")
    desk.drafts.save_draft(desk.writer, value, copied_from=DRAFT.id)
    return COPY


@pytest.mark.parametrize("prepare", [restore_his_version, reopen_his_mail, duplicate_his_draft])
def test_nobody_approves_their_own_text(desk: Desk, prepare: Callable[[Desk], str]) -> None:
    """A colleague's copy or restored version still counts as the author's text."""
    desk.require()
    draft_id = prepare(desk)
    desk.ask(desk.writer, [desk.ben], draft_id)
    with pytest.raises(NotPermitted):
        desk.approve(desk.ben, draft_id)


def test_a_new_name_does_not_hide_what_one_typed(desk: Desk) -> None:
    """Ben has another name at the provider by now; the version that the writer restored is still his."""
    desk.require()
    draft_id = restore_his_version(desk)
    benjamin = desk.members.admit(desk.rig.connection, replace(to_identity("ben"), name="Benjamin"))
    assert [version.name for version in desk.drafts.list_versions(benjamin, draft_id)][-1:] == ["Benjamin"]
    desk.ask(desk.writer, [benjamin], draft_id)
    with pytest.raises(NotPermitted):
        desk.approve(benjamin, draft_id)


def test_nobody_approves_another_mail_in_the_name_of_a_draft(desk: Desk) -> None:
    """A reviewer who calls the service with a mail of his own as what he has read approves nothing."""
    desk.require()
    desk.save(desk.ann)
    desk.ask(desk.ann, [desk.ben])
    desk.save(desk.ben, replace(DRAFT, id=COPY), markdown="Von Ben")
    mine = desk.to_mail(desk.ben, COPY)
    digest = RequestBody(mine, desk.store.blobs.read_blob).sha256()
    with pytest.raises(StateError, match="has changed since you looked"):
        desk.reviews.approve(desk.ben, replace(desk.look(desk.ben), mail=mine, body_sha256=digest))
    with pytest.raises(NotApproved):
        desk.outbox.enqueue(desk.ben, DRAFT.id, mine)


def test_nobody_begins_a_draft_in_the_name_of_a_colleague(desk: Desk) -> None:
    """Who has signed in is its author, whatever name the draft has that they hand over."""
    desk.drafts.save_draft(desk.ben, replace(DRAFT, written_by="Ann"))
    known = desk.drafts.get_draft(desk.ben, DRAFT.id)
    assert known is not None
    assert known.written_by == "Ben"
    desk.drafts.share_draft(desk.ben, DRAFT.id, is_shared=True)
    desk.drafts.save_draft(desk.ben, replace(known, written_by="Ann", subject="Neu"))
    assert desk.store.drafts.list_drafts(desk.rig.workspace_id)[0].written_by == "Ben"


def test_nobody_asks_themselves(desk: Desk) -> None:
    """A request to oneself and a colleague reaches only the colleague."""
    desk.save(desk.ben)
    desk.ask(desk.ben, [desk.ben, desk.ann])
    (only,) = desk.reviews.get_standing(desk.ben, DRAFT, None).reviews
    assert only.reviewer == "Ann"


def test_a_draft_made_private_again_is_answered_and_shown_to_nobody(desk: Desk) -> None:
    """A reviewer can neither approve nor return the draft, and its standing is empty for others."""
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
    """The history of a copy does not reveal who wrote somebody else's private draft."""
    desk.drafts.save_draft(desk.ann, replace(DRAFT, written_by="Ann"))
    desk.drafts.save_draft(desk.ben, replace(DRAFT, id=COPY, written_by="Ben"), copied_from=DRAFT.id)
    events = desk.store.mail_events.list_events(desk.rig.workspace_id, COPY)
    assert [event.person for event in events] == ["Ben"]


def test_nobody_approves_what_they_began_before_connecting(desk: Desk) -> None:
    """The draft belonged to no workspace then, and the writer saved it into this one."""
    desk.require()
    desk.drafts.save_draft(None, replace(DRAFT, written_by=desk.ben.person))
    desk.save(desk.writer)
    desk.ask(desk.writer, [desk.ben])
    with pytest.raises(NotPermitted):
        desk.approve(desk.ben)


def test_a_second_approval_of_the_same_text_counts_as_the_last(desk: Desk) -> None:
    """Ben changed the text and changed it back before it; since then he has written nothing."""
    desk.prepare()
    text = desk.look(desk.ann).draft.markdown
    desk.save(desk.ben, markdown="Anders")
    desk.save(desk.ben, markdown=text)
    desk.ask(desk.writer, [desk.ann])
    desk.approve(desk.ann)
    assert not desk.store.reviews.has_edited(desk.ben.workspace_id, DRAFT.id, to_actor(desk.ben))


@pytest.mark.parametrize(
    "target", [ErasureTarget("address", "victim@example.com"), ErasureTarget("contact", "Contact_7")]
)
def test_erasing_somebody_removes_what_a_reviewer_saw_of_them(desk: Desk, target: ErasureTarget) -> None:
    """The draft goes to somebody else by now."""
    desk.save(desk.writer, to="Victim@example.com", contact_id="Contact_7")
    desk.ask(desk.writer, [desk.ann])
    desk.reviews.note_seen(desk.ann, desk.look(desk.ann))
    desk.save(desk.writer, to="hannah@example.com", contact_id="")
    desk.administration.erase_mails(desk.admin, target)
    (review,) = desk.store.reviews.list_reviews(desk.ann.workspace_id, DRAFT.id)
    assert review.seen is None

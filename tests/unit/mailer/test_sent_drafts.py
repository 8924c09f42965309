"""A draft that is sent, taken back or corrected: no later text is lost, and nothing private is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.errors import DraftConflict, DraftLocked, StateError
from components.mailer.draft_comments import DraftComments
from components.mailer.permissions import Permissions
from components.model import Status
from components.store.engine import writing
from components.store.schema import message
from tests.unit.mailer.desk import DRAFT, Desk
from tests.unit.mailer.rig import START, Rig

pytestmark = pytest.mark.databases("sqlite", "postgresql")

LATER = START + 3600


@pytest.fixture
def desk(rig: Rig) -> Desk:
    """Set up four members who have signed in."""
    return Desk(rig)


@pytest.fixture
def comments(desk: Desk) -> DraftComments:
    """Return the comments on drafts."""
    return DraftComments(desk.store, Permissions(desk.store, has_sign_in=True))


def save_private(desk: Desk, comments: DraftComments) -> None:
    """Have Ann write a draft that only she sees, with an earlier version and a comment."""
    draft = replace(DRAFT, written_by=desk.ann.person, markdown="Noch geheim")
    saved = desk.drafts.save_draft(desk.ann, draft)
    desk.drafts.keep_version(desk.ann, draft)
    comments.add_comment(desk.ann, DRAFT.id, "Nur für mich")
    desk.drafts.save_draft(desk.ann, replace(draft, markdown="Guten Tag", version=saved.version))


def fail(desk: Desk, message_id: int) -> None:
    """Have LeadLex refuse a mail."""
    with writing(desk.store.engine) as connection:
        failed = message.update().where(message.c.id == message_id)
        connection.execute(failed.values(status=Status.FAILED, needs_you=True, due_at=None))


def test_versions_count_on_after_undo(desk: Desk) -> None:
    """A window that shows the draft as it was before Send cannot save over what was written since."""
    stale = desk.save(desk.ben)
    desk.save(desk.ben, markdown="Zweite Fassung")
    desk.outbox.undo(desk.ben, desk.send(desk.ben, send_at=LATER))
    with pytest.raises(DraftConflict):
        desk.drafts.save_draft(desk.ben, replace(stale, markdown="Von gestern"))
    known = desk.drafts.get_draft(desk.ben, DRAFT.id)
    assert known is not None
    assert (known.markdown, known.version) == ("Zweite Fassung", 3)


def test_a_stale_window_does_not_send_an_old_text(desk: Desk) -> None:
    """What another window has saved since stays, and nothing is recorded."""
    stale, mail = desk.save(desk.ben), desk.to_mail(desk.ben)
    desk.save(desk.ben, markdown="Zweite Fassung")
    with pytest.raises(DraftConflict, match="changed in another window"):
        desk.outbox.enqueue(desk.ben, DRAFT.id, mail, version=stale.version)
    known = desk.drafts.get_draft(desk.ben, DRAFT.id)
    assert known is not None
    assert known.markdown == "Zweite Fassung"
    assert desk.store.history.find_summary(DRAFT.id, desk.ben.workspace_id) is None


def test_a_draft_thrown_away_in_another_window_is_not_sent(desk: Desk) -> None:
    """The window that still shows it asks first."""
    shown, mail = desk.save(desk.ben), desk.to_mail(desk.ben)
    desk.drafts.delete_draft(desk.ben, DRAFT.id)
    with pytest.raises(DraftConflict, match="thrown away in another window"):
        desk.outbox.enqueue(desk.ben, DRAFT.id, mail, version=shown.version)


def test_send_judges_the_lock_by_the_clock_of_the_database(desk: Desk) -> None:
    """A server whose own clock is hours ahead sends no draft in which somebody is writing."""
    desk.save(desk.ben)
    desk.locks.hold(desk.ann, DRAFT.id)
    desk.rig.clock.now += 7200
    with pytest.raises(DraftLocked):
        desk.send(desk.ben)


def test_undo_by_somebody_else_shows_nothing_private(desk: Desk, comments: DraftComments) -> None:
    """They get the mail as a draft of its own: what Ann had written before stays hers."""
    save_private(desk, comments)
    back = desk.outbox.undo(desk.ben, desk.send(desk.ann, send_at=LATER))
    assert back.id != DRAFT.id
    assert back.markdown == "Guten Tag"
    assert not back.is_private
    for draft_id in (DRAFT.id, back.id):
        assert desk.drafts.list_versions(desk.ben, draft_id) == ()
        assert comments.list_comments(desk.ben, draft_id) == ()


def test_a_correction_by_somebody_else_shows_nothing_private(desk: Desk, comments: DraftComments) -> None:
    """The failed mail is theirs to correct, not what Ann had written before."""
    save_private(desk, comments)
    message_id = desk.send(desk.ann)
    fail(desk, message_id)
    copy = desk.outbox.reopen(desk.ben, message_id)
    assert desk.drafts.list_versions(desk.ben, copy.id) == ()
    assert comments.list_comments(desk.ben, copy.id) == ()


def test_a_correction_shares_nothing_that_was_private(desk: Desk, comments: DraftComments) -> None:
    """Its author corrects the mail in a shared draft; what she had written before in private stays there."""
    save_private(desk, comments)
    message_id = desk.send(desk.ann)
    fail(desk, message_id)
    copy = desk.outbox.reopen(desk.ann, message_id)
    for who in (desk.ann, desk.ben):
        assert desk.drafts.list_versions(who, copy.id) == ()
        assert comments.list_comments(who, copy.id) == ()


def test_two_people_correct_a_failed_mail_in_one_draft(desk: Desk) -> None:
    """So that only one of them can send it."""
    desk.save(desk.ann)
    message_id = desk.send(desk.ann)
    fail(desk, message_id)
    first, second = (desk.outbox.reopen(who, message_id) for who in (desk.ann, desk.ben))
    assert first.id == second.id
    desk.locks.release(desk.ann, first.id)
    desk.send(desk.ben, first.id)
    with pytest.raises(StateError):
        desk.drafts.save_draft(desk.ann, first)


def test_a_draft_from_before_locks_keeps_its_text(desk: Desk) -> None:
    """The first who saves it leaves a version of what its author wrote."""
    known = desk.store.drafts.save_draft(replace(DRAFT, written_by="Ann"), desk.ben.workspace_id)
    desk.drafts.save_draft(desk.ben, replace(DRAFT, markdown="Von Ben", version=known.version))
    versions = desk.drafts.list_versions(desk.ben, DRAFT.id)
    assert [(version.name, version.draft.markdown) for version in versions] == [("Ann", DRAFT.markdown)]

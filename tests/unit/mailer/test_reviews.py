"""Reviews and approvals: what an approval binds to, who may give it, and that nothing leaves without a required one."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
import sqlalchemy as sa

from components.errors import InputError, NotApproved, NotPermitted, StateError, StoreError
from components.mailer.administration import Administration
from components.mailer.permissions import Permissions
from components.mailer.reviews import Reviews, compare_with_seen
from components.mailer.status_text import Action, StatusContext, to_status_text
from components.message import Change
from components.model import Attachment, Role, Status
from components.review import ApprovalRule, ApprovalScope, ReviewState
from components.store import Store
from components.store.engine import writing
from components.store.review.approvals import UNAPPROVED
from components.store.review.tables import approval
from components.store.schema import message
from tests.unit.mailer.desk import ALL, DRAFT, Desk, to_id
from tests.unit.mailer.rig import MAIL, START, Rig
from tests.unit.store.samples import to_record

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
def desk(rig: Rig) -> Desk:
    """Four people under a sign-in."""
    return Desk(rig)


def set_status(store: Store, message_id: int, status: Status) -> None:
    """Set a message's status as any program could that writes to the database."""
    with writing(store.engine) as connection:
        connection.execute(message.update().where(message.c.id == message_id).values(status=status))


def test_an_approved_mail_goes_out_as_it_was_approved(desk: Desk) -> None:
    """The digest of the approval is that of the bytes on the wire, and one message uses it up."""
    desk.require()
    desk.prepare()
    looked = desk.look(desk.ann)
    assert looked.approved_by == "Ann"
    message_id = desk.send(desk.ben)
    summary = desk.rig.settle(message_id)
    assert (summary.status, summary.written_by, summary.approved_by, summary.sent_by) == (
        Status.SENT,
        "Will",
        "Ann",
        "Ben",
    )
    ((_, body),) = desk.rig.wire.seen
    assert hashlib.sha256(body).hexdigest() == looked.body_sha256 == summary.body_sha256
    assert desk.store.reviews.list_approvals(desk.rig.workspace_id, DRAFT.id) == ()


def test_the_approver_may_send(desk: Desk) -> None:
    """Reviewing and sending are one person's where nobody else is there."""
    desk.require()
    desk.prepare()
    assert desk.rig.settle(desk.send(desk.ann)).sent_by == "Ann"


@pytest.mark.parametrize(
    "change",
    [
        {"to": "someone@example.com"},
        {"bcc": "someone@example.com"},
        {"reply_to": "someone@example.com"},
        {"subject": "Angebot 2"},
        {"markdown": "Guten Tag,\n\nanbei unser Angebot.\n\n-- \nAnn"},
        {"plain_text": "Guten Tag"},
        {"deal_id": "deal-2"},
        {"thread_id": "thread-2"},
    ],
)
def test_any_change_voids_an_approval(desk: Desk, change: dict[str, str]) -> None:
    """Recipients, subject, texts, signature and links: the person is told at once, and the mail is refused."""
    desk.require()
    desk.prepare()
    changed = desk.save(desk.ben, DRAFT, **change)
    standing = desk.reviews.get_standing(desk.ben, changed, desk.to_mail(desk.ben))
    assert standing.is_required
    assert standing.approved_by == ""
    assert standing.voided is not None
    assert standing.voided.approved_by == "Ann"
    with pytest.raises(NotApproved, match="Ask for a review"):
        desk.send(desk.ben)
    assert desk.store.drafts.get_draft(DRAFT.id, desk.rig.workspace_id) is not None
    assert desk.store.history.find_summary(DRAFT.id, desk.rig.workspace_id) is None


def test_a_file_voids_an_approval(desk: Desk) -> None:
    """One more file is another mail, and so is another content under the same name."""
    desk.require()
    desk.prepare()
    for content in (b"one", b"two"):
        file = Attachment("a.txt", "text/plain", 3, desk.drafts.save_file(desk.ben, [content]))
        desk.save(desk.ben, attachments=(file,))
        with pytest.raises(NotApproved):
            desk.send(desk.ben)
        desk.approve(desk.ann)
    assert desk.rig.settle(desk.send(desk.ben)).status is Status.SENT


def test_undoing_gives_the_approval_back(desk: Desk) -> None:
    """The draft is as it was, so it can be sent again without another review."""
    desk.require()
    desk.prepare()
    message_id = desk.send(desk.ben, send_at=START + 3600)
    assert desk.store.reviews.list_approvals(desk.rig.workspace_id, DRAFT.id) == ()
    draft = desk.outbox.undo(desk.ben, message_id)
    assert desk.reviews.get_standing(desk.ben, draft, desk.to_mail(desk.ben)).approved_by == "Ann"
    assert desk.rig.settle(desk.send(desk.ben)).approved_by == "Ann"


def test_repeating_an_unknown_mail_as_new_needs_a_new_approval(desk: Desk) -> None:
    """The first message has used the approval up; a copy of it, reviewed, goes out."""
    desk.require()
    desk.prepare()
    message_id = desk.send(desk.ben)
    set_status(desk.store, message_id, Status.UNKNOWN)
    with pytest.raises(NotApproved, match="Edit as new"):
        desk.outbox.send_as_new(desk.ben, message_id)
    copy = desk.outbox.copy(desk.ben, message_id)
    with pytest.raises(NotApproved):
        desk.send(desk.ben, copy.id)
    desk.ask(desk.ben, [desk.ann], copy.id)
    desk.approve(desk.ann, copy.id)
    assert desk.rig.settle(desk.send(desk.ben, copy.id)).status is Status.SENT


def test_whoever_changed_the_draft_since_its_last_approval_cannot_approve_it(desk: Desk) -> None:
    """Neither its author, nor a reviewer who mended it; after another approval they can again."""
    desk.save(desk.ann)
    desk.ask(desk.ann, [desk.ben, desk.admin])
    with pytest.raises(StateError, match="Nobody asks"):
        desk.reviews.approve(desk.ann, desk.look(desk.ben))
    desk.ask(desk.ben, [desk.ann])
    with pytest.raises(NotPermitted, match="somebody else"):
        desk.approve(desk.ann)
    desk.save(desk.ben, subject="Angebot, neu")
    assert desk.look(desk.ben).has_edited
    with pytest.raises(NotPermitted, match="somebody else"):
        desk.approve(desk.ben)
    desk.approve(desk.admin)
    desk.save(desk.writer, subject="Angebot, ganz neu")
    desk.approve(desk.ben)


def test_an_approval_that_was_taken_back_counts_for_nobody(desk: Desk) -> None:
    """Where a reviewer asks for changes after an approval, the author is still who wrote it since the last one."""
    desk.require()
    desk.save(desk.ann)
    desk.ask(desk.ann, [desk.ben, desk.admin])
    desk.approve(desk.ben)
    desk.reviews.ask_for_changes(desk.admin, desk.look(desk.admin), "Zu lang")
    with pytest.raises(NotApproved):
        desk.send(desk.ann)
    desk.ask(desk.ben, [desk.ann])
    with pytest.raises(NotPermitted):
        desk.approve(desk.ann)


def test_a_file_that_was_replaced_shows_as_changed(desk: Desk) -> None:
    """Under the same name, and with the same size."""
    first, second = (desk.store.blobs.save_blob([content]) for content in (b"12,500", b"13,500"))
    file = Attachment("Angebot.pdf", "application/pdf", 6, first)
    desk.save(desk.writer, attachments=(file,))
    desk.ask(desk.writer, [desk.ann])
    desk.reviews.note_seen(desk.ann, desk.look(desk.ann))
    desk.save(desk.writer, attachments=(replace(file, sha256=second),))
    looked = desk.look(desk.ann)
    assert f"Angebot.pdf (6 bytes, SHA-256 {second[:16]})" in looked.words
    assert compare_with_seen(looked.review.seen, looked) != ()


def test_a_draft_that_changes_while_it_is_read_is_not_approved(desk: Desk) -> None:
    """The reviewer is told to look again."""
    desk.save(desk.writer)
    desk.ask(desk.writer, [desk.ann])
    looked = desk.look(desk.ann)
    desk.save(desk.writer, subject="Etwas anderes")
    with pytest.raises(StateError, match="changed since you looked"):
        desk.reviews.approve(desk.ann, looked)
    with pytest.raises(StateError, match="changed since you looked"):
        desk.reviews.ask_for_changes(desk.ann, looked, "Nein")
    desk.drafts.delete_draft(desk.writer, DRAFT.id)
    with pytest.raises(StateError, match="not there any more"):
        desk.look(desk.ann)


def test_a_reviewer_sees_what_is_asked_and_what_changed(desk: Desk) -> None:
    """The count, who asks, and the words that differ from those read last."""
    desk.save(desk.writer)
    desk.ask(desk.writer, [desk.ann, desk.ben])
    assert [desk.reviews.count_waiting(each) for each in (desk.ann, desk.ben, desk.writer)] == [1, 1, 0]
    (waiting,) = desk.reviews.list_waiting(desk.ann)
    assert (waiting.asked_by, waiting.state, waiting.seen) == ("Will", ReviewState.ASKED, None)
    looked = desk.look(desk.ann)
    assert compare_with_seen(None, looked) == ()
    desk.reviews.note_seen(desk.ann, looked)
    desk.reviews.ask_for_changes(desk.ann, looked, "Bitte mit Frist")
    assert desk.reviews.count_waiting(desk.ann) == 0
    desk.save(desk.writer, markdown="Guten Tag,\n\nanbei unser Angebot, gültig bis Freitag.")
    (answered, _) = desk.reviews.get_standing(desk.writer, DRAFT, None).reviews
    assert (answered.reviewer, answered.state, answered.reason) == ("Ann", ReviewState.RETURNED, "Bitte mit Frist")
    desk.ask(desk.writer, [desk.ann])
    again = desk.look(desk.ann)
    pieces = compare_with_seen(again.review.seen, again)
    assert [piece.text for piece in pieces if piece.change is Change.ADDED] == [", gültig bis Freitag"]
    assert not [piece for piece in pieces if piece.change is Change.REMOVED]
    assert "".join(piece.text for piece in pieces) == again.words


def test_the_list_of_drafts_says_how_each_stands(desk: Desk) -> None:
    """Requested changes outrank an open question, and an edit ends the state "Approved"."""

    def state() -> ReviewState | None:
        states = desk.reviews.list_states(desk.ben, [DRAFT.id, "0" * 36])
        assert states.keys() <= {DRAFT.id}
        return states.get(DRAFT.id)

    desk.save(desk.writer)
    assert state() is None
    desk.ask(desk.writer, [desk.ann, desk.ben])
    assert state() is ReviewState.ASKED
    desk.reviews.ask_for_changes(desk.ann, desk.look(desk.ann), "Bitte mit Frist")
    assert state() is ReviewState.RETURNED
    desk.ask(desk.writer, [desk.ann])
    desk.approve(desk.ann)
    assert state() is ReviewState.ASKED
    desk.approve(desk.ben)
    assert state() is ReviewState.APPROVED
    desk.save(desk.writer, subject="Angebot 2")
    assert state() is None


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER])
def test_only_who_may_send_reviews(desk: Desk, role: Role) -> None:
    """A colleague who was demoted can neither be asked nor answer, nor somebody who was removed."""
    desk.save(desk.writer)
    desk.ask(desk.writer, [desk.ann])
    looked = desk.look(desk.ann)
    desk.store.members.save_role(desk.rig.workspace_id, to_id(desk.ann), role)
    with pytest.raises(NotPermitted):
        desk.reviews.approve(desk.ann, looked)
    with pytest.raises(StateError, match="cannot review"):
        desk.ask(desk.writer, [desk.ann])
    assert [each.name for each in desk.reviews.list_colleagues(desk.writer)] == ["Ben", "Boss"]
    with pytest.raises(InputError):
        desk.ask(desk.writer, [])


def test_a_reason_is_required_for_changes(desk: Desk) -> None:
    """A blank one says nothing to the author."""
    desk.save(desk.writer)
    desk.ask(desk.writer, [desk.ann])
    with pytest.raises(InputError, match="what should change"):
        desk.reviews.ask_for_changes(desk.ann, desk.look(desk.ann), "  ")


def test_no_route_leads_around_the_approval(desk: Desk) -> None:
    """Send, Later, Edit as new, sending again, and a change of the time of what waits."""
    desk.save(desk.ben)
    failed = desk.send(desk.ben)
    set_status(desk.store, failed, Status.FAILED)
    unknown = desk.outbox.enqueue(desk.ben, "7" * 36, MAIL).message_id
    set_status(desk.store, unknown, Status.UNKNOWN)
    waiting = desk.outbox.enqueue(desk.ben, "8" * 36, MAIL, send_at=START + 3600).message_id
    desk.require()
    drafts = [desk.save(desk.ben, replace(DRAFT, id="9" * 36))]
    drafts += [desk.outbox.reopen(desk.ben, failed), desk.outbox.copy(desk.ben, unknown)]
    for draft in drafts:
        for send_at in (None, START + 60):
            with pytest.raises(NotApproved):
                desk.send(desk.ben, draft.id, send_at)
    for act in (desk.outbox.send_now, desk.outbox.send_as_new, desk.outbox.check_again):
        for message_id in (waiting, unknown):
            with pytest.raises(StateError):
                act(desk.ben, message_id)
    with pytest.raises(NotApproved):
        desk.outbox.reschedule(desk.ben, waiting, START + 90)
    assert desk.outbox.send_missed(desk.ben) == 0
    desk.rig.clock.now += 7200
    with desk.rig.running():
        desk.rig.pass_heartbeats(2)
    assert desk.rig.wire.seen == []


def test_an_import_leads_around_nothing(desk: Desk) -> None:
    """A name in a file is no approval: an imported mail in doubt is neither asked about nor sent again."""
    desk.require()
    tried = {"first_attempt_at": START, "needs_you": True, "unclear": True, "approved_by": "Ann"}
    fingerprint = desk.rig.connection.fingerprint
    record = to_record(MAIL, Status.UNKNOWN, START, key_fingerprint=fingerprint, **tried)
    assert desk.store.transfer.insert_messages(desk.rig.workspace_id, [record]) == 1
    summary = desk.store.history.find_summary(record.summary.draft_id, desk.rig.workspace_id)
    assert summary is not None
    for act in (desk.outbox.check_again, desk.outbox.send_as_new):
        with pytest.raises(NotApproved):
            act(desk.ben, summary.id)
    assert desk.rig.summary(summary.id) == summary


def test_a_rule_that_is_switched_on_stops_what_waits(desk: Desk) -> None:
    """The mail says what happened and what to do: it goes back into its draft, is approved, and sent."""
    desk.save(desk.writer)
    message_id = desk.send(desk.ben, send_at=START + 3600)
    desk.require()
    held = desk.rig.summary(message_id)
    assert (held.status, held.due_at, held.needs_you, held.code) == (Status.HELD, None, True, UNAPPROVED)
    text = to_status_text(held, StatusContext(START, True, None, str))
    assert (text.word, text.actions) == ("Not approved", (Action.EDIT,))
    assert "ask for a review" in text.advice
    desk.outbox.undo(desk.ben, message_id)
    desk.ask(desk.ben, [desk.ann])
    desk.approve(desk.ann)
    assert desk.rig.settle(desk.send(desk.ben)).status is Status.SENT


def test_another_server_sends_nothing_without_approval(desk: Desk) -> None:
    """One of an earlier version, which knows of no approvals: what it records is parked, what it claims is refused."""
    desk.require()
    desk.save(desk.ben)
    desk.administration.save_approval_rule(desk.admin, ApprovalRule())
    message_id = desk.send(desk.ben)
    workspace = desk.rig.workspace_id
    with writing(desk.store.engine) as connection:
        connection.execute(
            sa.text("INSERT INTO approval_rule VALUES (:workspace, 'all', 10)"), {"workspace": workspace}
        )
    with pytest.raises(StoreError):
        set_status(desk.store, message_id, Status.SENDING)
    assert desk.rig.summary(message_id).status is Status.HELD
    with desk.rig.running():
        desk.rig.pass_heartbeats(2)
    assert desk.rig.summary(message_id).code == UNAPPROVED
    assert desk.rig.wire.seen == []


@pytest.mark.parametrize("field", ["draft_id", "body_sha256"])
def test_the_database_compares_the_approval_with_the_message(desk: Desk, field: str) -> None:
    """An approval of another draft or of other bytes counts for nothing, whoever links it to the message."""
    desk.prepare()
    message_id = desk.send(desk.ben, send_at=START + 3600)
    desk.require()
    assert desk.rig.summary(message_id).due_at is not None
    with writing(desk.store.engine) as connection:
        connection.execute(approval.update().values({field: "f" * 36}))
    with pytest.raises(StoreError):
        set_status(desk.store, message_id, Status.SENDING)


def test_mails_above_a_number_of_recipients(desk: Desk) -> None:
    """All of them count, in whichever field they are."""
    desk.require(ApprovalRule(ApprovalScope.ABOVE, 2))
    desk.save(desk.ben, to="a@example.com", cc="b@example.com")
    assert not desk.reviews.get_standing(desk.ben, DRAFT, desk.to_mail(desk.ben)).is_required
    desk.save(desk.ben, bcc="c@example.com")
    assert desk.reviews.get_standing(desk.ben, DRAFT, desk.to_mail(desk.ben)).is_required
    with pytest.raises(NotApproved):
        desk.send(desk.ben)
    desk.save(desk.ben, bcc="")
    assert desk.rig.settle(desk.send(desk.ben)).status is Status.SENT


def test_mails_of_writers(desk: Desk) -> None:
    """Those that a writer began or changed, whoever sends them; others go out as before."""
    desk.require(ApprovalRule(ApprovalScope.WRITERS))
    by_writer, mended, own = (replace(DRAFT, id=number * 36) for number in "789")
    desk.save(desk.writer, by_writer)
    desk.save(desk.ben, mended)
    desk.save(desk.writer, mended, subject="Angebot 2")
    desk.save(desk.ben, own)
    for draft in (by_writer, mended):
        assert desk.reviews.get_standing(desk.ben, draft, MAIL).is_required
        with pytest.raises(NotApproved):
            desk.send(desk.ben, draft.id)
    assert not desk.reviews.get_standing(desk.ben, own, MAIL).is_required
    assert desk.rig.settle(desk.send(desk.ben, own.id)).status is Status.SENT


def test_documents_in_leadlex_are_refused_where_approval_is_required(desk: Desk) -> None:
    """They may change there: nobody can ask for them, and an approval from before the rule does not help."""
    desk.save(desk.writer, attachments=(Attachment("a.pdf", "application/pdf", storage_path="firm/a.pdf"),))
    desk.ask(desk.writer, [desk.ann])
    desk.approve(desk.ann)
    desk.require()
    with pytest.raises(InputError, match="lies in LeadLex"):
        desk.ask(desk.writer, [desk.ann])
    with pytest.raises(InputError, match="lies in LeadLex"):
        desk.approve(desk.ann)
    with pytest.raises(NotApproved, match="lies in LeadLex"):
        desk.send(desk.ben)


def test_without_a_sign_in_nothing_requires_approval(rig: Rig) -> None:
    """Nobody could prove who approved, so neither a rule nor a review is to be had."""
    desk = Desk(rig)
    desk.save(desk.writer)
    anyone = replace(rig.connection, person="Anyone")
    permissions = Permissions(rig.store, has_sign_in=False)
    reviews = Reviews(rig.store, permissions)
    with pytest.raises(NotPermitted, match="need a sign-in"):
        Administration(rig.store, permissions).save_approval_rule(anyone, ALL)
    with pytest.raises(NotPermitted, match="need a sign-in"):
        reviews.ask(anyone, DRAFT.id, MAIL, [to_id(desk.ann)])
    assert reviews.count_waiting(anyone) == 0
    assert not reviews.get_standing(anyone, DRAFT, MAIL).is_required


def test_two_approvals_of_the_same_bytes_are_one(desk: Desk) -> None:
    """The first one stands; both are in the history."""
    desk.save(desk.writer)
    desk.ask(desk.writer, [desk.ann, desk.ben])
    desk.approve(desk.ann)
    desk.approve(desk.ben)
    (only,) = desk.store.reviews.list_approvals(desk.rig.workspace_id, DRAFT.id)
    assert only.approved_by == "Ann"
    kinds = [event.kind for event in desk.store.mail_events.list_events(desk.rig.workspace_id, DRAFT.id)]
    assert kinds == ["written", "shared", "asked", "approved", "approved"]

"""A workspace under a sign-in, with something for every action to change, and the table of all actions."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import httpx
import sqlalchemy as sa

from components.config import SignIn
from components.gateway import Client
from components.gateway.request_body import RequestBody
from components.mailer.administration import Administration
from components.mailer.connection import open_workspace, refresh
from components.mailer.delivery import MailDelivery
from components.mailer.dispatcher import Dispatcher
from components.mailer.draft_comments import DraftComments
from components.mailer.drafts import Drafts
from components.mailer.edit_locks import EditLocks
from components.mailer.keyring import Keyring
from components.mailer.members import Members
from components.mailer.outbox import Outbox
from components.mailer.people import People
from components.mailer.permissions import Permissions, Right, to_actor
from components.mailer.preflight import inspect
from components.mailer.reviews import ReviewedDraft, Reviews
from components.mailer.transfer.imports import Progress
from components.model import Actor, Connection, Draft, Identity, Member, Person, Role, Status, WorkspaceSettings
from components.review import ApprovalRule, ApprovalScope
from components.store import Store
from components.store.maintenance.erasure import ErasureTarget
from components.store.maintenance.retention import Retention
from components.store.schema import metadata
from tests.unit.mailer.rig import BASE_URL, KEY, MAIL, START, Clock, Wire
from tests.unit.store.samples import to_message

BOSS = Identity("https://id.test", "boss", "boss@firm.test", "Chris Boss")
SIGN_IN = SignIn("https://app.test", frozenset({"@firm.test"}), frozenset({BOSS.address}))
#: The draft, the deleted draft, the draft of a mail that is sent in a test, one that the colleague is writing in, and
#: one's own, which the colleague has asked for.
DRAFT, DELETED, SENT_NOW, LOCKED, OWN = ("1" * 36, "2" * 36, "3" * 36, "5" * 36, "6" * 36)
#: A draft of the colleague that is whole, and that whoever is connected is asked to review.
REVIEWED = Draft("7" * 36, to="hannah@example.com", subject="Angebot", markdown="Guten Tag", written_by="Jane")


def to_identity(name: str) -> Identity:
    """Make the identity of a colleague, who is allowed to sign in."""
    return Identity("https://id.test", name, f"{name}@firm.test", name.title())


def open_named(store: Store) -> Connection:
    """Open the workspace that LeadLex has named for a key; nobody has signed in."""
    connection = open_workspace(store, KEY, BASE_URL)
    told = WorkspaceSettings("ws-1", "Reuter & Partners")
    store.workspaces.join_workspace(connection.fingerprint, False, BASE_URL, told)
    return refresh(store, connection)


class Office:
    """The workflow on a store, connected as a member with a ``role``; an admin and a colleague exist."""

    def __init__(self, store: Store, role: Role) -> None:
        self.store, self.clock, self.keyring = store, Clock(), Keyring()
        self.client = Client(BASE_URL, transport=httpx.MockTransport(Wire()))
        self.permissions = Permissions(store, has_sign_in=True)
        delivery = MailDelivery(store, lambda _url: self.client, clock=self.clock)
        self.dispatcher = Dispatcher(store, self.keyring, delivery)
        self.outbox = Outbox(store, self.keyring, self.dispatcher, self.permissions, self.clock)
        self.drafts = Drafts(store, self.permissions)
        self.edit_locks = EditLocks(store, self.permissions)
        self.comments = DraftComments(store, self.permissions)
        self.people = People(store, self.permissions)
        self.administration = Administration(store, self.permissions, self.clock)
        self.members = Members(store, self.permissions, SIGN_IN, self.clock)
        self.reviews = Reviews(store, self.permissions, self.clock)
        #: Connected, but nobody has signed in.
        self.stranger = open_named(store)
        self.workspace_id = self.stranger.workspace_id
        self.boss, self.colleague = self.admit(BOSS), self.admit(to_identity("jane"))
        self.me = self.admit(to_identity("alex"))
        self.set_role(self.me, role)
        self._prepare()

    def admit(self, identity: Identity) -> Connection:
        """Let somebody in."""
        return self.members.admit(self.stranger, identity)

    def set_role(self, connection: Connection, role: Role) -> None:
        """Give a member a role, as the database has it."""
        assert connection.member_id is not None
        self.store.members.save_role(self.workspace_id, connection.member_id, role)

    def insert(self, **changes: object) -> int:
        """Insert a mail that the colleague has sent and that is due in an hour, then set columns of it."""
        key, sender = self.stranger.fingerprint, self.colleague
        new = to_message(self.workspace_id, mail=MAIL, due_at=START + 3600, key_fingerprint=key)
        new = replace(new, sender_id=sender.member_id, sent_by=sender.person)
        message_id = self.store.outbox.insert_message(new).message_id
        if changes:
            self.store.outbox.change(message_id, self.workspace_id, tuple(Status), **changes)
        return message_id

    def get_member(self, connection: Connection) -> Member:
        """Return a member as they are now."""
        assert connection.member_id is not None
        member = self.store.members.get_member(self.workspace_id, connection.member_id)
        assert member is not None
        return member

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of the database."""
        with self.store.engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
                for table in metadata.sorted_tables
            }

    def close(self) -> None:
        """Close the network connections."""
        self.client.close()

    def look(self) -> ReviewedDraft:
        """Return the draft to review as the admin reads it; whoever decides is checked again."""
        mine = (self.workspace_id, REVIEWED.id)
        review, draft = self.store.reviews.list_reviews(*mine)[0], self.store.drafts.get_draft(REVIEWED.id, mine[0])
        assert draft is not None
        mail = inspect(draft).mail
        assert mail is not None
        digest = RequestBody(mail, self.store.blobs.read_blob).sha256()
        return ReviewedDraft(review, draft, mail, digest, "words", False, "")

    def _prepare(self) -> None:
        tried = {"attempts": 1, "first_attempt_at": START - 60, "due_at": None, "needs_you": True}
        self.waiting = self.insert()
        self.unknown = self.insert(status=Status.UNKNOWN, unclear=True, **tried)
        self.failed = self.insert(status=Status.FAILED, **tried)
        self.sent = self.insert(status=Status.SENT, due_at=None)
        self.insert(due_at=None, code="missed", needs_you=True)
        drafts, signatures = self.store.drafts, self.store.signatures
        for number in (DRAFT, DELETED):
            drafts.save_draft(Draft(number, subject="Angebot", written_by=self.colleague.person), self.workspace_id)
        drafts.delete_draft(DELETED, self.workspace_id)
        author = Actor(self.colleague.person, self.colleague.member_id)
        drafts.save_draft(REVIEWED, self.workspace_id, actor=author)
        # Whatever the role is now, it was one that reviews.
        role = self.get_member(self.me).role
        self.set_role(self.me, Role.SENDER)
        self.store.reviews.save_request(self.workspace_id, REVIEWED.id, [_id(self.me)], author, START)
        self.set_role(self.me, role)
        self._prepare_drafting()
        signatures.save_signature(self.workspace_id, self.me.person, "Work", "Alex", default=True)
        (self.signature,) = signatures.list_signatures(self.workspace_id, self.me.person)
        self.leaver = self.admit(to_identity("leaver"))
        assert self.leaver.member_id is not None
        self.store.members.save_removal(self.workspace_id, self.leaver.member_id, START)

    def _prepare_drafting(self) -> None:
        store, me, colleague = self.store, to_actor(self.me), to_actor(self.colleague)
        for number, author in ((LOCKED, colleague), (OWN, me)):
            store.drafts.save_draft(Draft(number, written_by=author.name), self.workspace_id)
            store.draft_locks.hold_lock(number, self.workspace_id, author)
        store.draft_locks.ask(OWN, self.workspace_id, colleague)
        self.comment = store.draft_comments.add_comment(DRAFT, self.workspace_id, colleague, "Was it not 12,500?")


@dataclass(frozen=True)
class Action:
    """An action: what it needs, and a call that changes something or reads. None needs nothing."""

    right: Right | None
    call: Callable[[Office], object]


def _import(office: Office) -> object:
    line = b'{"type": "leadlex-composer-export", "version": 1}\n'
    return office.administration.open_import(office.me, Progress()).run(io.BytesIO(line))


def _id(connection: Connection) -> int:
    assert connection.member_id is not None
    return connection.member_id


#: Every action of the workflow on behalf of whoever is connected, by class and method. A test finds those missing.
ACTIONS: Mapping[tuple[type, str], Action] = {
    (Outbox, "resume"): Action(None, lambda o: o.outbox.resume(o.me)),
    (Outbox, "enqueue"): Action(Right.SEND, lambda o: o.outbox.enqueue(o.me, SENT_NOW, MAIL)),
    (Outbox, "undo"): Action(Right.SEND, lambda o: o.outbox.undo(o.me, o.waiting)),
    (Outbox, "send_now"): Action(Right.SEND, lambda o: o.outbox.send_now(o.me, o.waiting)),
    (Outbox, "reschedule"): Action(Right.SEND, lambda o: o.outbox.reschedule(o.me, o.waiting, START + 60)),
    (Outbox, "send_missed"): Action(Right.SEND, lambda o: o.outbox.send_missed(o.me)),
    (Outbox, "cancel_waiting"): Action(Right.SEND, lambda o: o.outbox.cancel_waiting(o.me)),
    (Outbox, "check_again"): Action(Right.SEND, lambda o: o.outbox.check_again(o.me, o.unknown)),
    (Outbox, "send_as_new"): Action(Right.SEND, lambda o: o.outbox.send_as_new(o.me, o.unknown)),
    (Outbox, "mark_sent"): Action(Right.SEND, lambda o: o.outbox.mark_sent(o.me, o.unknown)),
    (Outbox, "mark_unsent"): Action(Right.SEND, lambda o: o.outbox.mark_unsent(o.me, o.unknown)),
    (Outbox, "dismiss"): Action(Right.SEND, lambda o: o.outbox.dismiss(o.me, o.failed)),
    (Outbox, "reopen"): Action(Right.WRITE, lambda o: o.outbox.reopen(o.me, o.failed)),
    (Outbox, "copy"): Action(Right.WRITE, lambda o: o.outbox.copy(o.me, o.sent)),
    (Outbox, "follow_up"): Action(Right.WRITE, lambda o: o.outbox.follow_up(o.me, o.sent, ZoneInfo("UTC"))),
    (Drafts, "save_draft"): Action(Right.WRITE, lambda o: o.drafts.save_draft(o.me, Draft("4" * 36))),
    (Drafts, "delete_draft"): Action(Right.WRITE, lambda o: o.drafts.delete_draft(o.me, DRAFT)),
    (Drafts, "restore_draft"): Action(Right.WRITE, lambda o: o.drafts.restore_draft(o.me, DELETED)),
    (Drafts, "save_file"): Action(Right.WRITE, lambda o: o.drafts.save_file(o.me, [b"file"])),
    (Drafts, "get_draft"): Action(Right.WRITE, lambda o: o.drafts.get_draft(o.me, DRAFT)),
    (Drafts, "list_drafts"): Action(Right.WRITE, lambda o: o.drafts.list_drafts(o.me, 10)),
    (Drafts, "count_drafts"): Action(Right.WRITE, lambda o: o.drafts.count_drafts(o.me)),
    (Drafts, "list_versions"): Action(Right.WRITE, lambda o: o.drafts.list_versions(o.me, DRAFT)),
    (Drafts, "keep_version"): Action(Right.WRITE, lambda o: o.drafts.keep_version(o.me, Draft(DRAFT, to="x"))),
    (Drafts, "share_draft"): Action(Right.WRITE, lambda o: o.drafts.share_draft(o.me, OWN, is_shared=False)),
    (EditLocks, "find"): Action(Right.WRITE, lambda o: o.edit_locks.find(o.me, DRAFT)),
    (EditLocks, "hold"): Action(Right.WRITE, lambda o: o.edit_locks.hold(o.me, DRAFT)),
    (EditLocks, "take_over"): Action(Right.WRITE, lambda o: o.edit_locks.take_over(o.me, DRAFT)),
    (EditLocks, "ask"): Action(Right.WRITE, lambda o: o.edit_locks.ask(o.me, LOCKED)),
    (EditLocks, "answer"): Action(Right.WRITE, lambda o: o.edit_locks.answer(o.me, OWN, is_yes=True)),
    (EditLocks, "release"): Action(Right.WRITE, lambda o: o.edit_locks.release(o.me, OWN)),
    (DraftComments, "list_comments"): Action(Right.WRITE, lambda o: o.comments.list_comments(o.me, DRAFT)),
    (DraftComments, "count_unread"): Action(Right.WRITE, lambda o: o.comments.count_unread(o.me)),
    (DraftComments, "add_comment"): Action(Right.WRITE, lambda o: o.comments.add_comment(o.me, DRAFT, "Yes")),
    (DraftComments, "set_resolved"): Action(
        Right.WRITE, lambda o: o.comments.set_resolved(o.me, o.comment, is_resolved=True)
    ),
    (DraftComments, "mark_read"): Action(Right.WRITE, lambda o: o.comments.mark_read(o.me, DRAFT, o.comment)),
    (People, "save_person"): Action(Right.WRITE, lambda o: o.people.save_person(o.me, Person("", 60))),
    (People, "save_signature"): Action(
        Right.WRITE, lambda o: o.people.save_signature(o.me, "New", "Alex", default=False)
    ),
    (People, "delete_signature"): Action(Right.WRITE, lambda o: o.people.delete_signature(o.me, o.signature.id)),
    (Administration, "save_retention"): Action(
        Right.ADMINISTER, lambda o: o.administration.save_retention(o.me, Retention(12, 12))
    ),
    (Administration, "save_colleague_days"): Action(
        Right.ADMINISTER, lambda o: o.administration.save_colleague_days(o.me, 30)
    ),
    (Administration, "erase_mails"): Action(
        Right.ADMINISTER, lambda o: o.administration.erase_mails(o.me, ErasureTarget("mail", str(o.sent)))
    ),
    (Administration, "open_import"): Action(Right.ADMINISTER, _import),
    (Administration, "save_approval_rule"): Action(
        Right.ADMINISTER, lambda o: o.administration.save_approval_rule(o.me, ApprovalRule(ApprovalScope.ALL))
    ),
    (Reviews, "list_colleagues"): Action(Right.WRITE, lambda o: o.reviews.list_colleagues(o.me)),
    (Reviews, "ask"): Action(Right.WRITE, lambda o: o.reviews.ask(o.me, REVIEWED.id, MAIL, [_id(o.boss)])),
    (Reviews, "look"): Action(Right.SEND, lambda o: o.reviews.look(o.me, REVIEWED.id)),
    (Reviews, "note_seen"): Action(Right.SEND, lambda o: o.reviews.note_seen(o.me, o.look())),
    (Reviews, "approve"): Action(Right.SEND, lambda o: o.reviews.approve(o.me, o.look())),
    (Reviews, "ask_for_changes"): Action(Right.SEND, lambda o: o.reviews.ask_for_changes(o.me, o.look(), "Zu lang")),
    (Reviews, "count_waiting"): Action(Right.WRITE, lambda o: o.reviews.count_waiting(o.me)),
    (Reviews, "list_waiting"): Action(Right.WRITE, lambda o: o.reviews.list_waiting(o.me)),
    (Reviews, "list_states"): Action(Right.WRITE, lambda o: o.reviews.list_states(o.me, [REVIEWED.id])),
    (Reviews, "get_standing"): Action(Right.WRITE, lambda o: o.reviews.get_standing(o.me, REVIEWED, MAIL)),
    (Members, "list_members"): Action(Right.ADMINISTER, lambda o: o.members.list_members(o.me)),
    (Members, "change_role"): Action(
        Right.ADMINISTER, lambda o: o.members.change_role(o.me, _id(o.colleague), Role.READER)
    ),
    (Members, "remove"): Action(Right.ADMINISTER, lambda o: o.members.remove(o.me, _id(o.colleague))),
    (Members, "readmit"): Action(Right.ADMINISTER, lambda o: o.members.readmit(o.me, _id(o.leaver))),
    (Members, "release_address"): Action(Right.ADMINISTER, lambda o: o.members.release_address(o.me, _id(o.leaver))),
    (Members, "hand_over_drafts"): Action(
        Right.ADMINISTER, lambda o: o.members.hand_over_drafts(o.me, _id(o.colleague), _id(o.boss))
    ),
}
#: Actions of the table that only read, or begin what reads.
READING = {
    *((Outbox, "resume"), (Administration, "open_import"), (Members, "list_members")),
    *((Drafts, name) for name in ("get_draft", "list_drafts", "count_drafts", "list_versions")),
    *((EditLocks, "find"), (DraftComments, "list_comments"), (DraftComments, "count_unread")),
    (Reviews, "get_standing"),
    *((Reviews, name) for name in ("list_colleagues", "look", "count_waiting", "list_waiting", "list_states")),
}
#: Letting in is for everybody who has signed in; a name is chosen by nobody who has.
OUTSIDE = {(Members, "admit"), (People, "choose_name")}

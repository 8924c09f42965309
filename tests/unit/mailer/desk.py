"""A workspace with a sign-in whose mails go out: a writer, two senders and an admin, each with the whole workflow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from components.config import SignIn
from components.mailer.administration import Administration
from components.mailer.drafts import Drafts
from components.mailer.edit_locks import EditLocks
from components.mailer.members import Members
from components.mailer.outbox import Outbox
from components.mailer.permissions import Permissions
from components.mailer.preflight import inspect
from components.mailer.reviews import ReviewedDraft, Reviews
from components.model import Connection, Draft, OutgoingMail, Person, Role
from components.review import ApprovalRule, ApprovalScope
from tests.unit.mailer.office import to_identity
from tests.unit.mailer.rig import Rig

SIGN_IN = SignIn("https://app.test", frozenset({"@firm.test"}), frozenset())
ALL = ApprovalRule(ApprovalScope.ALL)
DRAFT = Draft("6" * 36, to="hannah@example.com", subject="Angebot", markdown="Guten Tag,\n\nanbei unser Angebot.")


class Desk:
    """The workflow of one server (``rig``) for people who have signed in."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.store = rig, rig.store
        permissions = Permissions(self.store, has_sign_in=True)
        rig.permissions = permissions
        rig.renew()
        rig.join()
        self.members = Members(self.store, permissions, SIGN_IN, rig.clock)
        self.drafts = Drafts(self.store, permissions)
        self.locks = EditLocks(self.store, permissions)
        self.reviews = Reviews(self.store, permissions, rig.clock)
        self.administration = Administration(self.store, permissions, rig.clock)
        self.writer = self._admit("will", Role.WRITER)
        self.ann, self.ben = self._admit("ann", Role.SENDER), self._admit("ben", Role.SENDER)
        self.admin = self._admit("boss", Role.ADMIN)

    @property
    def outbox(self) -> Outbox:
        """What people do with mails."""
        return self.rig.outbox

    def _admit(self, name: str, role: Role) -> Connection:
        connection = self.members.admit(self.rig.connection, to_identity(name))
        self.store.members.save_role(connection.workspace_id, to_id(connection), role)
        # Send takes effect at once.
        self.store.people.save_person(connection.workspace_id, Person(connection.person, 0))
        return connection

    def require(self, rule: ApprovalRule = ALL) -> None:
        """Have the admin require approvals."""
        self.administration.save_approval_rule(self.admin, rule)

    def save(self, who: Connection, draft: Draft = DRAFT, **changes: Any) -> Draft:
        """Have somebody save a draft, as it is in the database but for some changes, share it and leave it.

        Returns it with its version.
        """
        known = self.drafts.get_draft(who, draft.id) or replace(draft, written_by=who.person)
        value = replace(known, **changes)
        saved = self.drafts.save_draft(who, value)
        self.drafts.share_draft(who, draft.id, is_shared=True)
        self.locks.release(who, draft.id)
        return replace(value, version=saved.version)

    def ask(self, who: Connection, reviewers: Iterable[Connection], draft_id: str = DRAFT.id) -> None:
        """Have somebody ask for a review of a draft."""
        self.reviews.ask(who, draft_id, self.to_mail(who, draft_id), [to_id(each) for each in reviewers])

    def look(self, who: Connection, draft_id: str = DRAFT.id) -> ReviewedDraft:
        """Have a reviewer read a draft."""
        return self.reviews.look(who, draft_id)

    def approve(self, who: Connection, draft_id: str = DRAFT.id) -> None:
        """Have a reviewer read a draft and approve it."""
        self.reviews.approve(who, self.look(who, draft_id))

    def to_mail(self, who: Connection, draft_id: str = DRAFT.id) -> OutgoingMail:
        """Return the mail as which somebody would send a draft."""
        draft = self.drafts.get_draft(who, draft_id)
        assert draft is not None
        mail = inspect(draft).mail
        assert mail is not None
        return mail

    def send(self, who: Connection, draft_id: str = DRAFT.id, send_at: float | None = None) -> int:
        """Have somebody send a draft; return the message's id."""
        return self.outbox.enqueue(who, draft_id, self.to_mail(who, draft_id), send_at=send_at).message_id

    def prepare(self) -> None:
        """Have a draft of the writer approved by Ann."""
        self.save(self.writer)
        self.ask(self.writer, [self.ann])
        self.approve(self.ann)


def to_id(connection: Connection) -> int:
    """Return the member's id of a connection."""
    assert connection.member_id is not None
    return connection.member_id

"""Reviews of drafts under a sign-in: asking colleagues, reading what would go out, approving exactly that."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from cachetools import LRUCache

from components.errors import InputError, NotPermitted, StateError
from components.gateway.request_body import RequestBody
from components.mailer.permissions import Permissions, Right, to_actor
from components.mailer.preflight import inspect
from components.message import Piece, compare_texts
from components.model import Attachment, Connection, Draft, Member, OutgoingMail
from components.review import ReviewState
from components.store import Store
from components.store.review.reviews import CHANGED, GONE, NOT_ASKED, Approval, Review

#: The number of hexadecimal digits of a file's SHA-256 that a reviewer sees.
SHORT_DIGEST = 16
#: Digests of mails that are kept: a page asks for the same one at every run.
_DIGESTS = 64


@dataclass(frozen=True, slots=True)
class Standing:
    """How a draft stands: whether it needs an approval, what colleagues said, who approved exactly this mail.

    ``voided`` is the last approval where the mail has changed since, None where it has not.
    """

    is_required: bool = False
    reviews: tuple[Review, ...] = ()
    approved_by: str = ""
    voided: Approval | None = None

    @property
    def needs_approval(self) -> bool:
        """Whether the mail could not leave as it is now."""
        return self.is_required and not self.approved_by

    @property
    def is_waiting(self) -> bool:
        """Whether a reviewer has not answered yet."""
        return any(review.state is ReviewState.ASKED for review in self.reviews)


@dataclass(frozen=True, slots=True)
class ReviewedDraft:
    """A draft as a reviewer reads it: the mail as it would go out, its digest, and itself in words.

    ``has_edited`` tells whether the reviewer changed it since its last approval, and so may not approve it;
    ``approved_by`` who has approved exactly this mail already.
    """

    review: Review
    draft: Draft
    mail: OutgoingMail
    body_sha256: str
    words: str
    has_edited: bool
    approved_by: str


class Reviews:
    """What people ask and answer about drafts. Without a sign-in nobody can be asked. ``clock`` gives epoch seconds."""

    def __init__(self, store: Store, permissions: Permissions, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._permissions = permissions
        self._clock = clock
        self._digests: LRUCache[OutgoingMail, str] = LRUCache(_DIGESTS)
        self._lock = threading.Lock()

    def list_colleagues(self, connection: Connection) -> tuple[Member, ...]:
        """List whom somebody can ask: the others who may send. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        if connection.member_id is None:
            return ()
        members = self._store.members.list_members(connection.workspace_id)
        return tuple(each for each in members if each.may_send and each.id != connection.member_id)

    def ask(self, connection: Connection, draft_id: str, mail: OutgoingMail, reviewer_ids: Collection[int]) -> None:
        """Ask colleagues (members' ids) to review a saved draft, which would go out as ``mail``.

        Raises InputError where nobody is chosen or a document cannot be approved, NotPermitted, StateError where the
        draft is gone or a colleague cannot review, and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        _check_sign_in(connection)
        others = set(reviewer_ids) - {connection.member_id}
        if not others:
            raise InputError("Choose at least one colleague.", "Ask for review")
        self._check_files(connection, mail)
        mine = (connection.workspace_id, draft_id)
        self._store.reviews.save_request(*mine, others, to_actor(connection), self._clock())

    def count_waiting(self, connection: Connection) -> int:
        """Count the drafts that wait for the review of whoever is connected. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        if connection.member_id is None:
            return 0
        return self._store.reviews.count_waiting(connection.workspace_id, connection.member_id)

    def list_waiting(self, connection: Connection) -> tuple[Review, ...]:
        """List the reviews that whoever is connected is asked for, the oldest first.

        Raises NotPermitted and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        if connection.member_id is None:
            return ()
        return self._store.reviews.list_waiting(connection.workspace_id, connection.member_id)

    def list_states(self, connection: Connection, draft_ids: Collection[str]) -> dict[str, ReviewState]:
        """Return the review state of those drafts that have one, by draft id. Raises NotPermitted and StoreError."""
        self._permissions.require(connection, Right.WRITE)
        if connection.member_id is None:
            return {}
        return self._store.reviews.list_states(connection.workspace_id, draft_ids, connection.member_id)

    def get_standing(self, connection: Connection, draft: Draft, mail: OutgoingMail | None) -> Standing:
        """Return how a draft stands; ``mail`` is what would go out, None while something is wrong with it.

        The standing is empty for a draft that the connected person may not see. Raises NotPermitted, StoreError, and
        what ``RequestBody`` raises.
        """
        self._permissions.require(connection, Right.WRITE)
        workspace_id = connection.workspace_id
        if connection.member_id is None or not self._store.drafts.is_seen(draft.id, workspace_id, connection.member_id):
            return Standing()
        count = len(mail.to) + len(mail.cc) + len(mail.bcc) if mail is not None else 0
        is_required = self._store.approvals.is_required(workspace_id, draft.id, draft.written_by, count)
        reviews = self._store.reviews.list_reviews(workspace_id, draft.id)
        approvals = self._store.reviews.list_approvals(workspace_id, draft.id)
        if not approvals:
            return Standing(is_required, reviews)
        digest = self._digest(mail) if mail is not None else ""
        approved_by = _find_approver(approvals, digest)
        return Standing(is_required, reviews, approved_by, None if approved_by else approvals[0])

    def look(self, connection: Connection, draft_id: str) -> ReviewedDraft:
        """Return a draft that whoever is connected is asked to review, as it would go out now.

        Raises NotPermitted, StateError where nobody asks for it any more, the draft is gone or cannot be sent as it is,
        AttachmentError and DigestMismatch for files that cannot be read back, and StoreError.
        """
        reviewer_id, workspace_id = self._check_reviewer(connection), connection.workspace_id
        reviews = self._store.reviews.list_reviews(workspace_id, draft_id)
        review = next((each for each in reviews if each.reviewer_id == reviewer_id), None)
        draft = self._store.drafts.get_draft(draft_id, workspace_id, reviewer_id)
        if draft is None:
            raise StateError(GONE)
        if review is None:
            raise StateError(NOT_ASKED)
        mail = inspect(draft).mail
        if mail is None:
            raise StateError(
                "Something in this draft is wrong at the moment, so it could not go out. Its author sees what."
            )
        digest = self._digest(mail)
        approved_by = _find_approver(self._store.reviews.list_approvals(workspace_id, draft_id), digest)
        has_edited = self._store.reviews.has_edited(workspace_id, draft_id, to_actor(connection))
        return ReviewedDraft(review, draft, mail, digest, to_words(mail), has_edited, approved_by)

    def note_seen(self, connection: Connection, reviewed: ReviewedDraft) -> None:
        """Keep what a reviewer has just seen, to compare with next time. Raises NotPermitted and StoreError."""
        reviewer_id = self._check_reviewer(connection)
        if reviewed.review.seen != reviewed.words:
            self._store.reviews.save_seen(connection.workspace_id, reviewed.draft.id, reviewer_id, reviewed.words)

    def approve(self, connection: Connection, reviewed: ReviewedDraft) -> None:
        """Approve exactly the mail that was read, if it is still the one that would go out.

        Raises NotPermitted, also for whoever wrote or changed it since its last approval, InputError for a document
        that may change in LeadLex, StateError where the draft has changed or is gone, AttachmentError and
        DigestMismatch for files that cannot be read back, and StoreError.
        """
        now = self.look(connection, reviewed.draft.id)
        if (now.draft.version, now.body_sha256) != (reviewed.draft.version, reviewed.body_sha256):
            raise StateError(CHANGED)
        self._check_files(connection, now.mail)
        this = (connection.workspace_id, now.draft.id, now.draft.version)
        self._store.reviews.save_approval(*this, now.body_sha256, to_actor(connection), self._clock())

    def ask_for_changes(self, connection: Connection, reviewed: ReviewedDraft, reason: str) -> None:
        """Give the draft back with a reason, which voids approvals that nobody has used.

        Raises InputError without a reason, NotPermitted, StateError where the draft has changed or is gone, and
        StoreError.
        """
        self._check_reviewer(connection)
        if not reason.strip():
            raise InputError("Say what should change.", "Reason")
        this = (connection.workspace_id, reviewed.draft.id, reviewed.draft.version)
        self._store.reviews.save_return(*this, reason.strip(), to_actor(connection), self._clock())

    def _digest(self, mail: OutgoingMail) -> str:
        """Return the SHA-256 of the request body, as it is recorded at Send; files are known by their contents."""
        with self._lock:
            known = self._digests.get(mail)
        if known is None:
            known = RequestBody(mail, self._store.blobs.read_blob).sha256()
            with self._lock:
                self._digests[mail] = known
        return known

    def _check_reviewer(self, connection: Connection) -> int:
        """Return the member's id of whoever is connected. Raises NotPermitted where they may not review."""
        self._permissions.require(connection, Right.SEND)
        return _check_sign_in(connection)

    def _check_files(self, connection: Connection, mail: OutgoingMail) -> None:
        """Raise InputError for a document that lies in LeadLex, where the workspace requires approvals."""
        names = [file.filename for file in mail.attachments if file.storage_path]
        if names and self._store.approvals.get_rule(connection.workspace_id).is_on:
            raise InputError(
                f"“{names[0]}” lies in LeadLex and may change there after an approval. Attach the file itself.",
                "Attachments",
            )


def compare_with_seen(seen: str | None, reviewed: ReviewedDraft) -> tuple[Piece, ...]:
    """Return what has changed since a reviewer looked last; nothing where they have not, or nothing has."""
    return compare_texts(seen, reviewed.words) if seen is not None and seen != reviewed.words else ()


def to_words(mail: OutgoingMail) -> str:
    """Return a mail as a text that has everything that a reviewer looks at."""
    people = {"To": mail.to, "Cc": mail.cc, "Bcc": mail.bcc, "Reply-To": (mail.reply_to,) if mail.reply_to else ()}
    facts = {label: ", ".join(map(str, addresses)) for label, addresses in people.items()}
    facts["Subject"] = mail.subject
    facts["Files"] = ", ".join(map(_describe_file, mail.attachments))
    facts |= {"Contact": mail.contact_id, "Deal": mail.deal_id, "Thread": mail.thread_id}
    head = "\n".join(f"{label}: {value}" for label, value in facts.items() if value)
    plain = f"\n\nPlain text:\n{mail.text}" if mail.text_edited else ""
    return f"{head}\n\n{mail.markdown}{plain}"


def _describe_file(file: Attachment) -> str:
    """Return a file's name with its size and shortened digest, so that a replaced file shows as a change."""
    if file.sha256 is None:
        return file.filename
    return f"{file.filename} ({file.size or 0:,} bytes, SHA-256 {file.sha256[:SHORT_DIGEST]})"


def _check_sign_in(connection: Connection) -> int:
    if connection.member_id is None:
        raise NotPermitted("Reviews need a sign-in: without one, names are chosen and not proved.")
    return connection.member_id


def _find_approver(approvals: tuple[Approval, ...], body_sha256: str) -> str:
    return next((each.approved_by for each in approvals if each.body_sha256 == body_sha256), "")

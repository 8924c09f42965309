"""What a person does with a message: send, undo, send later, check again, decide. Each is one guarded change."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo

from components.errors import DamagedRecord, InputError, NotApproved, NotPermitted, StateError
from components.gateway.request_body import RequestBody
from components.gateway.retry import fresh_key_bounds
from components.mailer.dispatcher import Dispatcher
from components.mailer.follow_up import to_follow_up
from components.mailer.keyring import Keyring
from components.mailer.permissions import Permissions, Right, to_actor
from components.mailer.states import Event, sources, transition
from components.mailer.status_text import name_key
from components.model import WENT_OUT, Connection, Draft, OutgoingMail, Status
from components.store import Message, MessageSummary, NewMessage, RecordedMessage, Sender, Store
from components.store.outbox import OpenGroup

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How many mails an action on all of a kind changed, how many had left already, and how many are damaged."""

    done: int
    left: int
    damaged: int


class Outbox:
    """The actions on messages, each within the workspace of the given connection.

    Each raises NotPermitted where the role of whoever is connected does not allow it.
    """

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        dispatcher: Dispatcher,
        permissions: Permissions,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._permissions = permissions
        self._keyring = keyring
        self._dispatcher = dispatcher
        self._clock = clock
        self._admitting = threading.Lock()

    def resume(self, connection: Connection) -> None:
        """Resume sending with a key that is in memory again; its overdue messages are left to a person.

        Raises StoreError.
        """
        if connection.fingerprint in self._store.leases.list_active_keys():
            self._admit(connection)
            self._dispatcher.wake()

    def enqueue(
        self,
        connection: Connection,
        draft_id: str,
        mail: OutgoingMail,
        *,
        send_at: float | None = None,
        version: int | None = None,
    ) -> RecordedMessage:
        """Record a mail durably, due when the undo window ends or at ``send_at`` (epoch seconds).

        A draft becomes one message, however often this is called; ``version`` is the one that was on the screen. Raises
        InputError for a time in the past, AttachmentError or DigestMismatch for files that cannot be read back,
        DraftConflict where the store has another version of the draft, DraftLocked where somebody else is writing in
        it, NotApproved where exactly this mail needs a colleague's approval, and StoreError; then nothing is recorded.
        """
        self._permissions.require(connection, Right.SEND)
        now = self._clock()
        if send_at is not None and send_at <= now:
            raise InputError("This time has passed already. Choose a later one.", "Send later")
        return self._record(connection, draft_id, mail, now, send_at, version=version)

    def undo(self, connection: Connection, message_id: int) -> Draft:
        """Take back a held message and return its draft.

        Raises StateError where it is too late, DamagedRecord where its draft would not be what was written, and
        StoreError.
        """
        self._check(connection, message_id)
        message = self._get_sound_message(connection, message_id)
        draft = to_draft(message, message.summary.draft_id)
        mine = (connection.workspace_id, draft, to_actor(connection))
        return self._store.outbox.retract(message_id, sources(Event.UNDO), *mine)

    def send_now(self, connection: Connection, message_id: int) -> None:
        """Make a held message due at once. Raises StateError and StoreError."""
        self._reschedule(connection, message_id, self._clock())

    def reschedule(self, connection: Connection, message_id: int, send_at: float) -> None:
        """Make a held message due at another time (epoch seconds). Raises InputError, StateError and StoreError."""
        if send_at <= self._clock():
            raise InputError("This time has passed already. Choose a later one.", "Send later")
        self._reschedule(connection, message_id, send_at)

    def send_missed(self, connection: Connection) -> int:
        """Send every mail whose time passed unsent, now, with this key; return how many.

        Those that another key has tried are left out. Raises StoreError.
        """
        self._permissions.require(connection, Right.SEND)
        self._admit(connection)
        who = _to_sender(connection, connection)
        count = self._store.outbox.send_missed(connection.workspace_id, who, self._clock())
        self._dispatcher.wake()
        return count

    def cancel_waiting(self, connection: Connection) -> BulkResult:
        """Take back every mail that waits, each into its draft.

        What begins to be sent meanwhile is left alone, and so is a damaged record. Raises StoreError; what was taken
        back by then stays so.
        """
        self._permissions.require(connection, Right.SEND)
        done = damaged = 0
        ids = self._store.outbox.list_open_ids(connection.workspace_id, OpenGroup.WAITING)
        for message_id in ids:
            try:
                self.undo(connection, message_id)
                done += 1
            except DamagedRecord:
                damaged += 1
            except (NotPermitted, StateError):
                log.debug("Message %d had left, or waits for an admin, before it could be cancelled.", message_id)
        return BulkResult(done, len(ids) - done - damaged, damaged)

    def check_again(self, connection: Connection, message_id: int) -> None:
        """Ask LeadLex again about a message that may have been sent: same API key, same Idempotency-Key, same bytes.

        Raises StateError after 24 hours, where it was sent as new, or where the API key of its first attempt is not at
        hand, NotApproved, and StoreError.
        """
        sender = self._find_sender(connection, message_id)
        self._admit(sender)
        now = self._clock()
        who = _to_sender(sender, connection)
        bounds = fresh_key_bounds(now)
        self._store.outbox.retry_unknown(message_id, connection.workspace_id, (Status.UNKNOWN,), who, now, bounds)
        self._dispatcher.wake()

    def send_as_new(self, connection: Connection, message_id: int) -> RecordedMessage:
        """Send an unknown message again under a new key, after a person accepted that it may arrive twice.

        Raises StateError where it is no longer unknown, NotApproved where it needs an approval, which the first one has
        used up, and StoreError.
        """
        self._check(connection, message_id)
        message = self._get_sound_message(connection, message_id)
        if message.summary.status is not Status.UNKNOWN:
            raise StateError("This mail has changed meanwhile. Look at it again.")
        try:
            return self._record(connection, str(uuid.uuid4()), message.mail, self._clock(), repeats=message.summary)
        except NotApproved:
            raise NotApproved(
                "A mail sent again needs a new approval. Choose Edit as new, and ask for a review of that draft."
            ) from None

    def mark_sent(self, connection: Connection, message_id: int) -> None:
        """Record that a person found the mail in the Sent folder. Raises StateError and StoreError."""
        self._mark(connection, message_id, Event.MARK_SENT, "marked_sent")

    def mark_unsent(self, connection: Connection, message_id: int) -> None:
        """Record that a person made sure that the mail never went out. Raises StateError and StoreError."""
        self._mark(connection, message_id, Event.MARK_UNSENT, "marked_unsent")

    def reopen(self, connection: Connection, message_id: int) -> Draft:
        """Return the draft by which a failed message is sent again; the message is kept.

        However often and by whomever this is called, it is one draft, until that is sent or deleted. Raises StateError
        and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        message = self._get_sound_message(connection, message_id)
        draft = to_draft(message, _to_copy_id(message, "reopen"))
        if known := self._store.drafts.get_draft(draft.id, connection.workspace_id, connection.member_id):
            return known
        if self._store.drafts.is_used(draft.id, connection.workspace_id):
            draft = replace(draft, id=str(uuid.uuid4()))
        mine = (draft, to_actor(connection))
        return self._store.outbox.reopen(message_id, connection.workspace_id, (Status.FAILED,), *mine)

    def copy(self, connection: Connection, message_id: int) -> Draft:
        """Save a draft with everything that a message has, files included.

        A copy that nobody has changed yet is returned again. Raises StateError and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        message = self._get_message(connection, message_id)
        draft = to_draft(message, _to_copy_id(message, "copy"))
        return self._save_copy(connection, draft, copied_from=message.summary.draft_id)

    def follow_up(self, connection: Connection, message_id: int, zone: tzinfo) -> Draft:
        """Save a draft that follows up a message, with the person's default signature.

        ``zone`` is the author's time zone. A follow-up that nobody has changed yet is returned again. Raises StateError
        where the message is gone or never went out, and StoreError.
        """
        self._permissions.require(connection, Right.WRITE)
        message = self._get_message(connection, message_id)
        if message.summary.status not in WENT_OUT:
            raise StateError("Only a mail that went out can be followed up. This one did not, or nobody knows.")
        signature = self._store.signatures.get_default(connection.workspace_id, connection.person)
        draft = to_follow_up(message, to_draft(message, _to_copy_id(message, "follow-up")), signature, zone)
        return self._save_copy(connection, draft)

    def dismiss(self, connection: Connection, message_id: int) -> None:
        """Record that a person has seen a failure. Raises StateError and StoreError."""
        self._permissions.require(connection, Right.SEND)
        self._store.outbox.change(message_id, connection.workspace_id, (Status.FAILED,), needs_you=False)

    def _save_copy(self, connection: Connection, draft: Draft, copied_from: str = "") -> Draft:
        known = self._store.drafts.get_draft(draft.id, connection.workspace_id, connection.member_id)
        if known is not None and replace(known, version=draft.version) == draft:
            return known
        if known is not None or self._store.drafts.is_used(draft.id, connection.workspace_id):
            draft = replace(draft, id=str(uuid.uuid4()))
        draft = replace(draft, written_by=connection.person)
        actor = to_actor(connection)
        saved = self._store.drafts.save_draft(draft, connection.workspace_id, actor=actor, copied_from=copied_from)
        return replace(draft, version=saved.version, is_private=actor.member_id is not None)

    def _admit(self, connection: Connection) -> None:
        # One at a time: what a second window has just sent must not count as missed in the first.
        with self._admitting:
            if self._keyring.get(connection.fingerprint) is None:
                self._dispatcher.admit(connection.fingerprint)
            self._keyring.hold(connection)

    def _get_message(self, connection: Connection, message_id: int) -> Message:
        message = self._store.history.get_message(message_id, connection.workspace_id)
        if message is None:
            raise StateError("This mail is not here any more.")
        if message.summary.body_dropped_at is not None:
            raise StateError("The text of this mail is not kept any more (see Settings), so write a new one instead.")
        return message

    def _get_sound_message(self, connection: Connection, message_id: int) -> Message:
        """Return a message whose draft would be what was written. Raises DamagedRecord where it would not be."""
        message = self._get_message(connection, message_id)
        if message.summary.damage:
            raise DamagedRecord(f"The record of this mail is damaged ({message.summary.damage}).")
        return message

    def _record(
        self,
        connection: Connection,
        draft_id: str,
        mail: OutgoingMail,
        now: float,
        send_at: float | None = None,
        repeats: MessageSummary | None = None,
        version: int | None = None,
    ) -> RecordedMessage:
        body = RequestBody(mail, self._store.blobs.read_blob)
        new = NewMessage(
            workspace_id=connection.workspace_id,
            draft_id=draft_id,
            mail=mail,
            idempotency_key=str(uuid.uuid4()),
            body_sha256=body.sha256(),
            body_length=body.length,
            created_at=now,
            due_at=send_at,
            supersedes_id=repeats.id if repeats else None,
            sent_by=connection.person,
            sender_id=connection.member_id,
            written_by=repeats.written_by if repeats else "",
            key_fingerprint=connection.fingerprint,
            draft_version=version,
        )
        self._admit(connection)
        recorded = self._store.outbox.insert_message(new)
        self._dispatcher.wake()
        return recorded

    def _reschedule(self, connection: Connection, message_id: int, due_at: float) -> None:
        """Make a held message, which certainly was not sent, due at another time.

        The click makes it the person's who clicks, unless a key has tried it: then only that key sends it.
        """
        sender = self._find_sender(connection, message_id)
        self._admit(sender)
        who = _to_sender(sender, connection)
        self._store.outbox.reschedule(message_id, connection.workspace_id, sources(Event.UNDO), who, due_at)
        self._dispatcher.wake()

    def _find_sender(self, connection: Connection, message_id: int) -> Connection:
        """Return the connection with which a message may be sent now. Raises StateError where its key is not at hand.

        How far LeadLex's Idempotency-Key reaches is not documented, so that after the first attempt only that attempt's
        API key is safe: with another one, the mail might be sent twice.
        """
        summary = self._check(connection, message_id)
        if summary.attempts == 0 or summary.key_fingerprint == connection.fingerprint:
            return connection
        held = self._keyring.get(summary.key_fingerprint)
        if held is None:
            raise StateError(f"This mail can only be tried again with {name_key(summary)}. It is not at hand.")
        return held

    def _check(self, connection: Connection, message_id: int) -> MessageSummary:
        """Return a message that whoever is connected may send, take back or settle.

        Raises StateError where it is gone, and NotPermitted.
        """
        self._permissions.require(connection, Right.SEND)
        summary = self._store.history.get_summary(message_id, connection.workspace_id)
        if summary is None:
            raise StateError("This mail is not here any more.")
        self._permissions.require_release(connection, summary)
        return summary

    def _mark(self, connection: Connection, message_id: int, event: Event, code: str) -> None:
        self._check(connection, message_id)
        self._store.outbox.change(
            message_id,
            connection.workspace_id,
            sources(event),
            status=transition(Status.UNKNOWN, event),
            needs_you=False,
            due_at=None,
            code=code,
            detail=None,
            settled_at=self._clock(),
            settled_by=connection.person,
        )


def _to_sender(holder: Connection, asker: Connection) -> Sender:
    """Return who sends from now on: the one who asks, with the key of the connection that may."""
    return Sender(holder.fingerprint, asker.person, asker.member_id)


def _to_copy_id(message: Message, purpose: str) -> str:
    """Name the first draft made of a message for a purpose, so that a second click finds it."""
    return str(uuid.uuid5(uuid.UUID(message.summary.idempotency_key), purpose))


def to_draft(message: Message, draft_id: str) -> Draft:
    """Turn a message back into a draft with everything that it can be composed from."""
    mail = message.mail
    return Draft(
        id=draft_id,
        to=", ".join(map(str, mail.to)),
        cc=", ".join(map(str, mail.cc)),
        bcc=", ".join(map(str, mail.bcc)),
        reply_to=str(mail.reply_to) if mail.reply_to else "",
        subject=mail.subject,
        markdown=mail.markdown,
        plain_text=mail.text if mail.text_edited else "",
        contact_id=mail.contact_id,
        deal_id=mail.deal_id,
        thread_id=mail.thread_id,
        # A file whose content is no longer stored cannot be sent again.
        attachments=tuple(file for file in mail.attachments if file.sha256 or file.storage_path),
        written_by=message.summary.written_by,
    )

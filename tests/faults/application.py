"""The app's components in a child, assembled as the server does, and the actions of a person who uses them."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from components.errors import StateError, StoreError, StoreUnreachable
from components.gateway import transport
from components.gateway.client import Client
from components.gateway.retry import RetryPolicy
from components.mailer.connection import open_workspace, to_fingerprint
from components.mailer.delivery import MailDelivery
from components.mailer.dispatcher import Dispatcher, Timings
from components.mailer.keyring import Keyring
from components.mailer.outbox import Outbox
from components.mailer.permissions import Permissions
from components.model import Address, ApiKey, Attachment, Connection, Draft, OutgoingMail, Status, WorkspaceSettings
from components.store import DraftSummary, MessageSummary, Store
from tests.faults import failing_disk, points, power
from tests.faults.event_log import EventLog
from tests.faults.plan import Plan
from tests.summaries import list_open

_MOST_DRAFTS = 10_000
T = TypeVar("T")


@dataclass
class Application:
    """Store, keyring, dispatcher and outbox of one process, with the actions of a person."""

    plan: Plan
    event_log: EventLog
    #: Set whenever an attempt was settled.
    moved: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        plan = self.plan
        # Only the duration changes: the real 160 s are too long for a test.
        transport.ANSWER_SECONDS = plan.answer_seconds
        points.after_commit(points.SETTLE, self.moved.set)
        power.arm(plan)
        failing_disk.arm(plan, self.event_log)
        if not plan.disk:
            points.arm(plan, self.event_log)
        if plan.no_dns:
            points.at_audit("socket.getaddrinfo", failing_disk.fail_dns)
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()
        self.store = Store(plan.database)
        key = ApiKey(plan.key)
        if plan.workspace:
            told = WorkspaceSettings(plan.workspace)
            fingerprint = to_fingerprint(key, plan.base_url, practice=True)
            self.store.workspaces.join_workspace(fingerprint, True, "practice", told)
        self.connection: Connection = open_workspace(self.store, key, plan.base_url, practice=True)
        self.keyring = Keyring()
        self.permissions = Permissions(self.store, has_sign_in=False)
        timings = Timings(lease=plan.lease, heartbeat=plan.heartbeat, poll=plan.poll, stop=5.0)
        policy = RetryPolicy(plan.max_tries, plan.base, plan.cap, plan.running)
        delivery = MailDelivery(self.store, self.open_client, policy, self.clock)
        self.dispatcher = Dispatcher(self.store, self.keyring, delivery, timings=timings, width=plan.width)
        self.outbox = Outbox(self.store, self.keyring, self.dispatcher, self.permissions, self.clock)
        self.store.workspaces.save_undo_seconds(self.connection.workspace_id, plan.undo_seconds)

    def clock(self) -> float:
        """Return this child's idea of the time, in epoch seconds."""
        return time.time() + self.plan.clock_shift

    def open_client(self, base_url: str) -> Client:
        """Return the client of an address; one per address."""
        with self._lock:
            if base_url not in self._clients:
                self._clients[base_url] = Client(base_url)
            return self._clients[base_url]

    def type(self, draft_id: str) -> None:
        """Save a draft as the editor does; once ``drafted`` is recorded it must not be lost."""
        plan = self.plan
        files: tuple[Attachment, ...] = ()
        if plan.attachment and not (plan.warm and draft_id == plan.drafts[0]):
            content = random.Random(plan.attachment).randbytes(plan.attachment)
            sha256 = self.store.blobs.save_blob([content])
            files = (Attachment("file.bin", "application/octet-stream", plan.attachment, sha256),)
        draft = Draft(draft_id, to=plan.recipient, subject=draft_id, markdown="Dear Sir", attachments=files)
        self.store.drafts.save_draft(draft, self.connection.workspace_id)
        self.event_log.record("drafted", draft_id)

    def send(self, draft_id: str) -> int:
        """Click on Send; once ``saved`` is recorded the mail must go out exactly once."""
        draft = self.store.drafts.get_draft(draft_id, self.connection.workspace_id)
        if draft is not None:
            return self._send(draft)
        # Another process that settles may have sent it already.
        sent = self.store.history.find_summary(draft_id, self.connection.workspace_id)
        if sent is None:
            raise AssertionError(f"the draft {draft_id} is gone")
        return sent.id

    def _send(self, draft: Draft) -> int:
        enqueued = self.outbox.enqueue(self.connection, draft.id, to_mail(draft))
        self.event_log.record("saved", draft.id)
        return enqueued.message_id

    def _send_left(self, draft_id: str) -> None:
        """Send a draft that was found, unless another process has; the final count tells what is lost."""
        draft = self.store.drafts.get_draft(draft_id, self.connection.workspace_id)
        if draft is not None:
            self._send(draft)

    def settle(self) -> None:
        """Act as a person until every mail is settled: send what is left, check what is unknown."""
        until = time.monotonic() + self.plan.seconds
        asked: Counter[int] = Counter()
        left = () if self.plan.leave else self._wait_for_database(self._list_drafts)
        for line in left:
            self._wait_for_database(partial(self._send_left, line.id))
        while time.monotonic() < until:
            self.moved.clear()
            entries = self._wait_for_database(lambda: list_open(self.store, self.connection.workspace_id))
            idle = [e for e in entries if e.due_at is None and e.status in (Status.HELD, Status.UNKNOWN)]
            # An undo window that a killed process left open: do not wait for its end.
            idle += [e for e in entries if e.status is Status.HELD and e.undo_until and e.undo_until > time.time() + 1]
            ready = [entry for entry in idle if asked[entry.id] < self.plan.asks and not self.plan.leave]
            for entry in ready:
                asked[entry.id] += 1
                self._decide(entry)
            if not ready and not any(e.due_at is not None or e.status is Status.SENDING for e in entries):
                return
            self.moved.wait(0.02)
        self.event_log.record("late")

    def _list_drafts(self) -> tuple[DraftSummary, ...]:
        return self.store.drafts.list_drafts(self.connection.workspace_id, _MOST_DRAFTS)

    def _wait_for_database(self, action: Callable[[], T]) -> T:
        """Repeat an action, as a person does, until the database's server answers."""
        until = time.monotonic() + self.plan.seconds
        while True:
            try:
                return action()
            except StoreUnreachable as error:
                if time.monotonic() > until:
                    raise
                self.event_log.record("away", str(error))
                self.moved.wait(0.1)

    def _decide(self, entry: MessageSummary) -> None:
        try:
            if entry.status is Status.HELD:
                self.outbox.send_now(self.connection, entry.id)
            else:
                self.event_log.record("asked", entry.subject)
                self.outbox.check_again(self.connection, entry.id)
        except (StateError, StoreError) as error:
            self.event_log.record("refused", f"{entry.subject} {error}")

    def close(self) -> None:
        """Stop as the server does."""
        self.dispatcher.stop()
        for client in self._clients.values():
            client.close()
        self.store.close()


def to_mail(draft: Draft) -> OutgoingMail:
    """Build a draft's mail as preflight does; its subject is the draft's id, which the gateway's deliveries show."""
    return OutgoingMail(
        to=(Address("", draft.to),),
        subject=draft.subject,
        html=f"<p>{draft.markdown}, {draft.id}</p>",
        text=f"{draft.markdown}, {draft.id}",
        markdown=draft.markdown,
        attachments=draft.attachments,
    )

"""The app's parts in a child, wired as the server wires them, and the person who works with them."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from components.errors import StateError, StoreError
from components.gateway import transport
from components.gateway.client import Client
from components.gateway.retry import RetryPolicy
from components.mailer.connection import open_workspace
from components.mailer.delivery import MailDelivery
from components.mailer.dispatcher import Dispatcher, Timings
from components.mailer.keyring import Keyring
from components.mailer.outbox import Outbox
from components.model import Address, ApiKey, Attachment, Connection, Draft, OutgoingMail, Status
from components.store import MessageSummary, Store
from tests.faults import disk, points, power
from tests.faults.journal import Journal
from tests.faults.plan import Plan

KEY = ApiKey("wbk_faults")
_MOST_DRAFTS = 10_000


@dataclass
class Office:
    """Store, keyring, dispatcher and outbox of one process, and what a person does with them."""

    plan: Plan
    journal: Journal
    #: Set whenever an attempt was settled.
    moved: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        plan = self.plan
        # Numbers, not behaviour: with the real 160 s no stalled wire could be tested.
        transport.ANSWER_SECONDS = plan.answer_seconds
        points.after_commit(points.SETTLE, self.moved.set)
        power.arm(plan)
        disk.arm(plan, self.journal)
        if not plan.disk:
            points.arm(plan, self.journal)
        if plan.no_dns:
            points.at_audit("socket.getaddrinfo", disk.fail_dns)
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()
        self.store = Store(f"sqlite:///{plan.database}")
        self.connection: Connection = open_workspace(self.store, KEY, plan.base_url, practice=True)
        self.keyring = Keyring()
        timings = Timings(lease=plan.lease, heartbeat=plan.heartbeat, poll=plan.poll, stop=5.0)
        policy = RetryPolicy(plan.max_tries, plan.base, plan.cap, plan.running)
        delivery = MailDelivery(self.store, self.open_client, policy, self.clock)
        self.dispatcher = Dispatcher(self.store, self.keyring, delivery, timings=timings, width=plan.width)
        self.outbox = Outbox(self.store, self.keyring, self.dispatcher, self.clock)
        self.store.workspaces.save_undo_seconds(self.connection.workspace_id, plan.undo_seconds)

    def clock(self) -> float:
        """Epoch seconds as this child believes."""
        return time.time() + self.plan.clock_shift

    def open_client(self, base_url: str) -> Client:
        """The one client of an address."""
        with self._lock:
            if base_url not in self._clients:
                self._clients[base_url] = Client(base_url)
            return self._clients[base_url]

    def type(self, draft_id: str) -> None:
        """Save a draft as the editor does; from ``drafted`` on it must not get lost."""
        plan = self.plan
        files: tuple[Attachment, ...] = ()
        if plan.attachment and not (plan.warm and draft_id == plan.drafts[0]):
            content = random.Random(plan.attachment).randbytes(plan.attachment)
            sha256 = self.store.blobs.save_blob([content])
            files = (Attachment("file.bin", "application/octet-stream", plan.attachment, sha256),)
        draft = Draft(draft_id, to=plan.recipient, subject=draft_id, markdown="Dear Sir", attachments=files)
        self.store.drafts.save_draft(draft, self.connection.workspace_id)
        self.journal.note("drafted", draft_id)

    def send(self, draft_id: str) -> int:
        """Click on Send; from ``saved`` on it must go out exactly once."""
        draft = self.store.drafts.get_draft(draft_id, self.connection.workspace_id)
        if draft is None:
            raise AssertionError(f"the draft {draft_id} is gone")
        enqueued = self.outbox.enqueue(self.connection, draft_id, to_mail(draft))
        self.journal.note("saved", draft_id)
        return enqueued.message_id

    def settle(self) -> None:
        """Do what a person does until everything is at rest: send what was left, check what is unknown."""
        until = time.monotonic() + self.plan.seconds
        asked: Counter[int] = Counter()
        left = () if self.plan.leave else self.store.drafts.list_drafts(self.connection.workspace_id, _MOST_DRAFTS)
        for line in left:
            self.send(line.id)
        while time.monotonic() < until:
            self.moved.clear()
            entries = self.store.outbox.list_open(self.connection.workspace_id)
            idle = [e for e in entries if e.due_at is None and e.status in (Status.HELD, Status.UNKNOWN)]
            # An undo window that a killed life left open: the person has no patience.
            idle += [e for e in entries if e.status is Status.HELD and e.undo_until and e.undo_until > time.time() + 1]
            ready = [entry for entry in idle if asked[entry.id] < self.plan.asks and not self.plan.leave]
            for entry in ready:
                asked[entry.id] += 1
                self._decide(entry)
            if not ready and not any(e.due_at is not None or e.status is Status.SENDING for e in entries):
                return
            self.moved.wait(0.02)
        self.journal.note("late")

    def _decide(self, entry: MessageSummary) -> None:
        try:
            if entry.status is Status.HELD:
                self.outbox.send_now(self.connection, entry.id)
            else:
                self.journal.note("asked", entry.subject)
                self.outbox.check_again(self.connection, entry.id)
        except (StateError, StoreError) as error:
            self.journal.note("refused", f"{entry.subject} {error}")

    def close(self) -> None:
        """Stop as the server stops."""
        self.dispatcher.stop()
        for client in self._clients.values():
            client.close()
        self.store.close()


def to_mail(draft: Draft) -> OutgoingMail:
    """The mail of a draft, as preflight makes it; the subject is the draft's id, by which the gateway is searched."""
    return OutgoingMail(
        to=(Address("", draft.to),),
        subject=draft.subject,
        html=f"<p>{draft.markdown}, {draft.id}</p>",
        text=f"{draft.markdown}, {draft.id}",
        markdown=draft.markdown,
        attachments=draft.attachments,
    )

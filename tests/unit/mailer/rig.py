"""The workflow with a real database and the real client; only the wire and the clock are simulated."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx

from components.gateway import Client
from components.gateway.retry import RetryPolicy
from components.mailer.connection import open_workspace, refresh
from components.mailer.delivery import MailDelivery
from components.mailer.dispatcher import Dispatcher, Timings
from components.mailer.keyring import Keyring
from components.mailer.outbox import Outbox
from components.mailer.permissions import Permissions
from components.model import Address, ApiKey, Attachment, OutgoingMail, Status, WorkspaceSettings
from components.store import Attempt, MessageSummary, Store

Step = Callable[[httpx.Request], httpx.Response]

BASE_URL = "https://leadlex.test/v1"
START = 1_800_000_000.0
KEY = ApiKey("wbk_test_1")
MAIL = OutgoingMail(
    to=(Address("Jané Doe, GC", "jane@example.com"),),
    cc=(Address("", "cc@example.com"),),
    reply_to=Address("Desk", "desk@example.com"),
    subject="Hello ✓",
    html="<p>Hi</p>",
    text="Hi",
    markdown="Hi",
    contact_id="contact-1",
    deal_id="deal-1",
    thread_id="thread-1",
)
#: Tests that jump in time do not simulate a computer that slept.
TIMINGS = Timings(poll=0.01, sleep_gap=1e12, stop=5.0)


class Clock:
    """Epoch seconds that a test can move."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class Wire:
    """LeadLex as the client meets it: scripted answers, after that every message is sent once for each key."""

    def __init__(self) -> None:
        self.script: deque[Step] = deque()
        self.seen: list[tuple[str, bytes]] = []
        #: The Authorization header of each request.
        self.authorizations: list[str] = []
        self.delivered: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        key = request.headers["Idempotency-Key"]
        with self._lock:
            self.seen.append((key, request.content))
            self.authorizations.append(request.headers["Authorization"])
            step = self.script.popleft() if self.script else None
        return step(request) if step else self.accept(request)

    def accept(self, request: httpx.Request) -> httpx.Response:
        """Send the mail, or repeat the first answer for a known key."""
        key = request.headers["Idempotency-Key"]
        with self._lock:
            self.delivered[key] = 1
        return said(200, to_data("sent", f"m-{key}"))(request)


def to_data(status: str, message_id: str = "m-1") -> dict[str, object]:
    """Build the body of a 2xx."""
    return {"data": {"id": message_id, "thread_id": "t-1", "provider": "gmail", "status": status, "sent_at": "now"}}


def said(status: int, body: object = None, **headers: str) -> Step:
    """Build an answer with this status; underscores in header names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: httpx.Response(status, json=body, headers=named)


def broke(error: type[httpx.HTTPError], text: str = "broken") -> Step:
    """Build a step that gives no answer."""

    def step(_request: httpx.Request) -> httpx.Response:
        raise error(text)

    return step


class Rig:
    """One process's workflow on the database at a URL; several may share one."""

    def __init__(self, url: str, wire: Wire, clock: Clock, *, key: ApiKey = KEY, timings: Timings = TIMINGS) -> None:
        self.store = Store(url)
        self.wire, self.clock = wire, clock
        self.client = Client(BASE_URL, transport=httpx.MockTransport(wire))
        self.keyring = Keyring()
        self.permissions = Permissions(self.store, has_sign_in=False)
        self.delivery = MailDelivery(
            self.store, lambda _url: self.client, RetryPolicy(), clock=clock, chance=lambda: 0.5
        )
        self._timings = timings
        self.renew()
        self.connection = open_workspace(self.store, key, BASE_URL)
        self.store.workspaces.save_undo_seconds(self.connection.workspace_id, 0)

    def join(self, leadlex_id: str = "ws-1") -> None:
        """Learn from LeadLex which workspace the key belongs to."""
        told = WorkspaceSettings(leadlex_id, "Reuter & Partners")
        self.store.workspaces.join_workspace(self.connection.fingerprint, False, BASE_URL, told)
        self.connection = refresh(self.store, self.connection)
        self.store.workspaces.save_undo_seconds(self.connection.workspace_id, 0)

    def renew(self) -> None:
        """Create a fresh dispatcher: a stopped one does not start again."""
        self.dispatcher = Dispatcher(self.store, self.keyring, self.delivery, timings=self._timings)
        self.outbox = Outbox(self.store, self.keyring, self.dispatcher, self.permissions, self.clock)

    @property
    def paused_until(self) -> float | None:
        """Until when LeadLex limits the connected key (epoch seconds)."""
        known = self.store.api_keys.find_key(self.connection.fingerprint)
        assert known is not None
        return known.paused_until

    @property
    def workspace_id(self) -> int:
        """The id of the connected workspace."""
        return self.connection.workspace_id

    def close(self) -> None:
        """Stop everything."""
        self.dispatcher.stop()
        self.client.close()
        self.store.close()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Dispatch in the background."""
        self.dispatcher.start()
        try:
            yield
        finally:
            self.dispatcher.stop()
            self.renew()

    def pass_heartbeats(self, count: int) -> None:
        """Let the running dispatcher send so many heartbeats, ten seconds apart."""
        for _ in range(count):
            self.clock.now += 10
            await_true(self.has_sent_heartbeat)

    def has_sent_heartbeat(self) -> bool:
        """Tell whether the last heartbeat of every dispatcher is of this moment."""
        return all(each.until == self.clock.now + TIMINGS.lease for each in self.store.leases.list_heartbeats())

    def send(self, mail: OutgoingMail = MAIL, draft_id: str = "", send_at: float | None = None) -> int:
        """Click on Send; return the message's id."""
        return self.outbox.enqueue(self.connection, draft_id or str(uuid.uuid4()), mail, send_at=send_at).message_id

    def summary(self, message_id: int) -> MessageSummary:
        """Return the message as it is now."""
        summary = self.store.history.get_summary(message_id, self.workspace_id)
        assert summary is not None
        return summary

    def attempts(self, message_id: int) -> tuple[Attempt, ...]:
        """Return the attempts of a message as they are now."""
        message = self.store.history.get_message(message_id, self.workspace_id)
        assert message is not None
        return message.attempts

    def settle(self, message_id: int, *steps: Step) -> MessageSummary:
        """Let a message go out with these answers, until nothing is due at once."""
        self.wire.script.extend(steps)
        with self.running():
            await_true(lambda: at_rest(self.summary(message_id), self.clock.now))
        return self.summary(message_id)

    def with_file(self, content: bytes, mail: OutgoingMail = MAIL) -> OutgoingMail:
        """Return the mail with a stored file."""
        sha256 = self.store.blobs.save_blob([content])
        return replace(mail, attachments=(Attachment("a.bin", "application/octet-stream", len(content), sha256),))


def at_rest(summary: MessageSummary, now: float) -> bool:
    """Tell whether nothing happens to a message until the clock moves."""
    return summary.status is not Status.SENDING and (summary.due_at is None or summary.due_at > now)


def await_true(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    """Poll until a condition holds; fail if it does not in time."""
    pause, until = threading.Event(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "what was awaited did not happen"
        pause.wait(0.005)

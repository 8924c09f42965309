"""The pieces that the benchmarks share: the app's parts without Streamlit, the bare loop, and a table."""

from __future__ import annotations

import gc
import sqlite3
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import sqlalchemy as sa

from components.gateway.client import Client
from components.gateway.request_body import RequestBody
from components.mailer.connection import open_workspace
from components.mailer.delivery import MailDelivery
from components.mailer.dispatcher import Dispatcher
from components.mailer.keyring import Keyring
from components.mailer.outbox import Outbox
from components.mailer.permissions import Permissions
from components.model import Address, ApiKey, OutgoingMail
from components.store import AttemptResult, Claim, Store
from components.store.leases import LeaseStore

KEY = ApiKey("wbk_benchmark")


@dataclass
class App:
    """Store, dispatcher and outbox as the server wires them; ``settled`` is released once for each settled attempt."""

    folder: Path
    base_url: str
    width: int = 4
    settled: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self.store = Store(f"sqlite:///{self.folder / 'app.db'}")
        self.client = Client(self.base_url)
        self.connection = open_workspace(self.store, KEY, self.base_url)
        self.store.workspaces.save_undo_seconds(self.connection.workspace_id, 0)
        self.leases = _NotedLeases(self.store.engine, self.settled)
        self.store.leases = self.leases
        keyring = Keyring()
        keyring.pin(self.connection)
        delivery = MailDelivery(self.store, lambda _: self.client)
        self.dispatcher = Dispatcher(self.store, keyring, delivery, width=self.width)
        self.outbox = Outbox(self.store, keyring, self.dispatcher, Permissions(self.store, has_sign_in=False))
        # As app.py does when the server has started.
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        """Stop and close."""
        self.dispatcher.stop()
        self.client.close()
        self.store.close()


class _NotedLeases(LeaseStore):
    """The real one, which tells of each settle that was committed."""

    def __init__(self, engine: sa.Engine, settled: threading.Semaphore) -> None:
        super().__init__(engine)
        self._settled = settled
        #: When the last one was committed: before whoever waits for it has come to itself.
        self.settled_at = 0.0

    def settle(self, claim: Claim, end: AttemptResult) -> bool:
        """Settle, then tell."""
        held = super().settle(claim, end)
        self.settled_at = timed()
        self._settled.release()
        return held


class BareLoop:
    """A reused httpx.Client and two durable commits a mail: what a send cannot do without."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self._url = base_url + "/v1/email/send"
        self._client = httpx.Client(trust_env=False)
        self._database = sqlite3.connect(folder / "bare.db", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE mail (key TEXT PRIMARY KEY, body BLOB, status TEXT, answer TEXT)",
        ):
            self._database.execute(statement)

    def send(self, body: bytes) -> None:
        """Record, POST, settle."""
        key = str(uuid.uuid4())
        self._database.execute("INSERT INTO mail VALUES (?, ?, 'held', NULL)", (key, body))
        headers = {
            "Authorization": f"Bearer {KEY.reveal()}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        answer = self._client.post(self._url, content=body, headers=headers)
        answer.raise_for_status()
        values = (answer.json()["data"]["id"], key)
        self._database.execute("UPDATE mail SET status = 'sent', answer = ? WHERE key = ?", values)

    def close(self) -> None:
        """Close both."""
        self._client.close()
        self._database.close()


def to_mail(number: int) -> OutgoingMail:
    """An ordinary mail of about 4 KB."""
    text = f"Mail {number}. " + "We write to you about the matter we discussed last week. " * 30
    return OutgoingMail(
        (Address("Jane Doe", "jane@example.org"),), f"About matter {number}", f"<p>{text}</p>", text, text
    )


def to_body(mail: OutgoingMail) -> bytes:
    """The request body of a mail without files."""
    return b"".join(RequestBody(mail, lambda _: iter(())))


def print_table(title: str, rows: Sequence[tuple[str, float, str]], ratio: str) -> None:
    """A title, named figures with their unit, and the ratio that counts."""
    print(f"\n{title}")
    for name, value, unit in rows:
        print(f"  {name:44} {value:10.2f} {unit}")
    print(f"  {ratio}")


def timed() -> float:
    """Seconds on the clock that benchmarks use."""
    return time.perf_counter()

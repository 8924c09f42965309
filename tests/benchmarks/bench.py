"""What the benchmarks share: the app's components without Streamlit, the bare loop, and a table."""

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

from components.gateway.body import RequestBody
from components.gateway.client import Client
from components.mailer.connection import open_workspace
from components.mailer.delivery import Courier
from components.mailer.dispatcher import Dispatcher
from components.mailer.keyring import Keyring
from components.mailer.outbox import Outbox
from components.model import Address, ApiKey, Mail
from components.store import Claim, Settlement, Store
from components.store.leases import LeaseStore

KEY = ApiKey("wbk_benchmark")


@dataclass
class App:
    """Store, dispatcher and outbox as the server assembles them; ``settled`` is released once per settled attempt."""

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
        courier = Courier(lambda _: self.client, self.store.blobs.read_blob)
        self.dispatcher = Dispatcher(self.store, keyring, courier, width=self.width)
        self.outbox = Outbox(self.store, keyring, self.dispatcher)
        # As app.py does when the server has started.
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        """Stop and close."""
        self.dispatcher.stop()
        self.client.close()
        self.store.close()


class _NotedLeases(LeaseStore):
    """The real lease store, which also signals each committed settle."""

    def __init__(self, engine: sa.Engine, settled: threading.Semaphore) -> None:
        super().__init__(engine)
        self._settled = settled
        #: The time of the last commit, before the waiting thread wakes up.
        self.settled_at = 0.0

    def settle(self, claim: Claim, end: Settlement) -> bool:
        """Settle, then signal."""
        held = super().settle(claim, end)
        self.settled_at = timed()
        self._settled.release()
        return held


class BareLoop:
    """A reused httpx.Client and two durable commits per mail: the least that a send needs."""

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


def to_mail(number: int) -> Mail:
    """Build an ordinary mail of about 4 KB."""
    text = f"Mail {number}. " + "We write to you about the matter we discussed last week. " * 30
    return Mail((Address("Jane Doe", "jane@example.org"),), f"About matter {number}", f"<p>{text}</p>", text, text)


def to_body(mail: Mail) -> bytes:
    """Build the request body of a mail without files."""
    return b"".join(RequestBody(mail, lambda _: iter(())))


def print_table(title: str, rows: Sequence[tuple[str, float, str]], ratio: str) -> None:
    """Print a title, named figures with their unit, and the ratio to compare."""
    print(f"\n{title}")
    for name, value, unit in rows:
        print(f"  {name:44} {value:10.2f} {unit}")
    print(f"  {ratio}")


def timed() -> float:
    """Return the seconds of the clock that benchmarks use."""
    return time.perf_counter()

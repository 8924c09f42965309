"""What the practice gateway has answered and handed to the provider: an SQLite file that survives a kill.

Accepting a mail is one commit, which stores the answer and the delivery together; the mail's file is written and
synced under a provisional name before it and gets its own name after it. A file without its commit was never accepted
and is removed in the end; a commit without the rename is completed at the next start. Requests that still run are
known in memory alone, so that a dead process blocks no Idempotency-Key.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Retries with a key are deduplicated for 24 hours (the LeadLex API).
REMEMBERED_SECONDS = 86_400
#: A provisional file younger than this may belong to another process that is just writing it.
ABANDONED_SECONDS = 3_600

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    key_fingerprint TEXT NOT NULL, idempotency_key TEXT NOT NULL, body_sha256 TEXT NOT NULL,
    status INTEGER NOT NULL, body BLOB NOT NULL, request_id TEXT NOT NULL, stored_at REAL NOT NULL,
    PRIMARY KEY (key_fingerprint, idempotency_key)
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, idempotency_key TEXT NOT NULL, key_fingerprint TEXT NOT NULL,
    body_sha256 TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, accepted_at REAL NOT NULL,
    eml TEXT NOT NULL, message_id TEXT NOT NULL, thread_id TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS deliveries_by_thread ON deliveries (thread_id);
"""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer kept for its Idempotency-Key."""

    body_sha256: str
    status: int
    body: bytes
    request_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A mail that was handed to the provider; ``to`` as one header line, ``accepted_at`` in epoch seconds.

    ``idempotency_key`` is empty for a request without one; ``eml`` is the name of its file in the folder ``sent``.
    """

    id: int
    idempotency_key: str
    key_fingerprint: str
    body_sha256: str
    to: str
    subject: str
    accepted_at: float
    eml: str
    message_id: str
    thread_id: str


class Ledger:
    """The ledger in ``folder`` (made where missing); mails lie in its folder ``sent``. Used from any thread."""

    def __init__(self, folder: Path) -> None:
        self._sent = folder / "sent"
        self._sent.mkdir(parents=True, exist_ok=True)
        self._path = folder / "practice.db"
        self._lock = threading.Lock()
        self._connection = self._connect()
        self._connection.executescript(_SCHEMA)
        self._recover()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    def find_answer(self, key_fingerprint: str, idempotency_key: str, now: float) -> StoredAnswer | None:
        """The answer stored for a key within the last 24 hours (``now`` in epoch seconds)."""
        with self._lock:
            return self._find(key_fingerprint, idempotency_key, now)

    def store_answer(self, key_fingerprint: str, idempotency_key: str, answer: StoredAnswer, now: float) -> None:
        """Keep the answer to a request that delivered nothing."""
        with self._transaction():
            self._insert_answer(key_fingerprint, idempotency_key, answer, now)

    def accept(self, delivery: Delivery, eml: bytes, answer: StoredAnswer) -> StoredAnswer:
        """Deliver a mail durably: its file, its record and its answer, or none of them.

        Gives the answer back, or that of another process which was faster with the same key; then this one delivered
        nothing. ``delivery.id`` is given by the database.
        """
        provisional = self._sent / f"{delivery.eml}.part"
        _write_synced(provisional, eml)
        with self._transaction():
            if delivery.idempotency_key:
                earlier = self._find(delivery.key_fingerprint, delivery.idempotency_key, delivery.accepted_at)
                if earlier:
                    provisional.unlink()
                    return earlier
                self._insert_answer(delivery.key_fingerprint, delivery.idempotency_key, answer, delivery.accepted_at)
            self._insert_delivery(delivery)
        _publish(provisional)
        return answer

    def list_message_ids(self, thread_id: str) -> tuple[str, ...]:
        """The ``Message-ID`` of each mail delivered into a conversation, oldest first."""
        query = "SELECT message_id FROM deliveries WHERE thread_id = ? ORDER BY id"
        with self._lock:
            return tuple(row[0] for row in self._connection.execute(query, (thread_id,)))

    def list_deliveries(self) -> tuple[Delivery, ...]:
        """Everything handed to the provider, oldest first."""
        query = (
            "SELECT id, idempotency_key, key_fingerprint, body_sha256, recipients, subject, accepted_at, eml,"
            " message_id, thread_id FROM deliveries ORDER BY id"
        )
        with self._lock:
            return tuple(Delivery(*row) for row in self._connection.execute(query))

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit what the block does, or nothing of it; other processes wait."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _find(self, key_fingerprint: str, idempotency_key: str, now: float) -> StoredAnswer | None:
        query = (
            "SELECT body_sha256, status, body, request_id FROM answers"
            " WHERE key_fingerprint = ? AND idempotency_key = ? AND stored_at > ?"
        )
        values = (key_fingerprint, idempotency_key, now - REMEMBERED_SECONDS)
        row = self._connection.execute(query, values).fetchone()
        return StoredAnswer(*row) if row else None

    def _insert_answer(self, key_fingerprint: str, idempotency_key: str, answer: StoredAnswer, now: float) -> None:
        # REPLACE: the key may have been used more than 24 hours ago.
        self._connection.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key_fingerprint, idempotency_key, answer.body_sha256, answer.status, answer.body, answer.request_id, now),
        )

    def _insert_delivery(self, delivery: Delivery) -> None:
        self._connection.execute(
            "INSERT INTO deliveries (idempotency_key, key_fingerprint, body_sha256, recipients, subject, accepted_at,"
            " eml, message_id, thread_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                delivery.idempotency_key,
                delivery.key_fingerprint,
                delivery.body_sha256,
                delivery.to,
                delivery.subject,
                delivery.accepted_at,
                delivery.eml,
                delivery.message_id,
                delivery.thread_id,
            ),
        )

    def _recover(self) -> None:
        """Complete what a killed process had accepted, and clear away what it had not."""
        for provisional in self._sent.glob("*.part"):
            query = "SELECT 1 FROM deliveries WHERE eml = ?"
            if self._connection.execute(query, (provisional.stem,)).fetchone():
                _publish(provisional)
                continue
            # Another process may have published or removed it in between.
            with contextlib.suppress(FileNotFoundError):
                if provisional.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                    provisional.unlink()


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _publish(provisional: Path) -> None:
    """Give an accepted mail its own name, unless another process that recovers has done it already."""
    with contextlib.suppress(FileNotFoundError):
        provisional.rename(provisional.with_suffix(""))

"""Answers and deliveries of the practice gateway, in an SQLite file that survives a killed process.

One commit accepts a mail: it stores the answer and the delivery together. Before it, the mail's file is written and
synced under a provisional name; after it, the file is renamed. A file without a commit was never accepted and is
deleted later; a commit without the rename is completed at the next start. Running requests are held in memory only, so
a dead process blocks no Idempotency-Key.
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

from components.model import DAY_SECONDS
from components.private_files import create_private_file, make_private_folder

#: A provisional file younger than this may belong to another process that is writing it.
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
    """An answer stored under its Idempotency-Key."""

    body_sha256: str
    status: int
    body: bytes
    request_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An accepted mail; ``to`` is one header line, ``accepted_at`` is in epoch seconds.

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


class DeliveryStore:
    """Store answers and deliveries in ``folder``, created if missing, and mails in its ``sent``; thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._sent = folder / "sent"
        make_private_folder(self._sent)
        self._path = folder / "practice.db"
        with contextlib.suppress(FileExistsError):
            create_private_file(self._path)
        self._lock = threading.Lock()
        self._connection = self._connect()
        self._connection.executescript(_SCHEMA)
        self._recover()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    def find_answer(self, key_fingerprint: str, idempotency_key: str, now: float) -> StoredAnswer | None:
        """Return the answer stored for a key within the last 24 hours, or None; ``now`` in epoch seconds."""
        with self._lock:
            return self._find(key_fingerprint, idempotency_key, now)

    def store_answer(self, key_fingerprint: str, idempotency_key: str, answer: StoredAnswer, now: float) -> None:
        """Store the answer to a request that delivered nothing."""
        with self._transaction():
            self._insert_answer(key_fingerprint, idempotency_key, answer, now)

    def accept(self, delivery: Delivery, eml: bytes, answer: StoredAnswer) -> StoredAnswer:
        """Store a mail's file, delivery and answer durably, or none of them, and return the answer.

        Returns the answer of another process if it accepted the same key first; this one then delivers nothing. The
        database assigns ``delivery.id``.
        """
        provisional = self._sent / f"{delivery.eml}.part"
        _write_synced(provisional, eml)
        with self._transaction():
            if delivery.idempotency_key:
                stored = self._find(delivery.key_fingerprint, delivery.idempotency_key, delivery.accepted_at)
                if stored:
                    provisional.unlink()
                    return stored
                self._insert_answer(delivery.key_fingerprint, delivery.idempotency_key, answer, delivery.accepted_at)
            self._insert_delivery(delivery)
        _publish(provisional)
        return answer

    def list_message_ids(self, thread_id: str) -> tuple[str, ...]:
        """List the ``Message-ID`` of each mail delivered into a thread, oldest first."""
        query = "SELECT message_id FROM deliveries WHERE thread_id = ? ORDER BY id"
        with self._lock:
            return tuple(row[0] for row in self._connection.execute(query, (thread_id,)))

    def list_deliveries(self) -> tuple[Delivery, ...]:
        """List every accepted mail, oldest first."""
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
        """Commit all the block's statements or none; other processes wait."""
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
        values = (key_fingerprint, idempotency_key, now - DAY_SECONDS)
        row = self._connection.execute(query, values).fetchone()
        return StoredAnswer(*row) if row else None

    def _insert_answer(self, key_fingerprint: str, idempotency_key: str, answer: StoredAnswer, now: float) -> None:
        # REPLACE: an answer older than 24 hours may still be stored under the key.
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
        """Publish the files that a killed process had accepted, and delete those that it had not."""
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
    create_private_file(path)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _publish(provisional: Path) -> None:
    """Rename an accepted mail's file, unless another recovering process has already done it."""
    with contextlib.suppress(FileNotFoundError):
        provisional.rename(provisional.with_suffix(""))

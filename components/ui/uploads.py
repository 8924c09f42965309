"""Uploaded files that are not attached to a draft yet, each under a receipt that only its browser session can use."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from components.model import Attachment
from components.ui.browser_sessions import BrowserSession

#: Lifetime of a receipt, in seconds. The store keeps unreferenced content for a day, which is longer.
RECEIPT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class _Upload:
    file: Attachment
    session: BrowserSession
    expires_at: float


class Uploads:
    """The receipts of all uploads, in memory only. ``clock`` gives monotonic seconds. Safe for threads.

    Receipts are random. If a file's digest served as its receipt, anybody who knew the digest could attach the file.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._uploads: dict[str, _Upload] = {}

    def add(self, file: Attachment, session: BrowserSession) -> str:
        """Register a file that is in the store, and return its receipt."""
        receipt, now = secrets.token_urlsafe(16), self._clock()
        with self._lock:
            self._uploads = {key: upload for key, upload in self._uploads.items() if upload.expires_at > now}
            self._uploads[receipt] = _Upload(file, session, now + RECEIPT_SECONDS)
        return receipt

    def find(self, receipt: str, session: BrowserSession | None) -> Attachment | None:
        """Return the file of a receipt; None for one that is unknown, too old or of another session."""
        with self._lock:
            upload = self._uploads.get(receipt)
        if upload is None or upload.session is not session or upload.expires_at <= self._clock():
            return None
        return upload.file

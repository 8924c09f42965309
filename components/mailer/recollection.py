"""What is known beside a draft while it is written: earlier mails, and what lies in attached archives.

A preflight runs on every rerun, so all of it is remembered: earlier mails for some seconds, archives by their content.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Protocol, TypeVar

from components.errors import StoreError
from components.message import DAYS, MIME_LIMIT, Archive, is_archive, read_archive
from components.model import Attachment, BlobReader, Written

K = TypeVar("K")
V = TypeVar("V")

#: Seconds that earlier mails are remembered, and how many answers are kept.
FORGET, KEPT = 15.0, 256
#: Archives of one mail that are looked into.
ARCHIVES = 10
#: Bytes of an archive that are held in memory; more goes through a file.
_IN_MEMORY = 1024 * 1024


class EarlierMails(Protocol):
    """What is needed of the store; either method may raise StoreError."""

    def list_written_to(
        self, workspace_id: int, mailboxes: Collection[str], since: float, limit: int = 50
    ) -> tuple[Written, ...]:
        """Mails since then (epoch seconds) that went to any of the mailboxes, newest first."""
        ...

    def list_last_written(self, workspace_id: int, limit: int = 3) -> tuple[Written, ...]:
        """The last mails that went out, newest first."""
        ...


class Recollection:
    """Looks things up for preflights, and remembers them. Safe for threads.

    Nothing here raises: where the store fails, nothing is known, and the mail can be sent all the same.
    """

    def __init__(self, mails: EarlierMails, read_blob: BlobReader, clock: Callable[[], float] = time.time) -> None:
        self._mails = mails
        self._read_blob = read_blob
        #: Tells the time in epoch seconds.
        self.clock = clock
        self._lock = threading.Lock()
        self._written: OrderedDict[Hashable, tuple[float, tuple[Written, ...]]] = OrderedDict()
        self._archives: OrderedDict[str, Archive | None] = OrderedDict()

    def list_written_to(self, workspace_id: int, draft_id: str, mailboxes: Collection[str]) -> tuple[Written, ...]:
        """The mails of the last ``DAYS`` days to any of the mailboxes, newest first; each draft asks by itself.

        So the next mail to the same people knows of the one that was just sent.
        """
        if not mailboxes:
            return ()
        since = self.clock() - DAYS * 86_400
        key = (workspace_id, draft_id, frozenset(mailboxes))
        return self._recall(key, lambda: self._mails.list_written_to(workspace_id, mailboxes, since))

    def list_last_written(self, workspace_id: int, draft_id: str) -> tuple[Written, ...]:
        """The last mails of a workspace, newest first; each draft asks by itself."""
        return self._recall((workspace_id, draft_id), lambda: self._mails.list_last_written(workspace_id))

    def read_archives(self, files: Sequence[Attachment]) -> Mapping[str, Archive]:
        """What lies in the archives among some files, by their SHA-256; those that cannot be read are left out."""
        wanted = [file.sha256 for file in files if is_archive(file) and file.sha256][:ARCHIVES]
        return {sha256: archive for sha256 in wanted if (archive := self._read_archive(sha256)) is not None}

    def _recall(self, key: Hashable, look: Callable[[], tuple[Written, ...]]) -> tuple[Written, ...]:
        now = self.clock()
        with self._lock:
            at, known = self._written.get(key, (float("-inf"), ()))
        if now - at < FORGET:
            return known
        try:
            known = look()
        except StoreError:
            known = ()
        with self._lock:
            _keep(self._written, key, (now, known))
        return known

    def _read_archive(self, sha256: str) -> Archive | None:
        with self._lock:
            if sha256 in self._archives:
                return self._archives[sha256]
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            try:
                for piece in self._read_blob(sha256):
                    if file.write(piece) and file.tell() > MIME_LIMIT:
                        return None
            except (StoreError, OSError):
                # Perhaps it can be read the next time.
                return None
            archive = read_archive(file)
        with self._lock:
            _keep(self._archives, sha256, archive)
        return archive


def _keep(memory: OrderedDict[K, V], key: K, value: V) -> None:
    memory[key] = value
    while len(memory) > KEPT:
        memory.popitem(last=False)

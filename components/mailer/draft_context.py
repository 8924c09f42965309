"""What a preflight knows beside the draft: earlier mails to the same people, and the contents of attached archives.

A preflight runs on every rerun, so both are cached: earlier mails for some seconds, archives by their content.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from cachetools import LRUCache, TTLCache

from components.errors import StoreError
from components.message import MIME_LIMIT, REPETITION_DAYS, ZipDirectory, is_zip_archive, read_zip_directory
from components.model import Attachment, BlobReader, ColleagueMail, ColleagueQuery, SentMail

T = TypeVar("T")

#: Seconds for which earlier mails are cached, and the number of answers in a cache.
CACHE_SECONDS, CACHE_SIZE = 15.0, 256
#: Archives of one mail that are read.
ARCHIVES = 10
#: Bytes of an archive that are held in memory; a larger one goes through a file.
_IN_MEMORY = 1024 * 1024


class SentMailSource(Protocol):
    """The part of the store that is needed; each method may raise StoreError."""

    def list_written_to(
        self, workspace_id: int, mailboxes: Collection[str], since: float, limit: int = 50
    ) -> tuple[SentMail, ...]:
        """List the mails to any of the mailboxes since a time (epoch seconds), newest first."""
        ...

    def list_last_written(self, workspace_id: int, limit: int = 3) -> tuple[SentMail, ...]:
        """List the last mails that went out, newest first."""
        ...

    def list_colleague_mails(self, workspace_id: int, wanted: ColleagueQuery, now: float) -> tuple[ColleagueMail, ...]:
        """List what colleagues wrote until ``now`` (epoch seconds), newest first."""
        ...

    def find_next_mail(self, workspace_id: int, contact_id: str, mailbox: str) -> ColleagueMail | None:
        """Find the mail that goes out next to a mailbox, or that is linked to a contact."""
        ...


class SignatureSource(Protocol):
    """The part of the store that knows whose signatures there are; may raise StoreError."""

    def list_owned(self, workspace_id: int) -> tuple[tuple[str, str], ...]:
        """List all signatures of a workspace: the name of whose each is, and its Markdown."""
        ...


class DraftContext:
    """Looks up and caches what preflights need. Safe for threads.

    Nothing here raises: where the store fails, nothing is known, and the mail can still be sent.
    """

    def __init__(
        self,
        mails: SentMailSource,
        read_blob: BlobReader,
        clock: Callable[[], float] = time.time,
        signatures: SignatureSource | None = None,
    ) -> None:
        self._mails = mails
        self._read_blob = read_blob
        self._signatures = signatures
        #: Gives the time in epoch seconds.
        self.clock = clock
        self._lock = threading.Lock()
        self._written: TTLCache[Hashable, tuple[Any, ...]] = TTLCache(CACHE_SIZE, CACHE_SECONDS, clock)
        self._archives: LRUCache[str, ZipDirectory | None] = LRUCache(CACHE_SIZE)

    def list_written_to(self, workspace_id: int, draft_id: str, mailboxes: Collection[str]) -> tuple[SentMail, ...]:
        """List the mails to any of the mailboxes in the last ``REPETITION_DAYS`` days, newest first.

        Cached for each draft, so that the next draft to the same people knows of the mail that was just sent.
        """
        if not mailboxes:
            return ()
        since = self.clock() - timedelta(days=REPETITION_DAYS).total_seconds()
        key = (workspace_id, draft_id, frozenset(mailboxes))
        return self._look_up(key, lambda: self._mails.list_written_to(workspace_id, mailboxes, since))

    def list_last_written(self, workspace_id: int, draft_id: str) -> tuple[SentMail, ...]:
        """List the last mails of a workspace, newest first; cached for each draft."""
        return self._look_up((workspace_id, draft_id), lambda: self._mails.list_last_written(workspace_id))

    def list_last_to(self, workspace_id: int, draft_id: str, mailbox: str, limit: int) -> tuple[SentMail, ...]:
        """List the last mails to a mailbox, newest first; cached for each draft, like the others."""
        return self._look_up(
            (workspace_id, draft_id, mailbox), lambda: self._mails.list_written_to(workspace_id, [mailbox], 0.0, limit)
        )

    def list_next_to(
        self, workspace_id: int, draft_id: str, contact_id: str, mailbox: str
    ) -> tuple[ColleagueMail, ...]:
        """List the one mail that goes out next to a contact, or none; cached for each draft."""

        def find() -> tuple[ColleagueMail, ...]:
            found = self._mails.find_next_mail(workspace_id, contact_id, mailbox)
            return (found,) if found is not None else ()

        return self._look_up((workspace_id, draft_id, contact_id, mailbox), find)

    def list_colleague_mails(self, workspace_id: int, wanted: ColleagueQuery) -> tuple[ColleagueMail, ...]:
        """List what colleagues wrote lately; cached for each query, which names the draft."""
        if not wanted.mailboxes or not wanted.person:
            return ()
        now = self.clock()
        return self._look_up(
            (workspace_id, wanted), lambda: self._mails.list_colleague_mails(workspace_id, wanted, now)
        )

    def list_signatures(self, workspace_id: int, draft_id: str) -> tuple[tuple[str, str], ...]:
        """List all signatures of a workspace with the name of whose each is; cached for each draft."""
        source = self._signatures
        if source is None:
            return ()
        return self._look_up((workspace_id, draft_id, "signatures"), lambda: source.list_owned(workspace_id))

    def read_archives(self, files: Sequence[Attachment]) -> Mapping[str, ZipDirectory]:
        """Return the contents of the archives among some files by SHA-256, without those that cannot be read."""
        wanted = [file.sha256 for file in files if is_zip_archive(file) and file.sha256][:ARCHIVES]
        return {sha256: archive for sha256 in wanted if (archive := self._read_archive(sha256)) is not None}

    def _look_up(self, key: Hashable, query: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
        with self._lock:
            known: tuple[T, ...] | None = self._written.get(key)
        if known is not None:
            return known
        try:
            known = query()
        except StoreError:
            known = ()
        with self._lock:
            self._written[key] = known
        return known

    def _read_archive(self, sha256: str) -> ZipDirectory | None:
        with self._lock:
            if sha256 in self._archives:
                return self._archives[sha256]
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            try:
                for piece in self._read_blob(sha256):
                    if file.write(piece) and file.tell() > MIME_LIMIT:
                        return None
            except (StoreError, OSError):
                # Not cached: reading may succeed the next time.
                return None
            archive = read_zip_directory(file)
        with self._lock:
            self._archives[sha256] = archive
        return archive

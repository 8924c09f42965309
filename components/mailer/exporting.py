"""Exports of what a search finds: written in the background to a temporary file, so that none is ever in memory.

An export lives as long as somebody holds it: with the browser session that asked for it go its thread and its file.
"""

from __future__ import annotations

import errno
import logging
import secrets
import shutil
import threading
import time
import weakref
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from components.errors import StoreError
from components.mailer.formats import Format, open_writer
from components.mailer.liveness import is_alive, new_owner
from components.store import Store
from components.store.search.language import Query

log = logging.getLogger(__name__)

#: Bytes written at once.
_BUFFER = 1 << 20
#: Seconds that a folder of another computer's process stays.
_FOREIGN_SECONDS = 86_400.0


@dataclass
class _Work:
    """What the thread and the holder of an export share."""

    path: Path
    done: int = 0
    total: int | None = None
    finished: bool = False
    trouble: str = ""
    cancelled: threading.Event = field(default_factory=threading.Event)

    def discard(self) -> None:
        """End the thread and remove the file; nothing where both have gone."""
        self.cancelled.set()
        self.path.unlink(missing_ok=True)


class Export:
    """One export. ``filename`` is what it is called when it is saved."""

    def __init__(self, workspace_id: int, filename: str, work: _Work) -> None:
        self.workspace_id = workspace_id
        self.filename = filename
        self.token = secrets.token_urlsafe(32)
        self._work = work
        # The thread holds the work alone, so that a session that ends lets go of this.
        self._finalizer = weakref.finalize(self, work.discard)

    @property
    def mails(self) -> tuple[int, int | None]:
        """How many have been written, and of how many; None before they are counted."""
        return self._work.done, self._work.total

    @property
    def ready(self) -> bool:
        """Whether the whole file is there."""
        return self._work.finished and self._work.path.exists()

    @property
    def is_gone(self) -> bool:
        """Whether its file was removed: it has been saved, or was cancelled."""
        return self._work.cancelled.is_set()

    @property
    def trouble(self) -> str:
        """Why it failed, in words."""
        return self._work.trouble

    @property
    def path(self) -> Path:
        """The file."""
        return self._work.path

    def cancel(self) -> None:
        """Stop writing and remove the file."""
        self._finalizer()


class Exports:
    """The exports of a process, in a folder that is its own."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._root = folder
        self._folder = folder / new_owner().replace("/", "~")
        self._offered: weakref.WeakValueDictionary[str, Export] = weakref.WeakValueDictionary()
        self._lock = threading.Lock()

    def remove_leftovers(self) -> None:
        """Remove what processes left that live no more."""
        now = time.time()
        for folder in self._root.glob("*"):
            seen_until = folder.stat().st_mtime + _FOREIGN_SECONDS
            if not is_alive(folder.name.replace("~", "/"), seen_until, now):
                shutil.rmtree(folder, ignore_errors=True)

    def start(self, workspace_id: int, query: Query, form: Format, filename: str, zone: tzinfo) -> Export:
        """Begin to write what a query finds. Raises StoreError where the folder cannot be made."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder for exports cannot be made: {error.strerror}.") from None
        work = _Work(self._folder / secrets.token_hex(16))
        export = Export(workspace_id, filename, work)
        with self._lock:
            self._offered[export.token] = export
        arguments = (self._store, work, workspace_id, query, form, zone)
        threading.Thread(target=_write, args=arguments, name="export", daemon=True).start()
        return export

    def take(self, token: str) -> Export | None:
        """The export of a token, once: a second call with the same finds nothing."""
        with self._lock:
            export = self._offered.get(token)
            if export is None or not export.ready:
                return None
            del self._offered[token]
            return export

    def give_back(self, export: Export) -> None:
        """Offer an export again that did not arrive whole, under a new token."""
        with self._lock:
            export.token = secrets.token_urlsafe(32)
            self._offered[export.token] = export

    def close(self) -> None:
        """Stop all and remove their files."""
        with self._lock:
            exports = list(self._offered.values())
        for export in exports:
            export.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)


def _write(store: Store, work: _Work, workspace_id: int, query: Query, form: Format, zone: tzinfo) -> None:
    try:
        # What the search does not know yet would be missing in the file.
        while store.index.catch_up() and not work.cancelled.is_set():
            continue
        work.total = store.search.count_mails(workspace_id, query, most=10**12)
        with work.path.open("xb", buffering=_BUFFER) as file:
            work.path.chmod(0o600)
            write = open_writer(form, file, store.blobs.read_blob, zone)
            for letter in store.walking.walk_messages(workspace_id, query):
                if work.cancelled.is_set():
                    break
                write(letter)
                work.done += 1
        work.finished = True
    except StoreError as error:
        work.trouble = str(error)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        work.trouble = (
            "The disk is full. Free some space, then export again." if full else "The file cannot be written."
        )
        log.error("An export failed: %s", error)
    except Exception:
        work.trouble = "The app met an error while exporting. The server's log says which."
        log.exception("An export failed.")
    if work.cancelled.is_set() or work.trouble:
        work.path.unlink(missing_ok=True)

"""Exports the results of a search, written in the background to a temporary file and never held in memory.

An export ends with the last reference to it: when the browser session that asked for it ends, its thread stops and its
file is removed.
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
from functools import cache
from pathlib import Path

from components.crm import Kind
from components.errors import StoreError
from components.mailer.liveness import is_alive, new_owner
from components.mailer.transfer.formats import Format, NameFinder, Separator, open_writer
from components.model import DAY_SECONDS
from components.private_files import create_private_file, make_private_folder
from components.store import Store
from components.store.crm.lookups import CrmView
from components.store.search.query import Query

log = logging.getLogger(__name__)

#: The size of the write buffer, in bytes.
_BUFFER = 1 << 20
#: Seconds for which the folder of a process on another computer is kept.
_FOREIGN_SECONDS = DAY_SECONDS


@dataclass
class _Work:
    """State that the thread and the holder of an export share."""

    path: Path
    done: int = 0
    total: int | None = None
    finished: bool = False
    problem: str = ""
    cancelled: threading.Event = field(default_factory=threading.Event)

    def discard(self) -> None:
        """Stop the thread and remove the file; may be called again."""
        self.cancelled.set()
        self.path.unlink(missing_ok=True)


class Export:
    """One export. ``filename`` is the name under which it is saved."""

    def __init__(self, workspace_id: int, filename: str, work: _Work) -> None:
        self.workspace_id = workspace_id
        self.filename = filename
        self.token = secrets.token_urlsafe(32)
        self._work = work
        # The thread only refers to the work, so that this object is released when its session ends.
        self._finalizer = weakref.finalize(self, work.discard)

    @property
    def mails(self) -> tuple[int, int | None]:
        """The number of mails written, and the total, which is None until they are counted."""
        return self._work.done, self._work.total

    @property
    def ready(self) -> bool:
        """Tell whether the file is complete."""
        return self._work.finished and self._work.path.exists()

    @property
    def is_removed(self) -> bool:
        """Tell whether the file was removed, because it has been saved or was cancelled."""
        return self._work.cancelled.is_set()

    @property
    def problem(self) -> str:
        """The reason why the export failed, in words; empty while it has not."""
        return self._work.problem

    @property
    def path(self) -> Path:
        """The path of the file."""
        return self._work.path

    def cancel(self) -> None:
        """Stop writing and remove the file."""
        self._finalizer()


class Exports:
    """The exports of a process, in a folder of its own."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._root = folder
        self._folder = folder / new_owner().replace("/", "~")
        self._offered: weakref.WeakValueDictionary[str, Export] = weakref.WeakValueDictionary()
        self._lock = threading.Lock()

    def remove_leftovers(self) -> None:
        """Remove the folders of processes that are not running any more."""
        now = time.time()
        for folder in self._root.glob("*"):
            seen_until = folder.stat().st_mtime + _FOREIGN_SECONDS
            if not is_alive(folder.name.replace("~", "/"), seen_until, now):
                shutil.rmtree(folder, ignore_errors=True)

    def start(
        self,
        workspace_id: int,
        query: Query,
        form: Format,
        filename: str,
        zone: tzinfo,
        separator: Separator = Separator.COMMA,
        crm: CrmView | None = None,
    ) -> Export:
        """Start to write what a query finds, with the names that ``crm`` shows.

        Raises StoreError where the folder cannot be created.
        """
        try:
            make_private_folder(self._folder)
        except OSError as error:
            raise StoreError(f"The folder for exports cannot be made: {error.strerror}.") from None
        work = _Work(self._folder / secrets.token_hex(16))
        export = Export(workspace_id, filename, work)
        with self._lock:
            self._offered[export.token] = export
        arguments = (self._store, work, workspace_id, query, form, zone, separator, _to_name_finder(crm))
        threading.Thread(target=_write, args=arguments, name="export", daemon=True).start()
        return export

    def find(self, token: str) -> Export | None:
        """Return the finished export of a token; None where there is none, or its file was removed."""
        with self._lock:
            export = self._offered.get(token)
            return export if export is not None and export.ready else None

    def close(self) -> None:
        """Stop all exports and remove their files."""
        with self._lock:
            exports = list(self._offered.values())
        for export in exports:
            export.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)


def _to_name_finder(crm: CrmView | None) -> NameFinder:
    """Return a function that asks for each name once."""

    @cache
    def find_name(kind: Kind, id_: str) -> str:
        return crm.list_names(kind, [id_]).get(id_, "") if crm is not None and id_ else ""

    return find_name


def _write(
    store: Store,
    work: _Work,
    workspace_id: int,
    query: Query,
    form: Format,
    zone: tzinfo,
    separator: Separator,
    find_name: NameFinder,
) -> None:
    try:
        # Mails that are not indexed yet would be missing in the file.
        while store.index.catch_up() and not work.cancelled.is_set():
            continue
        work.total = store.search.count_mails(workspace_id, query, most=10**12)
        create_private_file(work.path)
        with work.path.open("wb", buffering=_BUFFER) as file:
            write = open_writer(form, file, store.blobs.read_blob, zone, separator, find_name)
            for message in store.iteration.iterate_messages(workspace_id, query):
                if work.cancelled.is_set():
                    break
                write(message)
                work.done += 1
        work.finished = True
    except StoreError as error:
        work.problem = str(error)
        log.error("An export failed: %s", error)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        work.problem = (
            "The disk is full. Free some space, then export again." if full else "The file cannot be written."
        )
        log.error("An export failed: %s", error)
    except Exception:
        work.problem = "The app met an error while exporting. The server's log says which."
        log.exception("An export failed.")
    if work.cancelled.is_set() or work.problem:
        work.path.unlink(missing_ok=True)

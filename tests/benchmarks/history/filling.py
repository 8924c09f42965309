"""Fills databases with a number of mails through the store's own import and index, or opens existing ones."""

from __future__ import annotations

import time
from pathlib import Path

from components.mailer.connection import open_workspace
from components.store import Store
from components.ui.services import PRACTICE_KEY
from tests.benchmarks.history.corpus import Corpus
from tests.summaries import list_summaries


def to_path(folder: Path, size: int) -> Path:
    """Return the file for a size."""
    return folder / f"history{size}.db"


def open_filled(folder: Path, size: int, url: str = "") -> tuple[Store, int]:
    """Open the store with a number of mails, and return it with their workspace, that of the practice gateway.

    ``url`` is of a database that exists, in place of the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(url or f"sqlite:///{to_path(folder, size)}")
    workspace_id = open_workspace(store, PRACTICE_KEY, "", practice=True).workspace_id
    if not list_summaries(store, workspace_id, limit=1):
        _fill(store, workspace_id, size)
    return store, workspace_id


def _fill(store: Store, workspace_id: int, size: int) -> None:
    started = time.perf_counter()
    store.transfer.insert_messages(workspace_id, Corpus(size).generate())
    inserted = time.perf_counter()
    while store.index.catch_up(2000):
        pass
    ended = time.perf_counter()
    print(f"{size:,} mails: generated and inserted in {inserted - started:.0f} s, indexed in {ended - inserted:.0f} s")

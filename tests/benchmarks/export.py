"""Measure memory and rows per second of an export: ``python -m tests.benchmarks.export [MAILS]``.

Beside each format runs a bare csv writer over raw sqlite3 on the same file, as a limit; each in a warmed-up child
process of its own. A mail with a 25 MB file is exported too.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import psutil

from components.mailer.transfer.exports import Exports
from components.mailer.transfer.formats import Format
from components.model import Attachment
from components.store import Store
from components.store.search.query import Query
from tests.benchmarks.bench import timed
from tests.benchmarks.history.corpus import Corpus
from tests.unit.store.samples import to_record

_MEGABYTE = 1024 * 1024
_FILE = 25 * _MEGABYTE
_ROWS = """
    SELECT created_at, settled_at, status, body."to", body.cc, body.bcc, body.reply_to, subject, contact_id, deal_id,
    thread_id, provider, code, detail, text FROM message JOIN body ON body.message_id = message.id
    WHERE workspace_id = 1 ORDER BY message.id
"""


def main(size: int) -> None:
    """Fill a database once, run every export twice and print the better result."""
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), size)
        print(f"\nexport of {size:,} mails")
        best: dict[str, tuple[float, float, float]] = {}
        for _ in range(2):
            for way in ("raw", *Format):
                command = [sys.executable, "-m", __spec__.name, folder, way, "1"]
                answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, timeout=1800)
                found: tuple[float, float, float] = tuple(json.loads(answer.stdout))
                best[way] = min(best.get(way, found), found, key=lambda each: each[1])
        for way, (memory, seconds, written) in best.items():
            print(
                f"  {way:6} peak over rest {memory:7.1f} MB   {size / seconds:9,.0f} rows/s   "
                f"x{seconds / best['raw'][1]:.2f} of raw   file {written:,.0f} MB"
            )
        for form in (Format.JSON_LINES, Format.MBOX):
            command = [sys.executable, "-m", __spec__.name, folder, form, "2"]
            answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, timeout=600)
            print(f"  {form:6} one mail with a 25 MB file: peak over rest {json.loads(answer.stdout)[0]:.1f} MB")


def fill(folder: Path, size: int) -> None:
    """Fill workspace 1 with ordinary mails, and 2 with one mail that has a large file."""
    store = Store(f"sqlite:///{folder / 'app.db'}")
    for name in ("ordinary", "large"):
        store.workspaces.save_workspace(name, False)
    store.transfer.insert_messages(1, Corpus(size).generate())
    content = store.blobs.save_blob([bytes(_MEGABYTE)] * (_FILE // _MEGABYTE))
    mail = next(Corpus(1).generate()).mail
    file = Attachment("large.bin", "application/octet-stream", _FILE, content)
    store.transfer.insert_messages(2, [to_record(replace(mail, attachments=(file,)))])
    store.close()


def export_raw(folder: Path, _workspace_id: int) -> Path:
    """Export as a script of ten lines would."""
    path = folder / "raw.csv"
    with closing(sqlite3.connect(folder / "app.db")) as database, path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for row in database.execute(_ROWS):
            writer.writerow(row)
    return path


def to_way(form: Format) -> Callable[[Path, int], Path]:
    """Return the product's export of a format, as a click starts it."""

    def export(folder: Path, workspace_id: int) -> Path:
        store = Store(f"sqlite:///{folder / 'app.db'}")
        exports = Exports(store, folder / "exports")
        export = exports.start(workspace_id, Query(), form, "x", UTC)
        while not (export.ready or export.problem):
            threading.Event().wait(0.02)
        assert not export.problem, export.problem
        kept = folder / f"kept.{form}"
        export.path.replace(kept)
        store.close()
        return kept

    return export


def measure(way: str, folder: Path, workspace_id: int) -> tuple[float, float, float]:
    """Return the peak memory above rest in MB, the seconds, and the MB written."""
    export = export_raw if way == "raw" else to_way(Format(way))
    # What is loaded and allocated only once counts as rest.
    with tempfile.TemporaryDirectory() as small:
        fill_small(Path(small))
        export(Path(small), 1)
    Path("/proc/self/clear_refs").write_text("5")
    rest, began = psutil.Process().memory_info().rss, timed()
    path = export(folder, workspace_id)
    seconds = timed() - began
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return (int(line.split()[1]) * 1024 - rest) / _MEGABYTE, seconds, path.stat().st_size / _MEGABYTE


def fill_small(folder: Path) -> None:
    """Add a few mails for the warm-up."""
    store = Store(f"sqlite:///{folder / 'app.db'}")
    store.workspaces.save_workspace("ordinary", False)
    store.transfer.insert_messages(1, Corpus(200).generate())
    store.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[1]), int(sys.argv[3]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

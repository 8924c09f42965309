"""``python -m tests.benchmarks.history 10000 [100000 1000000]``: fill databases, ask every question, print the table.

``--url postgresql://USER@HOST/history{size}`` also fills databases on PostgreSQL, which must exist, and asks them the
same; each answer must be that of raw SQL in SQLite.

Each size is filled through the store's own import and index. Store and raw ``sqlite3`` answer each question in turns
on the same file, warm, after a check that both give the same rows; figures are milliseconds. The ratio compares the
fastest answers, which other work on the machine disturbs least. Raw SQL reads the texts in which words were found
without marking them; for "marked" SQLite's own functions mark and cut them, as the store always does. ``--folder``
keeps the databases and uses them again.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from components.model import Status
from components.store import Store
from components.store.engine import writing
from components.store.schema import message
from tests.benchmarks.history.filling import open_filled, to_path
from tests.benchmarks.history.question import Question
from tests.benchmarks.history.questions import list_questions

Figures = dict[str, tuple[Any, ...]]


def main() -> None:
    """Run the sizes, and print each one's table and the growth from the first to the last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", help="how many mails")
    parser.add_argument("--rounds", type=int, default=40, help="how often each question is asked")
    parser.add_argument("--folder", type=Path, help="keep the databases here")
    parser.add_argument("--url", default="", help="databases on PostgreSQL to ask too, with {size} for the size")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        runs = [run(folder, size, given.rounds, given.url.format(size=size)) for size in given.sizes]
    if len(runs) > 1:
        print(f"\n{'grows from ' + str(given.sizes[0]):24} to {given.sizes[-1]} (fastest answers)")
        for name, (rows, best, *_) in runs[-1].items():
            first_rows, first_best, *_ = runs[0][name]
            print(f"{name:24} x{best / first_best:.2f} with {first_rows} and {rows} rows")


def run(folder: Path, size: int, rounds: int, url: str = "") -> Figures:
    """Fill a database, and time and print every question; beside it one on PostgreSQL where ``url`` names it.

    Returns for each the number of rows, then fastest, median and p95 of the store and of raw SQL, in seconds.
    """
    path = to_path(folder, size)
    store, workspace_id = open_filled(folder, size)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA synchronous=FULL")
    print(f"\n{size:,} mails, {path.stat().st_size / size / 1024:.1f} KiB a mail on disk")
    found = _time_all("store", list_questions(store, raw, workspace_id, size), rounds)
    _close(store)
    if url:
        store, workspace_id = open_filled(folder, size, url)
        others = _time_all("PostgreSQL", list_questions(store, raw, workspace_id, size), rounds)
        _close(store)
        print(f"\n{size:,} mails, p95 {'SQLite':>20} PostgreSQL")
        for name, (_, *figures) in found.items():
            print(f"{name:24} {figures[2] * 1000:12.2f} {others[name][3] * 1000:10.2f}")
    raw.close()
    return found


def _time_all(side: str, questions: list[Question], rounds: int) -> Figures:
    """Time and print questions, each asked of the store and in raw SQL in turns."""
    print(
        f"{'':24} {'rows':>5}",
        *(f"{each + ': best':>16} {'median':>8} {'p95':>8}" for each in (side, "raw")),
        " ratio",
    )
    found: Figures = {}
    for question in questions:
        rows = question.compare()
        ours, theirs = _time_both(question.store, question.raw, rounds)
        figures = (*_sum_up(ours), *_sum_up(theirs))
        found[question.name] = (rows, *figures)
        line = " ".join(f"{figure * 1000:{width}.2f}" for figure, width in zip(figures, (16, 8, 8) * 2, strict=True))
        print(f"{question.name:24} {rows:5} {line} x{figures[0] / figures[3]:6.2f}", flush=True)
    return found


def _close(store: Store) -> None:
    """Close a store, without the mails of the timed insert, which alone are held."""
    with writing(store.engine) as connection:
        connection.execute(message.delete().where(message.c.status == Status.HELD))
    store.close()


def _time_both(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 2):
        for side, action in enumerate((ours, theirs)):
            started = time.perf_counter()
            action()
            if turn > 1:
                times[side].append(time.perf_counter() - started)
    return times


def _sum_up(times: list[float]) -> tuple[float, float, float]:
    return min(times), statistics.median(times), statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()

"""Time every question of the history: ``python -m tests.benchmarks.history 10000 [100000 1000000]``.

Each database is filled through the store's own import and index. After a check that both give the same rows, the
store and raw ``sqlite3`` answer each question in turn, warm, on the same file; figures are milliseconds. The ratio
compares the fastest answers, which other work on the machine affects least. Raw SQL reads the texts in which words
were found without marking them; for "marked", SQLite's own functions mark and cut them, as the store always does.
``--folder`` keeps the databases for the next run.
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

from tests.benchmarks.history.filling import open_filled, to_path
from tests.benchmarks.history.questions import list_questions

Figures = dict[str, tuple[Any, ...]]


def main() -> None:
    """Run each size, print its table, and how the times grow from the first size to the last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", help="how many mails")
    parser.add_argument("--rounds", type=int, default=40, help="how often each question is asked")
    parser.add_argument("--folder", type=Path, help="keep the databases here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        runs = [run(folder, size, given.rounds) for size in given.sizes]
    if len(runs) > 1:
        print(f"\n{'grows from ' + str(given.sizes[0]):24} to {given.sizes[-1]} (fastest answers)")
        for name, (rows, best, *_) in runs[-1].items():
            first_rows, first_best, *_ = runs[0][name]
            print(f"{name:24} x{best / first_best:.2f} with {first_rows} and {rows} rows")


def run(folder: Path, size: int, rounds: int) -> Figures:
    """Fill a database, time and print every question.

    Gives the rows of its answer, then fastest, median, p95 of the store and of raw SQL, in seconds.
    """
    path = to_path(folder, size)
    store, workspace_id = open_filled(folder, size)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA synchronous=FULL")
    print(f"\n{size:,} mails, {path.stat().st_size / size / 1024:.1f} KiB a mail on disk")
    print(
        f"{'':24} {'rows':>5}",
        *(f"{side + ': best':>12} {'median':>8} {'p95':>8}" for side in ("store", "raw")),
        " ratio",
    )
    found: Figures = {}
    for question in list_questions(store, raw, workspace_id, size):
        rows = question.compare()
        ours, theirs = _time_both(question.store, question.raw, rounds)
        figures = (*_sum_up(ours), *_sum_up(theirs))
        found[question.name] = (rows, *figures)
        line = " ".join(f"{figure * 1000:{width}.2f}" for figure, width in zip(figures, (12, 8, 8) * 2, strict=True))
        print(f"{question.name:24} {rows:5} {line} x{figures[0] / figures[3]:6.2f}", flush=True)
    raw.close()
    with store.engine.begin() as connection:
        # Only what the timing inserted is not settled.
        connection.exec_driver_sql("DELETE FROM message WHERE status = 'held'")
    store.close()
    return found


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

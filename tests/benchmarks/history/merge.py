"""``python -m tests.benchmarks.history.merge 100000 [1000000] --folder F``: how long a merge lasts.

A database of each size is filled, or taken from the folder; all its mails move to another workspace, which is rolled
back. Printed are seconds by the clock and of one core: the time for which nobody else can write.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from components.store import Store
from components.store.engine import writing
from components.store.workspace_merge import merge_workspaces
from tests.benchmarks.history.filling import open_filled


class _NotMeantError(Exception):
    """Rolls the merge back."""


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", help="how many mails")
    parser.add_argument("--folder", type=Path, required=True, help="keep the databases here")
    given = parser.parse_args()
    for size in given.sizes:
        store, workspace_id = open_filled(given.folder, size)
        seconds, core = measure(store, workspace_id)
        print(f"{size:9,} mails move: {seconds:7.1f} s, {core:7.1f} s of one core", flush=True)
        store.close()


def measure(store: Store, workspace_id: int) -> tuple[float, float]:
    """Move every mail of a workspace, but do not keep that; return the seconds by the clock and of one core."""
    other = store.workspaces.save_workspace("another one", True)
    began, worked = time.perf_counter(), time.process_time()
    try:
        with writing(store.engine) as connection:
            merge_workspaces(connection, workspace_id, other)
            seconds, core = time.perf_counter() - began, time.process_time() - worked
            raise _NotMeantError
    except _NotMeantError:
        return seconds, core


if __name__ == "__main__":
    main()

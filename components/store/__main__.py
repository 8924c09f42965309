"""Command line for maintenance: ``python -m components.store backup FILE`` and ``… check [FILE]``.

Both may run while the server does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from components.config import settings
from components.errors import ComposerError
from components.store.maintenance.backup import back_up, to_path
from components.store.maintenance.integrity import check


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 for success, 1 where a check found faults, 2 where it could not run."""
    parser = argparse.ArgumentParser(prog="python -m components.store", description="Looks after the database.")
    commands = parser.add_subparsers(dest="command", required=True)
    backup = commands.add_parser("backup", help="copy the database into a new file")
    backup.add_argument("file", type=Path, help="must not exist yet")
    checking = commands.add_parser("check", help="look whether the database, or a backup of it, is sound")
    checking.add_argument("file", type=Path, nargs="?", help="a backup; without it the database in use")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "backup":
            size = back_up(to_path(settings().database_url), chosen.file)
            print(
                f"Saved in {chosen.file} ({size / 1e6:.1f} MB). To use it, stop the app and put it in the place of its"
            )
            print(
                "database; files beside that one whose names end in -wal and -shm belong to the old one: remove them."
            )
            return 0
        path = chosen.file or to_path(settings().database_url)
        if not path.is_file():
            print(f"There is no file {path}.", file=sys.stderr)
            return 2
        faults = check(path)
    except (ComposerError, OSError) as error:
        print(f"Not done: {error}", file=sys.stderr)
        return 2
    for fault in faults:
        print(fault)
    print(f"{path}: {len(faults)} faults." if faults else f"{path} is sound.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""Command line for maintenance: ``backup FILE``, ``check [FILE]`` and ``copy FROM-URL TO-URL``.

Backup and check may run while the server does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from components.config import settings
from components.errors import ComposerError
from components.store.engine import list_database_files
from components.store.maintenance.backup import back_up
from components.store.maintenance.copying import copy_database
from components.store.maintenance.integrity import check, check_server

_FILE_REMEDY = (
    "To use it, stop the app and put it in the place of its database; files beside that one whose names end in -wal "
    "and -shm belong to the old one: remove them."
)
_SERVER_REMEDY = (
    "To use it, stop the app and restore it into an empty database: pg_restore --no-owner --dbname=URL FILE"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 for success, 1 where a check found faults, 2 where it could not run."""
    parser = argparse.ArgumentParser(prog="python -m components.store", description="Looks after the database.")
    commands = parser.add_subparsers(dest="command", required=True)
    backup = commands.add_parser("backup", help="save the database in a new file")
    backup.add_argument("file", type=Path, help="must not exist yet")
    checking = commands.add_parser("check", help="look whether the database, or a backup of it, is sound")
    checking.add_argument("file", type=Path, nargs="?", help="a backup of SQLite; without it the database in use")
    copying = commands.add_parser("copy", help="copy everything into another, empty database; no server may run")
    copying.add_argument("source", metavar="FROM-URL")
    copying.add_argument("target", metavar="TO-URL")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "backup":
            return _back_up(settings().database_url, chosen.file)
        if chosen.command == "copy":
            return _copy(chosen.source, chosen.target)
        return _check(settings().database_url, chosen.file)
    except (ComposerError, OSError) as error:
        print(f"Not done: {error}", file=sys.stderr)
        return 2


def _back_up(url: str, file: Path) -> int:
    size = back_up(url, file)
    print(f"Saved in {file} ({size / 1e6:.1f} MB).")
    print(_FILE_REMEDY if list_database_files(url) else _SERVER_REMEDY)
    return 0


def _check(url: str, file: Path | None) -> int:
    path = file or next(iter(list_database_files(url)), None)
    if path is not None and not path.is_file():
        print(f"There is no file {path}.", file=sys.stderr)
        return 2
    faults = check(path) if path is not None else check_server(url)
    for fault in faults:
        print(fault)
    name = path or "The database"
    print(f"{name}: {len(faults)} faults." if faults else f"{name} is sound.")
    return 1 if faults else 0


def _copy(source: str, target: str) -> int:
    copy_database(source, target, lambda table: print(f"{table.name}: {table.rows:,} rows", flush=True))
    print("Every row is the same in both. Point LEADLEX_DATABASE_URL at the second database and start the app.")
    print("What waited to be sent goes out from there; in the first one it waits for a person.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

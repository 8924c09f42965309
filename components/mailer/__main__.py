"""Command line for imports: ``python -m components.mailer import FILE --workspace NUMBER``.

It imports an export of another installation that is too large to upload; the server may run meanwhile. Settings shows
the workspace's number.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from components.config import settings
from components.errors import ComposerError
from components.mailer.transfer.imports import Import
from components.store import Store


def main(arguments: Sequence[str] | None = None) -> int:
    """Import a file and return the exit code: 0 for success, 1 where lines were skipped, 2 where it could not run."""
    parser = argparse.ArgumentParser(prog="python -m components.mailer", description="Works on the mails of the app.")
    commands = parser.add_subparsers(dest="command", required=True)
    importing = commands.add_parser("import", help="take over a JSON Lines export of another installation")
    importing.add_argument("file", type=Path)
    importing.add_argument("--workspace", type=int, required=True, help="the number that Settings shows")
    chosen = parser.parse_args(arguments)
    try:
        store = Store(settings().database_url)
        try:
            store.workspaces.get_workspace(chosen.workspace)
            with chosen.file.open("rb") as file:
                found = Import(store, store.workspaces.find_home(chosen.workspace)).run(file)
        finally:
            store.close()
    except (ComposerError, OSError) as error:
        print(f"Not imported: {error}", file=sys.stderr)
        return 2
    for line, reason in found.faults:
        print(f"line {line}: {reason}", file=sys.stderr)
    print(f"{found.added} mails taken over, {found.mails - found.added} were here already, {found.fault_count} faults.")
    return 1 if found.fault_count else 0


if __name__ == "__main__":
    sys.exit(main())

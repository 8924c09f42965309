"""Copies the database while it is in use: the copy is complete, or does not exist."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from components.errors import ConfigError, StoreError
from components.private_files import create_private_file
from components.store.engine import translated_errors
from components.store.sqlite import Sqlite


def to_path(url: str) -> Path:
    """Return the file of the database at an SQLAlchemy URL. Raises ConfigError unless it is an existing SQLite file."""
    place = make_url(url)
    if place.get_backend_name() != "sqlite" or not place.database:
        raise ConfigError(
            "Only a database in a SQLite file is backed up by this. Use the tools of yours, like pg_dump."
        )
    path = Path(place.database)
    if not path.is_file():
        raise ConfigError(f"There is no database at {path}.")
    return path


def back_up(source: Path, target: Path) -> int:
    """Copy the database into a new file as it is at one moment, and return its size in bytes.

    Other connections may read and write meanwhile. The file gets its name only when all of it is on the disk, and an
    existing one is not overwritten. Raises StoreError.
    """
    if target.exists():
        raise StoreError(f"{target} exists already. Choose another name; nothing was overwritten.")
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        create_private_file(part)
        with translated_errors(Sqlite()):
            _copy(source, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        if target.exists():
            raise StoreError(f"{target} exists already. Choose another name; nothing was overwritten.")
        part.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise StoreError(f"The backup cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(source: Path, part: Path) -> None:
    # In one step: with several, each change by another process would restart the copy.
    with closing(sqlite3.connect(source, timeout=10)) as original, closing(sqlite3.connect(part)) as copy:
        original.backup(copy)
        # A single file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE").close()


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

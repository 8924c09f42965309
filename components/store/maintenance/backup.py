"""Saves a copy of the database while it is in use: the copy is complete, or does not exist."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from components.errors import StoreError
from components.private_files import create_private_file
from components.store.engine import parse_url, to_database


def back_up(url: str, target: Path) -> int:
    """Save the database at a URL in a new file as it is at one moment, and return the file's size in bytes.

    A database in a file is copied, one on a server is saved by its own program. Others may read and write meanwhile.
    The file gets its name only when all of it is on the disk, and an existing one is not overwritten. Raises
    ConfigError for an unusable URL, and StoreError.
    """
    place = parse_url(url)
    if target.exists():
        raise StoreError(f"{target} exists already. Choose another name; nothing was overwritten.")
    # Its name ends so until it is whole.
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        create_private_file(part)
        to_database(place).save_copy(place, part)
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


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

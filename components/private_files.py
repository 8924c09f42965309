"""Files and folders that only the account of the server may read, whatever its umask."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


def make_private_folder(folder: Path) -> None:
    """Create a folder where it is missing, and its missing parents, readable by the owner alone. Raises OSError."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for place in missing:
        place.chmod(_FOLDER_MODE)


def create_private_file(path: Path) -> None:
    """Create an empty file, readable by the owner alone. Raises FileExistsError, and OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE))
    path.chmod(_FILE_MODE)


def tighten(paths: Iterable[Path]) -> int:
    """Take the rights of everybody but the owner from existing files and folders; return how many had more.

    What belongs to another account stays as it is. On Windows, whose rights are no modes, nothing changes.
    """
    return sum(map(_tighten, paths)) if os.name == "posix" else 0


def _tighten(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
        if not mode & 0o077 or path.is_symlink():
            return False
        path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)
    except (FileNotFoundError, PermissionError):
        return False
    return True

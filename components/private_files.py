"""Files and folders that only the account of the server may read, whatever its umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
#: The rights of the group and of everybody else.
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private_folder(folder: Path) -> None:
    """Create a folder where it is missing, and its missing parents, for the owner alone. Raises OSError."""
    missing = [place for place in (folder, *folder.parents) if not place.is_dir()]
    for place in reversed(missing):
        # Private from the first moment: what is opened while it is wide stays open.
        place.mkdir(mode=_FOLDER_MODE, exist_ok=True)


def create_private_file(path: Path) -> None:
    """Create an empty file, readable by the owner alone. Raises FileExistsError, and OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE))


def tighten(paths: Iterable[Path]) -> int:
    """Take the rights of everybody but the owner from existing files and folders; return how many had any.

    The owner's own rights stay as they are, and so does what belongs to another account. On Windows, whose rights are
    no modes, nothing changes.
    """
    return sum(map(_tighten, paths)) if os.name == "posix" else 0


def _tighten(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
        if not mode & _OTHERS or path.is_symlink():
            return False
        path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return False
    return True

"""List the contents of a ZIP file from its directory: nothing is unpacked, and reading is bounded."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from typing import IO

from components.message.attachments import MIME_LIMIT, to_extension
from components.model import Attachment

#: Maximum size of a directory in bytes; ten thousand files take about 1 MB.
DIRECTORY_LIMIT = 1024 * 1024
#: Maximum number of file names that are returned.
NAMES_LIMIT = 20_000

# The end record has 22 bytes and a comment of at most 65,535 (APPNOTE 4.3.16); a ZIP64 locator of 20 may precede it.
_END, _LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_RECORD = struct.Struct("<4s4H2LH")
_TAIL = _RECORD.size + 0xFFFF + 20


@dataclass(frozen=True, slots=True)
class ZipDirectory:
    """The file names in an archive, and whether any file is encrypted."""

    names: tuple[str, ...]
    encrypted: bool


def is_zip_archive(file: Attachment) -> bool:
    """Tell whether a file is a ZIP (by name or type) that is stored here and small enough to be sent."""
    is_zip = to_extension(file.filename) == "zip" or file.mime_type in (
        "application/zip",
        "application/x-zip-compressed",
    )
    return is_zip and file.sha256 is not None and 0 < (file.size or 0) <= MIME_LIMIT


def read_zip_directory(file: IO[bytes]) -> ZipDirectory | None:
    """Read the directory of a seekable ZIP file; None where it is invalid or too large.

    ZIP64 and directories over ``DIRECTORY_LIMIT`` are not read: no archive that fits in a mail needs them.
    """
    try:
        if not _is_small_enough(file):
            return None
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()[:NAMES_LIMIT]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error, UnicodeDecodeError):
        return None
    return ZipDirectory(tuple(entry.filename for entry in entries), any(entry.flag_bits & 1 for entry in entries))


def _is_small_enough(file: IO[bytes]) -> bool:
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    # The library uses the last record that fits and ignores earlier ones.
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _RECORD.size or _LOCATOR in tail[max(0, place - 20) : place]:
        return False
    directory_size: int = _RECORD.unpack_from(tail, place)[5]
    return directory_size <= DIRECTORY_LIMIT

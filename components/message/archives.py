"""What lies in a ZIP file, told from its directory alone: nothing is unpacked, and the reading is bounded."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from typing import IO

from components.message.attachments import MIME_LIMIT, to_extension
from components.model import Attachment

#: Bytes of a directory that are read; ten thousand files have about 1 MB.
DIRECTORY_LIMIT = 1024 * 1024
#: Names that are kept.
NAMES_LIMIT = 20_000

# The end record: 22 bytes and a comment of at most 65,535 (APPNOTE 4.3.16); ZIP64 puts a locator of 20 before it.
_END, _LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_RECORD = struct.Struct("<4s4H2LH")
_TAIL = _RECORD.size + 0xFFFF + 20


@dataclass(frozen=True, slots=True)
class Archive:
    """The names inside, and whether any content needs a password."""

    names: tuple[str, ...]
    encrypted: bool


def is_archive(file: Attachment) -> bool:
    """Whether a file's directory can be looked at: a ZIP by name or type, stored here, of a size that can be sent."""
    is_zip = to_extension(file.filename) == "zip" or file.mime_type in (
        "application/zip",
        "application/x-zip-compressed",
    )
    return is_zip and file.sha256 is not None and 0 < (file.size or 0) <= MIME_LIMIT


def read_archive(file: IO[bytes]) -> Archive | None:
    """Read the directory of a ZIP file that can be sought in; None where it is none or has an unusual directory.

    Directories over ``DIRECTORY_LIMIT`` and ZIP64 are not read: no mail carries archives that need them.
    """
    try:
        if not _is_modest(file):
            return None
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()[:NAMES_LIMIT]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error, UnicodeDecodeError):
        return None
    return Archive(tuple(entry.filename for entry in entries), any(entry.flag_bits & 1 for entry in entries))


def _is_modest(file: IO[bytes]) -> bool:
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    # The library believes the last record that fits; any earlier one is looked at by nobody.
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _RECORD.size or _LOCATOR in tail[max(0, place - 20) : place]:
        return False
    directory_size: int = _RECORD.unpack_from(tail, place)[5]
    return directory_size <= DIRECTORY_LIMIT

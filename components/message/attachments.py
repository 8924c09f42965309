"""Files of a mail: their names, their types, and what mail systems refuse."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from components.errors import AttachmentError
from components.model import Attachment

FIELD = "Attachments"
MEGABYTE = 1024 * 1024

#: The whole message as MIME, where Gmail and most receivers stop.
MIME_LIMIT = 25 * MEGABYTE
#: What that leaves for the files themselves, as base64 makes them 1.37 times as large.
FILES_LIMIT = 18 * MEGABYTE
#: One file through Microsoft 365 without an upload session; how LeadLex hands it over is not known, so this only warns.
MICROSOFT_FILE_LIMIT = 3 * MEGABYTE
#: Bytes of a file name; the limit of every common file system.
NAME_LIMIT = 255
#: Bytes that ``to_mime_type`` wants to see of a file.
HEAD_SIZE = 512

#: Extensions that Gmail refuses, and receivers of Microsoft 365 cannot open.
BLOCKED = frozenset(
    # Programs and libraries.
    {"com", "cpl", "dll", "ex", "ex_", "exe", "jar", "lib", "pif", "scr", "sys", "xll"}
    # Scripts, and pages that run as programs.
    | {"bat", "chm", "cmd", "hta", "js", "jse", "ps1", "sct", "vb", "vbe", "vbs", "wsc", "wsf", "wsh"}
    # Packages that install something.
    | {"apk", "appx", "appxbundle", "cab", "ins", "isp", "jnlp", "msi", "msix", "msixbundle", "msp", "mst", "nsh"}
    # Disk images.
    | {"dmg", "img", "iso", "vhd", "vxd"}
    # What starts something else, or a database or console with code inside.
    | {"ade", "adp", "diagcab", "diagcfg", "diagpkg", "lnk", "mde", "mjs", "msc", "shb"}
)

_OCTETS = "application/octet-stream"
_OOXML = "application/vnd.openxmlformats-officedocument"

#: Types by extension, ahead of the standard library's table, which lacks them in some versions.
_BY_EXTENSION: Mapping[str, str] = {
    "docx": f"{_OOXML}.wordprocessingml.document",
    "xlsx": f"{_OOXML}.spreadsheetml.sheet",
    "pptx": f"{_OOXML}.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
    "eml": "message/rfc822",
    "ics": "text/calendar",
    "vcf": "text/vcard",
    "csv": "text/csv",
    "md": "text/markdown",
    "rtf": "application/rtf",
    "webp": "image/webp",
    "heic": "image/heic",
}
_IN_ZIP = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp"})
_IN_OLE = frozenset({"doc", "xls", "ppt", "msg"})

#: First bytes (at an offset) that decide a type whatever the name says.
_MAGIC: Sequence[tuple[int, bytes, str]] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypisom", "video/mp4"),
    (4, b"ftypmp42", "video/mp4"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# The library's own table alone: the system's files differ from one server to the next.
_TYPES = MappingProxyType(mimetypes.MimeTypes().types_map[1])

# Also what turns the direction of writing: "invoice\u202efdp.exe" shows as "invoiceexe.pdf".
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")


def to_filename(raw: str) -> str:
    """Clean the name of a chosen file: no folders, no control characters, at most ``NAME_LIMIT`` bytes.

    A name that is too long keeps its extension. Raises AttachmentError where nothing is left.
    """
    name = unicodedata.normalize("NFC", _CONTROL.sub("", re.split(r"[/\\]", raw)[-1]))
    # Windows drops blanks and dots at the end, which would change the extension after it was checked.
    name = name.strip().rstrip(". ")
    if not name:
        raise AttachmentError("This file has no usable name. Rename it and attach it again.", FIELD)
    stem, dot, extension = name.rpartition(".")
    tail = (dot + extension).encode() if stem and len(extension.encode()) <= 32 else b""
    body = (stem if tail else name).encode()[: NAME_LIMIT - len(tail)].decode(errors="ignore")
    return body + tail.decode()


def to_mime_type(filename: str, head: bytes) -> str:
    """Tell a file's MIME type by its first ``HEAD_SIZE`` bytes, then by its name, else ``application/octet-stream``."""
    extension = to_extension(filename)
    by_name = _BY_EXTENSION.get(extension) or _TYPES.get(f".{extension}", _OCTETS)
    if head.startswith(_ZIP):
        return by_name if extension in _IN_ZIP else "application/zip"
    if head.startswith(_OLE):
        return by_name if extension in _IN_OLE else "application/x-ole-storage"
    for offset, magic, mime_type in _MAGIC:
        if head.startswith(magic, offset):
            return mime_type
    return by_name


def to_mime_size(size: int) -> int:
    """Count the bytes a file takes in a message: base64 in lines of 76 characters, each ended by CRLF."""
    encoded = (size + 2) // 3 * 4
    return encoded + (encoded + 75) // 76 * 2


def check_attachments(attachments: Sequence[Attachment]) -> None:
    """Refuse what surely fails: a blocked extension, or more than ``MIME_LIMIT`` in all. Raises AttachmentError.

    Files whose size only LeadLex knows count nothing.
    """
    for attachment in attachments:
        extension = to_extension(attachment.filename)
        if extension in BLOCKED:
            raise AttachmentError(
                f"“{attachment.filename}” cannot be sent: mail systems refuse .{extension} files. "
                "Share it by a link instead.",
                FIELD,
            )
    total = sum(to_mime_size(attachment.size or 0) for attachment in attachments)
    if total > MIME_LIMIT:
        raise AttachmentError(
            f"The attachments are too large: {total / MEGABYTE:.1f} MB as they travel, and the limit is "
            f"{MIME_LIMIT // MEGABYTE} MB (about {FILES_LIMIT // MEGABYTE} MB of files). Remove one or share it by a "
            "link.",
            FIELD,
        )


def to_extension(filename: str) -> str:
    """The extension of a file's name in lower case, without its dot; "" for none."""
    stem, _, extension = filename.rstrip(". ").rpartition(".")
    return extension.lower() if stem else ""

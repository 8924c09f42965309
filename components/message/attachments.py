"""Attached files: names, types, sizes, and what mail systems refuse."""

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

#: Maximum size of a whole message as MIME, in bytes, at Gmail and most receivers.
MIME_LIMIT = 25 * MEGABYTE
#: The share of it for the files themselves, in bytes: base64 makes them 1.37 times as large.
FILES_LIMIT = 18 * MEGABYTE
#: Bytes of a file that Microsoft 365 accepts without an upload session. How LeadLex uploads is unknown: only a warning.
MICROSOFT_FILE_LIMIT = 3 * MEGABYTE
#: Maximum length of a file name in UTF-8 bytes, as in all common file systems.
NAME_LIMIT = 255
#: Bytes of a file that ``detect_mime_type`` needs.
HEAD_SIZE = 512

#: Extensions that Gmail refuses and that recipients at Microsoft 365 cannot open.
BLOCKED = frozenset(
    # Programs and libraries.
    {"com", "cpl", "dll", "ex", "ex_", "exe", "jar", "lib", "pif", "scr", "sys", "xll"}
    # Scripts, and pages that run as programs.
    | {"bat", "chm", "cmd", "hta", "js", "jse", "ps1", "sct", "vb", "vbe", "vbs", "wsc", "wsf", "wsh"}
    # Packages that install something.
    | {"apk", "appx", "appxbundle", "cab", "ins", "isp", "jnlp", "msi", "msix", "msixbundle", "msp", "mst", "nsh"}
    # Disk images.
    | {"dmg", "img", "iso", "vhd", "vxd"}
    # Shortcuts, and databases and consoles that contain code.
    | {"ade", "adp", "diagcab", "diagcfg", "diagpkg", "lnk", "mde", "mjs", "msc", "shb"}
)

_OCTETS = "application/octet-stream"
_OOXML = "application/vnd.openxmlformats-officedocument"

#: Types by extension; the standard library's table lacks them in some versions.
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

#: Offset, first bytes, and the type that they decide, whatever the name says.
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

# The library's built-in table alone: the tables of operating systems differ.
_TYPES = MappingProxyType(mimetypes.MimeTypes().types_map[1])

# Includes marks that change the writing direction: "invoice\u202efdp.exe" shows as "invoiceexe.pdf".
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")


def clean_filename(raw: str) -> str:
    """Clean the name of a file: no folders, no control characters, at most ``NAME_LIMIT`` bytes.

    A name that is cut keeps its extension. Raises AttachmentError where nothing is left.
    """
    name = unicodedata.normalize("NFC", _CONTROL.sub("", re.split(r"[/\\]", raw)[-1]))
    # Windows drops trailing spaces and dots, which would change the extension after the check.
    name = name.strip().rstrip(". ")
    if not name:
        raise AttachmentError("This file has no usable name. Rename it and attach it again.", FIELD)
    stem, dot, extension = name.rpartition(".")
    tail = (dot + extension).encode() if stem and len(extension.encode()) <= 32 else b""
    body = (stem if tail else name).encode()[: NAME_LIMIT - len(tail)].decode(errors="ignore")
    return body + tail.decode()


def detect_mime_type(filename: str, head: bytes) -> str:
    """Detect a MIME type from the first ``HEAD_SIZE`` bytes, then the name; else ``application/octet-stream``."""
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


def to_encoded_size(size: int) -> int:
    """Calculate the bytes that a file takes in a message: base64 in lines of 76 characters with CRLF."""
    encoded = (size + 2) // 3 * 4
    return encoded + (encoded + 75) // 76 * 2


def check_attachments(attachments: Sequence[Attachment]) -> None:
    """Reject files that mail systems refuse: a blocked extension, or more than ``MIME_LIMIT`` bytes in all.

    Files whose size only LeadLex knows count as empty. Raises AttachmentError.
    """
    for attachment in attachments:
        extension = to_extension(attachment.filename)
        if extension in BLOCKED:
            raise AttachmentError(
                f"“{attachment.filename}” cannot be sent: mail systems refuse .{extension} files. "
                "Share it by a link instead.",
                FIELD,
            )
    total = sum(to_encoded_size(attachment.size or 0) for attachment in attachments)
    if total > MIME_LIMIT:
        raise AttachmentError(
            f"The attachments are too large: {total / MEGABYTE:.1f} MB as they travel, and the limit is "
            f"{MIME_LIMIT // MEGABYTE} MB (about {FILES_LIMIT // MEGABYTE} MB of files). Remove one or share it by a "
            "link.",
            FIELD,
        )


def to_extension(filename: str) -> str:
    """Return the extension of a file name in lower case, without the dot; "" for none."""
    stem, _, extension = filename.rstrip(". ").rpartition(".")
    return extension.lower() if stem else ""

"""Attached files: names, types, sizes, and what mail systems refuse."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
_ODF = "application/vnd.oasis.opendocument"

#: Office Open XML, by extension. With a password such a file is no ZIP but an OLE container ([MS-OFFCRYPTO], 2.3.4.4).
_OFFICE = {
    "docx": f"{_OOXML}.wordprocessingml.document",
    "dotx": f"{_OOXML}.wordprocessingml.template",
    "docm": "application/vnd.ms-word.document.macroEnabled.12",
    "dotm": "application/vnd.ms-word.template.macroEnabled.12",
    "xlsx": f"{_OOXML}.spreadsheetml.sheet",
    "xltx": f"{_OOXML}.spreadsheetml.template",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "xltm": "application/vnd.ms-excel.template.macroEnabled.12",
    "xlam": "application/vnd.ms-excel.addin.macroEnabled.12",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "pptx": f"{_OOXML}.presentationml.presentation",
    "potx": f"{_OOXML}.presentationml.template",
    "ppsx": f"{_OOXML}.presentationml.slideshow",
    "pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    "potm": "application/vnd.ms-powerpoint.template.macroEnabled.12",
    "ppsm": "application/vnd.ms-powerpoint.slideshow.macroEnabled.12",
    "ppam": "application/vnd.ms-powerpoint.addin.macroEnabled.12",
    "vsdx": "application/vnd.ms-visio.drawing",
    "vsdm": "application/vnd.ms-visio.drawing.macroEnabled.12",
    "vstx": "application/vnd.ms-visio.template",
    "vssx": "application/vnd.ms-visio.stencil",
    "thmx": "application/vnd.ms-officetheme",
}
_IN_ZIP = _OFFICE | {
    "odt": f"{_ODF}.text",
    "ott": f"{_ODF}.text-template",
    "ods": f"{_ODF}.spreadsheet",
    "ots": f"{_ODF}.spreadsheet-template",
    "odp": f"{_ODF}.presentation",
    "otp": f"{_ODF}.presentation-template",
    "odg": f"{_ODF}.graphics",
    "odf": f"{_ODF}.formula",
    "pages": "application/vnd.apple.pages",
    "numbers": "application/vnd.apple.numbers",
    "key": "application/vnd.apple.keynote",
    "epub": "application/epub+zip",
    "xps": "application/vnd.ms-xpsdocument",
    "oxps": "application/oxps",
    "kmz": "application/vnd.google-earth.kmz",
    "asice": "application/vnd.etsi.asic-e+zip",
    "asics": "application/vnd.etsi.asic-s+zip",
    "xmind": "application/vnd.xmind.workbook",
    "pbix": _OCTETS,
}
_IN_OLE = _OFFICE | {
    "doc": "application/msword",
    "dot": "application/msword",
    "xls": "application/vnd.ms-excel",
    "xlt": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "pot": "application/vnd.ms-powerpoint",
    "pps": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
    "oft": "application/vnd.ms-outlook",
    "vsd": "application/vnd.visio",
    "vst": "application/vnd.visio",
    "pub": "application/x-mspublisher",
    "mpp": "application/vnd.ms-project",
    "wps": "application/vnd.ms-works",
}
_IN_ISO_MEDIA = {
    "mp4": "video/mp4",
    "m4v": "video/x-m4v",
    "mov": "video/quicktime",
    "3gp": "video/3gpp",
    "m4a": "audio/mp4",
    "m4b": "audio/mp4",
    "heic": "image/heic",
    "heif": "image/heif",
    "avif": "image/avif",
}
_IN_RIFF = {"wav": "audio/wav", "avi": "video/x-msvideo"}
_IN_OGG = {"ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg", "ogv": "video/ogg"}
_IN_MATROSKA = {"mkv": "video/x-matroska", "webm": "video/webm"}

#: Types by extension, where the content decides nothing.
_BY_EXTENSION: Mapping[str, str] = {
    **_IN_OLE,
    **_IN_ZIP,
    **_IN_ISO_MEDIA,
    **_IN_RIFF,
    **_IN_OGG,
    **_IN_MATROSKA,
    "zip": "application/zip",
    "eml": "message/rfc822",
    "ics": "text/calendar",
    "vcf": "text/vcard",
    "csv": "text/csv",
    "md": "text/markdown",
    "rtf": "application/rtf",
    "webp": "image/webp",
    "p7m": "application/pkcs7-mime",
    "p7s": "application/pkcs7-signature",
    "p7b": "application/x-pkcs7-certificates",
    "p12": "application/x-pkcs12",
    "pfx": "application/x-pkcs12",
    "cer": "application/pkix-cert",
    "crt": "application/pkix-cert",
    "asc": "application/pgp-encrypted",
    "pgp": "application/pgp-encrypted",
    "gpg": "application/pgp-encrypted",
}


@dataclass(frozen=True, slots=True)
class _Signature:
    """What the bytes ``magic`` at ``offset`` say: ``mime_type``, or in a container the type of the file's extension."""

    offset: int
    magic: bytes
    mime_type: str
    by_extension: Mapping[str, str] = field(default_factory=dict)


#: The first that fits decides. What stands in a text too ("MZ", "ID3") counts only in a file with a zero byte.
_SIGNATURES = (
    _Signature(0, b"%PDF-", "application/pdf"),
    _Signature(0, b"\x89PNG\r\n\x1a\n", "image/png"),
    _Signature(0, b"\xff\xd8\xff", "image/jpeg"),
    _Signature(0, b"GIF87a", "image/gif"),
    _Signature(0, b"GIF89a", "image/gif"),
    _Signature(8, b"WEBP", "image/webp"),
    _Signature(0, b"RIFF", _OCTETS, _IN_RIFF),
    _Signature(0, b"II*\x00", "image/tiff"),
    _Signature(0, b"MM\x00*", "image/tiff"),
    # The brand of ISO/IEC 14496-12, 4.3: a still picture or sound says so, the others hold anything.
    _Signature(4, b"ftypheic", "image/heic"),
    _Signature(4, b"ftypheix", "image/heic"),
    _Signature(4, b"ftypavif", "image/avif"),
    _Signature(4, b"ftypM4A ", "audio/mp4"),
    _Signature(4, b"ftypqt  ", "video/quicktime"),
    _Signature(4, b"ftypmif1", "image/heif", _IN_ISO_MEDIA),
    _Signature(4, b"ftyp", "video/mp4", _IN_ISO_MEDIA),
    _Signature(0, b"OggS", "audio/ogg", _IN_OGG),
    _Signature(0, b"\x1a\x45\xdf\xa3", "video/x-matroska", _IN_MATROSKA),
    _Signature(0, b"{\\rtf", "application/rtf"),
    _Signature(0, b"\x1f\x8b", "application/gzip"),
    _Signature(0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    _Signature(0, b"Rar!\x1a\x07", "application/vnd.rar"),
    _Signature(0, b"ID3", "audio/mpeg"),
    _Signature(0, b"MZ", "application/vnd.microsoft.portable-executable"),
    _Signature(0, b"PK\x03\x04", "application/zip", _IN_ZIP),
    _Signature(0, b"PK\x05\x06", "application/zip", _IN_ZIP),
    _Signature(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", _IN_OLE),
)

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
    """Detect a MIME type from the first ``HEAD_SIZE`` bytes, then the name; else ``application/octet-stream``.

    Where the content is a container of many formats (ZIP, OLE), the extension decides among those.
    """
    extension = to_extension(filename)
    for signature in _SIGNATURES:
        is_word = len(signature.magic) < 4 and signature.magic.isalnum()
        if head.startswith(signature.magic, signature.offset) and (b"\0" in head or not is_word):
            return signature.by_extension.get(extension, signature.mime_type)
    return _BY_EXTENSION.get(extension) or _TYPES.get(f".{extension}", _OCTETS)


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
    if sum(to_encoded_size(attachment.size or 0) for attachment in attachments) > MIME_LIMIT:
        total = sum(attachment.size or 0 for attachment in attachments)
        raise AttachmentError(
            f"The files have {total / MEGABYTE:.1f} of {FILES_LIMIT // MEGABYTE} MB. Remove "
            f"{(total - FILES_LIMIT) / MEGABYTE:.1f} MB, or share a file by a link.",
            FIELD,
        )


def to_extension(filename: str) -> str:
    """Return the extension of a file name in lower case, without the dot; "" for none."""
    stem, _, extension = filename.rstrip(". ").rpartition(".")
    return extension.lower() if stem else ""

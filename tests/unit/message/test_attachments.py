"""Names, types and limits of attached files."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import AttachmentError
from components.message.attachments import (
    BLOCKED,
    FILES_LIMIT,
    MIME_LIMIT,
    check_attachments,
    clean_filename,
    detect_mime_type,
    to_encoded_size,
)
from components.model import Attachment

OOXML = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("offer.pdf", "offer.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jane\\offer.pdf", "offer.pdf"),
        ("/tmp/x/", None),
        (" offer.pdf ", "offer.pdf"),
        ("offer.pdf. .", "offer.pdf"),
        ("off\r\ner\x00.pdf", "offer.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("Angebot für Groß.pdf", "Angebot für Groß.pdf"),
        ("A\u0308.pdf", "Ä.pdf"),
        (".profile", ".profile"),
        ("", None),
        ("..", None),
        ("\x00\x01", None),
        (" . ", None),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("ä" * 200 + ".docx", "ä" * 125 + ".docx"),
        ("x." + "y" * 300, "x." + "y" * 253),
    ],
)
def test_filename(raw: str, expected: str | None) -> None:
    """A cleaned name has no folders and control characters and fits a file system; else there is an error."""
    if expected is None:
        with pytest.raises(AttachmentError, match="no usable name"):
            clean_filename(raw)
    else:
        assert clean_filename(raw) == expected


@given(st.text(max_size=400))
def test_any_filename(raw: str) -> None:
    """Any text gives an AttachmentError or a name that cleaning does not change again."""
    try:
        name = clean_filename(raw)
    except AttachmentError:
        return
    assert 0 < len(name.encode()) <= 255
    assert not set(name) & set("/\\\r\n\x00")


@pytest.mark.parametrize(
    ("filename", "head", "expected"),
    [
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.txt", b"%PDF-1.7", "application/pdf"),
        ("a", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.png", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a", b"GIF89a", "image/gif"),
        ("a", b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        ("a.docx", b"PK\x03\x04", f"{OOXML}.wordprocessingml.document"),
        ("A.XLSX", b"PK\x03\x04", f"{OOXML}.spreadsheetml.sheet"),
        ("a.pptx", b"PK\x03\x04", f"{OOXML}.presentationml.presentation"),
        ("a.zip", b"PK\x03\x04", "application/zip"),
        ("a.pdf", b"PK\x03\x04", "application/zip"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-excel"),
        ("a", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        ("a.pdf", b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
        ("a.csv", b"a;b", "text/csv"),
        ("a.txt", b"hello", "text/plain"),
        ("a.ics", b"BEGIN:VCALENDAR", "text/calendar"),
        ("a.unheard", b"?", "application/octet-stream"),
        ("a", b"", "application/octet-stream"),
        (".pdf", b"", "application/octet-stream"),
        ("MZ list.csv", b"MZ;Name;City", "text/csv"),
        ("ID3 notes.txt", b"ID3 tags are", "text/plain"),
        ("a.wav", b"RIFF\x00\x00\x00\x00WAVE", "audio/wav"),
        ("a.webm", b"\x1a\x45\xdf\xa3", "video/webm"),
        ("a.eml", b"From: jane@acme.com", "message/rfc822"),
        ("a.p7m", b"\x30\x82", "application/pkcs7-mime"),
        ("a.p7s", b"\x30\x82", "application/pkcs7-signature"),
        ("a.cer", b"\x30\x82", "application/pkix-cert"),
    ],
)
def test_mime_type(filename: str, head: bytes, expected: str) -> None:
    """The content takes precedence over the name."""
    assert detect_mime_type(filename, head) == expected


ZIP, OLE, ISO_MEDIA = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0\0\0\x20ftypisom"
IN_CONTAINERS = [
    (ZIP, "xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12"),
    (ZIP, "docm", "application/vnd.ms-word.document.macroEnabled.12"),
    (ZIP, "dotx", f"{OOXML}.wordprocessingml.template"),
    (ZIP, "vsdx", "application/vnd.ms-visio.drawing"),
    (ZIP, "pages", "application/vnd.apple.pages"),
    (ZIP, "key", "application/vnd.apple.keynote"),
    (ZIP, "numbers", "application/vnd.apple.numbers"),
    (ZIP, "epub", "application/epub+zip"),
    (ZIP, "xlsb", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    (ZIP, "potx", f"{OOXML}.presentationml.template"),
    (ZIP, "ppsx", f"{OOXML}.presentationml.slideshow"),
    (ZIP, "ott", "application/vnd.oasis.opendocument.text-template"),
    (ZIP, "asice", "application/vnd.etsi.asic-e+zip"),
    (ZIP, "doc", "application/zip"),
    (OLE, "vsd", "application/vnd.visio"),
    (OLE, "pub", "application/x-mspublisher"),
    (OLE, "xlsx", f"{OOXML}.spreadsheetml.sheet"),
    (OLE, "docx", f"{OOXML}.wordprocessingml.document"),
    (OLE, "xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12"),
    (OLE, "msg", "application/vnd.ms-outlook"),
    (OLE, "mpp", "application/vnd.ms-project"),
    (OLE, "dot", "application/msword"),
    (OLE, "pps", "application/vnd.ms-powerpoint"),
    (OLE, "odt", "application/x-ole-storage"),
    (ISO_MEDIA, "m4a", "audio/mp4"),
    (ISO_MEDIA, "heic", "image/heic"),
    (ISO_MEDIA, "mov", "video/quicktime"),
    (ISO_MEDIA, "m4v", "video/x-m4v"),
    (ISO_MEDIA, "mp4", "video/mp4"),
    (ISO_MEDIA, "unheard", "video/mp4"),
    (b"\0\0\0\x18ftypmif1", "heic", "image/heic"),
    (b"\0\0\0\x18ftypheix", "jpg", "image/heic"),
    (b"\0\0\0\x18ftypM4A ", "mp4", "audio/mp4"),
]


@pytest.mark.parametrize(("head", "extension", "expected"), IN_CONTAINERS)
def test_a_container_takes_the_type_of_the_extension(head: bytes, extension: str, expected: str) -> None:
    """ZIP, OLE (which also holds Office files with a password) and ISO media files hold many formats."""
    assert detect_mime_type(f"a.{extension.upper()}", head) == expected


@pytest.mark.parametrize("extension", [extension for _, extension, _ in IN_CONTAINERS if extension != "unheard"])
def test_the_extension_alone_has_a_type(extension: str) -> None:
    """Content without a known beginning leaves the decision to the name."""
    assert detect_mime_type(f"a.{extension}", b"?") not in ("application/octet-stream", "application/zip")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 56, 57, 58, 1000])
def test_mime_size(size: int) -> None:
    """The calculated size equals the real size of base64 with CRLF."""
    assert to_encoded_size(size) == len(base64.encodebytes(b"x" * size).replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("extension", sorted(BLOCKED))
def test_blocked(extension: str) -> None:
    """A blocked extension is refused by name, whatever its case and what trails it."""
    for name in (f"a.{extension}", f"a.pdf.{extension.upper()}", f"a.{extension}. "):
        with pytest.raises(AttachmentError, match=f"refuse .{extension} files") as caught:
            check_attachments([Attachment("ok.pdf", "application/pdf"), Attachment(name, "application/pdf")])
        assert caught.value.field == "Attachments"


def test_total() -> None:
    """All files together may be as large as a message; files in LeadLex count as empty."""
    largest = MIME_LIMIT // 78 * 57
    stored = Attachment("b.pdf", "application/pdf", storage_path="x/b.pdf")
    check_attachments([Attachment("a.pdf", "application/pdf", largest), stored])
    check_attachments([Attachment("a.pdf", "application/pdf", FILES_LIMIT)])
    with pytest.raises(AttachmentError, match=r"have 18\.\d of 18 MB\. Remove 0\.\d MB, or share"):
        check_attachments([Attachment("a.pdf", "application/pdf", largest), Attachment("c.txt", "text/plain", 100)])
    with pytest.raises(AttachmentError, match=r"have 20\.0 of 18 MB\. Remove 2\.0 MB"):
        check_attachments([Attachment(f"{n}.pdf", "application/pdf", 10 * 1024 * 1024) for n in range(2)])

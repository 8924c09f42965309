"""ZIP files are read without unpacking, and within limits."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message import ZipDirectory, is_zip_archive, read_zip_directory
from components.message.archives import DIRECTORY_LIMIT
from components.model import Attachment


def zipped(*names: str, comment: bytes = b"") -> bytes:
    """A ZIP file of one-byte files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.comment = comment
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


def test_names_inside() -> None:
    """All names, folders included."""
    assert read_zip_directory(io.BytesIO(zipped("a.txt", "b/c.exe", comment=b"!" * 60_000))) == ZipDirectory(
        ("a.txt", "b/c.exe"), False
    )


def test_a_password_is_seen() -> None:
    """The flag of one entry is enough (APPNOTE 4.4.4, bit 0)."""
    content = bytearray(zipped("a.txt"))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert read_zip_directory(io.BytesIO(bytes(content))) == ZipDirectory(("a.txt",), True)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"x" * 100_000, zipped("a")[:-10], b"PK\x05\x06" * 10],
    ids=["empty", "begun", "letters", "cut", "ends"],
)
def test_no_archive(content: bytes) -> None:
    """An unreadable file gives None."""
    assert read_zip_directory(io.BytesIO(content)) is None


def test_a_huge_directory_is_left_alone() -> None:
    """Half a million names in 25 MB would fill the memory."""
    large = zipped(*(f"{n:0>200}" for n in range(5000)))
    assert len(large) > DIRECTORY_LIMIT
    assert read_zip_directory(io.BytesIO(large)) is None


def test_zip64_is_left_alone() -> None:
    """ZIP64 stores the size of its directory elsewhere."""
    content = zipped("a")
    place = content.rindex(b"PK\x05\x06")
    assert read_zip_directory(io.BytesIO(content[:place] + b"PK\x06\x07" + b"\0" * 16 + content[place:])) is None


@given(st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_damage_never_raises(place: int, damage: bytes) -> None:
    """A damaged archive raises no error."""
    content = bytearray(zipped("a.txt", "b.txt", "c.txt"))
    place %= len(content)
    content[place : place + len(damage)] = damage
    found = read_zip_directory(io.BytesIO(bytes(content)))
    assert found is None or isinstance(found, ZipDirectory)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (Attachment("a.zip", "application/zip", 10, "a" * 64), True),
        (Attachment("a.dat", "application/zip", 10, "a" * 64), True),
        (Attachment("a.docx", "application/x", 10, "a" * 64), False),
        (Attachment("a.zip", "application/zip", 0, "a" * 64), False),
        (Attachment("a.zip", "application/zip", 30_000_000, "a" * 64), False),
        (Attachment("a.zip", "application/zip", storage_path="/a.zip"), False),
    ],
)
def test_which_are_looked_at(file: Attachment, expected: bool) -> None:
    """ZIP files that are stored here and can be sent."""
    assert is_zip_archive(file) is expected

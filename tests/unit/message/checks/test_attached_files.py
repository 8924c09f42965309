"""Attached files: empty, duplicate, refused, too large, or not the one mentioned."""

from __future__ import annotations

import pytest

from components.message import ZipDirectory
from components.message.checks.attached_files import (
    check_duplicate_files,
    check_empty_files,
    check_file_types,
    check_microsoft_sizes,
    check_named_files,
)
from components.model import Attachment
from tests.unit.message.checks.contexts import fixed, make_context, only

MEGABYTE = 1024 * 1024


def stored(filename: str, sha256: str = "a" * 64, size: int = 1000) -> Attachment:
    """A file as an upload leaves it."""
    return Attachment(filename, "application/octet-stream", size, sha256)


A, B = stored("a.pdf"), stored("b.pdf", "b" * 64)
IN_LEADLEX = Attachment("c.pdf", "application/pdf", storage_path="/c.pdf")


def test_an_empty_file_is_removed_by_one_click() -> None:
    """The finding names it, and the fix removes only it."""
    context = make_context(attachments=(A, stored("x.pdf", "e" * 64, 0), B))
    finding = only(check_empty_files(context))
    assert finding.text == "“x.pdf” is empty."
    assert fixed(context, finding).attachments == (A, B)


@pytest.mark.parametrize("files", [(), (A, B), (IN_LEADLEX,), (stored("a", size=1),)])
def test_no_empty_file(files: tuple[Attachment, ...]) -> None:
    """Files with content, and those whose size only LeadLex knows."""
    assert not list(check_empty_files(make_context(attachments=files)))


@pytest.mark.parametrize(
    ("files", "part", "kept"),
    [
        ((A, B, A), "“a.pdf” is attached twice", (A, B)),
        ((A, stored("copy.pdf")), "“copy.pdf” is the same file as “a.pdf”", (A,)),
        ((IN_LEADLEX, B, IN_LEADLEX), "“c.pdf” is attached twice", (IN_LEADLEX, B)),
        ((A, stored("A.PDF", "b" * 64)), "Two different files are called “A.PDF”", None),
    ],
)
def test_a_file_twice(files: tuple[Attachment, ...], part: str, kept: tuple[Attachment, ...] | None) -> None:
    """The same content is removed by one click; of two contents under one name only the author knows."""
    context = make_context(attachments=files)
    finding = only(check_duplicate_files(context))
    assert part in finding.text
    assert (fixed(context, finding).attachments if finding.fix else None) == kept


@pytest.mark.parametrize(
    "files",
    [
        (),
        (A,),
        (A, B),
        (A, B, IN_LEADLEX),
        (stored("a.pdf", "e" * 64, 0), stored("b.pdf", "e" * 64, 0)),
        (stored("a.b"), B),
    ],
)
def test_no_file_twice(files: tuple[Attachment, ...]) -> None:
    """Different files; two empty ones are reported as empty, not as duplicates."""
    assert not list(check_duplicate_files(make_context(attachments=files)))


@pytest.mark.parametrize(
    ("file", "archive", "part"),
    [
        (stored("app.py"), None, "Outlook: it hides .py files"),
        (stored("link.URL"), None, "hides .url files"),
        (stored("a.zip"), ZipDirectory(("readme.txt", "bin/setup.EXE"), False), "“a.zip” holds “bin/setup.EXE”"),
        (stored("a.zip"), ZipDirectory(("doc.pdf",), True), "needs a password"),
    ],
)
def test_a_file_that_may_not_arrive(file: Attachment, archive: ZipDirectory | None, part: str) -> None:
    """Types that Outlook blocks, refused files in archives, and encrypted archives."""
    finding = only(check_file_types(make_context(attachments=(file,), archives={"a" * 64: archive} if archive else {})))
    assert part in finding.text
    assert not finding.blocking


@pytest.mark.parametrize(
    ("file", "archive"),
    [
        (stored("a.pdf"), None),
        (stored("a.zip"), None),
        (stored("a.zip"), ZipDirectory(("doc.pdf", "exe", "folder.exe/doc.pdf", "notes.txt"), False)),
        (stored("a.zip"), ZipDirectory((), False)),
        (stored("python"), None),
        (IN_LEADLEX, ZipDirectory(("x.exe",), True)),
    ],
)
def test_a_file_that_arrives(file: Attachment, archive: ZipDirectory | None) -> None:
    """Ordinary files and archives of such."""
    assert not list(
        check_file_types(make_context(attachments=(file,), archives={"a" * 64: archive} if archive else {}))
    )


def test_microsoft_sizes() -> None:
    """Over 3 MB only where the mailbox is Microsoft's."""
    large, small = stored("l.pdf", size=3 * MEGABYTE + 1), stored("s.pdf", size=3 * MEGABYTE)
    assert (
        "“l.pdf” has 3.0 MB"
        in only(check_microsoft_sizes(make_context(provider="microsoft", attachments=(large,)))).text
    )
    for provider, file in (("microsoft", small), ("gmail", large), ("", large), ("microsoft", IN_LEADLEX)):
        assert not list(check_microsoft_sizes(make_context(provider=provider, attachments=(file,))))


@pytest.mark.parametrize(
    ("markdown", "file", "trigger"),
    [
        ("See proposal_v3.pdf", "proposal_v2.pdf", "proposal_v3.pdf"),
        ("See **Proposal-V3.PDF**, please", "Proposal-V2.pdf", "Proposal-V3.PDF"),
        ("in offer-2026.docx.", "offer-2025.docx", "offer-2026.docx"),
        ("in „vertrag_final.doc“", "vertrag_entwurf.docx", "vertrag_final.doc"),
        ("the contract_acme.pdf", "contract_acne.pdf", "contract_acme.pdf"),
    ],
)
def test_another_version_is_attached(markdown: str, file: str, trigger: str) -> None:
    """The file mentioned is missing, and a similar one is attached."""
    finding = only(check_named_files(make_context(markdown=markdown, attachments=(stored(file),))))
    assert finding.trigger == trigger
    assert f"“{trigger}”" in finding.text
    assert f"“{file}”" in finding.text


@pytest.mark.parametrize(
    ("markdown", "files"),
    [
        ("See proposal_v3.pdf", ("proposal_v3.pdf",)),
        ("See Proposal_V3.pdf", ("proposal_v3.pdf",)),
        ("See Proposal v3.pdf", ("Proposal v3.pdf",)),
        ("See proposal_v3.pdf and proposal_v2.pdf", ("proposal_v2.pdf", "proposal_v3.pdf")),
        ("proposal_v3.pdf takes the place of proposal_v2.pdf", ("proposal_v3.pdf",)),
        ("See https://acme.com/proposal_v3.pdf", ("proposal_v2.pdf",)),
        ("See [it](https://acme.com/proposal_v3.pdf)", ("proposal_v2.pdf",)),
        ("See `proposal_v3.pdf`", ("proposal_v2.pdf",)),
        ("> See proposal_v3.pdf\n\nHere", ("proposal_v2.pdf",)),
        ("Thanks for budget.xlsx", ("proposal.pdf",)),
        ("Your report.pdf was fine", ("invoice.pdf",)),
        ("See proposal_v3.pdf", ("proposal_v3.docx",)),
        ("See proposal_v3.pdf", ()),
        ("pdf and .pdf and v3", ("proposal_v2.pdf",)),
        ("proposal.pdfx", ("proposal_2.pdf",)),
        ("Nothing", ("a.pdf",)),
    ],
)
def test_the_named_file_is_attached_or_another_is_meant(markdown: str, files: tuple[str, ...]) -> None:
    """Same file, an address, a quote, a quite different file, no file at all."""
    attached = tuple(stored(name, f"{n}" * 64) for n, name in enumerate(files))
    assert not list(check_named_files(make_context(markdown=markdown, attachments=attached)))

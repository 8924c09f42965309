"""Visible addresses and the Reply-To."""

from __future__ import annotations

import pytest

from components.message import check_fields
from components.message.checks.invalid_fields import check_identifiers, check_invalid_fields
from components.message.checks.recipients import check_open_recipients, check_reply_to
from components.model import Address, Attachment
from tests.unit.message.checks.contexts import fixed, make_context, only, with_field

ELEVEN = ", ".join(f"u{n}@company{n}.com" for n in range(11))
UUID = "3f2b8c1e-9a4d-4e57-8b36-0c5d1e2f3a4b"


def test_many_strangers_are_moved_to_bcc() -> None:
    """To keeps the author's own address, as a mail needs one there."""
    context = make_context(to=ELEVEN, bcc="x@y.com", sender=Address("Sam", "sam@me.com"))
    finding = only(check_open_recipients(context))
    assert "11 people" in finding.text
    draft = fixed(context, finding)
    assert (draft.to, draft.cc) == ("sam@me.com", "")
    assert len(check_fields(draft).bcc) == 12
    assert not check_fields(draft).faults
    assert not list(check_open_recipients(make_context(to=draft.to, bcc=draft.bcc)))


def test_no_fix_without_an_own_address() -> None:
    """There would be no address for To."""
    assert only(check_open_recipients(make_context(to=ELEVEN))).fix is None


@pytest.mark.parametrize(
    ("to", "cc", "bcc"),
    [
        (ELEVEN.partition(", ")[2], "", ""),
        ("a@x.com", "", ELEVEN),
        ("", "", ""),
        (", ".join(f"u{n}@acme.com" for n in range(20)), "", ""),
        (f"{ELEVEN}, bad@", "", ""),
    ],
)
def test_few_or_colleagues(to: str, cc: str, bcc: str) -> None:
    """Up to ten, people in Bcc, and people of one company."""
    assert not list(check_open_recipients(make_context(to=to, cc=cc, bcc=bcc)))


def test_strangers_at_a_free_provider() -> None:
    """A common provider does not count as a common company."""
    assert only(check_open_recipients(make_context(to=", ".join(f"u{n}@gmail.com" for n in range(11)))))


@pytest.mark.parametrize(
    ("reply_to", "part"),
    [
        ("jane@acme.com", "who gets this mail"),
        ("JANE@acme.com", "who gets"),
        ("no-reply@me.com", "nobody seems to read"),
    ],
)
def test_odd_reply_to(reply_to: str, part: str) -> None:
    """Cleared by one click."""
    context = make_context(reply_to=reply_to)
    finding = only(check_reply_to(context))
    assert part in finding.text
    assert fixed(context, finding).reply_to == ""


@pytest.mark.parametrize("reply_to", ["", "desk@me.com", "reply@me.com", "noreen@me.com", "bad@"])
def test_sensible_reply_to(reply_to: str) -> None:
    """Another mailbox of one's own."""
    assert not list(check_reply_to(make_context(reply_to=reply_to)))


def test_faults_block() -> None:
    """Each invalid field gives a blocking finding."""
    findings = list(check_invalid_fields(make_context(to="", subject="", markdown="")))
    assert [finding.field for finding in findings] == ["To", "Subject", "Message"]
    assert all(finding.blocking for finding in findings)
    assert not list(check_invalid_fields(make_context()))


def test_a_refused_file_is_removed() -> None:
    """The fix removes only the refused files."""
    pdf, exe = Attachment("a.pdf", "x/y", 1, "a" * 64), Attachment("a.exe", "x/y", 1, "b" * 64)
    context = make_context(attachments=(pdf, exe))
    assert fixed(context, only(check_invalid_fields(context))).attachments == (pdf,)


def test_a_subject_of_two_lines_is_joined() -> None:
    """One click puts it on one line; a subject that is too long has no such click."""
    context = make_context(subject="Our\r\n offer\x00")
    assert fixed(context, only(check_invalid_fields(context))).subject == "Our offer"
    assert only(check_invalid_fields(make_context(subject="x" * 999))).fix is None
    assert (
        only(check_invalid_fields(make_context(attachments=(Attachment("a.pdf", "x/y", 20_000_000, "a" * 64),)))).fix
        is None
    )


@pytest.mark.parametrize("name", ["contact_id", "deal_id", "thread_id"])
def test_ids(name: str) -> None:
    """An id that is not a UUID gives a warning; a UUID, an empty and an invalid field do not."""
    finding = only(check_identifiers(with_field(name, " deal-001 ")))
    assert finding.text == "“deal-001” is not a UUID; LeadLex may not find it."
    for value in ("", f" {UUID} ", UUID.upper(), "a\nb"):
        assert not list(check_identifiers(with_field(name, value)))

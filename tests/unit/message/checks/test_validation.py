"""Validation of the fields of drafts."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from components.message import check_fields
from components.model import Address, Attachment, Draft

GOOD = Draft(id="d", to="jane@example.com", subject="Hello", markdown="Hi")
UUID = "3f2b8c1e-9a4d-4e57-8b36-0c5d1e2f3a4b"


def test_good() -> None:
    """A complete draft is valid, and its fields are trimmed."""
    checked = check_fields(replace(GOOD, subject=" Hello ", reply_to="x@y.com", contact_id=f" {UUID}\n", cc="c@x.com"))
    assert not checked.faults
    assert checked.to == (Address("", "jane@example.com"),)
    assert checked.cc == (Address("", "c@x.com"),)
    assert checked.reply_to == Address("", "x@y.com")
    assert (checked.subject, checked.contact_id) == ("Hello", UUID)


def test_empty() -> None:
    """An empty draft says what it needs, field by field."""
    assert check_fields(Draft(id="d")).faults == {
        "To": "Add at least one recipient.",
        "Subject": "Enter a subject.",
        "Message": "Write a message.",
    }


@pytest.mark.parametrize(
    ("changes", "field", "part"),
    [
        ({"to": " ", "cc": "c@x.com"}, "To", "at least one recipient"),
        ({"to": "jane@"}, "To", "“jane@” is not an e-mail address"),
        ({"cc": "x"}, "Cc", "“x” is not"),
        ({"bcc": "x"}, "Bcc", "“x” is not"),
        ({"reply_to": "x"}, "Reply-To", "“x” is not"),
        ({"reply_to": "a@x.com, b@x.com"}, "Reply-To", "one address only"),
        ({"to": "a@x.com\r\nBcc: b@x.com"}, "To", "header"),
        ({"to": ",".join(f"u{n}@x.com" for n in range(101))}, "To", "101 recipients"),
        ({"cc": ",".join(f"u{n}@x.com" for n in range(100))}, "To", "101 recipients"),
        ({"subject": " \n "}, "Subject", "Enter a subject"),
        ({"subject": "a\r\nBcc: x@y.z"}, "Subject", "line break"),
        ({"subject": "a\x00b"}, "Subject", "control character"),
        ({"subject": "x" * 999}, "Subject", "at most 998"),
        ({"markdown": " \n\t"}, "Message", "Write a message."),
        ({"attachments": (Attachment("a.exe", "x/y", 1),)}, "Attachments", "refuse .exe files"),
        ({"attachments": (Attachment("a.pdf", "x/y", 20_000_000),)}, "Attachments", "of 18 MB"),
        ({"contact_id": "a\nb"}, "Contact ID", "line break"),
        ({"deal_id": "a\x1bb"}, "Deal ID", "control character"),
        ({"thread_id": "a\rb"}, "Thread ID", "line break"),
    ],
)
def test_fault(changes: dict[str, Any], field: str, part: str) -> None:
    """Each error is reported once, at the field to correct."""
    checked = check_fields(replace(GOOD, **changes))
    assert list(checked.faults) == [field]
    assert part in checked.faults[field]


def test_limits_are_inclusive() -> None:
    """998 characters of a subject go out, 100 recipients go out."""
    assert not check_fields(replace(GOOD, subject="x" * 998)).faults
    assert not check_fields(replace(GOOD, cc=",".join(f"u{n}@x.com" for n in range(99)))).faults


def test_one_mailbox_one_field() -> None:
    """A recipient in To is dropped from Cc and Bcc, and one in Cc from Bcc; each counts once."""
    checked = check_fields(
        replace(GOOD, cc="Jane <jane@EXAMPLE.com>, b@x.com", bcc="b@x.com, c@x.com, jane@example.com")
    )
    assert checked.cc == (Address("", "b@x.com"),)
    assert checked.bcc == (Address("", "c@x.com"),)


@pytest.mark.parametrize("field", ["cc", "bcc"])
@pytest.mark.parametrize("spelling", ["JANE@bücher.example", "jane@BÜCHER.example", "J <Jane@XN--BCHER-KVA.example>"])
def test_another_spelling_is_the_same_mailbox(field: str, spelling: str) -> None:
    """Letter case and the form of the domain do not make a second recipient."""
    draft = replace(GOOD, to="jane@bücher.example")
    doubled = replace(draft, cc=spelling) if field == "cc" else replace(draft, bcc=spelling)
    assert not getattr(check_fields(doubled), field)
    assert check_fields(replace(draft, to=f"{draft.to}, {spelling}")).to == check_fields(draft).to


def test_cheap() -> None:
    """A full draft is checked in milliseconds, so that every rerun can."""
    draft = replace(GOOD, to=",".join(f"Name {n} <u{n}@example.com>" for n in range(100)), markdown="x" * 100_000)
    begin = time.process_time()
    assert not check_fields(draft).faults
    assert time.process_time() - begin < 0.5

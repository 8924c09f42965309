"""The name, date and Message-ID of a mail's .eml file."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace

import pytest

from components.mailer.transfer.eml_files import render_eml_file, to_eml_filename, to_message_id
from components.model import Address, OutgoingMail
from components.store.sort_key import to_sort_key
from tests.unit.store.samples import NOW, to_record

#: Sent at NOW, a week after the click on Send.
LETTER = to_record(
    OutgoingMail(to=(Address("", "a@example.com"),), subject="Hello", html="<p>Hi</p>", text="Hi"),
    created_at=NOW - 7 * 86_400,
    sort_key=to_sort_key(NOW),
)


def open_blob(_sha256: str) -> Iterator[bytes]:
    """No file is asked for."""
    raise AssertionError


def test_a_copy_tells_when_its_mail_was_sent() -> None:
    """Date and Message-ID are those of the record, the same each time."""
    raw = b"".join(render_eml_file(LETTER, open_blob))
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Date"].datetime.timestamp() == NOW
    assert message["Message-ID"] == f"<{LETTER.summary.idempotency_key}@leadlex-composer.invalid>"
    assert b"".join(render_eml_file(LETTER, open_blob)) == raw


@pytest.mark.parametrize(
    ("told", "kept"),
    [("<a.1@mail.example>", True), ("18c2f0", False), ("<a@b>\r\nX-Evil: 1", False), ("<a b@c>", False), ("", False)],
)
def test_only_a_message_id_is_taken_for_one(told: str, kept: bool) -> None:
    """A provider's own identifier, or one that would end the header, is not used as Message-ID."""
    assert (to_message_id(replace(LETTER.summary, provider_message_id=told)) == told) is kept


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Re: the offer / part 2", "2027-01-15 Re the offer part 2.eml"),
        ("", "2027-01-15.eml"),
        ("../../etc/passwd\r\n\u202e", "2027-01-15 .. .. etc passwd.eml"),
        ("x" * 500, f"2027-01-15 {'x' * 79}.eml"),
    ],
)
def test_a_copy_has_a_name_that_every_system_takes(subject: str, name: str) -> None:
    """No folders, no control characters, not too long."""
    assert to_eml_filename(replace(LETTER.summary, subject=subject)) == name

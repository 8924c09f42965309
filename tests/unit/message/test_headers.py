"""Header fields, read back by the standard library."""

from __future__ import annotations

import email
import email.policy
import re
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message.headers import render_address_header, render_text_header, to_line
from components.model import Address

#: What headers trip over, between words of several scripts.
WORD = st.sampled_from(
    ["=?utf-8?q?x?=", "=?", '"', "a,b", "<x@y.z>", "(x)", "\\", ":;", "x" * 60, "Jane", "Grüße", "契約"]
)
TEXT = st.text(max_size=60) | st.lists(WORD, max_size=12).map(" ".join)
NAMES = ("To", "Reply-To", "X-LeadLex-Contact")


def read(raw: str) -> EmailMessage:
    """Parse the headers as a mail; check line lengths, and that no line could begin a mail in an mbox."""
    assert raw.endswith("\r\n")
    assert all(len(line) <= 76 for line in raw.splitlines())
    assert not re.search(r"^(?:\s*$|>*From )", raw.removesuffix("\r\n"), re.MULTILINE)
    return email.message_from_bytes(raw.encode() + b"\r\n", policy=email.policy.default)


@given(TEXT, st.sampled_from(["Subject", *NAMES[2:]]))
def test_a_text_reads_back(text: str, name: str) -> None:
    """Any text is preserved, except that whitespace collapses."""
    message = read(render_text_header(name, text))
    assert message.keys() == [name]
    assert message[name] == to_line(text)


@given(st.lists(TEXT, min_size=1, max_size=4), st.sampled_from(NAMES[:2]))
def test_names_read_back(names: list[str], header: str) -> None:
    """The same addresses with their names; the library adds spaces only to encoded names."""
    message = read(render_address_header(header, [Address(name, "a@example.com") for name in names]))
    value = cast(AddressHeader, message[header])
    assert message.keys() == [header]
    assert [one.addr_spec for one in value.addresses] == ["a@example.com"] * len(names)
    assert ["".join(one.display_name.split()) for one in value.addresses] == [
        "".join(name.split()) for name in map(to_line, names)
    ]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Jane Doe", "Jane Doe"),
        ('O"Neil, Pat', '"O\\"Neil, Pat"'),
        ("Jürgen Groß", "=?utf-8?b?SsO8cmdlbiBHcm/Dnw==?="),
        ("Müller, Dr. Eva", "=?utf-8?b?TcO8bGxlciwgRHIu?= Eva"),
        ("=?utf-8?q?x?=", "=?utf-8?b?PT91dGYtOD9xP3g/PQ==?="),
    ],
)
def test_a_name_is_written_as_plainly_as_it_can_be(name: str, written: str) -> None:
    """Quoted where necessary, encoded only where quoting is not enough."""
    raw = render_address_header("To", [Address(name, "a@example.com")])
    assert raw == f"To: {written} <a@example.com>\r\n"
    assert read(raw)["To"].addresses[0].display_name == name


def test_a_name_longer_than_an_encoded_word_may_be() -> None:
    """It becomes several encoded words, which readers join without a space (RFC 2047, 6.2)."""
    name = "株式会社" * 12
    raw = render_address_header("To", [Address(name, "a@example.com"), Address("", "b@example.com")])
    read(raw)
    assert str(make_header(decode_header(raw.partition(": ")[2].strip()))) == f"{name} <a@example.com>, b@example.com"


def test_many_addresses_are_folded() -> None:
    """Lines break between addresses, and before an address that does not fit beside its name."""
    people = [Address(f"Somebody Number {number}", f"{'x' * 40}{number}@example.com") for number in range(100)]
    assert [one.addr_spec for one in read(render_address_header("Cc", people))["Cc"].addresses] == [
        address.mailbox for address in people
    ]


@pytest.mark.parametrize(
    "mailbox", ["", "@", "a@", "a b@example.com", "a@b@c", "a..b@x", "a@x>, <b@y", "\ud800@x", "x:;"]
)
def test_what_is_no_address_is_a_name(mailbox: str) -> None:
    """It becomes a group without members, which shows the text and cannot be replied to."""
    value = read(render_address_header("To", [Address("Jane", mailbox), Address("", "b@example.com")]))["To"]
    assert [one.addr_spec for one in value.addresses] == ["b@example.com"]
    assert value.groups[0].display_name == to_line(str(Address("Jane", mailbox)))
    assert not value.defects


def test_a_mailbox_of_any_script_is_written() -> None:
    """A non-ASCII local part is written unchanged, the only form that allows it (RFC 6532)."""
    raw = render_address_header("To", [Address("用户", "用户@example.com")])
    assert raw == "To: =?utf-8?b?55So5oi3?= <用户@example.com>\r\n"


def test_an_empty_text_leaves_its_header() -> None:
    """A mail may have no subject."""
    assert render_text_header("Subject", " \r\n") == "Subject:\r\n"

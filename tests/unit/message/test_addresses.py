"""Recipients as people type and paste them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import AddressError
from components.message.addresses import drop_duplicates, format_addresses, parse_addresses, read_entries
from components.model import Address

ACCEPTED: dict[str, list[tuple[str, str]]] = {
    "": [],
    " \n , ; \t\n": [],
    "jane@example.com": [("", "jane@example.com")],
    "<jane@example.com>": [("", "jane@example.com")],
    "Jane Doe <jane@example.com>": [("Jane Doe", "jane@example.com")],
    "Jane Doe<jane@example.com>": [("Jane Doe", "jane@example.com")],
    "Jane   Doe  < jane@example.com >": [("Jane Doe", "jane@example.com")],
    '"Doe, John" <d@y.com>': [("Doe, John", "d@y.com")],
    '"Doe; \\"J\\" \\\\ x" <d@y.com>': [('Doe; "J" \\ x', "d@y.com")],
    'John "Johnny" Doe <d@y.com>': [('John "Johnny" Doe', "d@y.com")],
    "Jane Q. Doe (Sales) <jane@example.com>": [("Jane Q. Doe (Sales)", "jane@example.com")],
    "O'Neil <o'neil@example.com>": [("O'Neil", "o'neil@example.com")],
    "Jürgen Groß <j@example.com>": [("Jürgen Groß", "j@example.com")],
    "a@x.com, b@x.com; c@x.com\nd@x.com\r\ne@x.com": [("", f"{c}@x.com") for c in "abcde"],
    'a@x.com\tb@x.com\t\t"C\tD" <c@x.com>': [("", "a@x.com"), ("", "b@x.com"), ("C D", "c@x.com")],
    'Jane Doe <j@x.com>; "Doe, John" <d@y.com>, k@z.com': [
        ("Jane Doe", "j@x.com"),
        ("Doe, John", "d@y.com"),
        ("", "k@z.com"),
    ],
    "jane@münchen.de": [("", "jane@xn--mnchen-3ya.de")],
    "jürgen@example.com": [("", "jürgen@example.com")],
    "jane@EXAMPLE.com, jane@example.COM, Jane <jane@example.com>": [("", "jane@example.com")],
    "Jane@example.com, jane@example.com": [("", "Jane@example.com"), ("", "jane@example.com")],
    "jane@example.com <jane@example.com>": [("", "jane@example.com")],
    "\u200b\ufeffjane@example.com\u202c\xa0": [("", "jane@example.com")],
    "jane@practice.example, a@example.org, b@c.test": [
        ("", "jane@practice.example"),
        ("", "a@example.org"),
        ("", "b@c.test"),
    ],
    "first.last+tag@sub.example.co.uk": [("", "first.last+tag@sub.example.co.uk")],
}

REFUSED = {
    "jane@": "there must be something after the @-sign",
    "@example.com": "before the @-sign",
    "jane": "it has no @-sign",
    "<": "write it as jane@example.com",
    ">": "write it as jane@example.com",
    "<>": "nothing between < and >",
    "a@[": "invalid characters",
    "a@b": "should have a period",
    "a@b..com": "two periods in a row",
    "a@.com": "period",
    "a@[127.0.0.1]": "not allowed",
    "a b@example.com": "invalid characters",
    "a@x.com b@x.com": "invalid characters",
    "<a@x.com> <b@x.com>": "write it as jane@example.com",
    "a@x.com <b@x.com>": "separate the addresses by a comma",
    "group: a@x.com;": "invalid characters",
    "group: Jane <a@x.com>;": "quotation marks",
    "undisclosed-recipients:;": "it has no @-sign",
    '"john doe"@example.com': "not allowed",
    '"Doe, John <d@y.com>': "quotation mark is not closed",
    'Doe" <d@y.com>': "quotation mark is not closed",
    "jane@example.com\r\nBcc: x@y.z": "looks like a line of a mail's header",
    "jane@example.com\nBcc: <x@y.zz>": "looks like a line of a mail's header",
    "jane@example.com\rBcc: x@y.zz": "control character",
    "Jane\r <jane@example.com>": "control character",
    "jane\x00@example.com": "control character",
    "jane@exam\x0bple.com": "control character",
    "Ja\u202ene <jane@example.com>": "control character",
    "Jane\ud800 <jane@example.com>": "control character",
    "=?utf-8?b?QmNjOiB4?= <jane@example.com>": "the name is encoded",
    '"=?utf-8?q?a=0d=0ab?=" <jane@example.com>': "the name is encoded",
    f"{'n' * 201} <jane@example.com>": "the name is longer than 200",
    f"{'a' * 65}@example.com": "too long",
    f"{'a' * 600}": "it is too long",
    f"a@{'b' * 64}.com": "too many",
    "a@localhost": "period",
    "a@foo.invalid": "special-use",
}


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text: str) -> None:
    """Each entry gives the intended address, and the formatted address parses to the same."""
    addresses = parse_addresses(text, "To")
    assert [(address.name, address.mailbox) for address in addresses] == ACCEPTED[text]
    assert parse_addresses(format_addresses(addresses), "To") == addresses


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    """An invalid entry raises an error for its field that quotes it and gives the reason."""
    with pytest.raises(AddressError) as caught:
        parse_addresses(text, "Cc")
    assert caught.value.field == "Cc"
    assert REFUSED[text] in caught.value.message
    assert caught.value.message.startswith("“")
    assert caught.value.message.isprintable()


def test_every_faulty_entry_is_named() -> None:
    """Valid entries do not hide invalid ones; a long list of errors is shortened."""
    with pytest.raises(AddressError) as caught:
        parse_addresses("a@x.com, jane@, b@x.com; bob", "To")
    assert caught.value.message == (
        "“jane@” is not an e-mail address: there must be something after the @-sign. "
        "“bob” is not an e-mail address: it has no @-sign."
    )
    with pytest.raises(AddressError, match=r"And 7 more\.$"):
        parse_addresses(",".join("abcdefghijkl"), "To")


def test_entries_are_judged_one_by_one() -> None:
    """Each entry keeps its text; an invalid one has a reason and no address; duplicates are kept."""
    entries = read_entries('Jane <j@x.com>; jane@, j@x.com\n"Doe, J')
    assert [entry.text for entry in entries] == ["Jane <j@x.com>", "jane@", "j@x.com", '"Doe, J']
    assert [entry.address for entry in entries] == [Address("Jane", "j@x.com"), None, Address("", "j@x.com"), None]
    assert [bool(entry.fault) for entry in entries] == [False, True, False, True]
    assert entries[1].fault == "“jane@” is not an e-mail address: there must be something after the @-sign."


@pytest.mark.parametrize(
    "junk",
    ["(", '"', "<", "@", ",", "a@", '"\\', "=?", "[", "a ", " ", f"a{' ' * 59_000}", "\\", ":", '"a"', "<a@b.cc"],
)
def test_linear(junk: str) -> None:
    """100 KB of junk is refused at once, and so is what is just short enough to be read."""
    for length in (60_000, 100_000):
        begin = time.process_time()
        message = "nothing to refuse"
        try:
            parse_addresses((junk * (length // len(junk) + 1))[:length], "To")
        except AddressError as error:
            message = error.message
        assert len(message) < 2_000
        assert (message == "nothing to refuse") == (junk in (",", " ") and length < 65_536)
        assert time.process_time() - begin < 3


def test_too_long() -> None:
    """An error for a field that is too long names the limit."""
    with pytest.raises(AddressError, match="at most 65,536 characters"):
        parse_addresses("a@x.com," * 20_000, "To")


def test_drop_duplicates() -> None:
    """Mailboxes that were seen are dropped, whatever the name and the case of the domain."""
    first, same, other = Address("", "a@x.com"), Address("A", "a@X.com"), Address("", "b@x.com")
    assert drop_duplicates([first, same, other]) == (first, other)
    assert drop_duplicates([same, other], seen=[first]) == (other,)


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")), max_size=60)
LOCALS = st.from_regex(r"[a-z0-9_+'-]{1,12}(?:\.[a-z0-9]{1,8})?", fullmatch=True)
DOMAINS = st.sampled_from(["example.com", "sub.example.org", "xn--mnchen-3ya.de", "b.test"])


@given(st.lists(st.tuples(NAMES, LOCALS, DOMAINS), max_size=6))
def test_round_trip(parts: list[tuple[str, str, str]]) -> None:
    """Any addresses that can be parsed are read back from the text they are written as."""
    drafts = [Address(" ".join(name.replace("=?", "").split()), f"{local}@{domain}") for name, local, domain in parts]
    try:
        addresses = parse_addresses(format_addresses(drafts), "To")
    except AddressError:
        # Local parts such as "abuse" in upper case or "-x-" are the library's to judge; what it takes must return.
        return
    assert parse_addresses(format_addresses(addresses), "To") == addresses


@given(st.lists(st.tuples(NAMES, LOCALS, DOMAINS), min_size=1, max_size=1))
def test_names_survive(parts: list[tuple[str, str, str]]) -> None:
    """A display name with any punctuation is the same name after writing and reading."""
    ((raw, _, domain),) = parts
    name = " ".join(raw.replace("=?", "").split())
    (address,) = parse_addresses(format_addresses([Address(name, f"jane@{domain}")]), "To")
    assert address == Address(name, f"jane@{domain}")


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """Any text gives addresses or an AddressError, and nothing with a control character passes."""
    try:
        addresses = parse_addresses(text, "To")
    except AddressError:
        return
    assert all(str(address).isprintable() or not str(address).isascii() for address in addresses)


def test_angle_brackets_in_a_quoted_name() -> None:
    """Text in quotation marks is a name, whatever it looks like."""
    (address,) = parse_addresses('"a < b <c@d.com>" <jane@example.com>', "To")
    assert address == Address("a < b <c@d.com>", "jane@example.com")

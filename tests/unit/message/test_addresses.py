"""Recipients as people type and paste them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import AddressError
from components.message.addresses import (
    drop_duplicates,
    format_addresses,
    parse_addresses,
    read_entries,
    to_mailbox_key,
)
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
    "Jane@example.com, jane@example.com": [("", "Jane@example.com")],
    "jane@münchen.de, Jane <JANE@MÜNCHEN.DE>, jane@xn--mnchen-3ya.de": [("", "jane@xn--mnchen-3ya.de")],
    "jane@example.com <jane@example.com>": [("", "jane@example.com")],
    "\u200b\ufeffjane@example.com\u202c\xa0": [("", "jane@example.com")],
    "jane@practice.example, a@example.org, b@c.test": [
        ("", "jane@practice.example"),
        ("", "a@example.org"),
        ("", "b@c.test"),
    ],
    # Outlook's list, whose names have commas and no quotation marks.
    "Doe, John <john@doe.example>; Roe, Jane <jane@roe.example>": [
        ("Doe, John", "john@doe.example"),
        ("Roe, Jane", "jane@roe.example"),
    ],
    "Doe, John <john@doe.example>": [("Doe, John", "john@doe.example")],
    "Doe, John <d@x.com>, Roe, Jane <r@x.com>,": [("Doe, John", "d@x.com"), ("Roe, Jane", "r@x.com")],
    "Doe, John, Jr. <j@doe.example>; a@x.com": [("Doe, John, Jr.", "j@doe.example"), ("", "a@x.com")],
    "„Müller, Anna“ <a@x.com>": [("Müller, Anna", "a@x.com")],
    "Doe, John (Sales, Berlin) <j@x.com>": [("Doe, John (Sales, Berlin)", "j@x.com")],
    # Blanks between addresses.
    "a@x.com b@x.com\xa0 c@x.com": [("", f"{c}@x.com") for c in "abc"],
    "<a@x.com> <b@x.com>": [("", "a@x.com"), ("", "b@x.com")],
    'Jane Doe <j@x.com> "Roe, Jo" <r@x.com> <k@x.com>': [
        ("Jane Doe", "j@x.com"),
        ("Roe, Jo", "r@x.com"),
        ("", "k@x.com"),
    ],
    "a@x.com，b@x.com；c@x.com、d@x.com": [("", f"{c}@x.com") for c in "abcd"],
    # Links.
    "Max <max@x.example<mailto:max@x.example>>": [("Max", "max@x.example")],
    "Doe, John <j@x.example<mailto:j@x.example>>; k@x.example": [("Doe, John", "j@x.example"), ("", "k@x.example")],
    '"Doe, John" <J@x.example<mailto:j@X.example>>': [("Doe, John", "j@x.example")],
    "max@x.example<mailto:max@x.example>": [("", "max@x.example")],
    "max@x.example [mailto:max@x.example]": [("", "max@x.example")],
    "Max Doe [mailto:max@x.example]": [("Max Doe", "max@x.example")],
    "[Max Doe](mailto:max@x.example)": [("Max Doe", "max@x.example")],
    "[max@x.example](mailto:max@x.example)": [("", "max@x.example")],
    "mailto:max@x.example": [("", "max@x.example")],
    "MAILTO:o%27neil@x.example?subject=Hi%20there": [("", "o'neil@x.example")],
    "Max <mailto:max@x.example>": [("Max", "max@x.example")],
    "mailto:?to=a@x.com,b@x.com&cc=c@x.com&subject=Hi": [("", f"{c}@x.com") for c in "abc"],
    "mailto:a@x.com,b@x.com?cc=c@x.com;d@x.com": [("", f"{c}@x.com") for c in "abcd"],
    "MAILTO:a%40x.com%2Cb@x.com": [("", "a@x.com"), ("", "b@x.com")],
    "mailto:a@x.com, mailto:b@x.com;mailto:c@x.com\nmailto:d@x.com": [("", f"{c}@x.com") for c in "abcd"],
    "mailto:a@x.com?subject=Hi,mailto:b@x.com?body=Ho mailto:c@x.com": [("", f"{c}@x.com") for c in "abc"],
    "Jane <j@x.com>; mailto:?to=a@x.com&cc=b@x.com; k@x.com": [
        ("Jane", "j@x.com"),
        *(("", f"{c}@x.com") for c in "abk"),
    ],
    # Quotation marks, comments, list marks, full stops.
    "'max@x.example'": [("", "max@x.example")],
    '"max@x.example"; “a@x.com”; ‘b@x.com’; «c@x.com»': [
        ("", m) for m in ("max@x.example", "a@x.com", "b@x.com", "c@x.com")
    ],
    "'Max Doe' <max@x.example>": [("Max Doe", "max@x.example")],
    "'max@x.example' <max@x.example>": [("", "max@x.example")],
    "Max <'max@x.example'>": [("Max", "max@x.example")],
    "max@x.example (Max)": [("Max", "max@x.example")],
    "max@x.example (Doe, Max), a@x.com": [("Doe, Max", "max@x.example"), ("", "a@x.com")],
    "- max@x.example\n• Ann <a@x.com>\n* b@x.com": [("", "max@x.example"), ("Ann", "a@x.com"), ("", "b@x.com")],
    "max@x.example.": [("", "max@x.example")],
    "Max <max@x.example>.": [("Max", "max@x.example")],
    # Invisible marks.
    "ma\u200bx@x.exa\xadmple": [("", "max@x.example")],
    "\u2068Max\u2069 \u202aDoe\u202c <\u2066max\u200e@x.example\u2069>": [("Max Doe", "max@x.example")],
    "max@\ufeffx.example, \u200fa@x.com\u2060": [("", "max@x.example"), ("", "a@x.com")],
    "M\u200dx <ma\u200dx@x.example>": [("M\u200dx", "max@x.example")],
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
    "Jane jane@example.com": "invalid characters",
    "a@x.com and b@x.com": "invalid characters",
    "a@x.com<mailto:b@x.com>": "shows one address and links to another",
    "[a@x.com](mailto:b@x.com)": "shows one address and links to another",
    "mailto:?to=a@x.com,c@x.com&bcc=b@x.com": "several recipients",
    "mailto:?to=a@x.com,c@x.com&body=ask+b@x.com": "several recipients",
    "mailto:?to=": "several recipients",
    "mailto:a@x.com%0d%0aBcc:b@x.com": "invalid characters",
    "o’brien@acme.com": "“’” does not stand in an address; write '",
    "Ann <jean–luc@acme.com>": "“–” does not stand in an address; write -",
    "ann＠acme.com": "it has no @-sign",
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
    """Mailboxes that were seen are dropped, whatever the name and the letter case."""
    first, same, other = Address("", "a@x.com"), Address("A", "a@X.com"), Address("", "b@x.com")
    assert drop_duplicates([first, same, other]) == (first, other)
    assert drop_duplicates([same, other], seen=[first]) == (other,)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jane@Acme.com", "jane@acme.com", True),
        ("a@münchen.de", "A@xn--mnchen-3ya.de", True),
        ("a@MÜNCHEN.de", "a@mu\u0308nchen.de", True),
        ("ju\u0308rgen@x.com", "JÜRGEN@x.com", True),
        ("a@bücher.example", "a@XN--BCHER-KVA.example", True),
        ("a@straße.de", "a@strasse.de", False),
        ("a.b@x.com", "ab@x.com", False),
        ("a+1@x.com", "a@x.com", False),
        ("a@x.com", "a@x.org", False),
        ("a@☃.-.com", "a@☃.-.COM", True),
    ],
)
def test_spellings_of_one_mailbox_have_one_key(one: str, other: str, same: bool) -> None:
    """Letter case, composed letters and the form of the domain make no difference."""
    assert (to_mailbox_key(one) == to_mailbox_key(other)) is same


def test_unclear_commas_stay_separators() -> None:
    """Two words before a name may be two recipients that are unfinished; each of them is judged by itself."""
    assert [entry.text for entry in read_entries("bob, sue, Jane <j@x.com>")] == ["bob", "sue", "Jane <j@x.com>"]
    assert [entry.text for entry in read_entries('bob, "Jane" <j@x.com>')] == ["bob", '"Jane" <j@x.com>']
    assert [entry.text for entry in read_entries("bob\nJane <j@x.com>")] == ["bob", "Jane <j@x.com>"]
    assert [entry.text for entry in read_entries("a@x, Jane <j@x.com>")] == ["a@x", "Jane <j@x.com>"]


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


@given(
    st.lists(
        st.tuples(st.sampled_from(["Doe, John", "Max", "Ann Lee", ""]), LOCALS, DOMAINS), min_size=1, max_size=5
    ).filter(
        lambda people: all(
            "abuse" not in local and local[0].isalnum() and local[-1].isalnum() for _, local, _ in people
        )
    ),
    st.sampled_from(
        [
            lambda name, box: f"{name} <{box}>",
            lambda name, box: f"{name} <{box}<mailto:{box}>>",
            lambda name, box: f"{name} <mailto:{box}>",
            lambda name, box: f"\u200b{name}\u2069 <\u2066{box}\u2069>\ufeff",
            lambda name, box: f"• '{name}' <'{box.upper()}'>" if name else f"'{box.upper()}'",
        ]
    ),
    st.sampled_from(["; ", ";", "\n", "\t", ", ", "\r\n- "]),
)
def test_pasted_forms_give_the_same_people(
    parts: list[tuple[str, str, str]], write: Callable[[str, str], str], separator: str
) -> None:
    """However a list is written and separated, it names the same people."""
    people = [(name, f"{local}@{domain}") for name, local, domain in parts]
    text = separator.join(write(*person) for person in people)
    plain = drop_duplicates(Address(*person) for person in people)
    read = parse_addresses(text, "To")
    assert [(a.name, to_mailbox_key(a.mailbox)) for a in read] == [(a.name, to_mailbox_key(a.mailbox)) for a in plain]


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

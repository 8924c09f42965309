"""Recipients as people type them, turned into mailboxes that may reach the wire, or refused with the reason.

The field is cut up and read by a small strict grammar of our own. The standard library's parsers are too generous (they
take groups and ``a@b``, cut an entry in two at a line end, and raise IndexError on ``jane@``) and not linear; one of
them only confirms the finished address. The grammar of the bare address is email-validator's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import AddressHeader, BaseHeader, HeaderRegistry
from functools import lru_cache
from itertools import islice

from email_validator import EmailNotValidError, validate_email

from components.errors import AddressError
from components.model import Address

#: Characters of one field; a hundred recipients with long names have 30,000.
FIELD_LIMIT = 65_536
#: Characters of one entry: a name and an address of at most 254 (RFC 5321).
ENTRY_LIMIT, NAME_LIMIT = 512, 200
#: Entries of one field: five times what one mail can have. Each is parsed in full, on every run of the page.
ENTRIES_LIMIT = 500
#: How many faulty entries one error names.
NAMED = 5

# Line ends that separate entries; a bare CR is no line end of any text field, but one of a mail's header.
_LINE = re.compile(r"\r?\n")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|[,;\t]|[^",;\t]+')
_NAMED = re.compile(r'(?P<name>"(?:[^"\\]|\\.)*"\s*|[^<>]*)<(?P<mailbox>[^<>]*)>')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HEADER = re.compile(r"(?:to|cc|bcc|from|reply-to|subject|sender|content-type)\s*:", re.I)
# Control characters, halves of surrogate pairs, separators, and what turns the direction of writing.
_FORBIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# What office programs leave around a copied address without showing it.
_UNSEEN = " \t\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
# A name that needs no quotes when it is written back into a field.
_BARE_NAME = re.compile(r"[^\W_][\w' -]*")

_REGISTRY = HeaderRegistry()


class _Fault(Exception):
    """Why one entry is refused, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a recipients field as it was typed: its address, or the sentence that says why there is none."""

    text: str
    address: Address | None
    fault: str = ""


def parse_addresses(text: str, field: str) -> tuple[Address, ...]:
    """Read a recipients field: entries as ``read_entries`` cuts them, each ``local@domain`` or ``Name <…>``.

    ``field`` is the visible label that errors belong to. The same mailbox twice counts once (the first); an empty text
    gives (). Raises AddressError naming every faulty entry and its reason. Rules: RFC 5322 mailboxes without groups and
    comments, domains in their IDNA form; whether a domain exists is not looked up.
    """
    if len(text) > FIELD_LIMIT:
        raise AddressError(f"This is too long for recipients: at most {FIELD_LIMIT:,} characters.", field)
    count = sum(1 for _ in _split(text))
    if count > ENTRIES_LIMIT:
        raise AddressError(
            f"These are {count:,} recipients; at most {ENTRIES_LIMIT} can be read at once. Send several mails.", field
        )
    entries = read_entries(text)
    faults = [entry.fault for entry in entries if entry.fault]
    if faults:
        more = f" And {len(faults) - NAMED} more." if len(faults) > NAMED else ""
        raise AddressError(" ".join(faults[:NAMED]) + more, field)
    return drop_duplicates(entry.address for entry in entries if entry.address)


def read_entries(text: str) -> tuple[Entry, ...]:
    """Cut a recipients field at commas, semicolons, tabs and line ends outside of quotes, and read each entry.

    Blank entries are left out, duplicates are not; a line end closes a quote that is still open. Of more than
    ``ENTRIES_LIMIT`` entries the first are read.
    """
    return tuple(_read_entry(entry) for entry in islice(_split(text), ENTRIES_LIMIT))


def drop_duplicates(addresses: Iterable[Address], seen: Iterable[Address] = ()) -> tuple[Address, ...]:
    """Keep the first of every mailbox that is not in ``seen``; the domain's case does not matter."""
    known = {_to_key(address) for address in seen}
    kept: list[Address] = []
    for address in addresses:
        if _to_key(address) not in known:
            known.add(_to_key(address))
            kept.append(address)
    return tuple(kept)


def to_typed(addresses: Iterable[Address]) -> str:
    """Write addresses as a person would type them; ``parse_addresses`` reads the same addresses back."""
    return ", ".join(f"{_to_typed_name(a.name)} <{a.mailbox}>" if a.name else a.mailbox for a in addresses)


def _to_typed_name(name: str) -> str:
    if _BARE_NAME.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _split(text: str) -> Iterator[str]:
    # The browser cuts by the same rule in components/ui/recipients/split.js; a test compares the two.
    for line in _LINE.split(text):
        entry: list[str] = []
        for piece in [*_PIECE.findall(line), ","]:
            if piece not in (",", ";", "\t"):
                entry.append(piece)
                continue
            whole = "".join(entry).strip(_UNSEEN)
            entry.clear()
            if whole:
                yield whole


# A field is read again on every run of its page; its entries seldom change.
@lru_cache(maxsize=4096)
def _read_entry(text: str) -> Entry:
    try:
        return Entry(text, _to_address(text))
    except _Fault as fault:
        return Entry(text, None, f"“{_to_shown(text)}” is not an e-mail address: {fault}.")


def _to_address(entry: str) -> Address:
    if _FORBIDDEN.search(entry):
        raise _Fault("it contains a control character or an invisible one; type it anew")
    if len(entry) > ENTRY_LIMIT:
        raise _Fault("it is too long")
    if _HEADER.match(entry):
        raise _Fault("it looks like a line of a mail's header; enter the address alone")
    named = _NAMED.fullmatch(entry)
    if named:
        mailbox = _to_mailbox(named["mailbox"].strip())
        address = Address(_to_name(named["name"].strip(), mailbox), mailbox)
    elif "<" in entry or ">" in entry:
        raise _Fault("write it as jane@example.com or Jane Doe <jane@example.com>")
    else:
        address = Address("", _to_mailbox(entry))
    _confirm(address)
    return address


def _to_mailbox(text: str) -> str:
    if not text:
        raise _Fault("there is nothing between < and >")
    if "@" not in text:
        raise _Fault("it has no @-sign")
    try:
        # test_environment lets example.com, .test and the like pass: the practice mailbox lives there.
        checked = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise _Fault(reason[:1].lower() + reason[1:]) from None
    return f"{checked.local_part}@{checked.ascii_domain}"


def _to_name(text: str, mailbox: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    name = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text
    name = " ".join(name.split())
    if name.casefold() == mailbox.casefold():
        return ""
    # Mail programs decode "=?utf-8?b?…?=", and nobody sees here what would come out.
    if "=?" in name:
        raise _Fault("the name is encoded; type it as it reads")
    if len(name) > NAME_LIMIT:
        raise _Fault(f"the name is longer than {NAME_LIMIT} characters")
    if not quoted and (name.count('"') % 2 or name.startswith('"')):
        raise _Fault("a quotation mark is not closed")
    # An "@" or ":" in a bare name means a comma was forgotten, or a group or a header line slipped in.
    if not quoted and re.search(r"[@:\[\]\\]", name):
        raise _Fault("put the name in quotation marks, or separate the addresses by a comma")
    return name


def _confirm(address: Address) -> None:
    """Have the standard library read what will be written, so that nothing else is meant by it."""
    try:
        header = _REGISTRY("To", str(address))
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        raise _Fault("it cannot be read as one address") from None
    # The library refuses every local part that is not ASCII, which mail servers take since RFC 6531.
    if address.mailbox.isascii() and not _is_single(header, address.mailbox):
        raise _Fault("it cannot be read as one address")


def _is_single(header: BaseHeader, mailbox: str) -> bool:
    return (
        isinstance(header, AddressHeader)
        and [group.display_name for group in header.groups] == [None]
        and [address.addr_spec for address in header.addresses] == [mailbox]
    )


def _to_key(address: Address) -> tuple[str, str]:
    local, _, domain = address.mailbox.rpartition("@")
    return local, domain.lower()


def _to_shown(entry: str) -> str:
    seen = _FORBIDDEN.sub("�", entry)
    return seen if len(seen) <= 60 else f"{seen[:57]}…"

"""Parse recipients as people type them into mailboxes, or explain why an entry is not one.

A small strict grammar splits the field. The standard library's parsers are too lenient (they accept groups and ``a@b``,
split an entry at a line break, and raise IndexError on ``jane@``) and not linear; one of them only confirms the
finished address. email-validator checks the bare address.
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

#: Maximum length of a field in characters; a hundred recipients with long names take 30,000.
FIELD_LIMIT = 65_536
#: Maximum lengths of an entry and of a display name in characters; an address has at most 254 (RFC 5321).
ENTRY_LIMIT, NAME_LIMIT = 512, 200
#: Maximum number of entries in a field, five times what a mail can have: every run of the page parses each of them.
ENTRIES_LIMIT = 500
#: Maximum number of invalid entries that one error lists.
LISTED_LIMIT = 5

# Line breaks separate entries. A bare CR does not: no text field produces one, but it breaks lines in a mail header.
_LINE_BREAK = re.compile(r"\r?\n")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|[,;\t]|[^",;\t]+')
_NAMED = re.compile(r'(?P<name>"(?:[^"\\]|\\.)*"\s*|[^<>]*)<(?P<mailbox>[^<>]*)>')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HEADER = re.compile(r"(?:to|cc|bcc|from|reply-to|subject|sender|content-type)\s*:", re.I)
# Control characters, surrogates, separators, and marks that change the writing direction.
_FORBIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# Invisible characters that office programs leave around a copied address.
_INVISIBLE = " \t\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
# Names that need no quotes in a field.
_BARE_NAME = re.compile(r"[^\W_][\w' -]*")

_REGISTRY = HeaderRegistry()


class _InvalidEntry(Exception):
    """Reason why an entry is invalid, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class RecipientEntry:
    """One entry of a recipients field as typed, with its address or the sentence that says why it is invalid."""

    text: str
    address: Address | None
    fault: str = ""


def parse_addresses(text: str, field: str) -> tuple[Address, ...]:
    """Parse a recipients field whose entries are ``local@domain`` or ``Name <local@domain>``.

    ``field`` is the visible label that errors refer to. Entries are split as in ``read_entries``; of equal mailboxes
    the first is kept, and an empty text gives (). The rules are RFC 5322 mailboxes without groups and comments, with
    domains in their IDNA form; whether a domain exists is not looked up. Raises AddressError, which lists the invalid
    entries with their reasons.
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
        more = f" And {len(faults) - LISTED_LIMIT} more." if len(faults) > LISTED_LIMIT else ""
        raise AddressError(" ".join(faults[:LISTED_LIMIT]) + more, field)
    return drop_duplicates(entry.address for entry in entries if entry.address)


def read_entries(text: str) -> tuple[RecipientEntry, ...]:
    """Split a recipients field at commas, semicolons, tabs and line breaks outside quotes, and parse each entry.

    Blank entries are left out, duplicates are kept. A line break closes an open quote. At most ``ENTRIES_LIMIT``
    entries are read.
    """
    return tuple(_read_entry(entry) for entry in islice(_split(text), ENTRIES_LIMIT))


def drop_duplicates(addresses: Iterable[Address], seen: Iterable[Address] = ()) -> tuple[Address, ...]:
    """Keep the first address of each mailbox that is not in ``seen``; the case of the domain is ignored."""
    known = {_to_key(address) for address in seen}
    kept: list[Address] = []
    for address in addresses:
        if _to_key(address) not in known:
            known.add(_to_key(address))
            kept.append(address)
    return tuple(kept)


def format_addresses(addresses: Iterable[Address]) -> str:
    """Format addresses as a person would type them; ``parse_addresses`` gives the same addresses back."""
    return ", ".join(f"{_format_name(a.name)} <{a.mailbox}>" if a.name else a.mailbox for a in addresses)


def _format_name(name: str) -> str:
    if _BARE_NAME.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _split(text: str) -> Iterator[str]:
    # The browser splits by the same rule in components/ui/compose/recipients/split.js; a test compares the two.
    for line in _LINE_BREAK.split(text):
        entry: list[str] = []
        for piece in [*_PIECE.findall(line), ","]:
            if piece not in (",", ";", "\t"):
                entry.append(piece)
                continue
            whole = "".join(entry).strip(_INVISIBLE)
            entry.clear()
            if whole:
                yield whole


# Every run of the page reads the field again, and its entries seldom change.
@lru_cache(maxsize=4096)
def _read_entry(text: str) -> RecipientEntry:
    try:
        return RecipientEntry(text, _parse_entry(text))
    except _InvalidEntry as reason:
        return RecipientEntry(text, None, f"“{_shorten(text)}” is not an e-mail address: {reason}.")


def _parse_entry(entry: str) -> Address:
    if _FORBIDDEN.search(entry):
        raise _InvalidEntry("it contains a control character or an invisible one; type it anew")
    if len(entry) > ENTRY_LIMIT:
        raise _InvalidEntry("it is too long")
    if _HEADER.match(entry):
        raise _InvalidEntry("it looks like a line of a mail's header; enter the address alone")
    named = _NAMED.fullmatch(entry)
    if named:
        mailbox = _parse_mailbox(named["mailbox"].strip())
        address = Address(_parse_name(named["name"].strip(), mailbox), mailbox)
    elif "<" in entry or ">" in entry:
        raise _InvalidEntry("write it as jane@example.com or Jane Doe <jane@example.com>")
    else:
        address = Address("", _parse_mailbox(entry))
    _confirm(address)
    return address


def _parse_mailbox(text: str) -> str:
    if not text:
        raise _InvalidEntry("there is nothing between < and >")
    if "@" not in text:
        raise _InvalidEntry("it has no @-sign")
    try:
        # test_environment accepts example.com, .test and the like: the practice mailbox uses them.
        checked = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise _InvalidEntry(reason[:1].lower() + reason[1:]) from None
    return f"{checked.local_part}@{checked.ascii_domain}"


def _parse_name(text: str, mailbox: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    name = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text
    name = " ".join(name.split())
    if name.casefold() == mailbox.casefold():
        return ""
    # Mail programs decode "=?utf-8?b?…?=" into a name that is not visible here.
    if "=?" in name:
        raise _InvalidEntry("the name is encoded; type it as it reads")
    if len(name) > NAME_LIMIT:
        raise _InvalidEntry(f"the name is longer than {NAME_LIMIT} characters")
    if not quoted and (name.count('"') % 2 or name.startswith('"')):
        raise _InvalidEntry("a quotation mark is not closed")
    # An "@" or ":" in an unquoted name means a missing comma, a group or a header line.
    if not quoted and re.search(r"[@:\[\]\\]", name):
        raise _InvalidEntry("put the name in quotation marks, or separate the addresses by a comma")
    return name


def _confirm(address: Address) -> None:
    """Confirm that the standard library parses the written form as this single address."""
    try:
        header = _REGISTRY("To", str(address))
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        raise _InvalidEntry("it cannot be read as one address") from None
    # The library rejects every non-ASCII local part, although RFC 6531 allows them.
    if address.mailbox.isascii() and not _is_single(header, address.mailbox):
        raise _InvalidEntry("it cannot be read as one address")


def _is_single(header: BaseHeader, mailbox: str) -> bool:
    return (
        isinstance(header, AddressHeader)
        and [group.display_name for group in header.groups] == [None]
        and [address.addr_spec for address in header.addresses] == [mailbox]
    )


def _to_key(address: Address) -> tuple[str, str]:
    local, _, domain = address.mailbox.rpartition("@")
    return local, domain.lower()


def _shorten(entry: str) -> str:
    seen = _FORBIDDEN.sub("�", entry)
    return seen if len(seen) <= 60 else f"{seen[:57]}…"

"""Parse recipients as people type and paste them into mailboxes, or explain why an entry is not one.

A small strict grammar splits the field, and the forms that mail programs copy are rewritten as ``Name <mailbox>``. The
standard library's parsers are too lenient (they accept groups and ``a@b``,
split an entry at a line break, and raise IndexError on ``jane@``) and not linear; one of them only confirms the
finished address. email-validator checks the bare address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import AddressHeader, BaseHeader, HeaderRegistry
from functools import lru_cache
from itertools import islice

import idna
from email_validator import EmailNotValidError, validate_email

from components.errors import AddressError
from components.message.pasted_address import SLIPS, rewrite_pasted_entry, unwrap
from components.message.recipient_split import EDGES, split_entries
from components.model import Address

#: Maximum length of a field in characters; a hundred recipients with long names take 30,000.
FIELD_LIMIT = 65_536
#: Maximum lengths of an entry and of a display name in characters; an address has at most 254 (RFC 5321).
ENTRY_LIMIT, NAME_LIMIT = 512, 200
#: Maximum number of entries in a field, five times what a mail can have: every run of the page parses each of them.
ENTRIES_LIMIT = 500
#: Maximum number of invalid entries that one error lists.
LISTED_LIMIT = 5

_NAMED = re.compile(r'(?P<name>"(?:[^"\\]|\\.)*"\s*|[^<>]*)<(?P<mailbox>[^<>]*)>')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_HEADER = re.compile(r"(?:to|cc|bcc|from|reply-to|subject|sender|content-type)\s*:", re.I)
# Control characters, surrogates, separators, and marks that turn the order of what is seen.
_FORBIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ud800-\udfff]")
# Invisible marks that programs leave in a copied address, and two that some scripts need in a name.
_MARKS = dict.fromkeys(map(ord, set(EDGES) - set(" \t\xa0\u3000\u200c\u200d\u202d\u202e")))
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))
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
    count = sum(1 for _ in split_entries(text))
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
    """Split a recipients field as ``split_entries`` does, and parse each entry.

    Duplicates are kept. At most ``ENTRIES_LIMIT`` entries are read.
    """
    return tuple(_read_entry(entry) for entry in islice(split_entries(text), ENTRIES_LIMIT))


def drop_duplicates(addresses: Iterable[Address], seen: Iterable[Address] = ()) -> tuple[Address, ...]:
    """Keep the first address of each mailbox that is not in ``seen``."""
    known = {to_mailbox_key(address.mailbox) for address in seen}
    kept: list[Address] = []
    for address in addresses:
        key = to_mailbox_key(address.mailbox)
        if key not in known:
            known.add(key)
            kept.append(address)
    return tuple(kept)


@lru_cache(maxsize=4096)
def to_mailbox_key(mailbox: str) -> str:
    """Return the same key for all spellings of one mailbox: letter case, composed letters, and IDNA or Unicode domain.

    RFC 5321, 2.4 lets a server tell letter cases apart in the local part; none in use does.
    """
    local, at, domain = unicodedata.normalize("NFC", mailbox).lower().rpartition("@")
    if not domain.isascii():
        with suppress(UnicodeError):
            domain = idna.encode(domain, uts46=True).decode("ascii")
    return f"{local}{at}{domain}"


def format_addresses(addresses: Iterable[Address]) -> str:
    """Format addresses as a person would type them; ``parse_addresses`` gives the same addresses back."""
    return ", ".join(f"{_format_name(a.name)} <{a.mailbox}>" if a.name else a.mailbox for a in addresses)


def _format_name(name: str) -> str:
    if _BARE_NAME.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


# Every run of the page reads the field again, and its entries seldom change.
@lru_cache(maxsize=4096)
def _read_entry(text: str) -> RecipientEntry:
    try:
        return RecipientEntry(text, _parse_entry(text))
    except _InvalidEntry as reason:
        return RecipientEntry(text, None, f"“{_shorten(text)}” is not an e-mail address: {reason}.")


def _parse_entry(text: str) -> Address:
    if len(text) > ENTRY_LIMIT:
        raise _InvalidEntry("it is too long")
    entry = text.translate(_MARKS)
    if _FORBIDDEN.search(entry):
        raise _InvalidEntry("it contains a control character or an invisible one; type it anew")
    if _HEADER.match(entry):
        raise _InvalidEntry("it looks like a line of a mail's header; enter the address alone")
    try:
        entry = rewrite_pasted_entry(entry)
    except ValueError as error:
        raise _InvalidEntry(str(error)) from None
    named = _NAMED.fullmatch(entry)
    if named:
        mailbox = _parse_mailbox(named["mailbox"])
        address = Address(_parse_name(named["name"].strip(), mailbox), mailbox)
    elif "<" in entry or ">" in entry:
        raise _InvalidEntry("write it as jane@example.com or Jane Doe <jane@example.com>")
    else:
        address = Address("", _parse_mailbox(entry))
    _confirm(address)
    return address


def _parse_mailbox(typed: str) -> str:
    text = unwrap(typed.translate(_JOINERS).strip())
    if not text:
        raise _InvalidEntry("there is nothing between < and >")
    if "@" not in text:
        raise _InvalidEntry("it has no @-sign")
    slip = next(filter(SLIPS.get, text), "")
    if slip:
        raise _InvalidEntry(f"“{slip}” does not stand in an address; write {SLIPS[slip]}")
    try:
        # test_environment accepts example.com, .test and the like: the practice mailbox uses them.
        checked = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise _InvalidEntry(reason[:1].lower() + reason[1:]) from None
    return f"{checked.local_part}@{checked.ascii_domain}"


def _parse_name(text: str, mailbox: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    name = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else unwrap(text)
    name = " ".join(name.split())
    if to_mailbox_key(unwrap(name)) == to_mailbox_key(mailbox):
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


def _shorten(entry: str) -> str:
    seen = "".join(sign if sign.isprintable() else "�" for sign in entry.translate(_MARKS).replace("\xa0", " "))
    return seen if len(seen) <= 60 else f"{seen[:57]}…"

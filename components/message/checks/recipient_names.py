"""Determine the possible names of a recipient from display name and mailbox, to compare them with a greeting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from components.message.checks.nicknames import FIRST_NAMES, NICKNAMES
from components.message.checks.words import fold, to_spellings, to_words
from components.model import Address

#: Local parts of shared mailboxes, which say nothing about the person who reads them.
ROLES = to_words(
    """info sales office contact kontakt contacto contatto hello hallo hi mail email post team support service help
    helpdesk admin administration billing accounts accounting invoice invoices rechnung buchhaltung finance hr jobs
    career careers bewerbung press presse media marketing news newsletter noreply reply no legal privacy security
    reception empfang sekretariat secretary assistant orders order bestellung einkauf purchasing procurement
    vertrieb ventas vendas commercial comercial direction partner partners events booking reservations shop
    webmaster postmaster desk inbox welcome enquiries inquiries customer customers kundenservice klantenservice"""
)
#: Words in the display names of companies and groups.
_COMPANY = ROLES | to_words(
    """gmbh ag kg ug ohg mbh inc llc ltd limited plc corp corporation co company group gruppe holding sa sas sarl srl
    spa bv nv ab oy as aps lda ltda kanzlei partnership llp abteilung department dept verein university"""
)
#: Providers of personal mailboxes, whose domain says nothing about a company.
FREE_MAIL = to_words(
    """gmail googlemail outlook hotmail live msn yahoo ymail rocketmail icloud me mac aol gmx web freenet t-online
    posteo mailbox proton protonmail pm tutanota tuta zoho yandex mail fastmail hey orange wanadoo free laposte sfr
    libero virgilio alice tiscali tin ziggo kpnmail planet xs4all home telenet skynet bluewin hispeed terra uol bol
    sapo comcast verizon att sbcglobal btinternet btopenworld sky virginmedia ntlworld qq 163 126"""
)
#: Second-level labels of country domains, as in "acme.co.uk".
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go"})

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class RecipientNames:
    """The possible names of a recipient, folded, and the local part of the mailbox without punctuation.

    ``has_full_name`` tells whether first name and surname are known, ``is_conclusive`` whether the names suffice to say
    what the recipient is *not* called.
    """

    names: frozenset[str]
    local: str
    has_full_name: bool
    is_conclusive: bool


def read_names(address: Address) -> RecipientNames:
    """Determine the possible names of one recipient."""
    local, _, domain = address.mailbox.rpartition("@")
    display_words = _WORD.findall(address.name)
    local_words = [fold(word) for word in _WORD.findall(local.partition("+")[0])]
    names = {spelling for word in display_words for spelling in to_spellings(word)}
    names |= {*local_words, to_company_label(domain)}
    is_conclusive = _is_conclusive([fold(word) for word in display_words], local_words)
    has_full_name = len(display_words) > 1 or (not display_words and len(local_words) > 1)
    return RecipientNames(frozenset(names - {""}), "".join(local_words), has_full_name, is_conclusive)


def may_be_greeted(candidate: RecipientNames, names: Sequence[str]) -> bool:
    """Tell whether a recipient may be greeted by these names in a row.

    One that fits suffices where only one name of the recipient is known. Where the full name is, the first must fit and
    one of the others: "Jane Smith" is not Jane Doe. People have more names than their address tells.
    """
    fits = [any(may_be_called(candidate, part) for part in re.split("[-’']", name)) for name in names]
    return any(fits) and (len(fits) < 2 or not candidate.has_full_name or (fits[0] and any(fits[1:])))


def may_be_called(candidate: RecipientNames, name: str) -> bool:
    """Tell whether a recipient may have this name: exactly, as a short form or initial, or within the mailbox."""
    spellings = to_spellings(name)
    if any(not spelling.isascii() for spelling in spellings):
        # A name in another script than the mailbox cannot be compared.
        return True
    if spellings & candidate.names or any(len(s) >= 3 and s in candidate.local for s in spellings):
        return True
    return any(_is_variant(spelling, known) for spelling in spellings for known in candidate.names)


def to_company_label(domain: str) -> str:
    """Return the label of a domain that names its owner; "" for providers of personal mailboxes."""
    labels = domain.casefold().split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    label = labels[-1] if labels else ""
    return "" if label in FREE_MAIL else label


def to_first_name(address: Address) -> str:
    """Return the first name for a greeting, or "" where it is not certain."""
    words = address.name.split()
    if not read_names(address).is_conclusive or "," in address.name:
        return ""
    if len(words) >= 2:
        return words[0] if words[0].replace("-", "").isalpha() and len(words[0]) > 2 else ""
    return words[0] if len(words) == 1 and fold(words[0]) in FIRST_NAMES else ""


def _is_variant(spelling: str, known: str) -> bool:
    short, long = sorted((spelling, known), key=len)
    if long.startswith(short):
        return True
    return bool(NICKNAMES.get(spelling, frozenset()) & NICKNAMES.get(known, frozenset()))


def _is_conclusive(display_words: list[str], local_words: list[str]) -> bool:
    if not local_words or ROLES & set(local_words) or "".join(local_words) in ROLES or _COMPANY & set(display_words):
        return False
    if display_words:
        return all(word.isascii() for word in display_words)
    if not all(word.isascii() for word in local_words):
        return False
    return len(local_words) > 1 or local_words[0] in FIRST_NAMES

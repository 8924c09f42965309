"""What a recipient may be called, from the name and the mailbox, so that a greeting can be held against it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.message.checks.nicknames import FIRST_NAMES, NICKNAMES
from components.message.checks.words import fold, to_spellings, to_words
from components.model import Address

#: Mailboxes of a function, which tell nothing of who reads them.
ROLES = to_words(
    """info sales office contact kontakt contacto contatto hello hallo hi mail email post team support service help
    helpdesk admin administration billing accounts accounting invoice invoices rechnung buchhaltung finance hr jobs
    career careers bewerbung press presse media marketing news newsletter noreply reply no legal privacy security
    reception empfang sekretariat secretary assistant orders order bestellung einkauf purchasing procurement
    vertrieb ventas vendas commercial comercial direction partner partners events booking reservations shop
    webmaster postmaster desk inbox welcome enquiries inquiries customer customers kundenservice klantenservice"""
)
#: Words of a display name that is a company's or a group's.
_COMPANY = ROLES | to_words(
    """gmbh ag kg ug ohg mbh inc llc ltd limited plc corp corporation co company group gruppe holding sa sas sarl srl
    spa bv nv ab oy as aps lda ltda kanzlei partnership llp abteilung department dept verein university"""
)
#: Where anybody may have a mailbox: the domain says nothing of a company.
FREE_MAIL = to_words(
    """gmail googlemail outlook hotmail live msn yahoo ymail rocketmail icloud me mac aol gmx web freenet t-online
    posteo mailbox proton protonmail pm tutanota tuta zoho yandex mail fastmail hey orange wanadoo free laposte sfr
    libero virgilio alice tiscali tin ziggo kpnmail planet xs4all home telenet skynet bluewin hispeed terra uol bol
    sapo comcast verizon att sbcglobal btinternet btopenworld sky virginmedia ntlworld qq 163 126"""
)
#: Labels that belong to a country's own order of names, as in "acme.co.uk".
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go"})

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class RecipientNames:
    """The possible names of a recipient, folded, and the local part of the mailbox without punctuation.

    ``is_conclusive`` tells whether they suffice to say what the recipient is *not* called.
    """

    names: frozenset[str]
    local: str
    is_conclusive: bool


def read_names(address: Address) -> RecipientNames:
    """Read the names of one recipient."""
    local, _, domain = address.mailbox.rpartition("@")
    named = _WORD.findall(address.name)
    boxed = [fold(word) for word in _WORD.findall(local.partition("+")[0])]
    names = {spelling for word in named for spelling in to_spellings(word)} | set(boxed) | {to_company_label(domain)}
    return RecipientNames(frozenset(names - {""}), "".join(boxed), _is_told([fold(word) for word in named], boxed))


def may_be_called(candidate: RecipientNames, name: str) -> bool:
    """Whether a name may be this recipient's: itself, a short form, an initial, a part of the mailbox."""
    spellings = to_spellings(name)
    if any(not spelling.isascii() for spelling in spellings):
        # Another script than the mailbox's: nobody can tell without a dictionary.
        return True
    if spellings & candidate.names or any(len(s) >= 3 and s in candidate.local for s in spellings):
        return True
    return any(_is_form(spelling, known) for spelling in spellings for known in candidate.names)


def to_company_label(domain: str) -> str:
    """The label of a domain that stands for its owner, "" for a provider of free mailboxes."""
    labels = domain.casefold().split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    label = labels[-1] if labels else ""
    return "" if label in FREE_MAIL else label


def to_first_name(address: Address) -> str:
    """The first name as it may be written after "Hi", or "" where it cannot be told for sure."""
    words = address.name.split()
    if not read_names(address).is_conclusive or "," in address.name:
        return ""
    if len(words) >= 2:
        return words[0] if words[0].replace("-", "").isalpha() and len(words[0]) > 2 else ""
    return words[0] if len(words) == 1 and fold(words[0]) in FIRST_NAMES else ""


def _is_form(spelling: str, known: str) -> bool:
    short, long = sorted((spelling, known), key=len)
    if long.startswith(short):
        return True
    return bool(NICKNAMES.get(spelling, frozenset()) & NICKNAMES.get(known, frozenset()))


def _is_told(named: list[str], boxed: list[str]) -> bool:
    if not boxed or ROLES & set(boxed) or "".join(boxed) in ROLES or _COMPANY & set(named):
        return False
    if named:
        return all(word.isascii() for word in named)
    if not all(word.isascii() for word in boxed):
        return False
    return len(boxed) > 1 or boxed[0] in FIRST_NAMES

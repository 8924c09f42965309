"""A slip in an address's domain: ``gmial.com`` where ``gmail.com`` must be meant.

Only a guess that is nearly certain is made, since a false alarm teaches people to overlook the true one. A domain is
held against the frequent mail providers and those that one has written to; slips are those of fingers: neighbouring
letters swapped, a letter missing, doubled or hit beside its key. The first letter of a domain is hardly ever the wrong
one, and by it most real neighbours differ (mail.com, ymail.com, cloud.com).
"""

from __future__ import annotations

import re
from collections.abc import Collection

#: Providers with a name of its own, and the top-level domains under which they have mailboxes.
_BRANDS = {
    "gmail": "com",
    "googlemail": "com",
    "yahoo": "com co.uk ca com.au com.br co.in in co.jp de es fr it",
    "hotmail": "com co.uk de es fr it be nl",
    "outlook": "com at be com.br co.uk de dk es fr it jp pt",
    "icloud": "com",
    "protonmail": "com ch",
    "fastmail": "com fm",
    "comcast": "net",
    "btinternet": "com",
    "bellsouth": "net",
    "sbcglobal": "net",
    "freenet": "de",
    "t-online": "de",
    "wanadoo": "fr",
    "laposte": "net",
    "libero": "it",
    "virgilio": "it",
    "yandex": "ru com",
    "ziggo": "nl",
}
#: Providers with names so short that a slip in them is somebody else's domain; only the end is looked at.
_SHORT = ("aol.com", "live.com", "msn.com", "gmx.com", "gmx.net", "zoho.com", "mail.com", "ymail.com", "att.net")
_PROVIDERS = tuple(f"{label}.{end}" for label, ends in _BRANDS.items() for end in ends.split())
#: Real domains within a slip of a provider's.
_REAL = frozenset({"gail.com", "grail.com", "libera.it", "liber.it"})

# Endings that are no top-level domain of the root zone, each with the one it must be.
_NO_ENDINGS = {
    wrong: right
    for right, slips in {
        "com": "con cmo ocm comm coom ccom vom xom cpm clm cim cok coj como comn",
        "net": "nte ent ner nett nrt",
        "org": "ogr rog orgg prg",
    }.items()
    for wrong in slips.split()
}
# Endings that are countries' own, but never the mailboxes of a provider under .com.
_OTHER_ENDINGS = ("co", "cm", "om", "c", "")

_SHAPE = re.compile(r"(?P<head>.*@)(?P<domain>[^\s@<>\"]*)(?P<tail>\s*>?)", re.DOTALL)
_KEYS = {
    key: (row, place)
    for row, keys in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for place, key in enumerate(keys)
}
#: Letters of a name from which on one slip tells it from another name, and from which on two do. Firms of one trade
#: have long names that are much alike, so two slips are believed in a provider's name alone.
_PROVIDER_LETTERS, _FIRM_LETTERS = (5, 10), (7, 255)


def correct_entry(text: str, known: Collection[str] = ()) -> str:
    """The entry as it was probably meant, where its domain looks mistyped; "" where nothing is certain enough.

    ``text`` is one entry of a recipients field, valid or not; ``known`` are domains (ASCII, lower case) that one has
    written to before, which are right themselves.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None or not shape["head"].strip("@ "):
        return ""
    domain = correct_domain(shape["domain"], known)
    return f"{shape['head']}{domain}{shape['tail']}" if domain else ""


def correct_domain(domain: str, known: Collection[str] = ()) -> str:
    """The domain that was probably meant instead of ``domain``, or "" where it may well be right."""
    typed = domain.lower()
    if not typed.isascii() or _is_right(typed, known):
        return ""
    whole = re.sub(r"\.{2,}", ".", typed).strip(".")
    if whole != typed and _is_right(whole, known):
        return whole
    return _correct_ending(whole, known) or _correct_name(whole, known)


def _is_right(domain: str, known: Collection[str]) -> bool:
    return domain in _PROVIDERS or domain in _SHORT or domain in _REAL or domain in known


def _correct_ending(domain: str, known: Collection[str]) -> str:
    for provider in (*_PROVIDERS, *_SHORT):
        if domain == provider.replace(".", ""):
            return provider
    label, _, ending = domain.rpartition(".") if "." in domain else (domain, "", "")
    if ending in _OTHER_ENDINGS and f"{label}.com" in _PROVIDERS:
        return f"{label}.com"
    if not label or ending not in _NO_ENDINGS:
        return ""
    meant = f"{label}.{_NO_ENDINGS[ending]}"
    return meant if _is_right(meant, known) else _correct_name(meant, known) or meant


def _correct_name(domain: str, known: Collection[str]) -> str:
    for candidates, letters in ((_PROVIDERS, _PROVIDER_LETTERS), (known, _FIRM_LETTERS)):
        near = [(slips, meant) for meant in candidates if (slips := _count_slips(domain, meant, letters))]
        if near:
            return min(near)[1]
    return ""


def _count_slips(domain: str, meant: str, letters: tuple[int, int]) -> int:
    """How many slips lie between two domains; 0 where they are the same or too different to be meant."""
    typed_name, _, typed_ending = domain.partition(".")
    name, _, ending = meant.partition(".")
    allowed = sum(len(name) >= least for least in letters)
    if ending != typed_ending or abs(len(name) - len(typed_name)) > allowed or not _begin_alike(typed_name, name):
        return 0
    # A plural is a name of its own.
    if f"{typed_name}s" == name or typed_name == f"{name}s":
        return 0
    slips = _to_distance(typed_name, name)
    return slips if slips <= allowed else 0


def _begin_alike(typed: str, name: str) -> bool:
    return typed[:1] == name[:1] or typed[:2] == name[1::-1]


def _to_distance(typed: str, name: str) -> int:
    """Damerau-Levenshtein distance (optimal string alignment); a letter beside its key costs 1, any other one 2."""
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(typed, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(name, start=1):
            cost = before[j - 1] + _to_cost(letter, other)
            cost = min(cost, before[j] + 1, row[j - 1] + 1)
            if i > 1 and j > 1 and letter == name[j - 2] and typed[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _to_cost(letter: str, other: str) -> int:
    if letter == other:
        return 0
    if letter not in _KEYS or other not in _KEYS:
        return 2
    (row, place), (other_row, other_place) = _KEYS[letter], _KEYS[other]
    beside = abs(row - other_row) <= 1 and abs(place - other_place) <= 1
    return 1 if beside else 2

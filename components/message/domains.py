"""Detect a mistyped domain in an address: ``gmial.com`` instead of ``gmail.com``.

Only near-certain corrections are suggested, since false alarms teach people to ignore real ones. A domain is compared
with the common mail providers and with the domains that the author has written to. Typing errors are neighbouring
letters swapped, a letter missing, doubled, or replaced by one beside its key. The first letter of a domain is hardly
ever wrong, and most similar real domains differ in it (mail.com, ymail.com, cloud.com).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from components.message.pasted_address import correct_slips

#: Providers with a distinctive name, with the top-level domains of their mailboxes.
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
#: Providers with names so short that a typing error gives another real domain; only their endings are checked.
_SHORT_NAMES = ("aol.com", "live.com", "msn.com", "gmx.com", "gmx.net", "zoho.com", "mail.com", "ymail.com", "att.net")
_PROVIDERS = tuple(f"{label}.{end}" for label, ends in _BRANDS.items() for end in ends.split())
#: Real domains that are one typing error away from a provider's.
_REAL_DOMAINS = frozenset({"gail.com", "grail.com", "libera.it", "liber.it"})

# Endings that are not top-level domains, each with the one that was meant.
_INVALID_ENDINGS = {
    wrong: right
    for right, typos in {
        "com": "con cmo ocm comm coom ccom vom xom cpm clm cim cok coj como comn",
        "net": "nte ent ner nett nrt",
        "org": "ogr rog orgg prg",
    }.items()
    for wrong in typos.split()
}
# Country endings (and none) under which providers of .com mailboxes have no mailboxes.
_OTHER_ENDINGS = ("co", "cm", "om", "c", "")

_SHAPE = re.compile(r"(?P<head>.*@)(?P<domain>[^\s@<>\"]*)(?P<tail>\s*>?)", re.DOTALL)
_KEYS = {
    key: (row, place)
    for row, keys in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for place, key in enumerate(keys)
}
#: Minimum lengths of a name in which one typing error is accepted, and in which two are. Names of firms in one trade
#: are long and similar, so two are accepted in a provider's name only.
_PROVIDER_LENGTHS, _FIRM_LENGTHS = (5, 10), (7, 255)


def suggest_correction(text: str, known: Collection[str] = ()) -> str:
    """Suggest a corrected entry where an address looks mistyped, or "" where that is not nearly certain.

    A typographic apostrophe or dash in the mailbox becomes the one of the keyboard. ``text`` is one entry of a
    recipients field, valid or not. ``known`` are domains (ASCII, lower case) that the author has written to before;
    they are taken to be correct.
    """
    plain = correct_slips(text)
    shape = _SHAPE.fullmatch(plain)
    if shape is None or not shape["head"].strip("@ "):
        return ""
    domain = suggest_domain(shape["domain"], known)
    if domain:
        return f"{shape['head']}{domain}{shape['tail']}"
    return plain if plain != text else ""


def suggest_domain(domain: str, known: Collection[str] = ()) -> str:
    """Suggest the domain that was meant instead of ``domain``, or "" where it may be right."""
    typed = domain.lower()
    if not typed.isascii() or _is_right(typed, known):
        return ""
    whole = re.sub(r"\.{2,}", ".", typed).strip(".")
    if whole != typed and _is_right(whole, known):
        return whole
    return _correct_ending(whole, known) or _correct_name(whole, known)


def _is_right(domain: str, known: Collection[str]) -> bool:
    return domain in _PROVIDERS or domain in _SHORT_NAMES or domain in _REAL_DOMAINS or domain in known


def _correct_ending(domain: str, known: Collection[str]) -> str:
    for provider in (*_PROVIDERS, *_SHORT_NAMES):
        if domain == provider.replace(".", ""):
            return provider
    label, _, ending = domain.rpartition(".") if "." in domain else (domain, "", "")
    if ending in _OTHER_ENDINGS and f"{label}.com" in _PROVIDERS:
        return f"{label}.com"
    if not label or ending not in _INVALID_ENDINGS:
        return ""
    meant = f"{label}.{_INVALID_ENDINGS[ending]}"
    return meant if _is_right(meant, known) else _correct_name(meant, known) or meant


def _correct_name(domain: str, known: Collection[str]) -> str:
    for candidates, letters in ((_PROVIDERS, _PROVIDER_LENGTHS), (known, _FIRM_LENGTHS)):
        near = [(typos, meant) for meant in candidates if (typos := _count_typos(domain, meant, letters))]
        if near:
            return min(near)[1]
    return ""


def _count_typos(domain: str, meant: str, letters: tuple[int, int]) -> int:
    """Count the typing errors between two domains; 0 where they are equal or too different."""
    typed_name, _, typed_ending = domain.partition(".")
    name, _, ending = meant.partition(".")
    allowed = sum(len(name) >= least for least in letters)
    if ending != typed_ending or abs(len(name) - len(typed_name)) > allowed or not _begin_alike(typed_name, name):
        return 0
    # A plural is a different name.
    if f"{typed_name}s" == name or typed_name == f"{name}s":
        return 0
    typos = _measure_distance(typed_name, name)
    return typos if typos <= allowed else 0


def _begin_alike(typed: str, name: str) -> bool:
    return typed[:1] == name[:1] or typed[:2] == name[1::-1]


def _measure_distance(typed: str, name: str) -> int:
    """Measure the optimal string alignment distance; replacing a letter by one beside its key costs 1, by another 2."""
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

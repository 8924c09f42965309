"""Finds what people write in more than one way without meaning another thing: numbers, telephone numbers, domains.

Each is read twice (``Numeral``): as its signs stand there, and as it is meant. ``1.000``, ``1,000``, ``1 000`` and
``1'000,00`` are meant as 1000, ``1,5`` as 1.5; ``+49 (0)30 123456-78``, ``0049 30 ...`` and ``030/12345678`` as
3012345678: the country code (ITU-T E.164) and the trunk zero are left out, since people leave them out too;
``DE89 3704 0044 ...`` as an IBAN without blanks (ISO 13616); ``xn--bcher-kva`` as bücher (RFC 3492, RFC 5891).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: Joins whole and decimals: a letter, so that the index does not split there. Nobody has it on a keyboard.
DECIMAL = "\ua78f"
#: Words with their places, ``[start, end)`` in characters.
Words = tuple[tuple[str, int, int], ...]

_BLANK = " \u00a0\u2009\u202f"
_DASH = "\u2010-\u2015-"
#: Between two digits of a telephone number; `` / 0`` begins another one.
_GAP = rf"(?:(?![{_BLANK}]?/[{_BLANK}]?0)[{_BLANK}.()/{_DASH}]{{0,3}})"
_DATE = rf"[0-9]{{1,2}}[./{_DASH}][0-9]{{1,2}}[./{_DASH}][0-9]{{2}}(?:[0-9]{{2}})?(?![0-9]|[./{_DASH}][0-9])"
_GROUPED = r"[0-9]{1,3}(?:[.,][0-9]{3})+(?![0-9])"
_FOUND = re.compile(
    rf"""(?<![^\W_])(?:
    (?P<international>(?:\+(?!{_GROUPED})|00(?=[1-9]))(?:{_GAP}[0-9]){{8,16}}(?![0-9]))
    |(?P<national>\(?(?!{_DATE})0\)?[1-9](?:{_GAP}[0-9]){{5,12}}(?![0-9]))
    |(?P<american>\(?[2-9][0-9]{{2}}\)?[ .-]{{1,2}}[0-9]{{3}}[ .-][0-9]{{4}}(?![0-9]))
    |(?P<iban>[A-Za-z]{{2}}[0-9]{{2}}(?:[{_BLANK}]?[0-9A-Z]{{4}}){{3,7}}(?:[{_BLANK}]?[0-9]{{1,3}})?(?![^\W_]))
    |(?P<blanks>[1-9][0-9]{{0,2}}(?:[{_BLANK}][0-9]{{3}})+(?:[.,][0-9]++)?(?![0-9]|[.,][0-9]))
    |(?P<signs>[0-9]++(?:[.,'\u2019][0-9]++)++)
    |(?P<domain>[Xx][Nn]--[A-Za-z0-9-]+(?![^\W_]))
    )""",
    re.VERBOSE,
)
#: What every text with a numeral has; much faster to look for.
_HINT = re.compile(rf"[0-9][{_BLANK}.,'\u2019()/{_DASH}]{{1,3}}[0-9]|[0-9]{{7}}|[Xx][Nn]--|[A-Za-z]{{2}}[0-9]{{2}}")
_THOUSANDS = re.compile(r"([1-9][0-9]{0,2}(?:([.,'\u2019])[0-9]{3})(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]+))?")
_PAIR = re.compile(r"([0-9]+)[.,]([0-9]+)")
#: May be a date: its parts are found too. ``12.2026`` is nothing else.
_DAY, _MONTH = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}"), re.compile(r"[0-9]{1,2}\.(?:19|20)[0-9]{2}")
_LABEL = re.compile(r"(?<![^\W_])[Xx][Nn]--[A-Za-z0-9-]+(?![^\W_])")
_DIGITS = re.compile(r"[0-9A-Za-z]+")
#: The country codes of one and two digits; all others have three (ITU-T E.164, list of assigned codes).
_COUNTRY = re.compile("[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3}")


class Numeral(NamedTuple):
    """A piece of a text, ``[start, end)`` in characters, and its words as they stand there and as they are meant.

    The places of the words are relative to ``start``.
    """

    start: int
    end: int
    typed: Words
    meant: Words


def has_numeral(text: str) -> bool:
    """Tell whether a text may have a numeral; False is certain."""
    return _HINT.search(text) is not None


def find_numerals(text: str) -> Iterator[Numeral]:
    """Yield the numerals of a text whose words are others than its runs of letters and digits, in order."""
    for match in _FOUND.finditer(text) if has_numeral(text) else ():
        piece = match.group()
        typed = tuple((run.group().lower(), *run.span()) for run in _DIGITS.finditer(piece))
        as_typed, meant = _READERS[match.lastgroup or ""](piece)
        if meant:
            whole = ((meant, 0, len(piece)),)
            yield Numeral(match.start(), match.end(), typed if as_typed else whole, whole)


def decode_domains(text: str) -> str:
    """Return a text to show, with its domains in Unicode."""
    return _LABEL.sub(lambda match: decode_label(match.group()), text)


def decode_label(label: str) -> str:
    """Convert a label of a domain to Unicode; one that is no valid A-label is returned as it is."""
    try:
        decoded = label[4:].lower().encode("ascii").decode("punycode")
        valid = decoded.encode("punycode").decode("ascii") == label[4:].lower()
    except (UnicodeError, ValueError, OverflowError):
        return label
    is_word = len(label) <= 63 and all(letter.isalnum() or letter == "-" for letter in decoded.replace("\u200d", ""))
    return decoded if valid and is_word and not decoded.isascii() else label


def _read_international(piece: str) -> tuple[bool, str]:
    digits = _keep_digits(piece)
    digits = digits if piece.startswith("+") else digits[2:]
    country = _COUNTRY.match(digits)
    return True, _drop_trunk(digits[country.end() :]) if country else ""


def _read_national(piece: str) -> tuple[bool, str]:
    return True, _drop_trunk(_keep_digits(piece))


def _read_joined(piece: str) -> tuple[bool, str]:
    return True, "".join(_DIGITS.findall(piece)).lower()


def _read_blanks(piece: str) -> tuple[bool, str]:
    """Read ``1 000,00``; the blank may also part two numbers, so that both are found too."""
    whole, _, decimals = piece.replace(",", ".").partition(".")
    return True, _to_number(whole, decimals)


def _read_signs(piece: str) -> tuple[bool, str]:
    """Read ``1.000,00`` and ``1.5``; what is neither (a date, a version, an IP address) is not read as a number."""
    if match := _THOUSANDS.fullmatch(piece):
        return False, _to_number(match[1], match[3] or "")
    if (match := _PAIR.fullmatch(piece)) and not _MONTH.fullmatch(piece):
        return bool(_DAY.fullmatch(piece)), _to_number(match[1], match[2])
    return False, ""


def _read_domain(piece: str) -> tuple[bool, str]:
    decoded = decode_label(piece)
    return False, decoded if decoded != piece else ""


_READERS = {
    "international": _read_international,
    "national": _read_national,
    "american": _read_joined,
    "iban": _read_joined,
    "blanks": _read_blanks,
    "signs": _read_signs,
    "domain": _read_domain,
}


def _keep_digits(piece: str) -> str:
    return "".join(_DIGITS.findall(piece))


def _drop_trunk(digits: str) -> str:
    return digits.removeprefix("0")


def _to_number(whole: str, decimals: str) -> str:
    """Join the digits of a number; ``,00`` are cents that are not there."""
    digits = _keep_digits(whole)
    return digits if decimals in ("", "00") else f"{digits}{DECIMAL}{decimals}"

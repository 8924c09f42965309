"""Split a recipients field into its entries, as typed and as pasted from mail programs.

The browser splits by the same rules in ``components/ui/compose/recipients/split.js``; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Blanks and invisible characters that are cut off the ends of an entry.
EDGES = (
    " \t\xa0\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u3000\ufeff"
)

# Line breaks separate entries. A bare CR does not: no text field produces one, but it breaks lines in a mail header.
_LINE_BREAK = re.compile(r"\r?\n")
#: Quotation marks and parentheses keep separators together; a quotation mark left open does so up to the line's end.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|\([^()"]*\)|[,;\t，、；]|[^",;\t，、；(]+|\(')
_COMMAS, _SEPARATORS = frozenset(",，、"), frozenset(",;\t，、；")
_BLANKS = re.compile("[ \xa0\u3000]+")
_BARE = re.compile('[^<>@"() \xa0\u3000]+@[^<>@"() \xa0\u3000]+')
_PERSON = r'(?:"(?:[^"\\]|\\.)*"|[^<>"])*<[^<>@]+@[^<>@]+>'
_PEOPLE, _ONE_PERSON = re.compile(f"(?:{_PERSON})+"), re.compile(_PERSON)
#: A link at the beginning of an entry, up to a blank or the next link.
_LINK = re.compile(
    r'(?<![^ \t\xa0\u3000,;，、；])mailto:(?:(?![,;]mailto:)[^ \t\r\xa0\u3000<>()\[\]"])*', re.IGNORECASE | re.ASCII
)
_LINK_SCHEMES = re.compile("^(?:mailto:)+", re.IGNORECASE | re.ASCII)
_LINK_SEPARATOR = re.compile("[,;，、；]|%2c|%3b", re.IGNORECASE | re.ASCII)
_NAME_PART = re.compile(r'[^@<>"():\d]{1,60}')


def split_entries(text: str) -> Iterator[str]:
    """Split at commas, semicolons, tabs and line breaks outside quotation marks and parentheses.

    A surname before a comma stays with what follows (``Doe, John <john@doe.example>``): one part without an address
    before one with a name, or several where semicolons separate the entries of the line. Addresses without names, and
    people with their addresses in angle brackets, may be separated by blanks. A ``mailto:`` link to several recipients
    is one entry for each that it names in its path, ``to`` and ``cc``; with ``bcc`` it stays one entry, because those
    people must not be seen. Blank entries are left out.
    """
    for line in _LINE_BREAK.split(text):
        for entry in _join_names(_LINK.sub(_expand_link, line)):
            yield from _split_blanks(entry)


def _expand_link(match: re.Match[str]) -> str:
    """Write a link to several recipients as one link for each (RFC 6068); as one entry where that is not certain."""
    link = match[0].rstrip(",;")
    path, _, query = link[len("mailto:") :].partition("?")
    fields = [(name.lower(), value) for name, _, value in (part.partition("=") for part in re.split("[?&]", query))]
    named = [name for name, _ in fields if name in ("to", "cc", "bcc")]
    if not named and not _LINK_SEPARATOR.search(path):
        return match[0]
    values = (path, *(value for name, value in fields if name in named))
    pieces = [_LINK_SCHEMES.sub("", piece, count=1) for value in values for piece in _LINK_SEPARATOR.split(value)]
    targets = [piece for piece in pieces if piece]
    is_certain = "bcc" not in named and not any("@" in value for name, value in fields if name not in named)
    expanded = ", ".join(f"mailto:{target}" for target in targets)
    kept = re.sub("[,;，、；]", "%2C", link)
    return (expanded if targets and is_certain else kept) + match[0][len(link) :]


def _join_names(line: str) -> Iterator[str]:
    pieces = [*_PIECE.findall(line), ","]
    allowed = 1 if _SEPARATORS.intersection(pieces) <= _COMMAS else len(pieces)
    entry: list[str] = []
    names: list[str] = []
    for piece in pieces:
        if piece not in _SEPARATORS:
            entry.append(piece)
            continue
        whole = "".join(entry).strip(EDGES)
        entry.clear()
        if not whole:
            continue
        if piece in _COMMAS and _NAME_PART.fullmatch(whole):
            names.append(whole)
            continue
        if names and len(names) <= allowed and _is_named(whole):
            yield ", ".join([*names, whole])
        else:
            yield from (*names, whole)
        names.clear()
    yield from names


def _is_named(entry: str) -> bool:
    """Tell whether an entry is a name without quotation marks, and an address in angle brackets."""
    name, _, address = entry.partition("<")
    return bool(name.strip(EDGES)) and not ("@" in name or '"' in name) and "@" in address


def _split_blanks(entry: str) -> Iterator[str]:
    words = [word.strip(EDGES) for word in _BLANKS.split(entry)]
    if len(words) > 1 and all(map(_BARE.fullmatch, words)):
        yield from words
    elif _PEOPLE.fullmatch(entry):
        position = 0
        while person := _ONE_PERSON.match(entry, position):
            yield person[0].strip(EDGES)
            position = person.end()
    else:
        yield entry

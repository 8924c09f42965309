"""Mail header fields: encoded where necessary (RFC 2047) and folded (RFC 5322, 2.2.3).

The standard library encodes. Its policies could fold as well, but parse each value several times and take ten times as
long, which counts in an export of thousands of mails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from email.header import Header
from email.utils import quote
from itertools import groupby

from components.model import Address

#: Maximum length of a line without its CRLF, as RFC 2047 requires for lines with an encoded word.
_LINE_LENGTH = 76
#: Maximum length of a word or quoted name that is not encoded: after "X-LeadLex-Contact: " it fills a line.
_WORD_LENGTH = 57
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: Words that need no encoding in a text and in a name, and names that need no quotes. "=?" would be decoded.
_PLAIN = re.compile(rf"(?:(?!=\?)[!-~]){{1,{_WORD_LENGTH}}}")
_ATOM = re.compile(rf"(?:(?!=\?)[\w!#$%&'*+/=?^`{{|}}~-]){{1,{_WORD_LENGTH}}}", re.ASCII)
_PHRASE = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]+", re.ASCII)
#: local "@" domain, both of atoms and dots (RFC 5322, 3.4.1), in any script (RFC 6532).
_ATOMS = r"{0}(?:\.{0})*".format(r"""[^\x00-\x20\x7f-\xa0\ud800-\udfff\s()<>\[\]:;@\\,".]+""")
_MAILBOX = re.compile(rf"{_ATOMS}@{_ATOMS}")


def to_line(text: str) -> str:
    """Convert a text into one that cannot end its header: one line, single spaces, valid UTF-8."""
    return " ".join(_CONTROL.sub(" ", text).split()).encode("utf-8", "replace").decode()


def render_text_header(name: str, text: str) -> str:
    """Render a header field of free text, CRLF included."""
    return _fold(name, _encode_words(name, to_line(text), _PLAIN))


def render_address_header(name: str, addresses: Sequence[Address]) -> str:
    """Render a header field of addresses, CRLF included; an invalid address is written as a name without a mailbox.

    A non-ASCII mailbox makes the file an internationalised one, the only form that allows it (RFC 6532).
    """
    people = [_render_address(name, address) for address in addresses]
    for words in people[:-1]:
        words[-1] += ","
    return _fold(name, [word for words in people for word in words])


def _render_address(header: str, address: Address) -> list[str]:
    if not _MAILBOX.fullmatch(address.mailbox):
        # A group without members (RFC 5322, 3.4).
        *words, last = _render_phrase(header, to_line(str(address)))
        return [*words, f"{last}:;"]
    name = to_line(address.name)
    return [*_render_phrase(header, name), f"<{address.mailbox}>"] if name else [address.mailbox]


def _render_phrase(header: str, name: str) -> list[str]:
    quoted = name if _PHRASE.fullmatch(name) else f'"{quote(name)}"'
    if quoted.isascii() and len(quoted) <= _WORD_LENGTH and "=?" not in quoted:
        return [quoted]
    return list(_encode_words(header, name, _ATOM))


def _encode_words(header: str, text: str, plain: re.Pattern[str]) -> Iterator[str]:
    """Yield the words between which lines may be folded; neighbouring words that need encoding are encoded together.

    Readers drop the space between two encoded words, but the standard library keeps it in names; so there are as few
    encoded words as possible.
    """
    for is_plain, words in groupby(text.split(), lambda word: plain.fullmatch(word) is not None):
        if is_plain:
            yield from words
        else:
            encoded = Header(" ".join(words), "utf-8", maxlinelen=_LINE_LENGTH, header_name=header).encode()
            yield from encoded.split("\n ")


def _fold(name: str, words: Iterable[str]) -> str:
    # The first word stays on the line of the name: some readers fail on a header that begins with an empty line.
    lines = [f"{name}:"]
    for number, word in enumerate(words):
        if number and len(lines[-1]) + 1 + len(word) > _LINE_LENGTH:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"

"""Lines of a mail's header: encoded where they must be (RFC 2047) and folded (RFC 5322, 2.2.3).

The standard library encodes; its policies, which fold as well, parse each value several times over to do so and take
ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from email.header import Header
from email.utils import quote
from itertools import groupby

from components.model import Address

#: Characters of a line, its end aside: what RFC 2047 asks for where there is an encoded word.
_LINE = 76
#: Of a word, or a name in quotes, that is not encoded: with "X-LeadLex-Contact: " before it, it fills a line.
_WORD = 57
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: What may stand as it is in a text, in a name, and as a name without quotes. "=?" would be taken for encoded.
_PLAIN = re.compile(rf"(?:(?!=\?)[!-~]){{1,{_WORD}}}")
_ATOM = re.compile(rf"(?:(?!=\?)[\w!#$%&'*+/=?^`{{|}}~-]){{1,{_WORD}}}", re.ASCII)
_PHRASE = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]+", re.ASCII)
#: local "@" domain, both atoms with dots between them (RFC 5322, 3.4.1), in any script (RFC 6532).
_ATOMS = r"{0}(?:\.{0})*".format(r"""[^\x00-\x20\x7f-\xa0\ud800-\udfff\s()<>\[\]:;@\\,".]+""")
_MAILBOX = re.compile(rf"{_ATOMS}@{_ATOMS}")


def to_line(text: str) -> str:
    """A text that cannot end the header it stands in, its blanks single ones."""
    return " ".join(_CONTROL.sub(" ", text).split()).encode("utf-8", "replace").decode()


def to_text_header(name: str, text: str) -> str:
    """A header of free text, with the CRLF that ends it."""
    return _fold(name, _to_words(name, to_line(text), _PLAIN))


def to_address_header(name: str, addresses: Sequence[Address]) -> str:
    """A header of addresses, with the CRLF that ends it. What is no address is told as a name without one.

    A mailbox that is not ASCII makes the file an internationalised one: nothing else can carry it (RFC 6532).
    """
    people = [_to_mailbox(name, address) for address in addresses]
    for words in people[:-1]:
        words[-1] += ","
    return _fold(name, [word for words in people for word in words])


def _to_mailbox(header: str, address: Address) -> list[str]:
    if not _MAILBOX.fullmatch(address.mailbox):
        # A group without members (RFC 5322, 3.4).
        *words, last = _to_phrase(header, to_line(str(address)))
        return [*words, f"{last}:;"]
    name = to_line(address.name)
    return [*_to_phrase(header, name), f"<{address.mailbox}>"] if name else [address.mailbox]


def _to_phrase(header: str, name: str) -> list[str]:
    quoted = name if _PHRASE.fullmatch(name) else f'"{quote(name)}"'
    if quoted.isascii() and len(quoted) <= _WORD and "=?" not in quoted:
        return [quoted]
    return list(_to_words(header, name, _ATOM))


def _to_words(header: str, text: str, plain: re.Pattern[str]) -> Iterator[str]:
    """Words that stay whole where lines are folded. Neighbours that must be encoded are so together.

    Between two encoded words no blank is read, but the standard library reads one in names. So as few as can be.
    """
    for is_plain, words in groupby(text.split(), lambda word: plain.fullmatch(word) is not None):
        if is_plain:
            yield from words
        else:
            encoded = Header(" ".join(words), "utf-8", maxlinelen=_LINE, header_name=header).encode()
            yield from encoded.split("\n ")


def _fold(name: str, words: Iterable[str]) -> str:
    # The first word stays beside the name: readers stumble over a header that begins with an empty line.
    lines = [f"{name}:"]
    for number, word in enumerate(words):
        if number and len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"

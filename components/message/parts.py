"""What a message is made of: the author's own words, the signature, and the mail it answers.

The parts stand in the Markdown itself, so that the author sees and may change every word that goes out. They are told
apart as mail programs tell them: a signature begins with a line ``-- `` (RFC 3676, 4.3), a quoted original is the
block of ``>`` lines at the end, with the line above it that says who wrote it and when.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: The line above a signature, with its blank; typed without it, it is meant as well.
_DELIMITER = re.compile(r"^-- ?\r?$", re.M)
_QUOTED = re.compile(r"[ ]{0,3}>")
#: Said above a quoted original, by us and by common mail programs: it ends in a colon.
_INTRODUCTION = re.compile(r"\S.{0,200}:\s*\Z")


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The parts of a message in Markdown, in their order; put together they are the message.

    ``signature`` begins with its ``-- `` line, ``quote`` with the line that introduces it; either may be empty.
    """

    own: str
    signature: str
    quote: str


def dissect(markdown: str) -> Anatomy:
    """Take a message apart; quotes that the author's words go on after belong to these words."""
    lines = markdown.splitlines(keepends=True)
    start = _find_quote(lines)
    quote = "".join(lines[start:])
    rest = "".join(lines[:start])
    delimiters = list(_DELIMITER.finditer(rest))
    cut = delimiters[-1].start() if delimiters else len(rest)
    return Anatomy(rest[:cut], rest[cut:], quote)


def with_signature(markdown: str, signature: str) -> str:
    """Put a signature (Markdown without its ``-- `` line; "" for none) in the place of the one that is there."""
    parts = dissect(markdown)
    own = parts.own.rstrip()
    closing = f"-- \n{signature.strip()}" if signature.strip() else ""
    if not (own or parts.quote):
        # Room to write above it.
        return f"\n\n{closing}" if closing else ""
    return "\n\n".join(part for part in (own, closing, parts.quote.lstrip()) if part)


def _find_quote(lines: list[str]) -> int:
    """The index of the line where the quoted original begins, or the number of lines."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and (_QUOTED.match(lines[start - 1]) or not lines[start - 1].strip()):
        start -= 1
    if start == end:
        return len(lines)
    while not lines[start].strip():
        start += 1
    above = start
    while above and not lines[above - 1].strip():
        above -= 1
    if above and start - above <= 1 and _INTRODUCTION.match(lines[above - 1]):
        return above - 1
    return start

"""Split a message into the author's own text, the signature, and the quoted original.

All parts are in the Markdown itself, so that the author sees and can change every word that goes out. They are
recognised as mail programs do it: a signature begins with a line ``-- `` (RFC 3676, 4.3); a quoted original is the
block of ``>`` lines at the end, with the line above that says who wrote it and when.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: The line above a signature; its trailing space may be missing.
_DELIMITER = re.compile(r"^-- ?\r?$", re.M)
_QUOTED = re.compile(r"[ ]{0,3}>")
#: The line above a quoted original, which ends in a colon here and in common mail programs.
_INTRODUCTION = re.compile(r"\S.{0,200}:\s*\Z")


@dataclass(frozen=True, slots=True)
class MessageParts:
    """The parts of a message in Markdown, in order; joined they are the whole message.

    ``signature`` begins with its ``-- `` line, ``quote`` with the line that introduces it. Either may be empty.
    """

    own: str
    signature: str
    quote: str


def split_parts(markdown: str) -> MessageParts:
    """Split a message into its parts; a quote that is followed by the author's own text belongs to that text."""
    lines = markdown.splitlines(keepends=True)
    start = _find_quote(lines)
    quote = "".join(lines[start:])
    rest = "".join(lines[:start])
    delimiters = list(_DELIMITER.finditer(rest))
    cut = delimiters[-1].start() if delimiters else len(rest)
    return MessageParts(rest[:cut], rest[cut:], quote)


def with_signature(markdown: str, signature: str) -> str:
    """Replace the signature of a message with another one (Markdown without its ``-- `` line; "" for none)."""
    parts = split_parts(markdown)
    own = parts.own.rstrip()
    closing = f"-- \n{signature.strip()}" if signature.strip() else ""
    if not (own or parts.quote):
        # Leave room to write above it.
        return f"\n\n{closing}" if closing else ""
    return "\n\n".join(part for part in (own, closing, parts.quote.lstrip()) if part)


def _find_quote(lines: list[str]) -> int:
    """Return the index of the line where the quoted original begins, or the number of lines."""
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

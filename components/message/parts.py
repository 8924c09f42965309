"""Split a message into the author's own text, the signature, and the quoted original.

All parts are in the Markdown itself, so that the author sees and can change every word that goes out. They are
recognised as mail programs do it: a signature begins with a line ``-- `` (RFC 3676, 4.3), and ``quotes`` says where a
quoted original begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.message.quotes import find_marked_end, find_quote

#: The line above a signature; its trailing space may be missing.
_DELIMITER = re.compile(r"^-- ?\r?$", re.M)


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
    signature = next((number for number, line in enumerate(lines) if _DELIMITER.match(line)), None)
    start = find_quote(lines, signature)
    quote = "".join(lines[start:])
    rest = "".join(lines[:start])
    delimiters = list(_DELIMITER.finditer(rest))
    cut = delimiters[-1].start() if delimiters else len(rest)
    return MessageParts(rest[:cut], rest[cut:], quote)


def with_signature(markdown: str, signature: str) -> str:
    """Replace the signature of a message with another one (Markdown without its ``-- `` line; "" for none)."""
    parts = split_parts(markdown)
    own = parts.own.rstrip()
    closing = f"-- \n{_close_up(signature.strip())}" if signature.strip() else ""
    if not (own or parts.quote):
        # Leave room to write above it.
        return f"\n\n{closing}" if closing else ""
    return "\n\n".join(part for part in (own, closing, parts.quote.lstrip()) if part)


def _close_up(signature: str) -> str:
    """Remove blank lines above ``>`` lines at the end, which look the same without them: a quote has one above it."""
    lines = signature.splitlines(keepends=True)
    start = find_marked_end(lines)
    return "".join(lines[:start]).rstrip() + "\n" * bool(0 < start < len(lines)) + "".join(lines[start:])

"""What a reply takes from the mail it answers: the subject, and the quoted text with its introduction."""

from __future__ import annotations

import re
from datetime import datetime

#: Reply prefixes of mail programs: English, German, Dutch, Scandinavian and Icelandic, Finnish, Polish, Turkish,
#: Hungarian, Greek, Chinese, Russian; some count the replies. Short words with which a subject may begin otherwise
#: ("Ref:", "R:") are not included, nor is "Fwd:".
_REPLY_PREFIX = re.compile(
    r"\s*(?:re|aw|antw|sv|vs|odp|ynt|vá|απ|回复|回覆|答复|ответ)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]", re.I
)


def to_reply_subject(subject: str) -> str:
    """Make the subject of a reply: ``Re:`` exactly once, in place of all reply prefixes (RFC 5322, 3.6.5)."""
    rest = subject
    while prefix := _REPLY_PREFIX.match(rest):
        rest = rest[prefix.end() :]
    return f"Re: {rest.strip()}".rstrip()


def to_quote_introduction(author: str, sent: datetime | None) -> str:
    """Write the line above a quoted mail; ``sent`` is in the reader's time zone, None where unknown."""
    if sent is None:
        return f"{author} wrote:"
    return f"On {sent.day} {sent:%B %Y, %H:%M}, {author} wrote:"


def quote_text(text: str, introduction: str) -> str:
    """Quote a plain text as mail programs do, below the line that introduces it."""
    lines = (f"> {line}".rstrip() for line in text.strip().splitlines())
    return "\n".join([introduction, "", *lines]) + "\n"

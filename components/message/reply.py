"""What a mail that follows another takes from it: its subject with one ``Re:``, and who wrote what when."""

from __future__ import annotations

import re
from datetime import datetime

#: What mail programs put before the subject of an answer: in English, German, Dutch, Scandinavian and Icelandic,
#: Finnish, Polish, Turkish, Hungarian, Greek, Chinese, Russian; some count the answers. Short words that a subject of
#: its own may begin with ("Ref:", "R:") are left alone, and so is a forward's "Fwd:".
_ANSWER = re.compile(
    r"\s*(?:re|aw|antw|sv|vs|odp|ynt|vá|απ|回复|回覆|答复|ответ)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]", re.I
)


def to_answer_subject(subject: str) -> str:
    """The subject of an answer: ``Re:`` exactly once, however many marks of whatever language stood there (RFC 5322,
    3.6.5)."""
    rest = subject
    while mark := _ANSWER.match(rest):
        rest = rest[mark.end() :]
    return f"Re: {rest.strip()}".rstrip()


def to_introduction(author: str, sent: datetime | None) -> str:
    """The line above a quoted mail, which ends in a colon; ``sent`` is in the reader's zone, None where unknown."""
    if sent is None:
        return f"{author} wrote:"
    return f"On {sent.day} {sent:%B %Y, %H:%M}, {author} wrote:"


def to_quote(text: str, introduction: str) -> str:
    """Quote a plain text the way mail programs do, under a line that says whose words they are."""
    lines = (f"> {line}".rstrip() for line in text.strip().splitlines())
    return "\n".join([introduction, "", *lines]) + "\n"

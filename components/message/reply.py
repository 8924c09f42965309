"""What a reply takes from the mail it answers: the subject, and the quoted text with its introduction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

# Prefixes of mail programs in English, German, Dutch, French, Spanish, Italian and Portuguese, then in others. "VS" is
# an answer in Finnish and a forwarded mail in Danish and Norwegian.
_REPLY = r"""re|aw|antwort|antw|rép|réponse|(?-i:RES)|respuesta|resposta|risposta|antwoord
    |sv|svar|vs|odp|odpowied[zź]|odpov[eě]ď|ynt|yan[ıi]t|vá|válasz|απ|απαντ
    |回复|回覆|答复|答覆|返信|回信|답장|회신|ответ|відповідь|תשובה|השב|رد"""
_FORWARD = r"""fwd?|wg|weitergeleitet|tr|rv|reenv|i|enc|doorst|doorgestuurd|vb|vl|vidb|pd|İlt|ilt|πρθ|trs|yml|továbbítás
    |转发|轉寄|轉發|転送|전달|пересл|הועבר|إعادة توجيه"""
#: Short words with which a subject may begin otherwise ("Ref: 4711"); before another prefix they are one.
_POSSIBLE_REPLY = "r|ref|réf|rif|res|resp|rep|tl|ats|atb|bls|cvp|odg|rasp|răsp|vast|отв"
_COUNT = r"\s?(?:\[\d{1,4}\]|\(\d{1,4}\)|[*^]\d{1,4}|[²³⁴-⁹])?"
#: Blanks, and marks of the writing direction.
_BLANK = r"[\s\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
_END = rf"\.?{_COUNT}{_BLANK}{{0,3}}[:：]"
_CERTAIN = rf"(?:(?P<reply>{_REPLY})|(?P<forward>{_FORWARD})){_END}"
_PREFIX = re.compile(
    rf"{_BLANK}*+(?:{_CERTAIN}|(?P<possible>{_POSSIBLE_REPLY}){_END}"
    rf"(?={_BLANK}*+(?:{_REPLY}|{_FORWARD}|{_POSSIBLE_REPLY}){_END}))",
    re.I | re.X,
)
#: A mark such as "[EXTERNAL]" that a mail server or a list puts before the prefixes.
_TAG = re.compile(rf"{_BLANK}*+(\[[^\[\]]{{1,40}}\])")


@dataclass(frozen=True, slots=True)
class SubjectPrefix:
    """A prefix of a subject: whether it marks an answer or a forwarded mail, and its position."""

    is_reply: bool
    start: int
    end: int


def list_prefixes(subject: str) -> tuple[SubjectPrefix, ...]:
    """List the prefixes with which a subject begins ("Re:", "WG:"), in the languages of common mail programs."""
    found: list[SubjectPrefix] = []
    position = 0
    while match := _PREFIX.match(subject, position):
        found.append(SubjectPrefix(match["forward"] is None, position, match.end()))
        position = match.end()
    return tuple(found)


def to_reply_subject(subject: str) -> str:
    """Make the subject of a reply: ``Re:`` once, in place of all reply prefixes (RFC 5322, 3.6.5).

    What was forwarded keeps its prefix and those after it. Tags in brackets stay, before the subject.
    """
    tags: list[str] = []
    position = 0
    while True:
        prefix, tag = _PREFIX.match(subject, position), _TAG.match(subject, position)
        if prefix and not prefix["forward"]:
            position = prefix.end()
        elif tag:
            tags.append(tag[1])
            position = tag.end()
        else:
            break
    return " ".join(filter(None, ("Re:", *tags, subject[position:].strip())))


def to_quote_introduction(author: str, sent: datetime | None) -> str:
    """Write the line above a quoted mail.

    ``author`` is "" where nobody knows it; ``sent`` is in the reader's time zone, None where unknown.
    """
    at = f"On {sent.day} {sent:%B %Y, %H:%M}" if sent is not None else ""
    return ", ".join(filter(None, (at, f"{author} wrote" if author else ""))) + ":"


def quote_text(text: str, introduction: str) -> str:
    """Quote a plain text as mail programs do, below the line that introduces it."""
    lines = (f"> {line}".rstrip() for line in text.strip().splitlines())
    return "\n".join([introduction, "", *lines]) + "\n"

"""The language of the search box: parses a line of text to a ``Query``, and renders a query as a line.

A line consists of words, ``"phrases"``, ``begin*``, each with ``-`` before it to exclude mails, and operators
(``OPERATORS``). All of them must match. The last word, unless it is in quotes, excluded or a number, counts as a
beginning, so that results come while one types. A number with blanks in it is one word. What cannot be parsed is
searched as words and explained in ``remarks``; nothing typed is ever an error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from components.store.search.numerals import find_numerals
from components.store.search.tokenizer import is_beginning, to_phrases

#: Operators that search words in one field.
FIELDS = ("to", "cc", "bcc", "from", "subject", "filename", "error")
#: Operators that name one value exactly.
FILTERS = ("contact", "deal", "thread", "status", "provider", "has", "by")
#: Operators that take a date.
DATES = ("before", "after", "on")
#: Every operator with the explanation that the search box shows.
OPERATORS = {
    "to": "a name or address in To",
    "cc": "a name or address in Cc",
    "bcc": "a name or address in Bcc",
    "from": "the address that replies go to",
    "subject": "words of the subject",
    "by": "who wrote, approved or sent it",
    "has": "attachment, for mails with a file",
    "filename": "words of an attached file's name",
    "contact": "a contact's name, company or ID",
    "deal": "a deal's name or ID",
    "thread": "a thread's ID",
    "status": "sent, queued, failed, unknown, waiting, sending, missed, not-sent, or open for the last four",
    "provider": "who delivered it, such as gmail",
    "error": "words of the reason why it failed",
    "before": "earlier than a date",
    "after": "from a date on",
    "on": "today, yesterday, last week, 2026, 2026-10, 2026-10-05",
}
#: The characters of a line, and the number of its parts, that are parsed.
MOST_CHARACTERS, MOST_PARTS = 2000, 40

#: The values of ``status:``: the words by which lists name a mail's status, those of mails at rest, then of the others,
#: and one for all the others.
STATUSES = ("sent", "queued", "failed", "unknown", "waiting", "sending", "missed", "not-sent", "open")
#: Other words for them.
_SAME_STATUS = {"held": "waiting", "scheduled": "waiting", "not sent": "not-sent", "not_sent": "not-sent"}
_PIECE = re.compile(
    r"""(?P<minus>-?)
    (?:(?P<operator>[A-Za-z]+):\s?(?=[^\s:]))?
    (?:"(?P<phrase>(?:[^"\\]|\\.)*)(?P<closed>"?)|(?P<word>[^\s"]+))(?P<star>\*?)""",
    re.VERBOSE | re.DOTALL,
)
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
#: Words that may follow a date's first word after a blank: ``last week``.
UNITS = ("week", "month", "year")
_RELATIVE = re.compile(r"(this|last)[ _-]?(week|month|year)")
_ESCAPED = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other in one field (of ``FIELDS``), or in any where ``field`` is empty.

    ``prefix``: the last word is only the beginning of one. ``negated``: mails that contain them are excluded.
    """

    text: str
    field: str = ""
    prefix: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A value that a mail must have (``kind`` is one of ``FILTERS``), or must not.

    ``ids`` are those that the value names, where it is the name of a contact or deal; any of them counts as the value.
    """

    kind: str
    value: str
    negated: bool = False
    ids: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The value, and the ids that it names."""
        return (self.value, *self.ids)


@dataclass(frozen=True, slots=True)
class Period:
    """A period of mails' times (``sort_key``), ``[start, end)`` in epoch seconds; ``text`` as it was typed."""

    kind: str
    text: str
    start: float
    end: float


Part = Term | Filter | Period


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: all its parts must match. ``remarks`` explain what was parsed otherwise than typed."""

    parts: tuple[Part, ...] = ()
    remarks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    def add(self, part: Part) -> Query:
        """Return the query with another part, which replaces one of a kind that a mail can only have one of."""
        others = tuple(each for each in self.parts if each != part and not _excludes(each, part))
        return replace(self, parts=(*others, part))

    def remove(self, part: Part) -> Query:
        """Return the query without a part."""
        return replace(self, parts=tuple(each for each in self.parts if each != part))


def parse(text: str, now: datetime) -> Query:
    """Parse a line; ``now`` has the reader's time zone, and ``yesterday`` is relative to it."""
    remarks: list[str] = []
    if len(text) > MOST_CHARACTERS:
        remarks.append(f"Only the first {MOST_CHARACTERS} characters were searched.")
        text = text[:MOST_CHARACTERS]
    parts: list[Part] = []
    at, bare = 0, False
    while match := _PIECE.search(text, at):
        before = len(parts)
        if numeral := _find_spaced_numeral(text, match):
            at, typed = numeral
            parts.append(Term(typed))
            bare = False
            continue
        at = match.end()
        operator = (match["operator"] or "").casefold()
        if operator in DATES and match["word"] and match["word"].casefold() in ("this", "last"):
            # The only value of two words that people type without quotes.
            unit = re.compile(rf"\s+({'|'.join(UNITS)})\b", re.IGNORECASE).match(text, at)
            at = unit.end() if unit else at
            parts += _read(match, operator, f"{match['word']} {unit[1]}" if unit else match["word"], now, remarks)
        else:
            value = match["word"] if match["word"] is not None else _ESCAPED.sub(r"\1", match["phrase"])
            if match["word"] is None and not match["closed"]:
                remarks.append("A quotation mark is missing; all after it was taken as one phrase.")
            parts += _read(match, operator, value, now, remarks)
        if _find_last_term(parts[before:]):
            bare = match["word"] is not None
    if len(parts) > MOST_PARTS:
        remarks.append(f"Only the first {MOST_PARTS} words and filters were searched.")
    elif bare and len(text) < MOST_CHARACTERS:
        parts = _open_last_term(parts)
    return Query(tuple(dict.fromkeys(parts[:MOST_PARTS])), tuple(dict.fromkeys(remarks)))


def _find_last_term(parts: Sequence[Part]) -> Term | None:
    """Find the last words that are searched, after which only filters and exclusions may follow."""
    return next((part for part in reversed(parts) if isinstance(part, Term) and not part.negated), None)


def _open_last_term(parts: list[Part]) -> list[Part]:
    """Make the last word, which was typed without quotes, the beginning of one; not one that stands there before."""
    last = _find_last_term(parts)
    if last is None or parts.count(last) > 1 or not is_beginning(last.text):
        return parts
    return [replace(last, prefix=True) if part is last else part for part in parts]


def to_text(query: Query) -> str:
    """Render a query as a line that parses to it again."""
    last = _find_last_term(query.parts)
    return " ".join(_to_piece(part, part is last) for part in query.parts)


def _find_spaced_numeral(text: str, match: re.Match[str]) -> tuple[int, str] | None:
    """Find a number with blanks that begins with a bare word: where it ends, and the number."""
    if match["word"] is None or match["minus"] or match["operator"] or match["star"]:
        return None
    start = match.start("word")
    numeral = next(find_numerals(text[start : start + 40]), None)
    if numeral is None or numeral.start or numeral.end <= len(match["word"]):
        return None
    end = start + numeral.end
    following = text[end : end + 1]
    return (end, text[start:end]) if not following or following.isspace() else None


def _read(match: re.Match[str], operator: str, value: str, now: datetime, remarks: list[str]) -> list[Part]:
    """Parse one piece of the line to its part; the list is empty where it contains nothing to search."""
    negated = bool(match["minus"])
    if operator in DATES:
        period = None if negated else to_period(value, now)
        if period is not None:
            return [Period(operator, " ".join(value.split()), *period)]
        why = "cannot be left out; use before: and after:" if negated else "is no date; try 2026-10-05 or last week"
        remarks.append(f"“{operator}:{value}” {why}. It was searched as words.")
    elif operator in FILTERS:
        value = value.casefold() if operator in ("status", "provider", "has") else value
        known = {"status": STATUSES, "has": ("attachment",)}.get(operator)
        value = value.rstrip("s") if operator == "has" else value
        value = _SAME_STATUS.get(value, value) if operator == "status" else value
        has_content = bool(to_phrases(value) if operator == "by" else value.strip())
        if has_content and (known is None or value in known):
            return [Filter(operator, value, negated)]
        choices = f"; try {', '.join(known)}" if known else ""
        remarks.append(f"“{operator}:{value}” is not known{choices}. It was searched as words.")
    elif operator and operator not in FIELDS:
        # Such as http://…: its words are searched, without a remark.
        value = f"{operator}:{value}"
        operator = ""
    field = operator if operator in FIELDS else ""
    text = value if field or not operator else f"{operator}:{value}"
    prefix = bool(match["star"]) or (match["word"] is not None and value.endswith("*"))
    text = text.rstrip("*") if match["word"] is not None else text
    if not to_phrases(text):
        if text.strip("-") or field:
            remarks.append(f"“{match[0].strip()}” has no letters or digits to look for.")
        return []
    return [Term(text, field, prefix, negated)]


def _excludes(one: Part, other: Part) -> bool:
    if isinstance(one, Term) or isinstance(other, Term) or _is_negated(one) or _is_negated(other):
        return False
    return one.kind == other.kind


def _is_negated(part: Part) -> bool:
    return not isinstance(part, Period) and part.negated


def _to_piece(part: Part, last: bool) -> str:
    minus = "-" if _is_negated(part) else ""
    if isinstance(part, Period):
        return f"{part.kind}:{quote(part.text)}"
    if isinstance(part, Filter):
        return f"{minus}{part.kind}:{quote(part.value)}"
    field = f"{part.field}:" if part.field else ""
    text, star = quote(part.text), "*" if part.prefix else ""
    if last and text == part.text and is_beginning(text):
        # The last word without quotes is a beginning.
        text, star = text if part.prefix else _put_in_quotes(text), ""
    return f"{minus}{field}{text}{star}"


def quote(text: str) -> str:
    """Render a value after an operator, in quotes where it needs them."""
    return text if re.fullmatch(r"[^\W_][\w.@+-]*", text) else _put_in_quotes(text)


def _put_in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def to_period(text: str, now: datetime) -> tuple[float, float] | None:
    """Parse a date to its period, ``[start, end)`` in epoch seconds; None where it is not a date.

    Accepts ``today``, ``yesterday``, ``this week`` (from Monday, ISO 8601), ``last month``, ``2026``, ``2026-10``,
    ``2026-10-05``; ``now`` has the reader's time zone.
    """
    text = " ".join(text.casefold().split())
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    try:
        if text in ("today", "yesterday"):
            first = midnight - timedelta(days=text == "yesterday")
            last = first + timedelta(days=1)
        elif match := _RELATIVE.fullmatch(text):
            first, last = _to_relative(match[1] == "last", match[2], midnight)
        elif (match := _DATE.fullmatch(text)) and text.isascii():
            first, last = _to_absolute(*(int(part) if part else None for part in match.groups()))
        else:
            return None
        return _to_epoch(first, now.tzinfo), _to_epoch(last, now.tzinfo)
    except (ValueError, OverflowError):
        return None


def _to_relative(last: bool, unit: str, midnight: datetime) -> tuple[datetime, datetime]:
    if unit == "week":
        first = midnight - timedelta(days=midnight.weekday() + 7 * last)
        return first, first + timedelta(days=7)
    if unit == "year":
        return _to_absolute(midnight.year - last)
    first = midnight.replace(day=1)
    return _to_absolute(*((first - timedelta(days=1)).timetuple()[:2] if last else (first.year, first.month)))


def _to_absolute(year: int | None, month: int | None = None, day: int | None = None) -> tuple[datetime, datetime]:
    first = datetime(year or 0, 1 if month is None else month, 1 if day is None else day)
    if day is not None:
        return first, first + timedelta(days=1)
    if month is not None and month < 12:
        return first, first.replace(month=month + 1)
    return first, datetime(first.year + 1, 1, 1)


def _to_epoch(moment: datetime, zone: tzinfo | None) -> float:
    return moment.replace(tzinfo=zone).timestamp()

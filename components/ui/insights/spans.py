"""The time span of Insights in bars of days or weeks, and the search that finds the mails behind each number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from components.model import WENT_OUT
from components.store.insights import DayCount
from components.store.search.indexer import AT_REST
from components.store.search.query import Filter, Part, Query, Term, to_text

#: The choices: length in days, with its name.
LENGTHS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "A year", 730: "Two years"}
#: Up to this many days a bar is a day, beyond it a week.
_MOST_DAYS = 31
_DAY = timedelta(days=1)
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Span:
    """Days ``[first, last]``, drawn as bars of ``step`` days."""

    first: date
    last: date
    step: int

    @property
    def unit(self) -> str:
        """Return what one bar covers."""
        return "day" if self.step == 1 else "week"


@dataclass(frozen=True, slots=True)
class Bar:
    """The mails of some days ``[first, last]``, by status in the order of ``AT_REST``."""

    first: date
    last: date
    mails: tuple[int, ...]


def to_span(length: int, today: date) -> Span:
    """Return the span of the last ``length`` days up to today; one drawn in weeks begins on a Monday (ISO 8601)."""
    first = today - timedelta(days=length - 1)
    if length <= _MOST_DAYS:
        return Span(first, today, 1)
    return Span(first - timedelta(days=first.weekday()), today, 7)


def to_bars(span: Span, counts: Iterable[DayCount]) -> tuple[Bar, ...]:
    """Return a bar for each day or week, oldest first, including those without mails."""
    found: Counter[tuple[int, str]] = Counter()
    for count in counts:
        found[(count.day - span.first).days // span.step, count.status.value] += count.mails
    bars = []
    for number in range((span.last - span.first).days // span.step + 1):
        first = span.first + timedelta(days=number * span.step)
        last = min(first + timedelta(days=span.step - 1), span.last)
        bars.append(Bar(first, last, tuple(found[number, status] for status in AT_REST)))
    return tuple(bars)


def count_providers(counts: Iterable[DayCount]) -> tuple[tuple[str, int], ...]:
    """Count the mails sent through each provider ("" where LeadLex named none), most first."""
    found: Counter[str] = Counter()
    for count in counts:
        if count.status in WENT_OUT:
            found[count.provider.casefold()] += count.mails
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def to_line(first: date, last: date, *parts: Part) -> str:
    """Return the search for the mails of the days ``[first, last]`` that match all the parts."""
    days = f"on:{first}" if first == last else f"after:{first} before:{last + _DAY}"
    return " ".join(filter(None, (days, to_text(Query(parts)))))


def to_provider_line(span: Span, provider: str, others: Sequence[str]) -> str:
    """Return the search for what was sent through a provider, or, for "", through none of the others."""
    out = _leave_out("failed", "unknown", "open")
    if provider:
        return to_line(span.first, span.last, Filter("provider", provider), *out)
    return to_line(span.first, span.last, *(Filter("provider", other, True) for other in others if other), *out)


def to_cause_line(span: Span, code: str, others: Sequence[str]) -> str:
    """Return the search for what failed, or may have, for a cause, or, for "", for none of the others."""
    bad = _leave_out("sent", "queued", "open")
    if code:
        return to_line(span.first, span.last, Term(code, "error"), *bad)
    return to_line(span.first, span.last, *bad, *(Term(other, "error", negated=True) for other in others if other))


def to_person_line(span: Span, name: str) -> str:
    """Return the search for what went out that somebody wrote, approved or sent."""
    return to_line(span.first, span.last, Filter("by", name), *_leave_out("failed", "unknown", "open"))


def to_link_line(kind: str, key: str) -> str:
    """Return the search for what was sent to a contact or for a deal."""
    out = _leave_out("failed", "unknown", "open")
    return to_text(Query((Filter(kind, key), *out)))


def _leave_out(*statuses: str) -> tuple[Filter, ...]:
    return tuple(Filter("status", status, negated=True) for status in statuses)


def to_scale_end(most: int) -> int:
    """Return the round number at which a scale for values up to ``most`` ends."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power >= most:
                return step * power
        power *= 10


def format_days(first: date, last: date) -> str:
    """Format the days ``[first, last]``: ``Mon 5 Oct 2026``, ``5–11 Oct 2026``, ``28 Sep – 4 Oct 2026``."""
    if first == last:
        return f"{first:%a} {first.day} {first:%b %Y}"
    end = f"{last.day} {last:%b %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    return f"{first.day} {first:%b}{'' if first.year == last.year else f' {first.year}'} – {end}"


def format_duration(seconds: float) -> str:
    """Format a duration, no finer than it is known: ``0.8 s``, ``12 s``, ``3 min``, ``5 h``, ``2 days``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    for size, unit, most in ((1, "s", 99.5), (60, "min", 99.5), (3600, "h", 47.5)):
        if seconds / size < most:
            return f"{round(seconds / size)} {unit}"
    return f"{round(seconds / _DAY.total_seconds())} days"

"""Dates as people type them into the search box, in their own time zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
#: Words that a date may go on with after a blank: ``last week``.
UNITS = ("week", "month", "year")
_RELATIVE = re.compile(r"(this|last)[ _-]?(week|month|year)")


def to_period(text: str, now: datetime) -> tuple[float, float] | None:
    """The time that a date stands for, ``[start, end)`` in epoch seconds, or None where it is no date.

    Reads ``today``, ``yesterday``, ``this week`` (from Monday, ISO 8601), ``last month``, ``2026``, ``2026-10``,
    ``2026-10-05``; ``now`` brings the reader's time zone.
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

"""The times that "Send later" offers, in the user's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from components.model import LATEST_MOMENT

_MORNING = time(8, 0)
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One offered time: its label and an aware datetime."""

    label: str
    at: datetime


def to_zone(name: str | None) -> ZoneInfo:
    """Convert an IANA name, as the browser gives it, into a time zone; an unknown one becomes UTC."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def list_choices(now: datetime) -> tuple[Choice, ...]:
    """List the offered times after ``now``, an aware datetime in the user's zone, each moment once."""
    zone = now.tzinfo
    tomorrow = now.date() + timedelta(days=1)
    monday = now.date() + timedelta(days=(_MONDAY - now.weekday() - 1) % 7 + 1)
    hour = datetime.fromtimestamp(now.timestamp() + 3600, zone)
    choices = [Choice("In an hour", hour), Choice("Tomorrow 08:00", datetime.combine(tomorrow, _MORNING, zone))]
    if monday != tomorrow:
        choices.append(Choice("Monday 08:00", datetime.combine(monday, _MORNING, zone)))
    return tuple(choices)


def to_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Convert a picked day and wall-clock time into a moment; one that a clock change skips moves on by the change."""
    picked = datetime.combine(day, at, zone)
    return datetime.fromtimestamp(picked.timestamp(), zone)


def to_words(moment: float, zone: ZoneInfo, now: float) -> str:
    """Format a moment (epoch seconds) as people say it: ``14:05``, ``tomorrow 08:00``, ``Mon 7 Dec 08:00``."""
    if not 0 <= moment < LATEST_MOMENT:
        return "at an unknown time"
    at, today = datetime.fromtimestamp(moment, zone), datetime.fromtimestamp(now, zone).date()
    clock = f"{at:%H:%M}"
    days = (at.date() - today).days
    if days in (-1, 0, 1):
        return {-1: "yesterday ", 0: "", 1: "tomorrow "}[days] + clock
    if at.year == today.year:
        return f"{at:%a} {at.day} {at:%b} {clock}"
    return f"{at.day} {at:%b} {at.year} {clock}"

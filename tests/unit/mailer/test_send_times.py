"""The times of "Send later" in the user's time zone and across its clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from components.mailer.send_times import list_choices, to_moment, to_words, to_zone

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", [None, "", "Nowhere/City", "../etc/passwd", "America", "a\0b", "x" * 5000, "Ä/Ö"])
def test_unknown_zones_are_utc(name: str | None) -> None:
    """Whatever a browser says, there is a time zone."""
    assert to_zone(name).key == "UTC"


def test_known_zone() -> None:
    """An IANA name is used as it is."""
    assert to_zone("Europe/Berlin").key == "Europe/Berlin"


@pytest.mark.parametrize("weekday", range(7))
def test_choices_on_each_weekday(weekday: int) -> None:
    """Tomorrow is the next day, Monday the next Monday and never today, both at eight; on Sunday they are one."""
    now = datetime(2026, 12, 7, 15, 30, tzinfo=BERLIN) + timedelta(days=weekday)
    hour, tomorrow, *later = list_choices(now)
    monday = later[0] if later else tomorrow
    assert now.weekday() == weekday
    assert bool(later) == (weekday != 6)
    assert hour.at - now == timedelta(hours=1)
    assert (tomorrow.at.date() - now.date()).days == 1
    assert monday.at.weekday() == 0
    assert 1 <= (monday.at.date() - now.date()).days <= 7
    assert {choice.at.time() for choice in (tomorrow, monday)} == {time(8)}
    assert [choice.label for choice in (hour, tomorrow, *later)] == ["In an hour", "Tomorrow 08:00", "Monday 08:00"][
        : 2 + len(later)
    ]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 19), (date(2026, 10, 24), 21)])
def test_choices_across_a_clock_change(day: date, hours: int) -> None:
    """Eight in the morning is wall-clock time and an hour is 3,600 seconds, also in the night of a clock change."""
    _, tomorrow, *_ = list_choices(datetime.combine(day, time(12), BERLIN))
    noon = datetime.combine(day, time(12), BERLIN)
    assert tomorrow.at.timestamp() - noon.timestamp() == hours * 3600
    night = datetime.combine(day + timedelta(days=1), time(1, 30), BERLIN)
    assert list_choices(night)[0].at.timestamp() - night.timestamp() == 3600


def test_a_skipped_time_moves_on() -> None:
    """02:30 does not exist in the night of the change: it becomes 03:30, never the hour before."""
    moved = to_moment(date(2026, 3, 29), time(2, 30), BERLIN)
    assert (moved.hour, moved.minute) == (3, 30)
    assert moved.astimezone(UTC).hour == 1


def test_a_doubled_time_is_its_first() -> None:
    """02:30 comes twice in autumn: the first one counts; other times stay as picked."""
    assert to_moment(date(2026, 10, 25), time(2, 30), BERLIN).astimezone(UTC).hour == 0
    assert to_moment(date(2026, 7, 1), time(9, 5), BERLIN).isoformat() == "2026-07-01T09:05:00+02:00"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 12, 3, 14, 5), "14:05"),
        (datetime(2026, 12, 3, 0, 0), "00:00"),
        (datetime(2026, 12, 4, 8, 0), "tomorrow 08:00"),
        (datetime(2026, 12, 2, 23, 59), "yesterday 23:59"),
        (datetime(2026, 12, 7, 8, 0), "Mon 7 Dec 08:00"),
        (datetime(2027, 1, 4, 8, 0), "4 Jan 2027 08:00"),
    ],
)
def test_to_words(moment: datetime, words: str) -> None:
    """A moment is formatted as people say it, in their time zone."""
    now = datetime(2026, 12, 3, 12, 0, tzinfo=BERLIN).timestamp()
    assert to_words(moment.replace(tzinfo=BERLIN).timestamp(), BERLIN, now) == words

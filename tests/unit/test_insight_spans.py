"""The time span of Insights: its bars, and that each search finds exactly the mails that were counted."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from components.model import Address, OutgoingMail, Status
from components.store import Store
from components.store.insights import DayCount
from components.store.search.indexer import AT_REST
from components.store.search.query import parse
from components.ui.insights.spans import (
    LENGTHS,
    Bar,
    Span,
    count_providers,
    format_days,
    format_duration,
    to_bars,
    to_cause_line,
    to_line,
    to_link_line,
    to_provider_line,
    to_scale_end,
    to_span,
)
from tests.unit.store.samples import to_record

SUNDAY = date(2026, 11, 22)
ZONE = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("length", "step", "bars"), [(7, 1, 7), (30, 1, 30), (90, 7, 13), (365, 7, 53), (730, 7, 105)])
def test_a_span_ends_today(length: int, step: int, bars: int) -> None:
    """Days while they can be told apart, then weeks from Monday; every day has a bar, also one without mails."""
    assert length in LENGTHS
    span = to_span(length, SUNDAY)
    drawn = to_bars(span, ())
    assert (span.step, len(drawn), drawn[0].first, drawn[-1].last) == (step, bars, span.first, SUNDAY)
    assert step == 1 or {bar.first.weekday() for bar in drawn} == {0}
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(drawn))
    assert 0 <= (SUNDAY - span.first).days - (length - 1) < 7


def test_a_week_that_has_just_begun_ends_today() -> None:
    """No search reaches into the future."""
    bars = to_bars(to_span(90, date(2026, 11, 24)), [DayCount(date(2026, 11, 24), Status.FAILED, "", 2)])
    assert bars[-1] == Bar(date(2026, 11, 23), date(2026, 11, 24), (0, 0, 2, 0))


def test_every_search_finds_what_was_counted(tmp_path: Path) -> None:
    """Each bar, provider, cause and contact counts as many mails as its search finds, also across a clock change."""
    store = Store(f"sqlite:///{tmp_path / 'mails.db'}")
    workspace_id = store.workspaces.save_workspace("f", False)
    draw = random.Random(3)
    end = datetime(2026, 11, 22, 18, tzinfo=ZONE).timestamp()
    records = []
    for hours in range(0, 75 * 24, 5):
        status = draw.choice(AT_REST)
        went_out = status in (Status.SENT, Status.QUEUED)
        mail = OutgoingMail(
            to=(Address("Jane", "jane@example.com"),), subject="provider error", html="", text="timeout",
            contact_id=draw.choice(["c 1", 'c"2', "с3"]),
        )  # fmt: skip
        code = draw.choice(["provider_error", "RECIPIENT_REJECTED", "a-b", "timeout", None])
        provider = draw.choice(["gmail", "Office 365", None]) if went_out else None
        records.append(to_record(mail, status, end - hours * 3600, code=None if went_out else code, provider=provider))
    store.transfer.insert_messages(workspace_id, records[::-1])
    now = datetime.fromtimestamp(end, ZONE)

    def count(line: str) -> int:
        query = parse(line, now)
        assert query.remarks == (), line
        return store.search.count_mails(workspace_id, query)

    while store.index.catch_up():
        pass
    for length in (7, 30, 90):
        span = to_span(length, SUNDAY)
        counts = store.insights.list_days(workspace_id, span.first, span.last, ZONE, span.step)
        assert to_bars(span, counts) == to_bars(
            span, store.insights.list_days(workspace_id, span.first, span.last, ZONE)
        )
        for bar in to_bars(span, counts):
            line = to_line(bar.first, bar.last)
            assert count(line) == sum(bar.mails), line
            for status, mails in zip(AT_REST, bar.mails, strict=True):
                assert count(f"{line} status:{status}") == mails
        providers = count_providers(counts)
        assert {name for name, _ in providers} == {"gmail", "office 365", ""}
        for name, mails in providers:
            assert count(to_provider_line(span, name, [each for each, _ in providers])) == mails, name
        causes = store.insights.list_failures(workspace_id, span.first, span.last, ZONE)
        for code, mails in causes:
            assert count(to_cause_line(span, code, [each for each, _ in causes])) == mails, code
    for link in store.insights.list_busiest(workspace_id, "contact"):
        assert count(to_link_line("contact", link.key)) == link.mails
    store.close()


def test_providers_are_told_apart_without_case() -> None:
    """Providers are compared as the search compares them; mails that no provider took do not count."""
    day = date(2026, 1, 1)
    counts = [DayCount(day, status, name, 2) for status in Status for name in ("Gmail", "gmail", "")]
    assert Counter(dict(count_providers(counts))) == {"gmail": 8, "": 4}


@pytest.mark.parametrize(
    ("most", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (6, 10), (11, 20), (999, 1000), (20001, 50000)]
)
def test_a_scale_ends_at_a_round_number(most: int, top: int) -> None:
    """A scale ends at 1, 2 or 5 times a power of ten."""
    assert to_scale_end(most) == top


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 10, 5), date(2026, 10, 5), "Mon 5 Oct 2026"),
        (date(2026, 10, 5), date(2026, 10, 11), "5–11 Oct 2026"),
        (date(2026, 9, 28), date(2026, 10, 4), "28 Sep – 4 Oct 2026"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 Dec 2025 – 4 Jan 2026"),
    ],
)
def test_days_in_words(first: date, last: date, said: str) -> None:
    """No part of the dates is repeated."""
    assert format_days(first, last) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.0 s"),
        (0.84, "0.8 s"),
        (9.96, "10 s"),
        (99.4, "99 s"),
        (100, "2 min"),
        (7200, "2 h"),
        (200_000, "2 days"),
    ],
)
def test_times_in_words(seconds: float, said: str) -> None:
    """Durations are no more precise than they are known."""
    assert format_duration(seconds) == said


def test_a_bar_of_one_day_is_asked_for_by_its_name() -> None:
    """The search is one that a person would type."""
    assert to_line(SUNDAY, SUNDAY) == "on:2026-11-22"
    assert to_line(SUNDAY - timedelta(days=6), SUNDAY) == "after:2026-11-16 before:2026-11-23"
    assert to_cause_line(Span(SUNDAY, SUNDAY, 1), "timeout", []) == (
        'on:2026-11-22 error:"timeout" -status:sent -status:queued -status:open'
    )

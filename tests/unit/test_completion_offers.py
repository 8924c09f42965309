"""Suggestions for the search line: each can be parsed, and finds what it names."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.model import Correspondent
from components.store.insights import LinkCount
from components.store.search.query import DATES, OPERATORS, Filter, Period, Term, parse
from components.ui.history.completion.offers import (
    list_dates,
    list_links,
    list_operators,
    list_people,
    list_values,
    list_words,
)

NOW = datetime(2026, 1, 31, 12, tzinfo=ZoneInfo("Europe/Berlin"))


def test_every_operator_is_offered() -> None:
    """Each has its description, from the one list of operators."""
    assert [(offer.text, offer.note) for offer in list_operators()] == [
        (f"{name}:", said) for name, said in OPERATORS.items()
    ]


def test_the_few_values_of_an_operator_are_its_own() -> None:
    """Each parses to that filter."""
    for kind, offers in list_words().items():
        for offer in offers:
            assert parse(f"{kind}:{offer.text}", NOW).parts == (Filter(kind, offer.name),)


@pytest.mark.parametrize("kind", DATES)
def test_every_date_is_one(kind: str) -> None:
    """Also in January, whose earlier months belong to another year; none is suggested twice."""
    offers = list_dates(NOW.date())
    queries = [parse(f"{kind}:{offer.text}", NOW) for offer in offers]
    assert all(isinstance(part, Period) and not query.remarks for query in queries for part in query.parts)
    periods = [(part.start, part.end) for query in queries for part in query.parts if isinstance(part, Period)]
    assert len(set(periods)) == len(offers)
    named = {offer.name: offer.text for offer in offers}
    assert (named["January 2026"], named["December 2025"], named["February 2025"]) == ("2026-01", "2025-12", "2025-02")
    assert parse(f"{kind}:{named['yesterday']}", NOW).parts == (
        Period(kind, "yesterday", *_to_day(date(2026, 1, 30), date(2026, 1, 31))),
    )


def _to_day(first: date, end: date) -> tuple[float, float]:
    start, stop = (datetime(day.year, day.month, day.day, tzinfo=NOW.tzinfo).timestamp() for day in (first, end))
    return start, stop


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.strip()))
def test_any_value_is_read_as_it_was_offered(value: str) -> None:
    """With quotes, colons or blanks, the line asks for exactly this contact."""
    (offer,) = list_links([LinkCount(value, 3, 1, 0.0)], {}, {})
    assert parse(f"contact:{offer.text}", NOW).parts == (Filter("contact", value),)
    assert [each.name for each in list_values(["", value])] == [value]


def test_people_are_offered_by_their_mailboxes() -> None:
    """People have their names too, since people type names."""
    named, bare = list_people([Correspondent("Anna", "anna@corp.io", 2), Correspondent("", "o'hara@x.io", 1)])
    assert (named.text, named.name, named.note) == ("anna@corp.io", "Anna", "anna@corp.io")
    assert (bare.name, bare.note) == ("", "o'hara@x.io")
    assert parse(f"to:{bare.text}", NOW).parts == (Term("o'hara@x.io", "to"),)

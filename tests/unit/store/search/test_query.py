"""The language of the search box: read without ever failing, said where it was read otherwise, and written back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.store.search.query import (
    DATES,
    FIELDS,
    FILTERS,
    OPERATORS,
    Filter,
    Period,
    Query,
    Term,
    to_period,
    to_text,
)
from components.store.search.query import parse as parse_at

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=ZoneInfo("Europe/Berlin"))


def parse(line: str) -> Query:
    """Read a line on a Sunday."""
    return parse_at(line, NOW)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("offer", Term("offer", prefix=True)),
        ('"offer"', Term("offer")),
        ("1000", Term("1000")),
        ("1 000", Term("1 000")),
        ("1 000,50", Term("1 000,50")),
        ("+49 30 123456-78", Term("+49 30 123456-78")),
        ("(030) 123 456 78", Term("(030) 123 456 78")),
        ("24.12.", Term("24.12.")),
        ('"big offer"', Term("big offer")),
        ("off*", Term("off", prefix=True)),
        ('"big off"*', Term("big off", prefix=True)),
        ("-offer", Term("offer", negated=True)),
        ('-"big offer"', Term("big offer", negated=True)),
        ("to:jane", Term("jane", "to", prefix=True)),
        ('to:"jane"', Term("jane", "to")),
        ("TO:jane", Term("jane", "to", prefix=True)),
        ("to: jane", Term("jane", "to", prefix=True)),
        ('-subject:"big off"*', Term("big off", "subject", prefix=True, negated=True)),
        ("from:jane@x.com", Term("jane@x.com", "from", prefix=True)),
        ("filename:offer.pdf", Term("offer.pdf", "filename", prefix=True)),
        ("has:attachment", Filter("has", "attachment")),
        ("has:attachments", Filter("has", "attachment")),
        ("contact:Con_1", Filter("contact", "Con_1")),
        ("-status:FAILED", Filter("status", "failed", negated=True)),
        ("status:scheduled", Filter("status", "waiting")),
        ('status:"not sent"', Filter("status", "not-sent")),
        ('deal:"a b"', Filter("deal", "a b")),
        (r'"say \"hi\" \\ there"', Term('say "hi" \\ there')),
        (r'"C:\temp"', Term(r"C:\temp")),
        ("http://x.com/a", Term("http://x.com/a", prefix=True)),
        ("日本語", Term("日本語")),
    ],
)
def test_a_piece_is_read(line: str, part: object) -> None:
    """Each form of a word, phrase and operator, without a remark."""
    assert parse(line) == Query((part,))  # type: ignore[arg-type]


def test_pieces_stand_together() -> None:
    """All of a line, in order; the same twice counts once."""
    query = parse('a -b "c d" to:e on:last week a')
    assert [type(part) for part in query.parts] == [Term, Term, Term, Term, Period]


@pytest.mark.parametrize(
    ("line", "parts", "remark"),
    [
        ("after:soon", (Term("after:soon", prefix=True),), "is no date"),
        ("on:2026-13", (Term("on:2026-13"),), "is no date"),
        ("-on:today", (Term("on:today", negated=True),), "cannot be left out"),
        ("status:gone", (Term("status:gone", prefix=True),), "try sent, queued, failed, unknown"),
        ("has:money", (Term("has:money", prefix=True),), "try attachment"),
        ('"open end', (Term("open end"),), "quotation mark is missing"),
        ("to:!!", (), "no letters or digits"),
        ("%", (), "no letters or digits"),
        ("a" * 3000, (Term("a" * 2000),), "first 2000 characters"),
    ],
)
def test_what_cannot_be_read_is_words_and_said(line: str, parts: tuple[object, ...], remark: str) -> None:
    """Nothing typed is an error; the remark says what to do."""
    query = parse(line)
    assert query.parts == parts
    assert len(query.remarks) == 1
    assert remark in query.remarks[0]


def test_too_many_words_are_cut_and_said() -> None:
    """A pasted mail does not become a query of a thousand words."""
    query = parse(" ".join(f"w{number}" for number in range(100)))
    assert len(query.parts) == 40
    assert query.remarks == ("Only the first 40 words and filters were searched.",)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", (2026, 11, 22), (2026, 11, 23)),
        ("Yesterday", (2026, 11, 21), (2026, 11, 22)),
        ("this week", (2026, 11, 16), (2026, 11, 23)),
        ("last  week", (2026, 11, 9), (2026, 11, 16)),
        ("last-month", (2026, 10, 1), (2026, 11, 1)),
        ("this month", (2026, 11, 1), (2026, 12, 1)),
        ("last_year", (2025, 1, 1), (2026, 1, 1)),
        ("2026", (2026, 1, 1), (2027, 1, 1)),
        ("2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("2026/2", (2026, 2, 1), (2026, 3, 1)),
        ("2026-03-29", (2026, 3, 29), (2026, 3, 30)),
    ],
)
def test_dates_are_the_readers(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    """A date begins at midnight where the reader is, also on the day the clocks change."""
    zone = NOW.tzinfo
    expected = (datetime(*first, tzinfo=zone).timestamp(), datetime(*last, tzinfo=zone).timestamp())
    assert to_period(text, NOW) == expected


def test_last_month_in_january_is_december() -> None:
    """The year goes back too."""
    now = datetime(2026, 1, 15, tzinfo=UTC)
    assert to_period("last month", now) == to_period("2025-12", now)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-00", "2026-02-30", "0000", "9999", "２０２６", "last", "2026-1-1-1"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    """Neither does a text that only looks like a date, nor a date outside the calendar."""
    assert to_period(text, NOW) is None


@pytest.mark.parametrize(
    ("line", "beginnings"),
    [
        ("big offer", ["offer"]),
        ("big offer status:sent -spam", ["offer"]),
        ("big subject:off has:attachment", ["off"]),
        ("big* offer", ["big", "offer"]),
        ('big "offer"', []),
        ("big -offer", ["big"]),
        ("big 1000", []),
        ("offer big offer", []),
        ("契約", []),
        ("a1", ["a1"]),
    ],
)
def test_the_last_word_is_a_beginning(line: str, beginnings: list[str]) -> None:
    """Unless it is in quotes, excluded or a number; filters may follow it."""
    query = parse(line)
    assert [part.text for part in query.parts if isinstance(part, Term) and part.prefix] == beginnings
    assert parse(to_text(query)) == query


def test_every_operator_is_explained() -> None:
    """Every operator has an explanation for the search box."""
    assert set(OPERATORS) == {*FIELDS, *FILTERS, *DATES}


@given(
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(
                [
                    *(f"{name}:" for name in OPERATORS),
                    '"',
                    "-",
                    "*",
                    " ",
                    "last",
                    "week",
                    "2026-10",
                    "\0",
                    "\\",
                    "AND",
                    "1 000",
                    "+49 30 ",
                ]
            ),
        ),
        max_size=8,
    ).map("".join)
)
def test_any_line_is_read_and_written_back(line: str) -> None:
    """Any text parses to a query, and the query's line parses to the same query without a remark."""
    query = parse(line)
    again = parse(to_text(query))
    assert again.parts == query.parts
    assert to_text(again) == to_text(query)


def test_chips_add_and_remove_parts() -> None:
    """One status at a time, but words beside each other; a part leaves as it came."""
    query = parse("offer status:sent -has:attachment")
    changed = query.add(Filter("status", "failed"))
    assert to_text(changed) == "offer -has:attachment status:failed"
    changed = changed.add(Term("more"))
    assert to_text(changed) == 'offer* -has:attachment status:failed "more"'
    assert to_text(changed.remove(Filter("status", "failed"))) == 'offer* -has:attachment "more"'
    assert not Query()

"""What the search's line can be completed with: operators, and the values that a workspace knows. No drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from components.model import Correspondent
from components.store import Entry
from components.store.insights import LinkCount
from components.store.search.query import OPERATORS, STATUSES, quote

_MONTHS = 12


class Offer(NamedTuple):
    """``text`` is what is put into the line; it is found by the words of ``name`` and ``note``."""

    text: str
    name: str
    note: str = ""


def list_operators() -> list[Offer]:
    """Every operator with what it does."""
    return [Offer(f"{name}:", f"{name}:", said) for name, said in OPERATORS.items()]


def list_words() -> dict[str, list[Offer]]:
    """The values of the operators that have a few."""
    return {"status": [Offer(name, name) for name in STATUSES], "has": [Offer("attachment", "attachment")]}


def list_dates(today: date) -> list[Offer]:
    """Days, weeks, months and years as they are asked for most, then the months before."""
    monday = today - timedelta(days=today.weekday())
    yesterday = today - timedelta(days=1)
    months = [_to_month(today, back) for back in range(_MONTHS)]
    named = [Offer(f"{month:%Y-%m}", f"{month:%B %Y}", f"{month:%Y-%m}") for month in months]
    return [
        Offer("today", "today", f"{today:%A}"),
        Offer("yesterday", "yesterday", f"{yesterday:%A}"),
        Offer('"this week"', "this week", f"from Monday {monday.day} {monday:%B}"),
        Offer('"last week"', "last week", "Monday to Sunday"),
        *named[:1],
        Offer(f"{today.year}", f"{today.year}", "this year"),
        *named[1:],
        Offer(f"{today.year - 1}", f"{today.year - 1}", "last year"),
    ]


def list_people(people: Iterable[Correspondent]) -> list[Offer]:
    """Those written to, by their mailboxes."""
    return [Offer(quote(person.mailbox), person.name, person.mailbox) for person in people]


def list_links(links: Sequence[LinkCount], last: dict[int, Entry]) -> list[Offer]:
    """Contacts or deals, with whom the last mail went to (``last`` by id)."""
    return [
        Offer(quote(link.key), link.key, last[link.last_id].recipients if link.last_id in last else "")
        for link in links
    ]


def list_values(values: Iterable[str]) -> list[Offer]:
    """Values as they are."""
    return [Offer(quote(value), value) for value in values if value]


def _to_month(today: date, back: int) -> date:
    number = today.year * 12 + today.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)

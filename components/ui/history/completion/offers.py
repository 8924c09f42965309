"""The suggestions for the search line: operators, and the values that occur in a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from components.model import Correspondent
from components.store import MessageSummary
from components.store.insights import LinkCount
from components.store.search.numerals import decode_domains
from components.store.search.query import OPERATORS, STATUSES, quote

_MONTHS = 12


class Offer(NamedTuple):
    """A suggestion: ``text`` is inserted into the line; the words of ``name`` and ``note`` find it."""

    text: str
    name: str
    note: str = ""


def list_operators() -> list[Offer]:
    """List every operator with what it does."""
    return [Offer(f"{name}:", f"{name}:", meaning) for name, meaning in OPERATORS.items()]


def list_words() -> dict[str, list[Offer]]:
    """Return the values of the operators that have few, by operator."""
    return {"status": [Offer(name, name) for name in STATUSES], "has": [Offer("attachment", "attachment")]}


def list_dates(today: date) -> list[Offer]:
    """List days, weeks, months and years, most often used first, then the earlier months."""
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
    """List people by their mailboxes."""
    shown = ((person.name, decode_domains(person.mailbox)) for person in people)
    return [Offer(quote(mailbox), name, mailbox) for name, mailbox in shown]


def list_links(links: Sequence[LinkCount], names: Mapping[str, str], last: Mapping[int, MessageSummary]) -> list[Offer]:
    """List contacts or deals by their names, else by their ids, each with the recipients of its last message."""
    offers = (
        Offer(quote(name), name, last[link.last_id].recipients if link.last_id in last else "")
        for link in links
        for name in (names.get(link.key, link.key),)
    )
    # A name may be that of two.
    return list({offer.text: offer for offer in offers}.values())


def list_values(values: Iterable[str]) -> list[Offer]:
    """List values unchanged, without empty ones."""
    return [Offer(quote(value), value) for value in values if value]


def _to_month(today: date, back: int) -> date:
    number = today.year * 12 + today.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)

"""Sums over a workspace's mails, read from the rollups that the indexer maintains."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Literal

import sqlalchemy as sa

from components.model import DAY_SECONDS, HOUR_SECONDS, WENT_OUT, Status
from components.store.engine import reading
from components.store.follow_ups import list_followed_up
from components.store.replies import list_answered
from components.store.rollups import to_seconds
from components.store.schema import PARTS, delays_by_day, mails_by_hour, mails_by_link, mails_by_people, message
from components.store.search.indexer import IndexStore
from components.store.sort_key import to_sort_key

LinkKind = Literal["contact", "deal"]
#: Links are read this many times over, because those that were followed up are left out of the list.
_LOOKED_AT = 10
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class DayCount:
    """The number of mails of one or several days with a status and a provider ("" where no provider accepted them).

    ``day`` is the first of the days.
    """

    day: date
    status: Status
    provider: str
    mails: int


@dataclass(frozen=True, slots=True)
class Delays:
    """The time from click to sent of ``mails`` mails, in seconds, to within 4.5 %; None without mails."""

    mails: int
    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class LinkCount:
    """A contact or deal, how many mails went out to it, and the last of them (``last_at`` in epoch seconds)."""

    key: str
    mails: int
    last_id: int
    last_at: float


@dataclass(frozen=True, slots=True)
class PersonCount:
    """The mails that went out in which a person had a part, and how many they wrote, approved and sent of them."""

    name: str
    mails: int
    written: int
    approved: int
    sent: int


class InsightStore:
    """Sums up settled and unknown mails. Days are given as dates, ``[first, last]`` both included."""

    def __init__(self, engine: sa.Engine, index: IndexStore) -> None:
        self._engine = engine
        self._index = index

    def is_complete(self) -> bool:
        """Tell whether all mails are counted, as those of a large import are in the background. Raises StoreError."""
        return not self._index.catch_up()

    def list_days(
        self, workspace_id: int, first: date, last: date, zone: tzinfo, step: int = 1
    ) -> tuple[DayCount, ...]:
        """Count mails by ``step`` days of a time zone from the first on, by status and provider, oldest first.

        Days without mails are left out. In a zone whose offset from UTC is not in whole hours, days begin at the whole
        hour of UTC before their midnight. Raises StoreError.
        """
        self._index.catch_up()
        pieces = list(_list_pieces(first, last, zone, step))
        with reading(self._engine) as connection:
            kinds = list(_list_kinds(connection, workspace_id))
            rows = connection.execute(_select_sums(workspace_id, pieces, kinds)).all() if kinds else []
        found = sorted(tuple(row) for row in rows if row.mails)
        return tuple(
            DayCount(first + timedelta(days=day), Status(status), provider, mails)
            for day, status, provider, mails in found
        )

    def list_failures(self, workspace_id: int, first: date, last: date, zone: tzinfo) -> tuple[tuple[str, int], ...]:
        """Count failed and unknown mails by cause ("" where it is not known), most first. Raises StoreError."""
        start, end = (_to_hour(day, zone) for day in (first, last + timedelta(days=1)))
        hours = mails_by_hour.c
        mails = sa.func.sum(hours.mails)
        query = (
            sa.select(hours.code, mails)
            .where(hours.workspace_id == workspace_id, hours.hour >= start, hours.hour < end)
            .where(hours.status.in_((Status.FAILED, Status.UNKNOWN)))
            .group_by(hours.code)
            .having(mails > 0)
            .order_by(mails.desc(), hours.code)
        )
        return tuple((row[0], row[1]) for row in self._read(query))

    def get_delays(self, workspace_id: int, first: date, last: date) -> Delays:
        """Sum up how long mails of some days (UTC) took from click to sent. Raises StoreError."""
        days = delays_by_day.c
        mails = sa.func.sum(days.mails)
        query = (
            sa.select(days.bucket, mails)
            .where(days.workspace_id == workspace_id, days.day.between((first - _EPOCH).days, (last - _EPOCH).days))
            .group_by(days.bucket)
            .having(mails > 0)
            .order_by(days.bucket)
        )
        buckets = self._read(query)
        total = sum(number for _, number in buckets)
        return Delays(total, _to_quantile(buckets, total / 2), _to_quantile(buckets, total * 0.95))

    def list_people(self, workspace_id: int, first: date, last: date, zone: tzinfo) -> tuple[PersonCount, ...]:
        """Count the mails of some days that went out by who wrote, approved and sent them, most first.

        Raises StoreError.
        """
        query = _select_people(workspace_id, *(_to_midnight(day, zone) for day in (first, last + timedelta(days=1))))
        counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (1 + len(PARTS)))
        for *names, mails in self._read(query):
            for name in set(names) - {""}:
                counts[name][0] += mails
            for place, name in enumerate(names, 1):
                counts[name][place] += mails
        counts.pop("", None)
        found = [PersonCount(name, *numbers) for name, numbers in counts.items()]
        return tuple(sorted(found, key=lambda each: (-each.mails, each.name)))

    def list_busiest(self, workspace_id: int, kind: LinkKind, limit: int = 20) -> tuple[LinkCount, ...]:
        """List the contacts or deals that most mails went out to. Raises StoreError."""
        query = _select_links(workspace_id, kind).order_by(mails_by_link.c.mails.desc(), mails_by_link.c.key.desc())
        return tuple(LinkCount(*row) for row in self._read(query.limit(limit)))

    def list_quiet(self, workspace_id: int, kind: LinkKind, before: float, limit: int = 50) -> tuple[LinkCount, ...]:
        """List the contacts or deals whose last mail went out before a time (epoch seconds), latest first.

        Those that another mail has reached by address since, those that a mail waits for, and those whose last mail is
        known to be answered are left out. Raises StoreError.
        """
        query = (
            _select_links(workspace_id, kind)
            .where(mails_by_link.c.last_at < before)
            .order_by(mails_by_link.c.last_at.desc(), mails_by_link.c.key.desc())
        )
        links = [LinkCount(*row) for row in self._read(query.limit(limit * _LOOKED_AT))]
        found: list[LinkCount] = []
        with reading(self._engine) as connection:
            for start in range(0, len(links), limit):
                batch = links[start : start + limit]
                last = {link.key: (link.last_id, link.last_at) for link in batch}
                done = list_followed_up(connection, workspace_id, kind, last)
                done |= list_answered(connection, workspace_id, last)
                found += [link for link in batch if link.key not in done]
                if len(found) >= limit:
                    break
        return tuple(found[:limit])

    def _read(self, query: sa.Select[Any]) -> Sequence[Any]:
        """Read rows of the summaries, with the newest mails counted in."""
        self._index.catch_up()
        with reading(self._engine) as connection:
            return connection.execute(query).all()


def _list_kinds(connection: sa.Connection, workspace_id: int) -> Iterator[tuple[str, str]]:
    """Yield each pair of status and provider among a workspace's mails; one index look-up finds each."""
    hours = mails_by_hour.c
    kind = sa.tuple_(hours.status, hours.provider)
    query = sa.select(hours.status, hours.provider).where(hours.workspace_id == workspace_id)
    found: tuple[str, str] = ("", "")
    while row := connection.execute(query.where(kind > found).order_by(hours.status, hours.provider).limit(1)).first():
        found = (row.status, row.provider)
        yield found


def _select_sums(
    workspace_id: int, pieces: Sequence[tuple[int, int, int]], kinds: Sequence[tuple[str, str]]
) -> sa.Select[Any]:
    """Sum the mails of each piece (its first day's number, and its hours ``[start, end)``) of each kind.

    Each sum reads one range of an index. A GROUP BY takes SQLite four times as long: it sorts the hours.
    """
    hours = mails_by_hour.c
    piece = sa.values(*(sa.column(name, sa.Integer) for name in ("day", "start", "end"))).data(pieces).cte("piece")
    kind = sa.values(*(sa.column(name, sa.Text) for name in ("status", "provider"))).data(kinds).cte("kind")
    mails = sa.select(sa.func.sum(hours.mails)).where(
        hours.workspace_id == workspace_id,
        hours.status == kind.c.status,
        hours.provider == kind.c.provider,
        hours.hour >= piece.c.start,
        hours.hour < piece.c.end,
    )
    columns = (piece.c.day, kind.c.status, kind.c.provider, mails.scalar_subquery().label("mails"))
    return sa.select(*columns).select_from(piece.join(kind, sa.true()))


def _select_people(workspace_id: int, start: float, end: float) -> sa.Select[Any]:
    """Count the mails of ``[start, end)`` (epoch seconds) by their people.

    Reads whole UTC days from the rollup, and the hours before and after them from the mails.
    """
    days = mails_by_people.c
    first, last = math.ceil(start / DAY_SECONDS), math.floor(end / DAY_SECONDS)
    edges = [(start, first * DAY_SECONDS), (last * DAY_SECONDS, end)] if first < last else [(start, end)]
    by_day = sa.select(*(days[name] for name in PARTS), days.mails).where(
        days.workspace_id == workspace_id, days.day >= first, days.day < last
    )
    singly = (
        sa.select(*(message.c[name] for name in PARTS), sa.literal(1))
        .where(message.c.workspace_id == workspace_id, message.c.status.in_(WENT_OUT))
        .where(message.c.sort_key >= to_sort_key(begin), message.c.sort_key < to_sort_key(until))
        for begin, until in edges
    )
    both = sa.union_all(by_day, *singly).subquery()
    parts = [both.c[name] for name in PARTS]
    mails = sa.func.sum(both.c.mails)
    return sa.select(*parts, mails).group_by(*parts).having(mails > 0)


def _select_links(workspace_id: int, kind: LinkKind) -> sa.Select[Any]:
    links = mails_by_link.c
    columns = (links.key, links.mails, links.last_id, links.last_at)
    return sa.select(*columns).where(links.workspace_id == workspace_id, links.kind == kind)


def _to_midnight(day: date, zone: tzinfo) -> float:
    """Return when a day begins, in epoch seconds."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def _to_hour(day: date, zone: tzinfo) -> int:
    """Return the hour (since the epoch) that a day begins in."""
    return int(_to_midnight(day, zone) // HOUR_SECONDS)


def _list_pieces(first: date, last: date, zone: tzinfo, step: int) -> Iterator[tuple[int, int, int]]:
    """Yield for each ``step`` days the number of the first one, and their hours since the epoch, ``[start, end)``."""
    days = (last - first).days + 1
    for day in range(0, days, step):
        start, end = (_to_hour(first + timedelta(days=edge), zone) for edge in (day, min(day + step, days)))
        yield day, start, end


def _to_quantile(buckets: Sequence[tuple[int, int]], rank: float) -> float | None:
    seen = 0
    for bucket, mails in buckets:
        seen += mails
        if seen >= rank:
            return to_seconds(bucket)
    return None

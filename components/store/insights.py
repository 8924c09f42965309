"""What a workspace's mails add up to, read from the summaries that are kept as mails are indexed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

import sqlalchemy as sa

from components.model import Status
from components.store.counting import to_seconds
from components.store.engine import reading
from components.store.index_schema import delays_by_day, mails_by_hour, mails_by_link, mails_by_quarter
from components.store.indexing import IndexStore
from components.store.prepared import Prepared

LinkKind = Literal["contact", "deal"]
_EPOCH = date(1970, 1, 1)


def _to_days() -> sa.Select[tuple[int, str, str, int]]:
    """Mails by day of some hours ``[start, end)``: by whole quarters of a day, by the hour where a day parts one."""
    workspace_id, start, end, offset = (
        sa.bindparam(name, type_=sa.Integer) for name in ("workspace", "start", "end", "offset")
    )
    quarter, hour = mails_by_quarter.c.quarter, mails_by_hour.c.hour

    def is_whole(begin: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        return sa.and_((begin + offset) % 24 <= 18, begin >= start, begin + 6 <= end)

    by_quarter = sa.select(
        ((quarter * 6 + offset) // 24).label("day"), *(mails_by_quarter.c[n] for n in ("status", "provider", "mails"))
    ).where(
        mails_by_quarter.c.workspace_id == workspace_id,
        quarter.between(start // 6, end // 6),
        is_whole(quarter * 6),
    )
    by_hour = sa.select(
        ((hour + offset) // 24).label("day"), *(mails_by_hour.c[n] for n in ("status", "provider", "mails"))
    ).where(
        mails_by_hour.c.workspace_id == workspace_id,
        hour >= start,
        hour < end,
        sa.not_(is_whole(hour // 6 * 6)),
    )
    both = sa.union_all(by_quarter, by_hour).subquery()
    keys = (both.c.day, both.c.status, both.c.provider)
    return sa.select(*keys, sa.func.sum(both.c.mails)).group_by(*keys).order_by(*keys)


_DAYS = Prepared(_to_days())


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many mails of a day have a status and came through a provider ("" where none took them)."""

    day: date
    status: Status
    provider: str
    mails: int


@dataclass(frozen=True, slots=True)
class Delays:
    """How long ``mails`` took from click to sent, in seconds, each at most 4.5 % off; None without mails."""

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


class InsightStore:
    """Sums up mails at rest. Days are given as dates, ``[first, last]`` both included."""

    def __init__(self, engine: sa.Engine, index: IndexStore) -> None:
        self._engine = engine
        self._index = index

    def list_days(self, workspace_id: int, first: date, last: date, zone: tzinfo) -> tuple[DayCount, ...]:
        """Mails by day of a time zone, status and provider, oldest first; days without mails are left out.

        Zones that are no whole hours from UTC borrow their days' ends from the next half hour. Raises StoreError.
        """
        self._index.catch_up()
        found: Counter[tuple[int, str, str]] = Counter()
        with reading(self._engine) as connection:
            for start, end, offset in _list_stretches(first, last, zone):
                values = {"workspace": workspace_id, "start": start, "end": end, "offset": offset}
                last_day = (start + offset) // 24 + (end - start + 12) // 24 - 1
                for number, status, provider, mails in _DAYS.run_all(connection, values):
                    # The day on which clocks go back is an hour longer than its number of hours from UTC tells.
                    found[min(number, last_day), status, provider] += mails
        days = {number: _EPOCH + timedelta(days=number) for number, _, _ in found}
        statuses = {status.value: status for status in Status}
        return tuple(
            DayCount(days[number], statuses[status], provider, mails)
            for (number, status, provider), mails in found.items()
            if mails
        )

    def list_failures(self, workspace_id: int, first: date, last: date, zone: tzinfo) -> tuple[tuple[str, int], ...]:
        """The causes ("" where none is known) of mails that failed or may have, most first. Raises StoreError."""
        self._index.catch_up()
        start, end = _to_hour(first, zone)[0], _to_hour(last + timedelta(days=1), zone)[0]
        mails = sa.func.sum(mails_by_hour.c.mails)
        query = (
            sa.select(mails_by_hour.c.code, mails)
            .where(mails_by_hour.c.workspace_id == workspace_id, mails_by_hour.c.hour.between(start, end - 1))
            .where(mails_by_hour.c.status.in_((Status.FAILED, Status.UNKNOWN)))
            .group_by(mails_by_hour.c.code)
            .having(mails > 0)
            .order_by(mails.desc(), mails_by_hour.c.code)
        )
        with reading(self._engine) as connection:
            return tuple((code, number) for code, number in connection.execute(query))

    def get_delays(self, workspace_id: int, first: date, last: date) -> Delays:
        """How long mails of some days (UTC) took from click to sent. Raises StoreError."""
        self._index.catch_up()
        mails = sa.func.sum(delays_by_day.c.mails)
        query = (
            sa.select(delays_by_day.c.bucket, mails)
            .where(delays_by_day.c.workspace_id == workspace_id)
            .where(delays_by_day.c.day.between((first - _EPOCH).days, (last - _EPOCH).days))
            .group_by(delays_by_day.c.bucket)
            .having(mails > 0)
            .order_by(delays_by_day.c.bucket)
        )
        with reading(self._engine) as connection:
            buckets = connection.execute(query).all()
        total = sum(number for _, number in buckets)
        return Delays(total, _to_quantile(buckets, total / 2), _to_quantile(buckets, total * 0.95))

    def list_busiest(self, workspace_id: int, kind: LinkKind, limit: int = 20) -> tuple[LinkCount, ...]:
        """The contacts or deals that most mails went out to. Raises StoreError."""
        order = (mails_by_link.c.mails.desc(), mails_by_link.c.key.desc())
        return self._list_links(workspace_id, kind, limit, order)

    def list_quiet(self, workspace_id: int, kind: LinkKind, before: float, limit: int = 50) -> tuple[LinkCount, ...]:
        """The contacts or deals whose last mail went out before a time (epoch seconds), latest first.

        Raises StoreError.
        """
        order = (mails_by_link.c.last_at.desc(), mails_by_link.c.key.desc())
        return self._list_links(workspace_id, kind, limit, order, mails_by_link.c.last_at < before)

    def _list_links(
        self,
        workspace_id: int,
        kind: LinkKind,
        limit: int,
        order: tuple[sa.ColumnElement[object], ...],
        *conditions: sa.ColumnElement[bool],
    ) -> tuple[LinkCount, ...]:
        self._index.catch_up()
        query = (
            sa.select(*(mails_by_link.c[name] for name in LinkCount.__dataclass_fields__))
            .where(mails_by_link.c.workspace_id == workspace_id, mails_by_link.c.kind == kind, *conditions)
            .order_by(*order)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(LinkCount(*row) for row in connection.execute(query))


def _to_hour(day: date, zone: tzinfo) -> tuple[int, int]:
    """The hour (since the epoch) that a day begins in, and its zone's offset from UTC in hours, rounded down."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    hour = int(midnight.timestamp() // 3600)
    return hour, (day - _EPOCH).days * 24 - hour


def _list_stretches(first: date, last: date, zone: tzinfo) -> Iterator[tuple[int, int, int]]:
    """The hours ``[start, end)`` of the days with the offset that holds for them, cut where the offset changes."""
    start, offset = _to_hour(first, zone)
    day = first
    while day <= last:
        day += timedelta(days=1)
        hour, now = _to_hour(day, zone)
        if now != offset or day > last:
            yield start, hour, offset
            start, offset = hour, now


def _to_quantile(buckets: Sequence[tuple[int, int]], rank: float) -> float | None:
    seen = 0
    for bucket, mails in buckets:
        seen += mails
        if seen >= rank:
            return to_seconds(bucket)
    return None

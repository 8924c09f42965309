"""What a workspace's mails add up to, read from the summaries that are kept as mails are indexed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Literal

import sqlalchemy as sa

from components.model import Status
from components.store.counting import to_seconds
from components.store.engine import viewing
from components.store.index_schema import delays_by_day, mails_by_hour, mails_by_link, mails_by_quarter
from components.store.indexing import IndexStore
from components.store.prepared import Prepared

LinkKind = Literal["contact", "deal"]
_EPOCH = date(1970, 1, 1)


def _to_sums() -> tuple[sa.Select[Any], sa.Select[Any]]:
    """Mails by piece of some hours ``[start, end)``, of ``size`` hours each, the first one beginning ``-shift``.

    One statement sums the quarters of a day that lie in one piece, the other the hours of those that do not.
    """
    workspace_id, start, end, shift, size = (
        sa.bindparam(name, type_=sa.Integer) for name in ("workspace", "start", "end", "shift", "size")
    )
    quarter, hour = mails_by_quarter.c.quarter, mails_by_hour.c.hour
    begin = quarter * 6
    is_whole = sa.and_((begin + shift) % size <= size - 6, begin >= start, begin + 6 <= end)
    touched = sa.and_(mails_by_quarter.c.workspace_id == workspace_id, quarter.between(start // 6, end // 6))
    whole = _to_pieces(mails_by_quarter, begin, shift, size).where(touched, is_whole)
    # Found among the quarters: to ask it of each hour took longer than all the rest.
    parted = sa.select(quarter).where(touched, sa.not_(is_whole)).distinct().subquery()
    hours = (
        _to_pieces(mails_by_hour, hour, shift, size)
        .join(parted, hour.between(parted.c.quarter * 6, parted.c.quarter * 6 + 5))
        .where(mails_by_hour.c.workspace_id == workspace_id, hour >= start, hour < end)
    )
    return _to_sum(whole), _to_sum(hours)


def _to_pieces(
    table: sa.Table, begin: sa.ColumnElement[int], shift: sa.ColumnElement[int], size: sa.ColumnElement[int]
) -> sa.Select[Any]:
    return sa.select(((begin + shift) // size).label("piece"), table.c.status, table.c.provider, table.c.mails)


def _to_sum(pieces: sa.Select[Any]) -> sa.Select[Any]:
    found = pieces.subquery()
    keys = (found.c.piece, found.c.status, found.c.provider)
    return sa.select(*keys, sa.func.sum(found.c.mails)).group_by(*keys)


def _to_totals(table: sa.Table, column: sa.Column[Any], *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """A column's values with how many mails each has, none without any."""
    mails = sa.func.sum(table.c.mails)
    mine = table.c.workspace_id == sa.bindparam("workspace")
    return sa.select(column, mails).where(mine, *conditions).group_by(column).having(mails > 0)


def _to_links(order: sa.Column[Any], *conditions: sa.ColumnElement[bool]) -> Prepared:
    """The contacts or deals that have most of something."""
    links = mails_by_link.c
    mine = (links.workspace_id == sa.bindparam("workspace"), links.kind == sa.bindparam("kind"))
    return Prepared(
        sa.select(links.key, links.mails, links.last_id, links.last_at)
        .where(*mine, *conditions)
        .order_by(order.desc(), links.key.desc())
        .limit(sa.bindparam("most"))
    )


_SUMS = tuple(map(Prepared, _to_sums()))
_FAILURES = Prepared(
    _to_totals(
        mails_by_hour,
        mails_by_hour.c.code,
        mails_by_hour.c.hour >= sa.bindparam("start"),
        mails_by_hour.c.hour < sa.bindparam("end"),
        mails_by_hour.c.status.in_((Status.FAILED, Status.UNKNOWN)),
    ).order_by(sa.func.sum(mails_by_hour.c.mails).desc(), mails_by_hour.c.code)
)
_DELAYS = Prepared(
    _to_totals(
        delays_by_day,
        delays_by_day.c.bucket,
        delays_by_day.c.day.between(sa.bindparam("first"), sa.bindparam("last")),
    ).order_by(delays_by_day.c.bucket)
)
_BUSIEST = _to_links(mails_by_link.c.mails)
_QUIET = _to_links(mails_by_link.c.last_at, mails_by_link.c.last_at < sa.bindparam("before"))


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many mails of some days have a status and came through a provider ("" where none took them).

    ``day`` is the first of the days.
    """

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

    def list_days(
        self, workspace_id: int, first: date, last: date, zone: tzinfo, step: int = 1
    ) -> tuple[DayCount, ...]:
        """Mails by ``step`` days of a time zone from the first on, status and provider, oldest first.

        Days without mails are left out. Zones that are no whole hours from UTC borrow their days' ends from the next
        half hour. Raises StoreError.
        """
        self._index.catch_up()
        first_day = (first - _EPOCH).days
        found: Counter[tuple[int, str, str]] = Counter()
        with viewing(self._engine) as connection:
            for start, end, offset in _list_stretches(first, last, zone):
                shift = offset - first_day * 24
                values = {"workspace": workspace_id, "start": start, "end": end, "shift": shift, "size": step * 24}
                # The day on which clocks go back is an hour longer than its number of hours from UTC tells.
                last_piece = ((start + shift) // 24 + (end - start + 12) // 24 - 1) // step
                for statement in _SUMS:
                    for piece, status, provider, mails in statement.run_all(connection, values):
                        found[min(piece, last_piece), status, provider] += mails
        days = {piece: first + timedelta(days=piece * step) for piece, _, _ in found}
        statuses = {status.value: status for status in Status}
        return tuple(
            DayCount(days[piece], statuses[status], provider, mails)
            for (piece, status, provider), mails in sorted(found.items())
            if mails
        )

    def list_failures(self, workspace_id: int, first: date, last: date, zone: tzinfo) -> tuple[tuple[str, int], ...]:
        """The causes ("" where none is known) of mails that failed or may have, most first. Raises StoreError."""
        self._index.catch_up()
        start, end = _to_hour(first, zone)[0], _to_hour(last + timedelta(days=1), zone)[0]
        return tuple(_FAILURES.read_all(self._engine, {"workspace": workspace_id, "start": start, "end": end}))

    def get_delays(self, workspace_id: int, first: date, last: date) -> Delays:
        """How long mails of some days (UTC) took from click to sent. Raises StoreError."""
        self._index.catch_up()
        days = {"workspace": workspace_id, "first": (first - _EPOCH).days, "last": (last - _EPOCH).days}
        buckets = _DELAYS.read_all(self._engine, days)
        total = sum(number for _, number in buckets)
        return Delays(total, _to_quantile(buckets, total / 2), _to_quantile(buckets, total * 0.95))

    def list_busiest(self, workspace_id: int, kind: LinkKind, limit: int = 20) -> tuple[LinkCount, ...]:
        """The contacts or deals that most mails went out to. Raises StoreError."""
        self._index.catch_up()
        values = {"workspace": workspace_id, "kind": kind, "most": limit}
        return tuple([LinkCount(*row) for row in _BUSIEST.read_all(self._engine, values)])

    def list_quiet(self, workspace_id: int, kind: LinkKind, before: float, limit: int = 50) -> tuple[LinkCount, ...]:
        """The contacts or deals whose last mail went out before a time (epoch seconds), latest first.

        Raises StoreError.
        """
        self._index.catch_up()
        values = {"workspace": workspace_id, "kind": kind, "before": before, "most": limit}
        return tuple([LinkCount(*row) for row in _QUIET.read_all(self._engine, values)])


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

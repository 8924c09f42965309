"""Maintains rows that count mails as they are indexed, so that an overview reads hundreds of rows, not a million."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from components.model import WENT_OUT, Status
from components.store.engine import upsert
from components.store.schema import counted, delays_by_day, mails_by_hour, mails_by_link
from components.store.sort_key import to_time

_FAILED = frozenset({Status.FAILED, Status.UNKNOWN})
#: The shortest delay that is distinguished, in seconds, and how many buckets double it: 2^(1/8) is 9 % a bucket.
_SHORTEST, _STEPS = 0.01, 8


class Rollups:
    """Counts mails in the rollups."""

    def __init__(self, engine: sa.Engine) -> None:
        self._add_hour = _add_to(engine, mails_by_hour)
        self._add_delay = _add_to(engine, delays_by_day)
        links = upsert(engine, mails_by_link)
        newer = links.excluded.last_at >= mails_by_link.c.last_at
        self._add_link = links.on_conflict_do_update(
            index_elements=list(mails_by_link.primary_key),
            set_={
                "mails": mails_by_link.c.mails + links.excluded.mails,
                **{
                    name: sa.case((newer, links.excluded[name]), else_=mails_by_link.c[name])
                    for name in ("last_id", "last_at")
                },
            },
        )

    def count(self, connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Count mails (rows of ``message``, oldest first) by their current state, those whose state has changed."""
        ids = [row["id"] for row in rows]
        known = connection.execute(sa.select(counted).where(counted.c.message_id.in_(ids))).mappings()
        before = {fact["message_id"]: dict(fact) for fact in known}
        changed = [(row, fact) for row in rows if (fact := to_fact(row)) != before.get(row["id"])]
        if not changed:
            return
        again = [row["id"] for row, _ in changed if row["id"] in before]
        if again:
            # A trigger subtracts them from the rollups.
            connection.execute(counted.delete().where(counted.c.message_id.in_(again)))
        connection.execute(counted.insert(), [fact for _, fact in changed])
        hours: Counter[tuple[Any, ...]] = Counter()
        delays: Counter[tuple[Any, ...]] = Counter()
        links: dict[tuple[int, str, str], tuple[int, int, float]] = {}
        for row, fact in changed:
            workspace_id, day = row["workspace_id"], fact["hour"] // 24
            hours[workspace_id, fact["hour"], fact["status"], fact["provider"], fact["code"]] += 1
            if fact["bucket"] is not None:
                delays[workspace_id, day, fact["bucket"]] += 1
            for kind in ("contact", "deal"):
                if row[f"{kind}_id"] and row["status"] in WENT_OUT:
                    link = (workspace_id, kind, row[f"{kind}_id"])
                    links[link] = (links.get(link, (0,))[0] + 1, row["id"], to_time(row["sort_key"]))
        for statement, table, found in (
            (self._add_hour, mails_by_hour, [(*key, mails) for key, mails in hours.items()]),
            (self._add_delay, delays_by_day, [(*key, mails) for key, mails in delays.items()]),
            (self._add_link, mails_by_link, [(*key, *last) for key, last in links.items()]),
        ):
            _insert(connection, statement, table, found)


def to_fact(row: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a mail to its row of ``counted``."""
    delay = None
    if row["status"] in WENT_OUT and row["settled_at"] is not None:
        # The first attempt begins when the time to undo is over, or at the time that somebody chose.
        begun = row["created_at"] if row["first_attempt_at"] is None else row["first_attempt_at"]
        delay = row["settled_at"] - begun
    return {
        "message_id": row["id"],
        "hour": int(to_time(row["sort_key"])) // 3600,
        "status": row["status"],
        "provider": row["provider"] or "",
        "code": (row["code"] or "") if row["status"] in _FAILED else "",
        "bucket": to_bucket(delay) if delay is not None else None,
    }


def to_bucket(seconds: float) -> int:
    """Return the bucket of a delay; each one ends at 2^(1/8) times the end of the one before."""
    return max(0, math.ceil(_STEPS * math.log2(max(seconds, _SHORTEST) / _SHORTEST)))


def to_seconds(bucket: int) -> float:
    """Return the middle of a bucket, within 4.5 % of every delay in it (10 ms and less are one bucket)."""
    return _SHORTEST * float(2 ** ((bucket - 0.5) / _STEPS)) if bucket else _SHORTEST


def _insert(connection: sa.Connection, statement: sa.Insert, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection.execute(statement, [dict(zip(table.c.keys(), each, strict=True)) for each in rows])


def _add_to(engine: sa.Engine, table: sa.Table) -> sa.Insert:
    statement = upsert(engine, table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={"mails": table.c.mails + statement.excluded.mails}
    )

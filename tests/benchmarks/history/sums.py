"""The questions of the Insights page, by days for a month and by weeks for longer spans."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from components.store import Store
from tests.benchmarks.history.corpus import END, SPAN
from tests.benchmarks.history.question import Question, ask, to_tuples

_FIRST, _LAST = (datetime.fromtimestamp(time, UTC).date() for time in (END - SPAN, END))
_BERLIN = ZoneInfo("Europe/Berlin")
_QUIET_BEFORE = END - 30 * 86_400
_BY_HOUR = (
    "SELECT (hour + {} - ?) / ?, status, provider, sum(mails) FROM mails_by_hour "
    "WHERE workspace_id = ? AND hour BETWEEN ? AND ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)
_CAUSES = (
    "SELECT code, sum(mails) FROM mails_by_hour WHERE workspace_id = ? AND hour BETWEEN ? AND ? "
    "AND status IN ('failed', 'unknown') GROUP BY 1 ORDER BY 2 DESC, 1"
)
_DELAYS = "SELECT bucket, sum(mails) FROM delays_by_day WHERE workspace_id = ? AND day BETWEEN ? AND ? GROUP BY 1"
_COLLEAGUES = (
    "SELECT written_by, sum(mails) FROM mails_by_people WHERE workspace_id = ? AND day BETWEEN ? AND ? "
    "AND written_by <> '' GROUP BY 1"
)
_LINKS = "SELECT key, mails, last_id, last_at FROM mails_by_link WHERE workspace_id = ? AND kind = 'contact' "
_QUIET = f"{_LINKS} AND last_at < ? ORDER BY last_at DESC, key DESC LIMIT 50"
_BUSIEST = f"{_LINKS} ORDER BY mails DESC, key DESC LIMIT 20"


def list_sums(store: Store, raw: sqlite3.Connection, workspace_id: int) -> list[Question]:
    """List the questions of every section of the page."""
    start, end = _to_hour(_FIRST), _to_hour(_LAST) + 23
    days = (start // 24, end // 24)
    insights = store.insights
    return [
        *(
            _to_days(store, raw, workspace_id, name, _LAST - timedelta(days=length - 1), step)
            for name, length, step in (("30 days", 30, 1), ("90 days", 90, 7), ("2 years", 731, 7))
        ),
        _to_berlin(store, raw, workspace_id),
        Question(
            "causes, 2 years",
            lambda: insights.list_failures(workspace_id, _FIRST, _LAST, UTC),
            partial(ask, raw, _CAUSES, workspace_id, start, end),
        ),
        Question(
            "delays, 2 years",
            lambda: insights.get_delays(workspace_id, _FIRST, _LAST),
            partial(ask, raw, _DELAYS, workspace_id, *days),
            lambda delays: [delays.mails],
            lambda rows: [sum(mails for _, mails in rows)],
        ),
        Question(
            "colleagues, 2 years",
            lambda: insights.list_people(workspace_id, _FIRST, _LAST, UTC),
            partial(ask, raw, _COLLEAGUES, workspace_id, *days),
            lambda people: sorted((each.name, each.written) for each in people if each.written),
            lambda rows: sorted(tuple(row) for row in rows),
        ),
        Question(
            "busiest contacts",
            lambda: insights.list_busiest(workspace_id, "contact"),
            partial(ask, raw, _BUSIEST, workspace_id),
            to_tuples,
        ),
        Question(
            "quiet contacts",
            lambda: insights.list_quiet(workspace_id, "contact", _QUIET_BEFORE),
            partial(ask, raw, _QUIET, workspace_id, _QUIET_BEFORE),
            # Compared by their number: the store leaves out those that were followed up by address.
            lambda links: [None] * len(links),
            lambda rows: [None] * len(rows),
        ),
    ]


def _to_days(store: Store, raw: sqlite3.Connection, workspace_id: int, name: str, first: date, step: int) -> Question:
    start, end = _to_hour(first), _to_hour(_LAST) + 23
    values = (start, step * 24, workspace_id, start, end)
    return Question(
        f"Insights, {name}",
        lambda: store.insights.list_days(workspace_id, first, _LAST, UTC, step),
        partial(ask, raw, _BY_HOUR.format(0), *values),
        lambda counts: [((each.day - first).days // step, *to_tuples([each])[0][1:]) for each in counts],
    )


def _to_berlin(store: Store, raw: sqlite3.Connection, workspace_id: int) -> Question:
    """Ask for the days of a zone with summer time: raw SQL gets the clock changes as conditions."""
    hours = range(_to_hour(_FIRST) - 24, _to_hour(_LAST) + 48)
    local = {hour: datetime.fromtimestamp(hour * 3600, _BERLIN) for hour in hours}
    offsets = {hour: time.utcoffset() // timedelta(hours=1) for hour, time in local.items()}  # type: ignore[operator]
    mine = [hour for hour, time in local.items() if _FIRST <= time.date() <= _LAST]
    changes = [hour for hour in mine if offsets[hour] != offsets[hour - 1]]
    whens = "".join(f"WHEN hour < {hour} THEN {offsets[hour - 1]} " for hour in changes)
    sql = _BY_HOUR.format(f"CASE {whens}ELSE {offsets[mine[-1]]} END")
    return Question(
        "Insights, Berlin",
        lambda: store.insights.list_days(workspace_id, _FIRST, _LAST, _BERLIN, 7),
        partial(ask, raw, sql, _to_hour(_FIRST), 7 * 24, workspace_id, mine[0], mine[-1]),
        lambda counts: [((each.day - _FIRST).days // 7, *to_tuples([each])[0][1:]) for each in counts],
    )


def _to_hour(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 24

"""What an index cannot decide of a query: conditions on the mails themselves, the same in SQL of both databases.

A mail's present status and workspace decide, not those that it was indexed with, and two values may share a facet. A
column inside of ``coalesce``, or added to zero, is no column of an index: both databases are kept from walking one of
``message`` instead of asking the index of words first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from components.store.schema import message, workspace
from components.store.search.query import Filter, Period, Query
from components.store.sort_key import to_sort_key

_EXACT = {
    "contact": "coalesce(message.contact_id, '') IN :{0}",
    "deal": "coalesce(message.deal_id, '') IN :{0}",
    "thread": "(coalesce(message.thread_id, '') IN :{0} OR message.provider_thread_id IN :{0})",
}
_STATUS = "coalesce(message.status, '')"
_MISSED = "coalesce(message.code, '') = 'missed'"
#: The condition of a status that is not named like the column's value; lists name it so (``to_status_text``).
_STATUSES = {
    "waiting": f"{_STATUS} = 'held' AND message.due_at IS NOT NULL",
    "missed": f"{_STATUS} = 'held' AND message.due_at IS NULL AND {_MISSED}",
    "not-sent": f"{_STATUS} = 'held' AND message.due_at IS NULL AND NOT {_MISSED}",
    "open": f"{_STATUS} IN ('held', 'sending')",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which mails to find: those of a workspace that a query matches, newest first, or oldest first after a key.

    Both keys are excluded; at most one is given.
    """

    workspace_id: int
    query: Query
    before_key: int | None = None
    after_key: int | None = None

    @property
    def is_ascending(self) -> bool:
        """Whether the oldest mails come first."""
        return self.after_key is not None


@dataclass(slots=True)
class Conditions:
    """Conditions in SQL, all of which must hold, with their values; those of ``lists`` are several."""

    texts: list[str]
    values: dict[str, Any]
    lists: list[str] = field(default_factory=list)

    def to_statement(self, sql: str, columns: Sequence[sa.Column[Any]] = ()) -> sa.TextClause | sa.TextualSelect:
        """Prepare a statement that contains the conditions; ``columns`` are the first that it selects."""
        statement = sa.text(sql).bindparams(*(sa.bindparam(name, expanding=True) for name in self.lists))
        return statement.columns(*columns) if columns else statement


def to_conditions(selection: Selection) -> Conditions:
    """Build the conditions on the mails of a selection, except that it matches, and except on its time."""
    found = Conditions(["message.workspace_id + 0 = :workspace"], {"workspace": selection.workspace_id})
    for number, part in enumerate(selection.query.parts):
        if not isinstance(part, Filter):
            continue
        name = f"value{number}"
        if part.kind == "status":
            condition = _STATUSES.get(part.value)
            if condition is None:
                condition = f"{_STATUS} = :{name}"
                found.values[name] = part.value
            found.texts.append(f"{'NOT ' if part.negated else ''}({condition})")
        elif part.kind in _EXACT and not part.negated:
            found.texts.append(_EXACT[part.kind].format(name))
            found.values[name] = part.values
            found.lists.append(name)
    return found


def find_span(selection: Selection) -> tuple[int | None, int | None]:
    """Find the sort keys ``[start, end)`` that a selection is limited to; None where it is not."""
    starts: list[int] = [] if selection.after_key is None else [selection.after_key + 1]
    ends: list[int] = [] if selection.before_key is None else [selection.before_key]
    for part in selection.query.parts:
        if isinstance(part, Period):
            # A mail of that date itself is not before it, but after it.
            if part.kind != "before":
                starts.append(to_sort_key(part.start))
            if part.kind != "after":
                ends.append(to_sort_key(part.start if part.kind == "before" else part.end))
    return max(starts, default=None), min(ends, default=None)


def list_workspaces(connection: sa.Connection, workspace_id: int) -> tuple[int, ...]:
    """List the workspaces that mails of one may be indexed under: also those that have just become part of it."""
    merged = sa.select(workspace.c.id).where(workspace.c.merged_into == workspace_id)
    return (workspace_id, *connection.execute(merged).scalars())


def name_columns(columns: Sequence[sa.Column[Any]], with_text: bool) -> str:
    """Name columns of ``message`` for a SELECT, and a mail's text after them."""
    names = [f"message.{column.name}" for column in columns]
    return ", ".join([*names, "(SELECT text FROM body WHERE message_id = message.id)"] if with_text else names)


def list_newest(
    connection: sa.Connection, selection: Selection, columns: Sequence[sa.Column[Any]], most: int
) -> list[sa.Row[Any]]:
    """List the mails of a selection whose query is empty: of the table itself, by its index."""
    key = message.c.sort_key
    query = sa.select(*columns).where(message.c.workspace_id == selection.workspace_id)
    if selection.before_key is not None:
        query = query.where(key < selection.before_key)
    if selection.after_key is not None:
        query = query.where(key > selection.after_key)
    ordered = query.order_by(key if selection.is_ascending else key.desc())
    return list(connection.execute(ordered.limit(most)))


def count_all(connection: sa.Connection, selection: Selection, most: int) -> int:
    """Count the mails of a selection whose query is empty, up to a number."""
    mine = sa.select(message.c.id).where(message.c.workspace_id == selection.workspace_id).limit(most)
    return int(connection.execute(sa.select(sa.func.count()).select_from(mine.subquery())).scalar_one())

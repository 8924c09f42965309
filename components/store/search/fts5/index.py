"""Finds mails in SQLite's full-text index, newest first, in a time that does not grow with the history."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from components.store.engine import reading
from components.store.schema import SEARCH_COLUMNS, message_search
from components.store.search.conditions import (
    Conditions,
    Selection,
    find_span,
    list_workspaces,
    name_columns,
    to_conditions,
)
from components.store.search.document import IndexedMail
from components.store.search.fts5.beginnings import list_alternatives
from components.store.search.fts5.former_rows import FormerRows, remove_rows
from components.store.search.fts5.match import to_match
from components.store.sort_key import FIRST_KEY

#: CROSS JOIN makes SQLite read the index first, in the order of its keys, so that a page stops early.
_FOUND = (
    "FROM message_search CROSS JOIN message ON message.sort_key = message_search.rowid "
    f"WHERE message_search.rowid >= {FIRST_KEY} AND "
)
#: Rows that are named by ids are in no order of use: all that match are read and sorted (``former_rows``).
_FOUND_FORMER = (
    "FROM message_search CROSS JOIN message ON message.id = message_search.rowid "
    f"WHERE message_search.rowid < {FIRST_KEY} AND "
)
#: Rows of the index that belong to no mail, as many as are listed one by one.
_STRAY = sa.text(
    "SELECT id FROM message_search_content WHERE id NOT IN "
    f"(SELECT sort_key FROM message UNION ALL SELECT id FROM message WHERE id < {FIRST_KEY}) LIMIT 20"
)


class Fts5Index:
    """The index of SQLite."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.former = FormerRows(engine)

    def find(
        self, selection: Selection, columns: Sequence[sa.Column[Any]], most: int, *, with_text: bool = False
    ) -> list[sa.Row[Any]]:
        """See ``SearchIndex``."""
        bound, names = self.former.bound, name_columns(columns, with_text)
        with reading(self._engine) as connection:
            sources, conditions = _to_sources(connection, selection)
            statements = [conditions.to_statement(f"SELECT {names} {each} LIMIT :most", columns) for each in sources]
            values = conditions.values | {"most": most}
            rows = list(connection.execute(statements[0], values))
            newest = self.former.find_newest(connection, bound)
            if newest is None or (not selection.is_ascending and len(rows) == most and _to_key(rows[-1]) > newest):
                return rows
            rows += connection.execute(statements[1], values)
        return sorted(rows, key=_to_key, reverse=not selection.is_ascending)[:most]

    def count(self, selection: Selection, most: int) -> int:
        """See ``SearchIndex``."""
        bound, found = self.former.bound, 0
        with reading(self._engine) as connection:
            sources, conditions = _to_sources(connection, selection)
            for source in sources if self.former.find_newest(connection, bound) is not None else sources[:1]:
                sql = f"SELECT count(*) FROM (SELECT message.id {source} LIMIT :most) AS found"
                statement = conditions.to_statement(sql)
                found += connection.execute(statement, conditions.values | {"most": most}).scalar_one()
        return min(found, most)

    def replace(self, connection: sa.Connection, mails: Sequence[IndexedMail]) -> None:
        """See ``SearchIndex``."""
        # The new key of a mail whose key was damaged may be the one under which it was indexed.
        remove_rows(connection, {number for mail in mails for number in (mail.id, mail.former_key, mail.sort_key)})
        connection.execute(message_search.insert(), [{"rowid": mail.sort_key, **mail.document} for mail in mails])

    def list_faults(self, connection: sa.Connection) -> list[str]:
        """See ``SearchIndex``."""
        try:
            connection.exec_driver_sql("INSERT INTO message_search(message_search) VALUES ('integrity-check')")
        except sa.exc.DBAPIError:
            return ["The search index contradicts itself."]
        found = connection.execute(_STRAY).scalars().all()
        return [f"Mails are in the index that are not in the tables: {', '.join(map(str, found))}."] if found else []

    def find_unlike(self, connection: sa.Connection, mails: Sequence[IndexedMail]) -> set[int]:
        """See ``SearchIndex``."""
        # Rows that an earlier version named by ids are replaced by and by.
        numbers = [number for mail in mails for number in (mail.id, mail.sort_key)]
        found = connection.execute(sa.select(message_search).where(message_search.c.rowid.in_(numbers))).mappings()
        kept = {row["rowid"]: {name: row[name] for name in SEARCH_COLUMNS} for row in found}
        return {mail.id for mail in mails if kept.get(mail.id, kept.get(mail.sort_key)) != mail.document}


def _to_sources(connection: sa.Connection, selection: Selection) -> tuple[tuple[str, str], Conditions]:
    """Build FROM, WHERE and ORDER of a selection, and their values; the second source reads former rows."""
    conditions = to_conditions(selection)
    workspaces = list_workspaces(connection, selection.workspace_id)
    conditions.values["match"] = to_match(selection.query, workspaces, partial(list_alternatives, connection))
    texts = ["message_search MATCH :match", *conditions.texts]
    for name, sign, key in zip(("start", "end"), (">=", "<"), find_span(selection), strict=True):
        if key is not None:
            texts.append(f"{{key}} {sign} :{name}")
            conditions.values[name] = key
    where = f"{' AND '.join(texts)} ORDER BY {{key}} {'ASC' if selection.is_ascending else 'DESC'}"
    by_key = f"{_FOUND}{where.format(key='message_search.rowid')}"
    return (by_key, f"{_FOUND_FORMER}{where.format(key='+message.sort_key')}"), conditions


def _to_key(row: sa.Row[Any]) -> int:
    """Return the sort key of a row; 0 where it is damaged."""
    return row.sort_key if isinstance(row.sort_key, int) else 0

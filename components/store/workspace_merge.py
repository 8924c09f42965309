"""Merges two workspaces that LeadLex says are one: everything of the source moves to the target.

What is shown (mails, drafts, counts, settings) moves in one transaction, a second for ten thousand mails, so that at
every instant each mail is in exactly one of both, and a kill leaves it where it was. The full-text index, which takes
far longer, follows in the background in the indexer's portions; until then a search accepts the words of both
workspaces (``conditions``). ``merged_into`` stays with the source: whoever still has its number finds the target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from components.store.crm.tables import crm_access, crm_contact, crm_copy, crm_deal, crm_erased, crm_refresh
from components.store.drafting.tables import comment_read, draft_comment, draft_lock, draft_version, private_draft
from components.store.engine import upsert
from components.store.members import member, move_members
from components.store.people import find_free_name
from components.store.replies import reply, reply_check
from components.store.review.approvals import unite_rules
from components.store.review.tables import approval, approval_rule, mail_event, review
from components.store.schema import (
    api_key,
    correspondent,
    delays_by_day,
    draft,
    erasure,
    mails_by_hour,
    mails_by_link,
    mails_by_people,
    message,
    person,
    recipient,
    signature,
    workspace,
)

_RETENTION = (workspace.c.keep_bodies_months, workspace.c.keep_files_months)


def merge_workspaces(connection: sa.Connection, source: int, target: int) -> None:
    """Move everything of a workspace to another one, for good, inside the caller's transaction."""
    move_rows(connection, source, target)
    _unite_settings(connection, source, target)
    merged = workspace.update().where(sa.or_(workspace.c.id == source, workspace.c.merged_into == source))
    # The target takes over LeadLex's id.
    connection.execute(merged.values(merged_into=target, place=None, leadlex_id=None))


def move_rows(connection: sa.Connection, source: int, target: int) -> int:
    """Move every row of a workspace to another one, inside the caller's transaction; returns how many."""
    return sum(move(connection, source, target) for move in MOVES.values())


def has_rows(connection: sa.Connection, workspace_id: int) -> bool:
    """Tell whether a workspace still has rows to move."""
    rows = (sa.exists().where(table.c.workspace_id == workspace_id) for table in MOVES)
    return bool(connection.execute(sa.select(sa.or_(*rows))).scalar_one())


def _rename(table: sa.Table, **changes: object) -> Callable[[sa.Connection, int, int], int]:
    """Build the move of a table in which no row of the target can stand in the way."""

    def move(connection: sa.Connection, source: int, target: int) -> int:
        mine = table.update().where(table.c.workspace_id == source)
        return connection.execute(mine.values(workspace_id=target, **changes)).rowcount

    return move


def _add_up(table: sa.Table, *latest: str) -> Callable[[sa.Connection, int, int], int]:
    """Build the move of a table that counts mails; ``latest`` are columns of the row where the first is higher."""

    def move(connection: sa.Connection, source: int, target: int) -> int:
        statement = upsert(connection.engine, table)
        new = statement.excluded
        # A person without a name has been named by no mail.
        is_later = new[latest[0]] > table.c[latest[0]] if latest else sa.false()
        changes: dict[str, Any] = {"mails": table.c.mails + new.mails}
        changes |= {name: sa.case((is_later, new[name]), else_=table.c[name]) for name in latest}
        return _transfer(connection, table, source, target, statement, changes)

    return move


def _keep_known(table: sa.Table) -> Callable[[sa.Connection, int, int], int]:
    """Build the move of a table in which a row that the target has too stays as it is there."""

    def move(connection: sa.Connection, source: int, target: int) -> int:
        return _transfer(connection, table, source, target, upsert(connection.engine, table), {})

    return move


def _drop(table: sa.Table) -> Callable[[sa.Connection, int, int], int]:
    """Build the removal of a copy of what LeadLex has: the target has one of its own, or fetches it."""

    def drop(connection: sa.Connection, source: int, _target: int) -> int:
        return connection.execute(table.delete().where(table.c.workspace_id == source)).rowcount

    return drop


def _transfer(
    connection: sa.Connection, table: sa.Table, source: int, target: int, statement: Any, changes: Mapping[str, Any]
) -> int:
    """Insert the source's rows as the target's, with ``changes`` to those that it has, and delete them."""
    others = [column for column in table.c if column.name != "workspace_id"]
    rows = sa.select(sa.literal(target), *others).where(table.c.workspace_id == source)
    insert = statement.from_select(["workspace_id", *(column.name for column in others)], rows)
    keys = list(table.primary_key)
    solved = (
        insert.on_conflict_do_update(index_elements=keys, set_=changes)
        if changes
        else insert.on_conflict_do_nothing(index_elements=keys)
    )
    connection.execute(solved)
    return connection.execute(table.delete().where(table.c.workspace_id == source)).rowcount


def _move_signatures(connection: sa.Connection, source: int, target: int) -> int:
    """Move the signatures; one with the name of another text gets a number, and a person's default stays as it was."""
    query = sa.select(signature).where(signature.c.workspace_id.in_((source, target))).order_by(signature.c.id)
    rows = connection.execute(query).all()
    known = {(row.person, row.name): row.markdown for row in rows if row.workspace_id == target}
    settled = {row.person for row in rows if row.workspace_id == target and row.is_default}
    mine = [row for row in rows if row.workspace_id == source]
    for row in mine:
        this = signature.c.id == row.id
        if known.get((row.person, row.name)) == row.markdown:
            connection.execute(signature.delete().where(this))
            continue
        name = find_free_name(row.name, [each for owner, each in known if owner == row.person])
        is_default = row.is_default and row.person not in settled
        known[row.person, name] = row.markdown
        changes = {"workspace_id": target, "name": name, "is_default": is_default}
        connection.execute(signature.update().where(this).values(**changes))
    return len(mine)


def _unite_settings(connection: sa.Connection, source: int, target: int) -> None:
    """Keep the longer retention of the two; null means for ever."""
    query = sa.select(*_RETENTION).where(workspace.c.id.in_((source, target)))
    pairs = zip(*connection.execute(query).all(), strict=True)
    longer = [None if None in pair else max(pair) for pair in pairs]
    values = dict(zip((column.name for column in _RETENTION), longer, strict=True))
    connection.execute(workspace.update().where(workspace.c.id == target).values(**values))


#: How the rows of each table that belong to a workspace move.
MOVES: Mapping[sa.Table, Callable[[sa.Connection, int, int], int]] = {
    api_key: _rename(api_key),
    # The indexer replaces their rows in the full-text index, which name the workspace.
    message: _rename(message, indexed=False),
    recipient: _rename(recipient),
    draft: _rename(draft),
    **{table: _rename(table) for table in (mail_event, review, approval)},
    approval_rule: unite_rules,
    **{table: _rename(table) for table in (private_draft, draft_lock, draft_version, draft_comment)},
    comment_read: _keep_known(comment_read),
    erasure: _rename(erasure),
    person: _keep_known(person),
    member: move_members,
    signature: _move_signatures,
    correspondent: _add_up(correspondent, "named_by", "name"),
    mails_by_hour: _add_up(mails_by_hour),
    delays_by_day: _add_up(delays_by_day),
    mails_by_people: _add_up(mails_by_people),
    mails_by_link: _add_up(mails_by_link, "last_at", "last_id"),
    crm_access: _keep_known(crm_access),
    crm_erased: _keep_known(crm_erased),
    reply: _keep_known(reply),
    reply_check: _keep_known(reply_check),
    **{table: _drop(table) for table in (crm_contact, crm_deal, crm_copy, crm_refresh)},
}

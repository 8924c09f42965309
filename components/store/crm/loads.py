"""Replaces the copy of LeadLex's CRM by a complete export, or leaves it as it is.

A refresh belongs to one process at a time (``crm_refresh``). It writes the rows of a new load in small transactions, so
that sending never waits for it, and shows them all at once with the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from components.crm import Contact, Deal, Kind
from components.errors import StateError
from components.store.crm.erased import is_referred_to, read_erased, to_digest
from components.store.crm.folding import to_found_by
from components.store.crm.lookups import NAMES, TABLES
from components.store.crm.tables import crm_access, crm_copy, crm_deal, crm_refresh
from components.store.engine import reading, upsert, writing

#: Rows removed a transaction.
_PORTION = 2500

#: The fields that are kept as they are.
_CONTACT = tuple(field.name for field in fields(Contact) if field.name != "tags")
_DEAL = tuple(field.name for field in fields(Deal) if field.name in crm_deal.c)


class LoadStore:
    """Runs refreshes, at most one per workspace across all processes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin_refresh(self, workspace_id: int, owner: str, until: float) -> str:
        """Claim the refresh of a workspace for ``owner`` until a time (epoch seconds), unless somebody has it.

        Returns the owner then, which may be another process. Raises StoreError.
        """
        mine = crm_refresh.c.workspace_id == workspace_id
        claim = upsert(self._engine, crm_refresh).values(workspace_id=workspace_id, owner=owner, until=until)
        with writing(self._engine) as connection:
            connection.execute(claim.on_conflict_do_nothing())
            return str(connection.execute(sa.select(crm_refresh.c.owner).where(mine)).scalar_one())

    def get_refresh(self, workspace_id: int) -> tuple[str, float] | None:
        """Return who refreshes a workspace, and until when their claim holds (epoch seconds). Raises StoreError."""
        query = sa.select(crm_refresh.c.owner, crm_refresh.c.until).where(crm_refresh.c.workspace_id == workspace_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return (str(row.owner), float(row.until)) if row else None

    def end_refresh(self, workspace_id: int, owner: str) -> None:
        """Give up a claim, also that of a process that has died. Raises StoreError."""
        mine = (crm_refresh.c.workspace_id == workspace_id, crm_refresh.c.owner == owner)
        with writing(self._engine) as connection:
            connection.execute(crm_refresh.delete().where(*mine))

    def remove_remnants(self, workspace_id: int, kind: Kind) -> bool:
        """Remove some rows of loads that are not shown; returns whether there may be more. Raises StoreError."""
        table = TABLES[kind]
        mine = (crm_copy.c.workspace_id == workspace_id, crm_copy.c.kind == kind)
        with writing(self._engine) as connection:
            shown = connection.execute(sa.select(crm_copy.c.load).where(*mine)).scalar_one_or_none() or 0
            # Each as a range of the index: those that are shown are not visited.
            for others in (table.c.load < shown, table.c.load > shown):
                rows = sa.select(table.c.row_id).where(table.c.workspace_id == workspace_id, others)
                # In the order of the table, so that few of its pages change.
                portion = rows.order_by(table.c.row_id).limit(_PORTION)
                if connection.execute(table.delete().where(table.c.row_id.in_(portion))).rowcount:
                    return True
        return False

    def start_load(self, workspace_id: int, kind: Kind, owner: str) -> Load:
        """Begin a load; rows of an earlier one must have been removed. Raises StoreError."""
        mine = (crm_copy.c.workspace_id == workspace_id, crm_copy.c.kind == kind)
        new = upsert(self._engine, crm_copy).values(workspace_id=workspace_id, kind=kind).on_conflict_do_nothing()
        with writing(self._engine) as connection:
            connection.execute(new)
            shown = connection.execute(sa.select(crm_copy.c.load).where(*mine)).scalar_one()
        return Load(self._engine, workspace_id, kind, owner, shown)

    def save_failure(
        self, workspace_id: int, kind: Kind, problem: str, now: float, retry_at: float | None = None
    ) -> None:
        """Save why a refresh failed at ``now``; the copy of before stays. Raises StoreError."""
        values = {"failed_at": now, "problem": problem, "retry_at": retry_at}
        kept = upsert(self._engine, crm_copy).values(workspace_id=workspace_id, kind=kind, **values)
        with writing(self._engine) as connection:
            connection.execute(kept.on_conflict_do_update(index_elements=["workspace_id", "kind"], set_=values))

    def save_access(self, workspace_id: int, key_fingerprint: str, kind: Kind, allowed: bool, now: float) -> None:
        """Save whether LeadLex let a key read, at ``now`` (epoch seconds). Raises StoreError."""
        key = {"workspace_id": workspace_id, "key_fingerprint": key_fingerprint, "kind": kind}
        values = {"allowed": allowed, "asked_at": now}
        kept = upsert(self._engine, crm_access).values(**key, **values)
        with writing(self._engine) as connection:
            connection.execute(kept.on_conflict_do_update(index_elements=list(key), set_=values))


class Load:
    """One load of a kind, which is shown from ``finish`` on."""

    def __init__(self, engine: sa.Engine, workspace_id: int, kind: Kind, owner: str, shown: int | None) -> None:
        self._engine = engine
        self._workspace_id = workspace_id
        self._kind = kind
        self._owner = owner
        self._shown = shown or 0
        self._number = self._shown + 1
        self._rows = 0

    def add(self, values: Sequence[Contact] | Sequence[Deal], until: float) -> int:
        """Add rows in one transaction, and extend the claim until a time (epoch seconds); returns how many are new.

        Ids that the load has already, and people who were erased, are left out. Raises StateError where the refresh is
        another process's by now, and StoreError.
        """
        rows = [_to_row(value) | {"workspace_id": self._workspace_id, "load": self._number} for value in values]
        mine = (crm_refresh.c.workspace_id == self._workspace_id, crm_refresh.c.owner == self._owner)
        insert = upsert(self._engine, TABLES[self._kind]).on_conflict_do_nothing()
        with writing(self._engine) as connection:
            if connection.execute(crm_refresh.update().where(*mine).values(until=until)).rowcount != 1:
                raise StateError("Another process refreshes the copy of LeadLex's CRM.")
            if self._kind is Kind.CONTACT and (erased := read_erased(connection, self._workspace_id)):
                rows = [row for row in rows if to_digest(row["id"]) not in erased]
            if not rows:
                return 0
            connection.execute(insert, rows)
            before, self._rows = self._rows, self._count(connection)
        return self._rows - before

    def finish(self, now: float) -> None:
        """Show the load in place of the one before; of what vanished, what mails refer to keeps its name.

        Raises StateError where the refresh is another process's by now, and StoreError.
        """
        table, name = TABLES[self._kind], NAMES[self._kind]
        mine = (crm_copy.c.workspace_id == self._workspace_id, crm_copy.c.kind == self._kind)
        claimed = sa.exists().where(
            crm_refresh.c.workspace_id == self._workspace_id, crm_refresh.c.owner == self._owner
        )
        new = table.alias()
        vanished = sa.select(table.c.id, name).where(
            table.c.workspace_id == self._workspace_id,
            table.c.load == self._shown,
            sa.not_(sa.exists().where(new.c.workspace_id == self._workspace_id, new.c.load == self._number,
                                      new.c.id == table.c.id)),
            is_referred_to(self._kind, self._workspace_id, table.c.id),
        )  # fmt: skip
        with writing(self._engine) as connection:
            values = {
                "load": self._number,
                "version": crm_copy.c.version + 1,
                "rows": self._count(connection),
                "loaded_at": now,
                **{"failed_at": None, "problem": "", "retry_at": None},
            }
            if connection.execute(crm_copy.update().where(*mine, claimed).values(values)).rowcount != 1:
                raise StateError("Another process refreshes the copy of LeadLex's CRM.")
            place = {"workspace_id": self._workspace_id, "load": self._number, "gone": True}
            former = [
                {"id": key, name.name: text, "found_by": to_found_by([text])} | place
                for key, text in connection.execute(vanished)
            ]
            if former:
                connection.execute(table.insert(), former)

    def _count(self, connection: sa.Connection) -> int:
        table = TABLES[self._kind]
        mine = (table.c.workspace_id == self._workspace_id, table.c.load == self._number)
        return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*mine)).scalar_one())


def _to_row(value: Contact | Deal) -> dict[str, Any]:
    if isinstance(value, Contact):
        row = {name: getattr(value, name) for name in _CONTACT}
        row |= {"tags": "\n".join(value.tags), "mailbox": value.email.lower()}
        row["found_by"] = to_found_by((value.full_name, value.email, value.company_name))
    else:
        row = {name: getattr(value, name) for name in _DEAL}
        row["found_by"] = to_found_by((value.name, value.company_name))
    row["gone"] = False
    return row

"""What is forgotten of people: those who were erased for good, and those who vanished from LeadLex."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import sqlalchemy as sa

from components.crm import Kind
from components.store.crm.lookups import TABLES
from components.store.crm.tables import crm_contact, crm_copy, crm_erased
from components.store.engine import upsert
from components.store.schema import draft, message


def to_digest(contact_id: str) -> str:
    """Return the digest by which an erased person's id is known again.

    It depends on nothing else, so that it holds wherever the rows of a workspace are moved.
    """
    return hashlib.sha256(f"leadlex-composer erased contact\0{contact_id}".encode("utf-8", "replace")).hexdigest()


def read_erased(connection: sa.Connection, workspace_id: int) -> frozenset[str]:
    """Read the digests of the people who were erased from a workspace."""
    query = sa.select(crm_erased.c.digest).where(crm_erased.c.workspace_id == workspace_id)
    return frozenset(connection.execute(query).scalars())


def erase_people(connection: sa.Connection, workspace_id: int, *, contact_id: str = "", mailbox: str = "") -> bool:
    """Remove the person with an id, or all with an address in lower case, for good; returns whether there was one.

    An id is remembered also where the copy does not have it yet.
    """
    mine = crm_contact.c.workspace_id == workspace_id
    wanted = crm_contact.c.id == contact_id if contact_id else crm_contact.c.mailbox == mailbox
    ids = set(connection.execute(sa.select(crm_contact.c.id).where(mine, wanted)).scalars())
    was_known = bool(ids)
    ids |= {contact_id} if contact_id else set()
    if ids:
        rows = [{"workspace_id": workspace_id, "digest": to_digest(each)} for each in ids]
        connection.execute(upsert(connection, crm_erased).on_conflict_do_nothing(), rows)
    if was_known:
        connection.execute(crm_contact.delete().where(mine, crm_contact.c.id.in_(ids)))
        _count_change(connection, workspace_id, Kind.CONTACT)
    return was_known


def forget_former(connection: sa.Connection, workspace_id: int, kind: Kind, ids: Collection[str]) -> None:
    """Remove those of the ids that are in LeadLex no more and that no mail or draft refers to any more."""
    table = TABLES[kind]
    former = (table.c.workspace_id == workspace_id, table.c.id.in_(ids), table.c.gone)
    forgotten = table.delete().where(*former, sa.not_(is_referred_to(kind, workspace_id, table.c.id)))
    if connection.execute(forgotten).rowcount:
        _count_change(connection, workspace_id, kind)


def is_referred_to(kind: Kind, workspace_id: int, key: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a mail or draft names an id."""
    in_mail, in_draft = message.c[f"{kind}_id"], draft.c[f"{kind}_id"]
    drafts = sa.select(in_draft).where(draft.c.workspace_id == workspace_id, in_draft != "")
    return sa.or_(sa.exists().where(message.c.workspace_id == workspace_id, in_mail == key), key.in_(drafts))


def _count_change(connection: sa.Connection, workspace_id: int, kind: Kind) -> None:
    mine = (crm_copy.c.workspace_id == workspace_id, crm_copy.c.kind == kind)
    connection.execute(crm_copy.update().where(*mine).values(version=crm_copy.c.version + 1))

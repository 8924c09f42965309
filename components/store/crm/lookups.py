"""Looking people and deals up in the copy of LeadLex's CRM, as far as an API key may see it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

import sqlalchemy as sa

from components.crm import Contact, Deal, Kind
from components.store.crm.folding import Lines
from components.store.crm.tables import crm_access, crm_contact, crm_copy, crm_deal
from components.store.engine import reading
from components.store.sound_values import to_text

#: The most copies whose lines are in memory.
_COPIES = 4
#: Ids in one query: SQLite takes 32,766 values.
_PORTION = 500

TABLES = {Kind.CONTACT: crm_contact, Kind.DEAL: crm_deal}
NAMES = {Kind.CONTACT: crm_contact.c.full_name, Kind.DEAL: crm_deal.c.name}
_CONTACT = tuple(crm_contact.c[field.name] for field in fields(Contact))
_DEAL = tuple(crm_deal.c[field.name] for field in fields(Deal) if field.name in crm_deal.c)


@dataclass(frozen=True, slots=True)
class Access:
    """Whether LeadLex let a key read, when it last asked itself (epoch seconds)."""

    allowed: bool
    asked_at: float


@dataclass(frozen=True, slots=True)
class CopyState:
    """The state of one copy; times in epoch seconds.

    ``loaded_at`` is None before the first complete export, ``rows`` the number that it brought. ``problem`` says in a
    sentence why the last refresh failed and what to do, "" if it did not; before ``retry_at`` another is no use.
    """

    loaded_at: float | None = None
    rows: int = 0
    failed_at: float | None = None
    problem: str = ""
    retry_at: float | None = None


class CrmStore:
    """Tells the state of a workspace's copies, and who may see them."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._cache = _LineCache(engine)

    def list_copies(self, workspace_id: int) -> Mapping[Kind, CopyState]:
        """Return the state of both copies. Raises StoreError."""
        columns = tuple(crm_copy.c[field.name] for field in fields(CopyState))
        query = sa.select(crm_copy.c.kind, *columns).where(crm_copy.c.workspace_id == workspace_id)
        with reading(self._engine) as connection:
            found = {row[0]: CopyState(*row[1:]) for row in connection.execute(query)}
        return {kind: found.get(kind, CopyState()) for kind in Kind}

    def list_access(self, workspace_id: int, key_fingerprint: str) -> Mapping[Kind, Access]:
        """Return what LeadLex answered a key, for what it has asked. Raises StoreError."""
        mine = (crm_access.c.workspace_id == workspace_id, crm_access.c.key_fingerprint == key_fingerprint)
        query = sa.select(crm_access.c.kind, crm_access.c.allowed, crm_access.c.asked_at).where(*mine)
        with reading(self._engine) as connection:
            return {Kind(row[0]): Access(*row[1:]) for row in connection.execute(query)}

    def open_view(self, workspace_id: int, key_fingerprint: str) -> CrmView:
        """Open what a key may see now; nothing of what LeadLex has not given to it. Raises StoreError."""
        allowed = sa.exists().where(
            crm_access.c.workspace_id == crm_copy.c.workspace_id,
            crm_access.c.kind == crm_copy.c.kind,
            crm_access.c.key_fingerprint == key_fingerprint,
            crm_access.c.allowed,
        )
        shown = (crm_copy.c.workspace_id == workspace_id, crm_copy.c.load.is_not(None), allowed)
        query = sa.select(crm_copy.c.kind, crm_copy.c.load, crm_copy.c.version).where(*shown)
        with reading(self._engine) as connection:
            copies = {Kind(row[0]): Shown(*row[1:]) for row in connection.execute(query)}
        return CrmView(self._engine, self._cache, workspace_id, copies)


@dataclass(frozen=True, slots=True)
class Shown:
    """Which load of a copy is shown, and its version, which counts the changes."""

    load: int
    version: int


class CrmView:
    """Looks up what one key may see of a workspace's copies, as they were when the view was opened.

    What it may not see is empty. Every method raises StoreError. Who is in LeadLex no more has only an id and a name.
    """

    def __init__(self, engine: sa.Engine, cache: _LineCache, workspace_id: int, copies: Mapping[Kind, Shown]) -> None:
        self._engine = engine
        self._cache = cache
        self._workspace_id = workspace_id
        self._copies = copies

    @property
    def kinds(self) -> frozenset[Kind]:
        """What there is to see."""
        return frozenset(self._copies)

    def find_contacts(self, text: str, limit: int = 8) -> tuple[Contact, ...]:
        """Find people by parts of name, address or company; names that begin so come first, the gone are left out."""
        rows = self._find(Kind.CONTACT, text, limit, [crm_contact.c.gone, *_CONTACT])
        return tuple(_to_contact(row) for row in rows)

    def find_deals(self, text: str, limit: int = 8) -> tuple[Deal, ...]:
        """Find deals by parts of name or company; names that begin so come first, the gone are left out."""
        return tuple(_to_deal(row) for row in self._find(Kind.DEAL, text, limit, [crm_deal.c.gone, *_DEAL]))

    def find_ids(self, kind: Kind, text: str, limit: int = 500) -> tuple[str, ...]:
        """Find the ids of contacts or deals by parts of their texts, also of those that are gone."""
        table = TABLES[kind]
        rows = self._find(kind, text, limit, [sa.false(), table.c.id])
        return tuple(to_text(row.id) for row in rows)

    def get_contact(self, contact_id: str) -> Contact | None:
        """Return a person by id."""
        return next(iter(self._list_contacts(crm_contact.c.id == contact_id)), None)

    def list_companies(self, ids: Collection[str]) -> Mapping[str, str]:
        """Return the companies of those of the people, by id, whose company is known."""
        return self._list_texts(Kind.CONTACT, crm_contact.c.company_name, ids)

    def get_deal(self, deal_id: str) -> Deal | None:
        """Return a deal by id."""
        return next(iter(self._list_deals(crm_deal.c.id == deal_id)), None)

    def list_contacts_at(self, mailbox: str) -> tuple[Contact, ...]:
        """List the people with an address (``local@domain``, case ignored)."""
        wanted = mailbox.lower()
        columns = [sa.or_(crm_contact.c.gone, crm_contact.c.mailbox != wanted), *_CONTACT]
        return tuple(_to_contact(row) for row in self._find(Kind.CONTACT, wanted, _PORTION, columns))

    def list_deals_of(self, contact_id: str, limit: int = 50) -> tuple[Deal, ...]:
        """List the deals of a person: those whose main contact they are, else those of their company.

        The documented export of deals names the company alone.
        """
        contact = self.get_contact(contact_id)
        own = self._list_deals(crm_deal.c.main_contact_id == contact_id, limit) if contact_id else ()
        if own or contact is None or not contact.company_name:
            return own
        return self._list_deals(crm_deal.c.company_name == contact.company_name, limit)

    def list_names(self, kind: Kind, ids: Collection[str]) -> Mapping[str, str]:
        """Return the names of those of the ids that are known."""
        return self._list_texts(kind, NAMES[kind], ids)

    def _list_texts(self, kind: Kind, column: sa.Column[str], ids: Collection[str]) -> dict[str, str]:
        """Return a text of those of the ids that have it, in a query for each portion."""
        shown = self._copies.get(kind)
        if shown is None:
            return {}
        table = TABLES[kind]
        found: dict[str, str] = {}
        query = sa.select(table.c.id, column).where(*self._is_shown(table, shown), column != "")
        with reading(self._engine) as connection:
            for portion in _cut(ids):
                rows = connection.execute(query.where(table.c.id.in_(portion)))
                found |= {to_text(row[0]): to_text(row[1]) for row in rows}
        return found

    def _find(self, kind: Kind, text: str, limit: int, columns: list[sa.ColumnElement[Any]]) -> Iterator[sa.Row[Any]]:
        """Yield the rows that a text finds, without those whose first column is true."""
        shown = self._copies.get(kind)
        if shown is None or not text.strip():
            return
        table = TABLES[kind]
        # By its rows alone: SQLite would choose the index of a condition on the load, and visit all of it.
        query: sa.Select[Any] = sa.select(table.c.row_id, *columns, table.c.workspace_id, table.c.load)
        mine = (self._workspace_id, shown.load)
        found = self._cache.get(self._workspace_id, kind, shown).find(text)
        with reading(self._engine) as connection:
            while limit > 0 and (portion := list(islice(found, min(limit, _PORTION)))):
                found_rows = connection.execute(query.where(table.c.row_id.in_(portion)))
                # Who was erased since the lines were read has no row any more, or somebody else has it.
                rows = {row.row_id: row for row in found_rows if (row.workspace_id, row.load) == mine}
                kept = [rows[number] for number in portion if number in rows and not rows[number][1]]
                yield from kept
                limit -= len(kept)

    def _list_contacts(self, *where: sa.ColumnElement[bool]) -> tuple[Contact, ...]:
        shown = self._copies.get(Kind.CONTACT)
        if shown is None:
            return ()
        query = sa.select(*_CONTACT).where(*self._is_shown(crm_contact, shown), *where).order_by(crm_contact.c.row_id)
        with reading(self._engine) as connection:
            return tuple(_to_contact(row) for row in connection.execute(query.limit(_PORTION)))

    def _list_deals(self, where: sa.ColumnElement[bool], limit: int = 1) -> tuple[Deal, ...]:
        shown = self._copies.get(Kind.DEAL)
        if shown is None:
            return ()
        query = sa.select(*_DEAL).where(*self._is_shown(crm_deal, shown), where).order_by(crm_deal.c.row_id)
        with reading(self._engine) as connection:
            return tuple(_to_deal(row) for row in connection.execute(query.limit(limit)))

    def _is_shown(self, table: sa.Table, shown: Shown) -> tuple[sa.ColumnElement[bool], ...]:
        return table.c.workspace_id == self._workspace_id, table.c.load == shown.load


class _LineCache:
    """The lines of the copies that were searched last. Safe for threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._lines: dict[tuple[int, Kind], tuple[Shown, Lines]] = {}

    def get(self, workspace_id: int, kind: Kind, shown: Shown) -> Lines:
        """Return the lines of a copy, reading them where they have changed. Raises StoreError."""
        place, table = (workspace_id, kind), TABLES[kind]
        with self._lock:
            known = self._lines.pop(place, None)
            if known is None or known[0] != shown:
                # Not both the old lines and the new ones.
                del known
                mine = (table.c.workspace_id == workspace_id, table.c.load == shown.load)
                query = sa.select(table.c.row_id, table.c.found_by).where(*mine).order_by(table.c.row_id)
                with reading(self._engine) as connection:
                    rows = connection.execution_options(yield_per=2000).execute(query)
                    known = shown, Lines((number, to_text(line)) for number, line in rows)
            self._lines[place] = known
            while len(self._lines) > _COPIES:
                del self._lines[next(iter(self._lines))]
            return known[1]


def _to_contact(row: sa.Row[Any]) -> Contact:
    texts = {column.name: to_text(getattr(row, column.name)) for column in _CONTACT}
    tags = tuple(filter(None, texts.pop("tags").split("\n")))
    return Contact(**texts, tags=tags)


def _to_deal(row: sa.Row[Any]) -> Deal:
    values: dict[str, Any] = {column.name: to_text(getattr(row, column.name)) for column in _DEAL}
    value = row.estimated_value
    return Deal(**values | {"estimated_value": value if isinstance(value, float) else None})


def _cut(ids: Collection[str]) -> Iterator[list[str]]:
    """Cut ids into portions for one query each."""
    left = iter(dict.fromkeys(ids))
    while portion := list(islice(left, _PORTION)):
        yield portion

"""Reads the names of contacts and deals in a search as the ids that mails hold."""

from __future__ import annotations

from dataclasses import replace

from components.crm import Kind
from components.store.crm.lookups import CrmView
from components.store.search.query import Filter, Part, Query


def resolve_names(query: Query, crm: CrmView) -> Query:
    """Return the query with the ids that its contacts and deals name. Raises StoreError."""
    return replace(query, parts=tuple(_resolve(part, crm) for part in query.parts))


def _resolve(part: Part, crm: CrmView) -> Part:
    if not isinstance(part, Filter) or part.kind not in tuple(Kind):
        return part
    return replace(part, ids=crm.find_ids(Kind(part.kind), part.value))

"""Names contacts and deals in Insights: as the CRM does, else by the recipients of their last mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.crm import Kind
from components.store import MessageSummary
from components.store.insights import LinkCount, LinkKind
from components.ui.widgets.crm_names import find_companies, find_names
from components.ui.widgets.labels import join_facts
from components.ui.widgets.message_rows import list_names, name_people


def name_links(kind: LinkKind, links: Sequence[LinkCount], last: Mapping[int, MessageSummary]) -> dict[str, str]:
    """Name contacts or deals (``last`` has their last mails by id), by their ids."""
    ids = [link.key for link in links]
    named = {link.key: _name_by_mail(kind, last[link.last_id]) for link in links if link.last_id in last}
    named |= find_names(Kind(kind), ids)
    companies = find_companies(ids) if kind == "contact" else {}
    return {id_: join_facts(name, companies.get(id_, "")) for id_, name in named.items()}


def _name_by_mail(kind: LinkKind, last: MessageSummary) -> str:
    """Name a contact by whom its last mail was written to first, a deal by all of them."""
    if kind == "deal":
        return name_people(last.recipients)
    names = list_names(last.recipients)
    return names[0] if names else last.recipients

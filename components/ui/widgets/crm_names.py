"""The names of contacts and deals, as far as the connected key may read LeadLex's CRM."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from components.crm import Kind
from components.store.crm.lookups import CrmView
from components.ui.services import services
from components.ui.session import session


def keep_crm() -> None:
    """Refresh the copy of the CRM in the background where that is due. Raises StoreError."""
    connection = session().connection
    if connection is not None:
        services().crm.keep_up(connection)


def open_crm() -> CrmView | None:
    """Open the copy of the CRM that the connected key may see; None without a connection. Raises StoreError."""
    connection = session().connection
    return services().crm.open_view(connection) if connection is not None else None


def find_names(kind: Kind, ids: Collection[str]) -> Mapping[str, str]:
    """Return the names of those of the ids that are known. Raises StoreError."""
    wanted = [each for each in ids if each]
    crm = open_crm() if wanted else None
    return crm.list_names(kind, wanted) if crm is not None else {}


def find_name(kind: str, id_: str) -> str:
    """Return the name of a contact or deal; "" where it is not known, and for anything else. Raises StoreError."""
    return find_names(Kind(kind), [id_]).get(id_, "") if kind in tuple(Kind) else ""


def find_companies(ids: Collection[str]) -> Mapping[str, str]:
    """Return the companies of those of the contacts whose company is known. Raises StoreError."""
    crm = open_crm()
    return crm.list_companies(ids) if crm is not None else {}

"""Finds the contacts and deals to which a mail can be linked: by its recipients, by names, by pasted ids.

Everything comes from the copy of the CRM; no function here makes a call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from components.crm import Contact, Deal, Kind
from components.store.crm.lookups import CrmView

#: How many contacts and how many deals are suggested for a text.
SUGGESTED = 5

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: A part of an address that names what its id is of: ``/contacts/…``, ``?deal_id=…``.
_NAMED_ID = re.compile(r"(?<![a-z])(contact|deal)s?(?:[_-]?id)?[/=]([\w.~-]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
#: The longest text that is taken for an id.
_ID_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient by ``local@domain``; ``contact_id`` is that of the contact who was chosen for it, or ""."""

    mailbox: str
    contact_id: str = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The contacts that a recipient may be: one, or several with the same address."""

    mailbox: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A contact or deal to link: ``name`` is "" where only its id is known, ``note`` tells it from others."""

    kind: Kind
    id: str
    name: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """Name and note in one line."""
        return _join(self.name, self.note)


@dataclass(frozen=True, slots=True)
class Reference:
    """An id in a typed text; ``kind`` is None where the text does not say of what."""

    id: str
    kind: Kind | None = None


def find_candidates(recipients: Sequence[Recipient], crm: CrmView) -> Candidates | None:
    """Find who the first recipient is that LeadLex knows; None for strangers. Raises StoreError."""
    for each in recipients:
        chosen = crm.get_contact(each.contact_id) if each.contact_id else None
        contacts = (chosen,) if chosen is not None else crm.list_contacts_at(each.mailbox)
        if contacts:
            return Candidates(each.mailbox, contacts)
    return None


def list_open_deals(contact_id: str, crm: CrmView) -> tuple[Deal, ...]:
    """List the open deals of a contact. Raises StoreError."""
    return tuple(deal for deal in crm.list_deals_of(contact_id) if deal.is_open)


def suggest_links(text: str, crm: CrmView | None) -> tuple[Link, ...]:
    """Suggest contacts and deals for a typed name, a pasted id or a LeadLex address. Raises StoreError.

    An id that is in no copy is offered as it stands.
    """
    reference = read_reference(text)
    known = _resolve(reference, crm) if reference is not None and crm is not None else ()
    if known:
        return known
    names = _find(text, crm) if crm is not None and may_be_name(text) else ()
    if reference is None:
        return names
    kinds = (reference.kind,) if reference.kind is not None else tuple(Kind)
    return (*names, *(Link(kind, reference.id) for kind in kinds))


def may_be_name(text: str) -> bool:
    """Tell whether a text can be a part of somebody's name, which a UUID or an address of LeadLex cannot."""
    entry = text.strip()
    return not _ADDRESS.match(entry) and not _UUID.fullmatch(entry)


def read_reference(text: str) -> Reference | None:
    """Read the id in a text that is an id or an address with one; None for any other text.

    Of an address the last id counts that it names a contact's or a deal's, else the last UUID. An id without an address
    is a UUID, or one word with a digit.
    """
    entry = text.strip()
    if _ADDRESS.match(entry):
        named = _NAMED_ID.findall(entry)
        if named:
            kind, id_ = named[-1]
            return Reference(id_, Kind(kind.lower()))
        ids = _UUID.findall(entry)
        return Reference(ids[-1]) if ids else None
    if _UUID.fullmatch(entry):
        return Reference(entry)
    is_id = len(entry) <= _ID_LENGTH and not re.search(r"[\s@]", entry) and re.search(r"\d", entry)
    return Reference(entry) if is_id else None


def to_contact_link(contact: Contact) -> Link:
    """Describe a contact: the note is company and job title."""
    return Link(Kind.CONTACT, contact.id, contact.full_name, _join(contact.company_name, contact.job_title))


def to_deal_link(deal: Deal) -> Link:
    """Describe a deal: the note is stage and value."""
    return Link(Kind.DEAL, deal.id, deal.name, _join(deal.stage, format_value(deal)))


def format_value(deal: Deal) -> str:
    """Format a deal's value: ``EUR 40,000``; "" where LeadLex tells none."""
    return f"{deal.currency} {deal.estimated_value:,.0f}".strip() if deal.estimated_value is not None else ""


def _resolve(reference: Reference, crm: CrmView) -> tuple[Link, ...]:
    """Find the contact or deal with an id, whatever the case of its letters."""
    for id_ in dict.fromkeys((reference.id, reference.id.lower())):
        contact = crm.get_contact(id_) if reference.kind in (None, Kind.CONTACT) else None
        deal = crm.get_deal(id_) if reference.kind in (None, Kind.DEAL) else None
        found = (*([to_contact_link(contact)] if contact else ()), *([to_deal_link(deal)] if deal else ()))
        if found:
            return found
    return ()


def _find(text: str, crm: CrmView) -> tuple[Link, ...]:
    contacts, deals = crm.find_contacts(text, SUGGESTED), crm.find_deals(text, SUGGESTED)
    return (*map(to_contact_link, contacts), *map(to_deal_link, deals))


def _join(*texts: str) -> str:
    return " · ".join(filter(None, texts))

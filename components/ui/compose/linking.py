"""The links of the open draft: from its recipients, by the field "Link", or from the offers beside it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal

import streamlit as st

from components.crm import Contact, Deal, Kind
from components.errors import GatewayError, InsufficientPermissions, StoreError
from components.mailer.connection import look_up
from components.mailer.crm.linking import (
    Candidates,
    Link,
    find_candidates,
    list_open_deals,
    may_be_name,
    suggest_links,
    to_contact_link,
    to_deal_link,
)
from components.mailer.crm.problems import describe
from components.message import to_mailbox_key
from components.model import ApiResponse, Draft, ListPage
from components.store.crm.lookups import CrmView
from components.ui.compose.contact_card import describe_contact, render_contact_card
from components.ui.compose.draft_sync import field_key, read_fields
from components.ui.compose.link_field import (
    read_choice,
    read_link_changes,
    read_link_typing,
    read_searched,
    render_link_field,
)
from components.ui.compose.recipients import list_recipients, read_chosen_contacts, read_typing
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.crm_names import open_crm
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.labels import join_facts

#: The fewest letters for which LeadLex is searched, and how many people are shown of what it found.
_SHORTEST, _FOUND = 2, 8


def link_recipients() -> None:
    """Link the contact of a new recipient, where nothing is linked and no person has decided; every run calls this.

    A link that was made so goes with its recipient. Where the store fails, nothing is linked.
    """
    with session().composer.lock, suppress(StoreError):
        _link_recipients(read_fields())


def _link_recipients(draft: Draft) -> None:
    composer = session().composer
    link, key = composer.link, field_key("recipients")
    recipients = list_recipients(draft, read_typing(key), read_chosen_contacts(key))
    present = {to_mailbox_key(each.mailbox) for each in recipients}
    opened = {to_mailbox_key(each.mailbox) for each in list_recipients(composer.opened)}
    if "contact_id" in read_link_changes(field_key("links"), link.taken):
        link.is_decided, link.source, link.candidates = True, "", None
    if link.source and link.source not in present:
        # Whom the link was made for is no recipient any more; another one may be meant.
        link.source, link.considered = "", frozenset(opened)
        change_links(contact_id="")
        draft = read_fields()
    if link.candidates is not None and to_mailbox_key(link.candidates.mailbox) not in present:
        link.candidates = None
    considered = link.considered if link.considered is not None else frozenset(opened)
    new = [each for each in recipients if to_mailbox_key(each.mailbox) not in considered]
    crm = open_crm() if new else None
    if crm is None or Kind.CONTACT not in crm.kinds:
        return
    link.considered = considered | present
    if not draft.contact_id.strip() and not link.is_decided and link.candidates is None:
        _take(find_candidates(new, crm))


def _take(candidates: Candidates | None) -> None:
    """Link the only candidate; of several a person chooses."""
    link = session().composer.link
    if candidates is None:
        return
    if len(candidates.contacts) > 1:
        link.candidates = candidates
        return
    link.source = to_mailbox_key(candidates.mailbox)
    change_links(contact_id=candidates.contacts[0].id)


def change_links(*, contact_id: str | None = None, deal_id: str | None = None) -> None:
    """Change ids of the open draft, beyond what the field has reported; None leaves one as it is."""
    composer = session().composer
    with composer.lock:
        draft = read_fields()
        composer.link.taken = read_choice(field_key("links"))
        composer.draft = replace(
            draft,
            contact_id=draft.contact_id if contact_id is None else contact_id,
            deal_id=draft.deal_id if deal_id is None else deal_id,
        )


def render_links() -> None:
    """Draw the field "Link", and below it what is known of the linked contact and what is offered."""
    composer, crm, key = session().composer, open_crm(), field_key("links")
    draft = composer.draft
    _search(read_searched(key))
    contact = _find_contact(draft.contact_id.strip(), crm)
    typed = read_link_typing(key).strip()
    with st.container(key="links", gap="small"):
        render_link_field(
            _list_links(draft, contact, crm),
            describe_contact(contact, crm) if contact is not None else {},
            _list_offers(typed, crm),
            _can_search(typed, crm),
            _describe_search(typed),
            key,
        )
        with st.container():
            _render_question()
        with st.container(key="link-offers", horizontal=True, vertical_alignment="center", gap="medium"):
            if contact is not None:
                render_contact_card(contact, crm)
            if crm is not None and contact is not None and not draft.deal_id.strip():
                _offer_deals(list_open_deals(contact.id, crm))


# What is linked, and what can be


def _list_links(draft: Draft, contact: Contact | None, crm: CrmView | None) -> list[Link]:
    """Describe what is linked, by name where it is known: a contact with the company, a deal alone."""
    links = []
    if contact_id := draft.contact_id.strip():
        name, company = (contact.full_name, contact.company_name) if contact is not None else ("", "")
        links.append(Link(Kind.CONTACT, contact_id, name, company))
    if deal_id := draft.deal_id.strip():
        deal = crm.get_deal(deal_id) if crm is not None else None
        links.append(Link(Kind.DEAL, deal_id, deal.name if deal is not None else ""))
    return links


def _find_contact(contact_id: str, crm: CrmView | None) -> Contact | None:
    """Return a contact of the copy, or whom a search in LeadLex found."""
    state = session()
    if not contact_id or state.connection is None:
        return None
    found = crm.get_contact(contact_id) if crm is not None else None
    return found or state.composer.found_contacts.get((state.connection.workspace_id, contact_id))


def _list_offers(typed: str, crm: CrmView | None) -> list[Link]:
    link = session().composer.link
    found = map(to_contact_link, link.found) if typed == link.searched else ()
    return [*found, *suggest_links(typed, crm)] if typed else []


def _can_search(typed: str, crm: CrmView | None) -> bool:
    """Tell whether a text is a name that LeadLex must be asked for, because no copy has its contacts."""
    is_new = len(typed) >= _SHORTEST and typed != session().composer.link.searched
    return crm is not None and Kind.CONTACT not in crm.kinds and is_new and may_be_name(typed)


def _describe_search(typed: str) -> str:
    """Say how the last search ended, while its text stands in the field."""
    link = session().composer.link
    if not typed or typed != link.searched:
        return ""
    return link.problem or ("" if link.found else f"LeadLex has no contact “{typed}”.")


def _search(text: str) -> None:
    """Search LeadLex for contacts, which takes one call; none for the text that was searched for last."""
    state = session()
    connection, link = state.connection, state.composer.link
    if connection is None or len(text) < _SHORTEST or text == link.searched:
        return
    link.searched, link.found, link.problem = text, (), ""
    client = services().clients.open(connection.base_url)

    def fetch() -> ApiResponse[ListPage[Contact]]:
        return client.fetch_contacts(connection.key, per_page=_FOUND, search=text)

    try:
        link.found = look_up(services().store, connection, fetch).items[:_FOUND]
    except GatewayError as error:
        link.problem = _describe_problem(error)
        return
    state.composer.found_contacts |= {(connection.workspace_id, each.id): each for each in link.found}


def _describe_problem(error: GatewayError) -> str:
    if isinstance(error, InsufficientPermissions):
        return describe(Kind.CONTACT, error)
    return f"LeadLex could not be searched: {error}"


# What is asked and offered


def _render_question() -> None:
    """Ask which of several contacts with one address is meant."""
    candidates = session().composer.link.candidates
    if candidates is None:
        return
    with st.container(key="link-question", horizontal=True, vertical_alignment="center", gap="small"):
        render_text((f"Who is {candidates.mailbox}?", "plain"), wide=False)
        for contact in candidates.contacts:
            label = join_facts(contact.full_name, contact.job_title)
            st.button(escape_markdown(label), key=field_key(f"link-{contact.id}"), on_click=_answer, args=(contact.id,))
        nobody = "Neither" if len(candidates.contacts) == 2 else "None of them"
        st.button(nobody, key=field_key("link-neither"), type="tertiary", on_click=_answer, args=("",))


def _answer(contact_id: str) -> None:
    link = session().composer.link
    link.candidates = None
    if contact_id:
        link.is_decided = True
        change_links(contact_id=contact_id)


def _offer_deals(deals: Sequence[Deal]) -> None:
    """Offer the contact's only open deal, or the choice among several."""
    if len(deals) == 1:
        _render_deal(deals[0], f"Link to {deals[0].name}", "tertiary")
    elif deals:
        with st.popover(f"Link to one of {len(deals)} deals", type="tertiary", key=field_key("link-deals")):
            for deal in deals:
                _render_deal(deal, to_deal_link(deal).text, "secondary")


def _render_deal(deal: Deal, label: str, look: Literal["secondary", "tertiary"]) -> None:
    key = field_key(f"link-deal-{deal.id}")
    st.button(escape_markdown(label), key=key, type=look, on_click=_link_deal, args=(deal.id,))


def _link_deal(deal_id: str) -> None:
    change_links(deal_id=deal_id)

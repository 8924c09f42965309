"""The card of the linked contact: what the copy of the CRM and this workspace's mails tell, without a call."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from components.crm import Contact, ContactDetail
from components.errors import GatewayError
from components.mailer.connection import look_up
from components.mailer.crm.linking import list_open_deals, to_deal_link
from components.store.crm.lookups import CrmView
from components.ui.compose.draft_sync import field_key
from components.ui.services import services
from components.ui.session import current_workspace, session
from components.ui.widgets.escaped_text import escape_markdown, render_facts, render_text
from components.ui.widgets.labels import format_time, join_facts

#: How many deals and mails are listed.
_DEALS, _MAILS = 5, 3


def render_contact_card(contact: Contact, crm: CrmView | None) -> None:
    """Draw the button that opens the card; what needs a look-up is drawn once it is open."""
    label = escape_markdown(f"About {contact.full_name}")
    card = st.popover(label, type="tertiary", key=field_key("card"), on_change="rerun")
    # Its height is fixed from the beginning: by that the browser decides on which side it opens.
    with card, st.container(gap=None, key="contact-card"):
        render_text((contact.full_name, "strong"))
        render_facts(_list_facts(contact))
        if not card.open:
            return
        if crm is not None:
            _render_list("Open deals", _describe_deals(contact, crm))
        _render_list("Last mails", _describe_mails(contact))
        _render_list("Next scheduled", _describe_next(contact))
        _render_notes(contact)


def describe_contact(contact: Contact, crm: CrmView | None) -> dict[str, list[str]]:
    """Describe a contact for the card that hovering shows: lines by their titles, without a call."""
    deals = _describe_deals(contact, crm) if crm is not None else ()
    facts = {title: [text] for title, text in _list_facts(contact).items() if text}
    lists = {
        "Open deals": list(deals),
        "Last mails": list(_describe_mails(contact)),
        "Next scheduled": list(_describe_next(contact)),
    }
    return facts | {title: lines for title, lines in lists.items() if lines}


def _list_facts(contact: Contact) -> dict[str, str]:
    return {
        "Company": contact.company_name,
        "Title": contact.job_title,
        "Phone": contact.phone,
        "Tags": ", ".join(contact.tags),
    }


def _render_list(title: str, lines: Iterable[str]) -> None:
    shown = list(lines)
    if shown:
        render_text((title, "faint"))
        for line in shown:
            render_text((line, "plain"))


def _describe_deals(contact: Contact, crm: CrmView) -> Iterable[str]:
    return (to_deal_link(deal).text for deal in list_open_deals(contact.id, crm)[:_DEALS])


def _describe_mails(contact: Contact) -> Iterable[str]:
    """Describe the workspace's last mails to a contact, colleagues' too."""
    workspace, draft_id = current_workspace(), session().composer.draft.id
    if workspace is None or not contact.email:
        return
    # Every run draws the card that hovering shows: what was read is cached for some seconds.
    for mail in services().draft_context.list_last_to(workspace, draft_id, contact.email, _MAILS):
        yield join_facts(format_time(mail.at), mail.sent_by, mail.subject)


def _describe_next(contact: Contact) -> Iterable[str]:
    """Name the next mail that is scheduled for the contact, a colleague's too."""
    workspace, draft_id = current_workspace(), session().composer.draft.id
    if workspace is None:
        return
    for mail in services().draft_context.list_next_to(workspace, draft_id, contact.id, contact.email):
        yield join_facts(format_time(mail.at), mail.author, mail.subject)


def _render_notes(contact: Contact) -> None:
    link = session().composer.link
    if link.detail is not None and link.detail.contact.id == contact.id:
        _render_list("Notes", (note.text for note in link.detail.recent_notes))
        _render_list("Tasks", _describe_tasks(link.detail))
        if not link.detail.recent_notes and not link.detail.open_tasks:
            render_text(("No notes, no open tasks.", "faint"))
        return
    if session().connection is not None:
        st.button(
            "Notes and tasks",
            key=field_key("card-notes"),
            help="Takes one API call.",
            on_click=_fetch_detail,
            args=(contact.id,),
        )
    if link.detail_problem:
        render_text((link.detail_problem, "fault"))


def _describe_tasks(detail: ContactDetail) -> Iterable[str]:
    for task in detail.open_tasks:
        yield join_facts(task.title, f"due {task.due_date}" if task.due_date else "")


def _fetch_detail(contact_id: str) -> None:
    """Ask LeadLex for the contact's notes and tasks, which takes one call."""
    parts, connection, link = services(), session().connection, session().composer.link
    if connection is None:
        return
    client = parts.clients.open(connection.base_url)
    try:
        link.detail = look_up(parts.store, connection, lambda: client.fetch_contact(connection.key, contact_id))
        link.detail_problem = ""
    except GatewayError as error:
        link.detail_problem = f"LeadLex did not tell: {error}"

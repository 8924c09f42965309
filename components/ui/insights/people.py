"""The names by which Insights shows contacts and deals, of which LeadLex tells only ids."""

from __future__ import annotations

from email.utils import getaddresses

from components.store import MessageSummary
from components.store.insights import LinkKind
from components.store.search.numerals import decode_domains
from components.ui.widgets.message_rows import name_people


def name_link(kind: LinkKind, last: MessageSummary) -> str:
    """Name a contact by whom its last mail was written to first, a deal by all of them."""
    if kind == "deal":
        return name_people(last.recipients)
    named = (name or decode_domains(mailbox) for name, mailbox in getaddresses([last.recipients]) if name or mailbox)
    return next(named, "") or last.recipients

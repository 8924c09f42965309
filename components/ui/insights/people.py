"""Names contacts and deals in Insights by the recipients of their last mail: mails hold only their ids."""

from __future__ import annotations

from components.store import MessageSummary
from components.store.insights import LinkKind
from components.ui.widgets.message_rows import list_names, name_people


def name_link(kind: LinkKind, last: MessageSummary) -> str:
    """Name a contact by whom its last mail was written to first, a deal by all of them."""
    if kind == "deal":
        return name_people(last.recipients)
    names = list_names(last.recipients)
    return names[0] if names else last.recipients

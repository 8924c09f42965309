"""The history of one mail: what everybody did with it, and when."""

from __future__ import annotations

from collections.abc import Sequence

from components.review import MailEvent, MailEventKind
from components.ui.widgets.escaped_text import render_section, render_text
from components.ui.widgets.labels import format_time

_WORDS = {
    MailEventKind.WRITTEN: "Written",
    MailEventKind.CHANGED: "Changed",
    MailEventKind.SHARED: "Shared",
    MailEventKind.ASKED: "Review asked of",
    MailEventKind.RETURNED: "Changes asked for",
    MailEventKind.APPROVED: "Approved",
    MailEventKind.SENT: "Send clicked",
    MailEventKind.UNDONE: "Taken back",
}


def render_events(events: Sequence[MailEvent]) -> None:
    """Draw the entries in order; nothing for a mail from before they were kept."""
    if not events:
        return
    render_section("History of this mail")
    for event in events:
        word = _WORDS[MailEventKind(event.kind)] if event.kind in set(MailEventKind) else event.kind
        detail = f"{word}: {event.detail}" if event.kind == MailEventKind.RETURNED and event.detail else word
        detail = f"{word} {event.detail}" if event.kind == MailEventKind.ASKED else detail
        who = f"by {event.person}" if event.person else ""
        render_text((format_time(event.at), "faint"), (detail, "plain"), (who, "plain"))

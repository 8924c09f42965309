"""The history of one mail: what everybody did with it, and when."""

from __future__ import annotations

from collections.abc import Sequence

from components.review import MailEvent, MailEventKind
from components.ui.widgets.escaped_text import render_lines, render_section
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
    render_lines([_to_line(event) for event in events])


def _to_line(event: MailEvent) -> tuple[tuple[str, str], ...]:
    # A later version may know of more.
    what = _WORDS[MailEventKind(event.kind)] if event.kind in set(MailEventKind) else event.kind
    if event.detail:
        what += f" {event.detail}" if event.kind == MailEventKind.ASKED else f": {event.detail}"
    return (format_time(event.at), "faint"), (what, "plain"), (f"by {event.person}" if event.person else "", "plain")

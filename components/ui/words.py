"""Small phrases that several screens use: times, sizes, who a mail is to."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from components.mailer.report import Circumstances, Report, goes_at, to_report
from components.mailer.schedule import to_words
from components.store import Entry
from components.ui.mail_list import Row
from components.ui.services import services
from components.ui.session import zone

# What Streamlit looks for in the finished text, escaped or not: addresses to link, arrows and dashes, its own logo.
_MADE_UP = re.compile(r"(?<=:)(?=//|streamlit:)|(?=@)|(?<=www)(?=\.)|(?<=[-<>=])(?=[-<>=])", re.IGNORECASE)


def when(moment: float) -> str:
    """A moment (epoch seconds) in the person's own time, as people say it."""
    return to_words(moment, zone(), time.time())


def size(count: int | None) -> str:
    """A size in bytes as people say it; files that lie in LeadLex have none here."""
    if count is None:
        return "in LeadLex"
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB" if count else "empty"
    return f"{count / 1_000_000:.1f} MB"


def literal(text: str) -> str:
    """A text from a person or a gateway, made safe to stand inside Streamlit's Markdown as it is.

    Addresses are told from links by an invisible word joiner, since no escape keeps them from being made links.
    """
    parted = _MADE_UP.sub("\u2060", " ".join(text.split()))
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~$:&^=@\"'/" else c for c in parted)


def circumstances(workspace_id: int) -> Circumstances:
    """What reports on a workspace's mails need beside the mails; one look for a whole list."""
    parts = services()
    paused_until = parts.store.workspaces.get_workspace(workspace_id).paused_until
    return Circumstances(time.time(), parts.keyring.get(workspace_id) is not None, paused_until, when)


def report(entry: Entry) -> Report:
    """What became of one mail, in this session's circumstances."""
    return to_report(entry, circumstances(entry.workspace_id))


def to_rows(entries: Sequence[Entry]) -> list[Row]:
    """Mails of one workspace as lines of a list."""
    about = circumstances(entries[0].workspace_id) if entries else None
    return [_to_row(entry, about) for entry in entries] if about else []


def _to_row(entry: Entry, about: Circumstances) -> Row:
    told = to_report(entry, about)
    return Row(
        id=str(entry.id),
        who=entry.recipients,
        when=when(goes_at(entry, about) or entry.settled_at or entry.created_at),
        subject=entry.subject,
        preview=entry.preview,
        word=told.word,
        tone=told.tone,
    )

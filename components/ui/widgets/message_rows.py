"""Recorded messages as rows of a list, with the status text that rows and status cards show."""

from __future__ import annotations

import time
from collections.abc import Sequence

from components.mailer.report import Circumstances, Report, goes_at, to_report
from components.store import Entry
from components.ui.services import services
from components.ui.url_state import open_mail, opened_id
from components.ui.widgets.labels import format_time
from components.ui.widgets.mail_list import MailRow, render_mail_list


def report(entry: Entry) -> Report:
    """Return the status text of one message and the actions that are safe now."""
    return to_report(entry, _get_circumstances(entry.workspace_id))


def to_rows(entries: Sequence[Entry]) -> list[MailRow]:
    """Turn messages of one workspace into rows."""
    about = _get_circumstances(entries[0].workspace_id) if entries else None
    return [_to_row(entry, about) for entry in entries] if about else []


def render_messages(label: str, entries: Sequence[Entry], key: str) -> None:
    """Draw a list of messages; a click opens one."""
    render_mail_list(label, to_rows(entries), str(opened_id() or ""), key, open_mail)


def _get_circumstances(workspace_id: int) -> Circumstances:
    """Read once for a whole list what the status text needs beside each message."""
    parts = services()
    paused_until = parts.store.workspaces.get_workspace(workspace_id).paused_until
    return Circumstances(time.time(), parts.keyring.get(workspace_id) is not None, paused_until, format_time)


def _to_row(entry: Entry, about: Circumstances) -> MailRow:
    status = to_report(entry, about)
    return MailRow(
        id=str(entry.id),
        who=entry.recipients,
        when=format_time(goes_at(entry, about) or entry.settled_at or entry.created_at),
        subject=entry.subject,
        preview=entry.preview,
        word=status.word,
        tone=status.tone,
    )

"""Recorded messages as rows of a list, with the status text that rows and status cards show."""

from __future__ import annotations

import time
from collections.abc import Sequence

from components.mailer.status_text import StatusContext, StatusText, next_attempt_at, to_status_text
from components.store import MessageSummary
from components.store.search.numerals import decode_domains
from components.store.sort_key import to_time
from components.ui.services import services
from components.ui.url_state import open_mail, opened_id
from components.ui.widgets.labels import format_time
from components.ui.widgets.mail_list import MailRow, render_mail_list


def report(summary: MessageSummary) -> StatusText:
    """Return the status text of one message and the actions that are safe now."""
    return to_status_text(summary, _get_circumstances(summary.workspace_id))


def to_rows(summaries: Sequence[MessageSummary]) -> list[MailRow]:
    """Turn messages of one workspace into rows."""
    about = _get_circumstances(summaries[0].workspace_id) if summaries else None
    return [_to_row(summary, about) for summary in summaries] if about else []


def render_messages(label: str, summaries: Sequence[MessageSummary], key: str) -> None:
    """Draw a list of messages; a click opens one."""
    render_mail_list(label, to_rows(summaries), str(opened_id() or ""), key, open_mail)


def _get_circumstances(workspace_id: int) -> StatusContext:
    """Read once for a whole list what the status text needs beside each message."""
    parts = services()
    paused_until = parts.store.workspaces.get_workspace(workspace_id).paused_until
    return StatusContext(time.time(), parts.keyring.get(workspace_id) is not None, paused_until, format_time)


def _to_row(summary: MessageSummary, about: StatusContext) -> MailRow:
    status = to_status_text(summary, about)
    return MailRow(
        id=str(summary.id),
        who=decode_domains(summary.recipients),
        when=format_time(next_attempt_at(summary, about) or to_time(summary.sort_key)),
        subject=summary.subject,
        preview=status.happened if summary.damage else summary.preview,
        word=status.word,
        tone=status.tone,
    )

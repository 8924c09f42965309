"""Recorded messages as rows of a list, with the status text that rows and status cards show."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from email.utils import getaddresses

from components.mailer.status_text import StatusContext, StatusText, Tone, next_attempt_at, to_status_text
from components.model import WENT_OUT, Status
from components.store import MessageSummary
from components.store.search.numerals import decode_domains
from components.store.sort_key import to_time
from components.ui.services import services
from components.ui.session import session
from components.ui.url_state import close_all, open_mail, opened_id
from components.ui.widgets.labels import TimeLabels, join_facts
from components.ui.widgets.mail_list import MailRow, render_mail_list

#: The recipients that a row names; more are counted.
_NAMED = 2


def read_status(summary: MessageSummary) -> StatusText:
    """Return the status text of one message and the actions that are safe now."""
    return to_status_text(summary, _Circumstances(summary.workspace_id).get(summary))


def to_rows(summaries: Sequence[MessageSummary], *, by_day: bool = False) -> list[MailRow]:
    """Turn messages of one workspace into rows; ``by_day`` puts a heading over the first of each day or week."""
    if not summaries:
        return []
    about = _Circumstances(summaries[0].workspace_id)
    marks = services().replies.list_marks(summaries[0].workspace_id, summaries)
    rows = [replace(_to_row(summary, about), mark=marks.get(summary.id, "")) for summary in summaries]
    if not by_day:
        return rows
    groups = [_name_group(_find_moment(summary, about.get(summary)), about.times) for summary in summaries]
    return [
        replace(row, heading=group) if group != before else row
        for row, group, before in zip(rows, groups, ["", *groups], strict=False)
    ]


def render_messages(label: str, summaries: Sequence[MessageSummary], key: str) -> None:
    """Draw a list of messages; a click opens one."""
    render_mail_list(label, to_rows(summaries), str(opened_id() or ""), key, open_mail, on_close=close_all)


def name_people(recipients: str) -> str:
    """Name the people of a list of addresses (RFC 5322): ``Hannah Okafor, Jörg Müller and 3 more``."""
    names = list_names(recipients)
    if not names:
        return decode_domains(recipients)
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def list_names(recipients: str) -> list[str]:
    """List the people of a list of addresses (RFC 5322) by their names, else by their mailboxes."""
    return [name or decode_domains(mailbox) for name, mailbox in getaddresses([recipients]) if name or mailbox]


class _Circumstances:
    """Reads once for a whole list what the rows and status texts of a workspace's mails need."""

    def __init__(self, workspace_id: int) -> None:
        self._now = time.time()
        self.times = TimeLabels()
        self._keyring = services().keyring
        self._pauses = services().store.api_keys.list_pauses(workspace_id)
        connection = session().connection
        self._own_key = connection.fingerprint if connection is not None else None
        self.person = connection.person if connection is not None else ""

    def get(self, summary: MessageSummary) -> StatusContext:
        """Return the context of one mail: whether its key is in memory, and until when LeadLex limits that key."""
        key = summary.key_fingerprint
        has_key = key == self._own_key or self._keyring.get(key) is not None
        # The server's own key sends what no key has tried.
        has_key = has_key or (summary.attempts == 0 and not self._pauses.keys().isdisjoint(self._keyring.server_keys))
        return StatusContext(self._now, has_key, self._pauses.get(key or ""), self.times.format)


def _find_moment(summary: MessageSummary, about: StatusContext) -> float:
    """Return when a message goes out or did, as far as that is known (epoch seconds)."""
    return next_attempt_at(summary, about) or to_time(summary.sort_key)


def _to_row(summary: MessageSummary, circumstances: _Circumstances) -> MailRow:
    about, times = circumstances.get(summary), circumstances.times
    status = to_status_text(summary, about)
    is_plain = summary.status in WENT_OUT and status.tone is Tone.GOOD
    author = summary.sent_by or summary.written_by
    moment = _find_moment(summary, about)
    when = times.format_short(moment)
    # When a mail goes out says more than that it waits.
    has_time = summary.status is Status.HELD and summary.due_at is not None and not summary.damage
    return MailRow(
        id=str(summary.id),
        who=name_people(summary.recipients),
        when=when,
        subject=summary.subject or "(no subject)",
        preview=status.happened if summary.damage else summary.preview,
        word="" if is_plain else when if has_time else status.word,
        tone=status.tone,
        by=join_facts("" if author == circumstances.person else author, name_helpers(summary)),
        title=f"{status.word}, {times.format(moment)}",
    )


def name_helpers(summary: MessageSummary) -> str:
    """Name the people besides the sender who worked on a mail: ``written by Alex Kern · approved by Jo Lind``."""
    is_others = summary.sent_by and summary.written_by not in ("", summary.sent_by)
    return join_facts(
        f"written by {summary.written_by}" if is_others else "",
        f"approved by {summary.approved_by}" if summary.approved_by else "",
    )


def _name_group(moment: float, times: TimeLabels) -> str:
    """Name the day or week of a moment as headings do: ``Today``, ``Last week``, ``October 2026``."""
    day, today = times.to_day(moment), times.today
    monday = today - timedelta(days=today.weekday())
    if day > today:
        return "Tomorrow" if day == today + timedelta(days=1) else "Later"
    if day >= today - timedelta(days=1):
        return "Today" if day == today else "Yesterday"
    if day >= monday - timedelta(days=7):
        return "This week" if day >= monday else "Last week"
    return _name_month(day, today)


def _name_month(day: date, today: date) -> str:
    if (day.year, day.month) == (today.year, today.month):
        return "Earlier this month"
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"

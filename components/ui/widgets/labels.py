"""Short labels that several screens use: times, sizes, counts, providers, files."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from components.mailer.send_times import to_words, to_zone
from components.model import LATEST_MOMENT, Attachment, Connection, WorkspaceSettings
from components.ui.session import session
from components.ui.widgets.escaped_text import render_text

_PROVIDERS = {"gmail": "Gmail", "microsoft": "Microsoft 365", "office365": "Office 365"}


def zone() -> ZoneInfo:
    """Return the time zone of the person's browser; where it does not tell, the workspace's."""
    settings = _find_settings()
    return to_zone(st.context.timezone or (settings.timezone if settings is not None else ""))


def find_language() -> str:
    """Return the language (BCP 47) that LeadLex names for the workspace, "" where it names none."""
    settings = _find_settings()
    return settings.locale if settings is not None else ""


def _find_settings() -> WorkspaceSettings | None:
    connection = session().connection
    return connection.settings if connection is not None else None


def name_workspace(connection: Connection) -> str:
    """Name the workspace of a connection as LeadLex does, else by its mailbox."""
    if connection.settings is not None and connection.settings.name:
        return connection.settings.name
    box = connection.mailbox
    return f"the workspace of {box.address}" if box is not None and box.address else "a workspace without a name"


class TimeLabels:
    """Formats the moments of a list (epoch seconds) in the person's time zone, of which Streamlit is asked once."""

    def __init__(self) -> None:
        self._zone, self._now = zone(), time.time()
        self.today = self.to_day(self._now)

    def to_day(self, moment: float) -> date:
        """Return the day of a moment."""
        return datetime.fromtimestamp(moment, self._zone).date()

    def format(self, moment: float) -> str:
        """Format a moment: ``14:05``, ``tomorrow 08:00``, ``Mon 7 Dec 08:00``."""
        return to_words(moment, self._zone, self._now)

    def format_short(self, moment: float) -> str:
        """Format a moment under the heading of its day: ``14:05``, ``Mon 08:00``, ``20 Nov``, ``20 Nov 2025``."""
        if not 0 <= moment < LATEST_MOMENT:
            return ""
        at = datetime.fromtimestamp(moment, self._zone)
        days = (at.date() - self.today).days
        clock = f"{at:%H:%M}"
        if days in (-1, 0):
            return clock
        if 0 < days < 7:
            return f"{at:%a} {clock}"
        return f"{at.day} {at:%b}" if at.year == self.today.year else f"{at.day} {at:%b} {at.year}"


def format_time(moment: float) -> str:
    """Format one moment (epoch seconds): ``14:05``, ``tomorrow 08:00``, ``Mon 7 Dec 08:00``."""
    return to_words(moment, zone(), time.time())


def format_full_time(moment: float) -> str:
    """Format a moment with its year and time zone, for paper: ``Mon 7 Dec 2026 08:00 CET``."""
    if not 0 <= moment < LATEST_MOMENT:
        return ""
    at = datetime.fromtimestamp(moment, zone())
    return f"{at:%a} {at.day} {at:%b} {at.year} {at:%H:%M %Z}"


def format_size(count: int | None) -> str:
    """Format a size in bytes; None stands for a file that LeadLex stores, whose size is not known here."""
    if count is None:
        return "in LeadLex"
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB" if count else "empty"
    return f"{count / 1_000_000:.1f} MB"


def join_facts(*facts: str) -> str:
    """Join short facts into one line, without those that are empty: ``Havelwerke AG · Head of Legal``."""
    return " · ".join(filter(None, facts))


def format_mails(count: int) -> str:
    """Format a number of mails: ``1 mail``, ``1,200 mails``."""
    return "1 mail" if count == 1 else f"{count:,} mails"


def format_files(count: int) -> str:
    """Format a number of files: ``1 file``, ``3 files``."""
    return "1 file" if count == 1 else f"{count} files"


def name_provider(provider: str) -> str:
    """Return the name of a mailbox provider as people know it; an unknown one as LeadLex spells it."""
    return _PROVIDERS.get(provider, provider)


def render_file(file: Attachment) -> None:
    """Draw a file's name, type and size."""
    render_text((file.filename, "strong"))
    render_text((f"{file.mime_type} · {format_size(file.size)}", "faint"), wide=False)

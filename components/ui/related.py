"""A mail among those it belongs with: the thread as a conversation, the timeline of a contact or deal by its days."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import streamlit as st

from components.store import Entry, Message
from components.store.related import Related
from components.ui.address import View, close_view, open_in_view, turn_view
from components.ui.mail_list import Row, render_mail_list
from components.ui.opened_mail import render_opened_mail
from components.ui.services import services
from components.ui.session import zone
from components.ui.text import render_text
from components.ui.words import to_rows

_TITLES = {"thread": "Thread", "contact": "Mails to the contact", "deal": "Mails of the deal"}


def render_related(workspace: int, view: View, letter: Message | None) -> None:
    """Draw a page of a thread (oldest first) or timeline (newest first), the opened mail in its place."""
    page, is_newest = _find_page(workspace, view, letter)
    is_thread = view.link == "thread"
    _render_head(view, page, is_newest)
    entries = page.entries[::-1] if is_thread else page.entries
    rows = to_rows(entries) if is_thread else _add_days(entries, to_rows(entries))
    with st.container(horizontal=True, key="turn-thread"):
        if is_thread:
            _render_turns(page, is_newest)
    place = next((place for place, row in enumerate(rows, 1) if letter and row.id == str(letter.entry.id)), len(rows))
    opened = str(letter.entry.id) if letter else ""
    render_mail_list(_TITLES[view.link], rows[:place], opened, "related", open_in_view)
    with st.container(border=letter is not None, key="in-place"):
        if letter is not None:
            render_opened_mail(letter)
    if rows[place:]:
        render_mail_list("After it", rows[place:], opened, "related-after", open_in_view)
    with st.container(horizontal=True, key="turn-timeline"):
        if not is_thread:
            _render_turns(page, is_newest)


def _find_page(workspace: int, view: View, letter: Message | None) -> tuple[Related, bool]:
    """The page that the address names, or the one that ends with the opened mail; whether it is the newest."""
    store = services().store.related
    page = store.list_related(workspace, view.link, view.value, view.before_id)
    if letter is None or letter.entry.id in {entry.id for entry in page.entries}:
        return page, view.before_id is None
    return store.list_related(workspace, view.link, view.value, letter.entry.id + 1), False


def _render_head(view: View, page: Related, is_newest: bool) -> None:
    whole = is_newest and page.next_id is None
    count = len(page.entries)
    said = ("1 mail" if count == 1 else f"{count} mails") if whole else f"{count} of more mails"
    with st.container(horizontal=True, vertical_alignment="center", key="view-head"):
        st.subheader(_TITLES[view.link], anchor=False)
        st.button("Close", key="close-view", on_click=close_view)
    with st.container():
        render_text((f"{said} · {view.value}", "faint"))
        if not page.entries:
            st.info("No mail of your workspace belongs to it.")
        elif not page.complete:
            st.caption("Still indexing older mails. The first one of the thread may be missing for a moment.")


def _render_turns(page: Related, is_newest: bool) -> None:
    if page.next_id is not None:
        st.button("Earlier mails", key="view-earlier", on_click=turn_view, args=(page.next_id,))
    if not is_newest:
        st.button("Newest mails", key="view-newest", on_click=turn_view, args=(None,))


def _add_days(entries: Sequence[Entry], rows: Sequence[Row]) -> list[Row]:
    """The rows, the first one of each day under its name."""
    days = [_to_day(entry.created_at) for entry in entries]
    return [
        replace(row, heading=day) if day != before else row
        for row, day, before in zip(rows, days, ["", *days], strict=False)
    ]


def _to_day(moment: float) -> str:
    """The day of a moment (epoch seconds) as people say it, in the person's own time zone."""
    day, today = datetime.fromtimestamp(moment, zone()).date(), datetime.fromtimestamp(time.time(), zone()).date()
    if today - day in (timedelta(0), timedelta(1)):
        return "Yesterday" if today != day else "Today"
    return f"{day:%A}, {day.day} {day:%B %Y}"

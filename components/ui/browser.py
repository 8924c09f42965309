"""List left, opened mail right; on a phone the mail takes the list's place, with a way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.store import Entry
from components.store.search.finding import Hit
from components.ui.address import Page, close_all, open_mail, opened_id, opened_view
from components.ui.mail_list import render_mail_list
from components.ui.opened_mail import render_opened_mail
from components.ui.related import render_related
from components.ui.services import services
from components.ui.session import current_workspace
from components.ui.styles import hide_on_phone
from components.ui.words import to_rows


def render_entries(label: str, entries: Sequence[Entry], key: str) -> None:
    """Draw a list of mails; a click opens one."""
    render_mail_list(label, to_rows(entries), str(opened_id() or ""), key, open_mail)


def render_hits(label: str, hits: Sequence[Hit], key: str, search_key: str) -> None:
    """Draw what a search found, the hits marked; the keyboard leads from the field of that key to the list and back."""
    rows = to_rows([hit.entry for hit in hits])
    marked = [
        replace(row, preview=hit.snippet, subject_ranges=hit.subject_ranges, preview_ranges=hit.snippet_ranges)
        for row, hit in zip(rows, hits, strict=True)
    ]
    render_mail_list(label, marked, str(opened_id() or ""), key, open_mail, search_key=search_key)


def render_opened() -> None:
    """Draw the mail that the address names, if it is this workspace's, by itself or among those it belongs with."""
    number, view, workspace = opened_id(), opened_view(), current_workspace()
    if workspace is None or (number is None and view is None):
        st.caption("Choose a mail to read it.")
        return
    with st.container(key="back-to-list"):
        st.button("Back to the list", on_click=close_all, key="back")
    letter = services().store.history.get_message(number, workspace) if number is not None else None
    if number is not None and letter is None:
        st.info("This mail is not here any more.")
    elif view is not None and (letter is None or view.holds(letter.entry)):
        render_related(workspace, view, letter)
    elif letter is not None:
        render_opened_mail(letter)


def hide_other_side(*around_list: str) -> None:
    """On a phone, leave out the list and what belongs to it while a mail is open, and the empty mail while none is."""
    is_reading = opened_id() is not None or opened_view() is not None
    hide_on_phone(*(("mails", *around_list) if is_reading else ("mail",)))


def ask_to_connect(what: str) -> None:
    """What a page that belongs to a workspace shows without a key (promise 8)."""
    st.info(f"Connect to see {what}. Without a key nothing of a workspace is shown.")
    st.page_link(Page.SETTINGS, label="Connect in Settings")

"""One page of what the history's search found; it refreshes while a message is under way or being indexed."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.store.search.query import Query, to_text
from components.store.search.searching import Results
from components.ui.history.search import format_found
from components.ui.outbox.message_status import is_moving
from components.ui.services import services
from components.ui.session import session
from components.ui.url_state import (
    SEARCH,
    MailLink,
    Page,
    close_all,
    open_mail,
    opened_id,
    opened_link,
    opened_page,
    turn_page,
)
from components.ui.widgets.escaped_text import render_text
from components.ui.widgets.live_part import render_live
from components.ui.widgets.mail_list import render_mail_list
from components.ui.widgets.message_rows import to_rows

PAGE_SIZE = 25
#: Seconds between two searches while the list changes.
_POLL_SECONDS = 2.0


def render_results(workspace: int, query: Query) -> None:
    """Draw the list with its count and the buttons to other pages."""
    before_key = opened_page()
    results = _search(workspace, query, before_key)
    _close_absent(query, before_key, results)
    is_changing = _is_changing(results)
    address = (before_key, opened_id(), opened_link())
    # The first drawing takes the results out of the list; each refresh finds it empty and searches again.
    latest = [results]
    render_live(lambda: _render_list(workspace, query, address, latest), _POLL_SECONDS if is_changing else None)


def _close_absent(query: Query, before_key: int | None, results: Results) -> None:
    """Close the opened mail where another search or page does not have it.

    One that an address opens stays, wherever it is in the list.
    """
    state, now = session().history, (to_text(query), before_key)
    is_other, state.shown = state.shown not in (None, now), now
    if is_other and opened_id() not in {hit.summary.id for hit in results.hits}:
        close_all()


def _search(workspace: int, query: Query, before_key: int | None) -> Results:
    return services().store.search.search_mails(workspace, query, before_key, PAGE_SIZE)


def _is_changing(results: Results) -> bool:
    """Tell whether a message of the list is under way, or older ones are not indexed yet."""
    return not results.complete or any(is_moving(hit.summary) for hit in results.hits)


def _render_list(
    workspace: int, query: Query, address: tuple[int | None, int | None, MailLink | None], latest: list[Results]
) -> None:
    """Draw the list; rerun the whole page when the address has changed or the list no longer changes."""
    before_key = address[0]
    is_refresh = not latest
    if address != (opened_page(), opened_id(), opened_link()):
        st.rerun()
    results = _search(workspace, query, before_key) if is_refresh else latest.pop()
    if is_refresh and not _is_changing(results):
        st.rerun()
    if results.hits or query:
        render_text((format_found(services().store.search.count_mails(workspace, query)), "faint"))
    if not results.complete:
        st.caption("Still indexing older mails. More may be found in a moment.")
    # Drawn even when empty: it handles the keys that lead to the search.
    _render_hits(results)
    if not results.hits:
        _render_nothing(query, before_key)
    with st.container(horizontal=True):
        if before_key is not None:
            st.button("Newest", on_click=turn_page, args=(None,), key="newest")
        if results.next_key is not None:
            st.button("Older", on_click=turn_page, args=(results.next_key,), key="older")


def _render_hits(results: Results) -> None:
    hits = results.hits
    rows = to_rows([hit.summary for hit in hits], by_day=True)
    marked = [
        replace(row, preview=hit.snippet, subject_ranges=hit.subject_ranges, preview_ranges=hit.snippet_ranges)
        for row, hit in zip(rows, hits, strict=True)
    ]
    opened = str(opened_id() or "")
    render_mail_list("Mails", marked, opened, "history-list", open_mail, search_key=SEARCH, on_close=close_all)


def _render_nothing(query: Query, before_key: int | None) -> None:
    """Say why the list is empty, and what to do."""
    if before_key is not None:
        st.info("There are no older mails.")
    elif query:
        st.info("Try fewer words, the beginning of a word with * after it, or remove a filter.")
    else:
        st.info("Nothing has been sent from here yet. What you send appears here, with everything LeadLex answered.")
        st.page_link(Page.COMPOSE, label="Write the first mail")

"""History: every mail of the workspace, newest first, and the search that finds one again."""

import streamlit as st

from components.store.search.finding import Results
from components.store.search.language import Query
from components.ui.address import (
    BEFORE,
    SEARCH,
    Page,
    View,
    keep_history_address,
    opened_id,
    opened_view,
    read_number,
    restore_history_address,
)
from components.ui.browser import ask_to_connect, hide_other_side, render_hits, render_opened
from components.ui.exporting import render_export, render_export_choice
from components.ui.filters import render_filters
from components.ui.progress import is_moving
from components.ui.search_box import (
    render_box,
    render_chips,
    render_explanation,
    to_count,
    turn_page,
)
from components.ui.services import services
from components.ui.session import current_workspace

PAGE_SIZE = 25


def render_history(workspace: int) -> None:
    """Draw the search, one page of what it finds, and the mail that is open."""
    hide_other_side("search")
    with st.container(key="search"):
        query = render_search(workspace)
        render_export(workspace)
    before_id = read_number(BEFORE)
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(key="mails"):
        results = find(workspace, query, before_id)
        pending = is_pending(results)
        # A list at rest is part of the page: a click in it runs the page at once, and not the list before.
        draw = st.fragment(render_list, run_every=2.0) if pending else render_list
        # Handed over in a list that is emptied: only when it is drawn again by itself does the list search again.
        draw(workspace, query, before_id, (opened_id(), opened_view()), [results])
    with right, st.container(key="mail"):
        render_opened()


def render_search(workspace: int) -> Query:
    """Draw the field with what helps to fill it in; what is looked for."""
    field, controls = st.columns([3, 2], vertical_alignment="bottom")
    with field:
        query = render_box()
    with controls, st.container(horizontal=True, key="search-controls"):
        render_filters(query)
        render_export_choice(workspace, query)
        render_explanation()
    render_chips(query)
    return query


def find(workspace: int, query: Query, before_id: int | None) -> Results:
    """One page of the list."""
    return services().store.search.search_mails(workspace, query, before_id, PAGE_SIZE)


def is_pending(results: Results) -> bool:
    """Whether the list changes by itself: a mail is under way, or older ones are not indexed yet."""
    return not results.complete or any(is_moving(hit.entry) for hit in results.hits)


def render_list(
    workspace: int, query: Query, before_id: int | None, opened: tuple[int | None, View | None], latest: list[Results]
) -> None:
    """Draw what was found, following what moves; the whole page is drawn anew when another mail or page is."""
    again = not latest
    results = find(workspace, query, before_id) if again else latest.pop()
    address = (opened_id(), opened_view()), read_number(BEFORE)
    if address != (opened, before_id) or (again and not is_pending(results)):
        st.rerun()
    if results.hits or query:
        st.caption(to_count(services().store.search.count_mails(workspace, query)))
    if not results.complete:
        st.caption("Still indexing older mails. More may be found in a moment.")
    # Drawn even when empty: it listens for the keys that lead to the search.
    render_hits("Mails", results.hits, key="history-list", search_key=SEARCH)
    if not results.hits:
        render_nothing(query, before_id)
    with st.container(horizontal=True):
        if before_id is not None:
            st.button("Newest", on_click=turn_page, args=(None,), key="newest")
        if results.next_id is not None:
            st.button("Older", on_click=turn_page, args=(results.next_id,), key="older")


def render_nothing(query: Query, before_id: int | None) -> None:
    """Say why the list is empty, and what to do."""
    if before_id is not None:
        st.info("There are no older mails.")
    elif query:
        st.info("Try fewer words, the beginning of a word with * after it, or remove a filter.")
    else:
        st.info("Nothing has been sent from here yet. What you send appears here, with everything LeadLex answered.")
        st.page_link(Page.COMPOSE, label="Write the first mail")


st.subheader("History", anchor=False)
open_workspace = current_workspace()
if open_workspace is None:
    keep_history_address()
    ask_to_connect("the history")
else:
    restore_history_address()
    render_history(open_workspace)

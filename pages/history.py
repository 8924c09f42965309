"""History: every mail of the workspace, newest first."""

import streamlit as st

from components.ui.browser import ask_to_connect, hide_other_side, opened_id, render_entries, render_opened
from components.ui.progress import is_moving
from components.ui.services import services
from components.ui.words import current_workspace

PAGE_SIZE = 25


def render_history(workspace: int) -> None:
    """Draw one page of the list, and the mail that is open."""
    before = st.query_params.get("before", "")
    before_id = int(before) if before.isdecimal() and len(before) < 19 else None
    entries = services().store.history.list_entries(workspace, before_id, limit=PAGE_SIZE + 1)
    if not entries and before_id is None:
        st.info("Nothing has been sent from here yet. What you send appears here, with everything LeadLex answered.")
        st.page_link("compose.py", label="Write the first mail")
        return
    hide_other_side()
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(key="mails"):
        moving = any(is_moving(entry) for entry in entries)
        st.fragment(render_list, run_every=2.0 if moving else None)(workspace, before_id, opened_id())
        with st.container(horizontal=True):
            if before_id is not None:
                st.button("Newest", on_click=turn_page, args=(None,), key="newest")
            if len(entries) > PAGE_SIZE:
                st.button("Older", on_click=turn_page, args=(entries[PAGE_SIZE - 1].id,), key="older")
    with right, st.container(key="mail"):
        render_opened()


def render_list(workspace: int, before_id: int | None, opened: int | None) -> None:
    """Draw the list, following what moves; the whole page is drawn anew when another mail is opened."""
    entries = services().store.history.list_entries(workspace, before_id, limit=PAGE_SIZE)
    if opened_id() != opened:
        st.rerun()
    render_entries("Mails", entries, key="history-list")


def turn_page(before_id: int | None) -> None:
    """Name a page of the list in the address."""
    if before_id is not None:
        st.query_params["before"] = str(before_id)
    elif "before" in st.query_params:
        del st.query_params["before"]


st.subheader("History", anchor=False)
open_workspace = current_workspace()
if open_workspace is None:
    ask_to_connect("the history")
else:
    render_history(open_workspace)

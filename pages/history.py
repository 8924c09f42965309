"""History: every message of the workspace, newest first, and the search that finds one again."""

import streamlit as st

from components.ui.history.export import render_export, render_export_choice
from components.ui.history.master_detail import render_detail, split_page
from components.ui.history.replies import render_reply_check
from components.ui.history.results import render_results
from components.ui.history.search import render_chips, render_explanation, render_filters, render_search_field
from components.ui.url_state import keep_history_address, restore_history_address
from components.ui.welcome.steps import require_workspace


def render_history(workspace: int) -> None:
    """Draw the search, one page of what it finds, and the open message."""
    with st.container(key="list-head", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", key="search-bar"):
            query = render_search_field()
            render_filters(query)
            render_explanation()
            render_export_choice(workspace, query)
        render_chips(query)
        render_reply_check()
        render_export(workspace)
    mails, mail = split_page()
    with mails:
        render_results(workspace, query)
    with mail:
        render_detail()


st.title("History", anchor=False)
open_workspace = require_workspace("the history")
if open_workspace is None:
    keep_history_address()
else:
    restore_history_address()
    render_history(open_workspace)

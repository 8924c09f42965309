"""History: every message of the workspace, newest first, and the search that finds one again."""

import streamlit as st

from components.ui.history.export import render_export, render_export_choice
from components.ui.history.master_detail import hide_other_side, render_detail
from components.ui.history.results import render_results
from components.ui.history.search import render_chips, render_explanation, render_filters, render_search_field
from components.ui.settings.connection_panel import require_workspace
from components.ui.url_state import keep_history_address, restore_history_address


def render_history(workspace: int) -> None:
    """Draw the search, one page of what it finds, and the open message."""
    hide_other_side("search")
    with st.container(key="search"):
        field, controls = st.columns([3, 2], vertical_alignment="bottom")
        with field:
            query = render_search_field()
        with controls, st.container(horizontal=True, key="search-controls"):
            render_filters(query)
            render_export_choice(workspace, query)
            render_explanation()
        render_chips(query)
        render_export(workspace)
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(key="mails"):
        render_results(workspace, query)
    with right, st.container(key="mail"):
        render_detail()


st.subheader("History", anchor=False)
open_workspace = require_workspace("the history")
if open_workspace is None:
    keep_history_address()
else:
    restore_history_address()
    render_history(open_workspace)

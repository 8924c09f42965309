"""Insights: the workspace's mails in numbers, and who waits for the next one; every number leads to its mails."""

import streamlit as st

from components.ui.insights.overview import render_busiest, render_overview, render_span_choice
from components.ui.insights.without_follow_up import render_without_follow_up
from components.ui.settings.connection_panel import require_workspace

st.subheader("Insights", anchor=False)
workspace = require_workspace("insights")
if workspace is not None:
    span = render_span_choice()
    # In its own container, so that what follows keeps its place whether or not there is an overview.
    with st.container(key="span"):
        render_overview(workspace, span)
    st.markdown("##### No follow-up sent")
    render_without_follow_up(workspace)
    render_busiest(workspace)

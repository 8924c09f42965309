"""Insights: the workspace's mails in numbers, and who waits for the next one; every number leads to its mails."""

import streamlit as st

from components.ui.insights.overview import (
    render_busiest,
    render_overview,
    render_people,
    render_routes,
    render_span_choice,
)
from components.ui.insights.spans import Span
from components.ui.insights.without_follow_up import render_without_follow_up
from components.ui.welcome.steps import require_workspace


def render_insights(workspace: int, span: Span) -> None:
    """Draw the time span's figures and columns, then who waits and who got most, then how mails went."""
    # In their own containers, so that what follows keeps its place whether or not there is an overview.
    with st.container(key="span"):
        render_overview(workspace, span)
    left, right = st.columns(2, gap="large")
    with left:
        render_without_follow_up(workspace)
    with right:
        render_busiest(workspace)
    with st.container(key="routes"):
        render_routes(workspace, span)
    with st.container(key="by-person"):
        render_people(workspace, span)


head = st.container(horizontal=True, vertical_alignment="center", key="insights-head")
with head:
    st.title("Insights", anchor=False)
open_workspace = require_workspace("Insights")
if open_workspace is not None:
    with head, st.container(width="content"):
        chosen = render_span_choice()
    render_insights(open_workspace, chosen)

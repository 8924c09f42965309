"""Insights: what the workspace's mails add up to, and who waits for the next one; every number leads to its mails."""

from datetime import datetime

import streamlit as st

from components.ui.address import Page
from components.ui.browser import ask_to_connect
from components.ui.insights.overview import render_busiest, render_span
from components.ui.insights.quiet import render_quiet
from components.ui.insights.spans import LENGTHS, Span, to_days, to_span
from components.ui.services import services
from components.ui.session import current_workspace, zone


def choose_span() -> Span:
    """Draw the choice of days, which the page's address names too; the days up to today in the person's own zone."""
    names = {name: length for length, name in LENGTHS.items()}
    name = st.segmented_control(
        "Time",
        list(names),
        default=LENGTHS[30],
        required=True,
        key="time",
        bind="query-params",
        label_visibility="collapsed",
    )
    span = to_span(names[name], datetime.now(zone()).date())
    week = ", by week from Monday" if span.unit == "week" else ""
    st.caption(f"{to_days(span.first, span.last)}{week}. Days are those of {zone().key}.")
    return span


def render_insights(workspace: int) -> None:
    """Draw the page for a workspace."""
    span = choose_span()
    counts = services().store.insights.list_days(workspace, span.first, span.last, zone(), span.step)
    # In a place of its own: what is below keeps its place whether there is something or not.
    with st.container(key="span"):
        if counts:
            render_span(workspace, span, counts, zone())
        else:
            st.info("No mail was sent from here in this time.")
            st.page_link(Page.COMPOSE, label="Write one")
    st.markdown("##### No follow-up sent")
    render_quiet(workspace)
    render_busiest(workspace)


st.subheader("Insights", anchor=False)
open_workspace = current_workspace()
if open_workspace is None:
    ask_to_connect("insights")
else:
    render_insights(open_workspace)

"""The sections of Insights: totals, columns, providers, causes of failure, busiest contacts and deals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from components.mailer.status_text import to_cause
from components.model import Status
from components.store.insights import DayCount, LinkKind
from components.ui.insights.charts import ChartRow, render_columns, render_figures, render_rows
from components.ui.insights.spans import (
    LENGTHS,
    Span,
    count_providers,
    format_days,
    format_duration,
    to_bars,
    to_cause_line,
    to_link_line,
    to_provider_line,
    to_span,
)
from components.ui.services import services
from components.ui.url_state import Page
from components.ui.widgets.labels import name_provider, zone

_BUSIEST = 10


def render_span_choice() -> Span:
    """Draw the choice of the time span, which the page's address names too; it ends today in the person's time zone."""
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
    here = zone()
    span = to_span(names[name], datetime.now(here).date())
    week = ", by week from Monday" if span.unit == "week" else ""
    st.caption(f"{format_days(span.first, span.last)}{week}. Days are those of {here.key}.")
    return span


def render_overview(workspace: int, span: Span) -> None:
    """Draw the sections about a span, or that it contains no mail."""
    counts = services().store.insights.list_days(workspace, span.first, span.last, zone(), span.step)
    if not counts:
        st.info("No mail was sent from here in this time.")
        st.page_link(Page.COMPOSE, label="Write one")
        return
    _render_totals(workspace, span, counts)
    st.markdown(f"##### Mails a {span.unit}")
    render_columns(span, to_bars(span, counts), "columns")
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### Sent through")
        _render_providers(span, counts)
    with right:
        st.markdown("##### Why mails failed")
        _render_causes(workspace, span)


def _render_totals(workspace: int, span: Span, counts: Sequence[DayCount]) -> None:
    total = sum(count.mails for count in counts)
    bad = sum(count.mails for count in counts if count.status in (Status.FAILED, Status.UNKNOWN))
    delays = services().store.insights.get_delays(workspace, span.first, span.last)
    figures = [("Mails", f"{total:,}"), ("Failed or unknown", f"{bad:,}")]
    if delays.median is not None and delays.p95 is not None:
        figures += [
            ("Half were sent within", format_duration(delays.median)),
            ("95% were sent within", format_duration(delays.p95)),
        ]
    render_figures(figures, "figures")
    if delays.mails:
        st.caption("Counted from the click on Send: the time to undo and “Later” are part of it.")


def _render_providers(span: Span, counts: Sequence[DayCount]) -> None:
    found = count_providers(counts)
    names = [name for name, _ in found]
    rows = [
        ChartRow(name_provider(name) or "Not named by LeadLex", mails, to_provider_line(span, name, names))
        for name, mails in found
        if mails
    ]
    if rows:
        render_rows("Mails by provider", "Provider", rows, "providers", "good")
    else:
        st.caption("None went out in this time.")


def _render_causes(workspace: int, span: Span) -> None:
    found = services().store.insights.list_failures(workspace, span.first, span.last, zone())
    codes = [code for code, _ in found]
    rows = [
        ChartRow(cause, mails, to_cause_line(span, code, codes), code if code != cause else "")
        for code, mails in found
        for cause in (to_cause(code),)
    ]
    if rows:
        render_rows("Mails that failed or may have, by cause", "Cause", rows, "causes", "bad")
    else:
        st.caption("None failed in this time.")


def render_busiest(workspace: int) -> None:
    """Draw the contacts and the deals with the most mails of all time."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### Busiest contacts")
        _render_links(workspace, "contact")
    with right:
        st.markdown("##### Busiest deals")
        _render_links(workspace, "deal")


def _render_links(workspace: int, kind: LinkKind) -> None:
    store = services().store
    links = store.insights.list_busiest(workspace, kind, _BUSIEST)
    summaries = store.history.get_summaries([link.last_id for link in links], workspace)
    rows = [
        ChartRow(link.key, link.mails, to_link_line(kind, link.key), summaries[link.last_id].recipients)
        for link in links
        if link.last_id in summaries
    ]
    if rows:
        render_rows(f"Mails by {kind}, of all time", kind.capitalize(), rows, f"busiest-{kind}")
    else:
        st.caption(f"No mail is linked to a {kind} yet.")

"""The sections of Insights: figures, columns, providers, causes of failure, contacts and deals with most mails."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from components.mailer.status_text import to_cause
from components.model import WENT_OUT
from components.store.insights import DayCount, LinkKind, PersonCount
from components.ui.insights.charts import ChartRow, Figure, render_columns, render_figures, render_rows
from components.ui.insights.people import name_links
from components.ui.insights.spans import (
    LENGTHS,
    Span,
    count_providers,
    format_days,
    format_duration,
    to_bars,
    to_cause_line,
    to_link_line,
    to_person_line,
    to_provider_line,
    to_span,
)
from components.ui.services import services
from components.ui.url_state import Page
from components.ui.widgets.escaped_text import render_section
from components.ui.widgets.labels import join_facts, name_provider, zone

_BUSIEST = 5
_MOST_PEOPLE = 20


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
    return to_span(names[name], datetime.now(zone()).date())


@st.fragment(run_every=2.0)
def _render_counting() -> None:
    """Say that some mails are not counted yet, until all are."""
    if services().store.insights.is_complete():
        st.rerun()
    st.caption("Still counting older mails. The figures grow for a moment.")


def render_overview(workspace: int, span: Span) -> None:
    """Draw the sections about a span, or that it contains no mail."""
    here = zone()
    week = ", by week from Monday" if span.unit == "week" else ""
    st.caption(f"{format_days(span.first, span.last)}{week}. Days are those of {here.key}.")
    if not services().store.insights.is_complete():
        _render_counting()
    counts = services().store.insights.list_days(workspace, span.first, span.last, here, span.step)
    if not counts:
        st.info("No mail was sent from here in this time.")
        st.page_link(Page.COMPOSE, label="Write one")
        return
    _render_figures(workspace, span, counts)
    render_section(f"Mails a {span.unit}")
    render_columns(span, to_bars(span, counts), "columns")


def render_routes(workspace: int, span: Span) -> None:
    """Draw through which providers the mails of a span went, and why others failed."""
    counts = services().store.insights.list_days(workspace, span.first, span.last, zone(), span.step)
    if not counts:
        return
    left, right = st.columns(2, gap="large")
    with left:
        render_section("Sent through")
        _render_providers(span, counts)
    with right:
        render_section("Why mails failed")
        _render_causes(workspace, span)


def render_people(workspace: int, span: Span) -> None:
    """Draw the mails of a span by the people who wrote, approved and sent them; nothing where nobody is named."""
    found = services().store.insights.list_people(workspace, span.first, span.last, zone())
    rows = [ChartRow(each.name, each.mails, to_person_line(span, each.name), _describe_parts(each)) for each in found]
    if rows:
        render_section("By person")
        render_rows("Mails by person", "Person", rows[:_MOST_PEOPLE], "people")


def _describe_parts(count: PersonCount) -> str:
    """Describe what a person did: ``12 written · 3 approved · 9 sent``."""
    parts = {"written": count.written, "approved": count.approved, "sent": count.sent}
    return join_facts(*(f"{number:,} {part}" for part, number in parts.items() if number))


def _render_figures(workspace: int, span: Span, counts: Sequence[DayCount]) -> None:
    sent = _count_sent(counts)
    bad = sum(count.mails for count in counts) - sent
    delays = services().store.insights.get_delays(workspace, span.first, span.last)
    figures = [
        Figure("Sent", f"{sent:,}", _compare(workspace, span, sent)),
        Figure("Failed or unknown", f"{bad:,}", tone="bad" if bad else ""),
    ]
    if delays.median is not None and delays.p95 is not None:
        counted = "from the end of the time to undo"
        figures += [
            Figure("Half were sent within", format_duration(delays.median), counted),
            Figure("95% were sent within", format_duration(delays.p95), counted),
        ]
    render_figures(figures, "figures")


def _count_sent(counts: Sequence[DayCount]) -> int:
    return sum(count.mails for count in counts if count.status in WENT_OUT)


def _compare(workspace: int, span: Span, sent: int) -> str:
    """Compare a span's number of mails sent with that of the days before: ``12 more than in the previous 30 days``."""
    length = (span.last - span.first).days + 1
    first, last = span.first - timedelta(days=length), span.first - timedelta(days=1)
    more = sent - _count_sent(services().store.insights.list_days(workspace, first, last, zone(), length))
    change = f"{more:,} more than" if more > 0 else f"{-more:,} fewer than" if more else "as many as"
    return f"{change} in the previous {length} days"


def _render_providers(span: Span, counts: Sequence[DayCount]) -> None:
    found = count_providers(counts)
    names = [name for name, _ in found]
    rows = [
        ChartRow(name_provider(name) or "Not named by LeadLex", mails, to_provider_line(span, name, names))
        for name, mails in found
        if mails
    ]
    if rows:
        render_rows("Mails by provider", "Provider", rows, "providers")
    else:
        st.caption("Nothing sent.")


def _render_causes(workspace: int, span: Span) -> None:
    found = services().store.insights.list_failures(workspace, span.first, span.last, zone())
    codes = [code for code, _ in found]
    rows = [
        ChartRow(cause, mails, to_cause_line(span, code, codes), code if code != cause else "")
        for code, mails in found
        for cause in (to_cause(code),)
    ]
    if rows:
        render_rows("Mails that failed or may have, by cause", "Cause", rows, "causes")
    else:
        st.caption("No failures.")


def render_busiest(workspace: int) -> None:
    """Draw the contacts and the deals with the most mails of all time."""
    render_section("Most mails: contacts")
    _render_links(workspace, "contact")
    render_section("Most mails: deals")
    _render_links(workspace, "deal")


def _render_links(workspace: int, kind: LinkKind) -> None:
    store = services().store
    links = store.insights.list_busiest(workspace, kind, _BUSIEST)
    last = store.history.get_summaries([link.last_id for link in links], workspace)
    names = name_links(kind, links, last)
    rows = [
        ChartRow(
            names[link.key],
            link.mails,
            to_link_line(kind, link.key),
            last[link.last_id].subject,
        )
        for link in links
        if link.last_id in last
    ]
    if rows:
        render_rows(f"Mails by {kind}, of all time", kind.capitalize(), rows, f"busiest-{kind}")
    else:
        st.caption(f"No mail is linked to a {kind} yet.")

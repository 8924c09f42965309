"""What a span of days adds up to, section by section."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

import streamlit as st

from components.mailer.report import to_cause
from components.model import Status
from components.store.insights import DayCount, LinkKind
from components.ui.insights.charts import Row, render_columns, render_figures, render_rows
from components.ui.insights.spans import (
    Span,
    count_providers,
    to_bars,
    to_cause_line,
    to_duration,
    to_link_line,
    to_provider_line,
)
from components.ui.services import services

_PROVIDERS = {"": "Not named by LeadLex", "gmail": "Gmail", "microsoft": "Microsoft 365", "office365": "Office 365"}
_BUSIEST = 10


def render_span(workspace: int, span: Span, counts: Sequence[DayCount], zone: tzinfo) -> None:
    """Draw everything about the mails of some days; ``counts`` are theirs, at least one."""
    _render_totals(workspace, span, counts)
    st.markdown(f"##### Mails a {span.unit}")
    render_columns(span, to_bars(span, counts), "columns")
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("##### Sent through")
        _render_providers(span, counts)
    with right:
        st.markdown("##### Why mails failed")
        _render_causes(workspace, span, zone)


def _render_totals(workspace: int, span: Span, counts: Sequence[DayCount]) -> None:
    total = sum(count.mails for count in counts)
    bad = sum(count.mails for count in counts if count.status in (Status.FAILED, Status.UNKNOWN))
    delays = services().store.insights.get_delays(workspace, span.first, span.last)
    figures = [("Mails", f"{total:,}"), ("Failed or unknown", f"{bad:,}")]
    if delays.median is not None and delays.p95 is not None:
        figures += [
            ("Half were sent within", to_duration(delays.median)),
            ("95% were sent within", to_duration(delays.p95)),
        ]
    render_figures(figures, "figures")
    if delays.mails:
        st.caption("Counted from the click on Send: the time to undo and “Later” are part of it.")


def _render_providers(span: Span, counts: Sequence[DayCount]) -> None:
    found = count_providers(counts)
    names = [name for name, _ in found]
    rows = [
        Row(_PROVIDERS.get(name, name), mails, to_provider_line(span, name, names)) for name, mails in found if mails
    ]
    if rows:
        render_rows("Mails by provider", "Provider", rows, "providers", "good")
    else:
        st.caption("None went out in this time.")


def _render_causes(workspace: int, span: Span, zone: tzinfo) -> None:
    found = services().store.insights.list_failures(workspace, span.first, span.last, zone)
    codes = [code for code, _ in found]
    rows = [
        Row(cause, mails, to_cause_line(span, code, codes), code if code != cause else "")
        for code, mails in found
        for cause in (to_cause(code),)
    ]
    if rows:
        render_rows("Mails that failed or may have, by cause", "Cause", rows, "causes", "bad")
    else:
        st.caption("None failed in this time.")


def render_busiest(workspace: int) -> None:
    """Draw the contacts and the deals that most mails ever went out to."""
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
    entries = store.history.get_entries([link.last_id for link in links], workspace)
    rows = [
        Row(link.key, link.mails, to_link_line(kind, link.key), entries[link.last_id].recipients)
        for link in links
        if link.last_id in entries
    ]
    if rows:
        render_rows(f"Mails by {kind}, of all time", kind.capitalize(), rows, f"busiest-{kind}")
    else:
        st.caption(f"No mail is linked to a {kind} yet.")

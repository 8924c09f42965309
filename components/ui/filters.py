"""Controls that write operators into the search's line, and show those that stand in it."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from components.store.search.query import STATUSES, Filter, Part, Period, Query
from components.ui.search_box import get_query, read_line, set_query
from components.ui.session import zone

_TEXTS = {"contact": "Contact ID", "deal": "Deal ID", "provider": "Provider"}

#: What the calendars offer; what is typed may lie outside.
_FIRST, _LAST = date(1970, 1, 1), date(2099, 12, 31)


def render_filters(query: Query) -> None:
    """Draw the controls, each as the query has it.

    What a control shows is part of its key: one whose operator was typed or removed elsewhere is drawn afresh.
    """
    with st.popover("Filter"):
        _render_status(query)
        _render_date("after", "From", query)
        _render_date("before", "Before", query)
        for kind, label in _TEXTS.items():
            part = _find(query, kind)
            value = part.value if isinstance(part, Filter) else ""
            key = f"filter-{kind}-{value}"
            st.text_input(label, value, key=key, on_change=_choose, args=(kind, key))
        wanted = _find(query, "has") is not None
        key = f"filter-has-{wanted}"
        st.checkbox("With an attachment", wanted, key=key, on_change=_choose, args=("has", key))


def _render_status(query: Query) -> None:
    part = _find(query, "status")
    value = part.value if isinstance(part, Filter) else ""
    key = f"filter-status-{value}"
    choices = ("", *STATUSES)
    st.selectbox(
        "Status",
        choices,
        choices.index(value),
        format_func=lambda status: status.capitalize() or "Any",
        key=key,
        on_change=_choose,
        args=("status", key),
    )


def _render_date(kind: str, label: str, query: Query) -> None:
    value = _to_day(_find(query, kind))
    key = f"filter-{kind}-{value}"
    st.date_input(
        label,
        value,
        min_value=_FIRST,
        max_value=_LAST,
        format="YYYY-MM-DD",
        key=key,
        on_change=_choose,
        args=(kind, key),
    )


def _to_day(part: Part | None) -> date | None:
    """The day that a period begins with, if it is one that a calendar shows."""
    if not isinstance(part, Period) or not 86_400 < part.start < 4e9:
        return None
    return datetime.fromtimestamp(part.start, zone()).date()


def _find(query: Query, kind: str) -> Part | None:
    """The part of the query that the control for ``kind`` shows."""
    wanted = (
        part for part in query.parts if isinstance(part, Period) or (isinstance(part, Filter) and not part.negated)
    )
    return next((part for part in wanted if part.kind == kind), None)


def _choose(kind: str, key: str) -> None:
    query, chosen = get_query(), st.session_state[key]
    former = _find(query, kind)
    if former is not None:
        query = query.remove(former)
    part = _to_part(kind, chosen)
    set_query(query.add(part) if part else query)


def _to_part(kind: str, chosen: date | str | bool | None) -> Part | None:
    if isinstance(chosen, date):
        return read_line(f"{kind}:{chosen.isoformat()}").parts[0]
    value = "attachment" if chosen is True else (chosen or "").strip()
    return Filter(kind, value.casefold() if kind == "provider" else value) if value else None

"""The history's search: one line with all that is searched for, its chips, and the filters that edit it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import streamlit as st

from components.crm import Kind
from components.mailer.crm.naming import resolve_names
from components.store.search.query import (
    OPERATORS,
    STATUSES,
    Filter,
    Part,
    Period,
    Query,
    Term,
    parse,
    to_text,
)
from components.store.search.searching import MOST_COUNTED
from components.ui.history.completion import render_completion
from components.ui.url_state import SEARCH, turn_page
from components.ui.widgets.crm_names import find_name, open_crm
from components.ui.widgets.escaped_text import escape_markdown, render_text
from components.ui.widgets.labels import format_mails, zone

_WORDS = {
    "offer price": "both words, anywhere in a mail",
    '"our offer"': "the words as they follow each other",
    "contr*": "words that begin so; the last word typed always counts as a beginning",
    "Mueller, 1000, 030 123456": "also Müller, 1.000 and +49 (0)30 12 34 56",
    "-newsletter": "mails without it",
}
_TEXT_FILTERS = {"contact": "Contact", "deal": "Deal", "provider": "Provider"}
#: The days that the calendars offer; a typed date may lie outside.
_FIRST, _LAST = date(1970, 1, 1), date(2099, 12, 31)
#: Moments (epoch seconds) between which the day is an offered one in every time zone.
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC).timestamp(), datetime(2099, 12, 30, tzinfo=UTC).timestamp()


def render_search_field() -> Query:
    """Draw the field and return its query; the field and the page's address follow each other."""
    # Without a gap, so that the completion's list begins where the field ends.
    with st.container(gap=None):
        line = st.text_input(
            "Search",
            label_visibility="collapsed",
            key=SEARCH,
            bind="query-params",
            live="300ms",
            placeholder="Search: words, to:jane, by:alex, has:attachment, on:yesterday",
            on_change=turn_page,
            args=(None,),
        )
        render_completion(SEARCH)
    return _resolve(_parse(line))


def render_chips(query: Query) -> None:
    """Draw a button for each operator, which removes it from the line, and what could not be parsed."""
    operators = [part for part in query.parts if not isinstance(part, Term) or part.field]
    if operators:
        with st.container(horizontal=True, gap="small", key="chips"):
            for number, part in enumerate(operators):
                label = f"{escape_markdown(_name_part(part))} ×"
                st.button(label, key=f"chip-{number}", on_click=_remove, args=(part,), help="Remove")
    for remark in query.remarks:
        render_text((remark, "faint"))


def _name_part(part: Part) -> str:
    """Return an operator as it is typed, with the name of the contact or deal whose id it has."""
    if isinstance(part, Filter):
        part = replace(part, value=find_name(part.kind, part.value) or part.value)
    return to_text(Query((part,)))


def render_filters(query: Query) -> None:
    """Draw the controls that add operators to the line or remove them, each with the query's value.

    The value is part of a control's key, so that a control is drawn afresh when its operator changes elsewhere.
    """
    with st.popover("Filter", icon=":material/filter_list:"):
        _render_status(query)
        _render_date("after", "From", query)
        _render_date("before", "Before", query)
        for kind, label in _TEXT_FILTERS.items():
            part = _find(query, kind)
            value = part.value if isinstance(part, Filter) else ""
            key = f"filter-{kind}-{value}"
            st.text_input(label, value, key=key, on_change=_choose, args=(kind, key))
        wanted = _find(query, "has") is not None
        key = f"filter-has-{wanted}"
        st.checkbox("With an attachment", wanted, key=key, on_change=_choose, args=("has", key))


def render_explanation() -> None:
    """Draw how a line is written, generated from the one list of operators."""
    with st.popover("How to search", icon=":material/help:"):
        st.markdown(
            "All terms must match. The newest mails come first.\n\n"
            + "\n".join(f"- `{example}` {escape_markdown(meaning)}" for example, meaning in _WORDS.items())
            + "\n\nAsk for one place or one kind of mail:\n\n"
            + "\n".join(f"- `{name}:` {escape_markdown(meaning)}" for name, meaning in OPERATORS.items())
            + "\n\nA `-` before any of these leaves such mails out; dates cannot be left out. "
            + "Press `/` to search, `j` and `k` to read on and back, Enter to go into the mail, `u` to close it."
        )


def format_found(count: int) -> str:
    """Format how many mails were found; counting stops at ``MOST_COUNTED``."""
    if count > MOST_COUNTED:
        return f"{MOST_COUNTED:,}+ mails"
    return format_mails(count) if count else "No mail found"


def _parse(line: str) -> Query:
    """Parse a line, with dates in the person's time zone."""
    return parse(line, datetime.now(zone()))


def _resolve(query: Query) -> Query:
    """Return the query with the ids of the contacts and deals that it names."""
    crm = open_crm() if any(isinstance(part, Filter) and part.kind in tuple(Kind) for part in query.parts) else None
    return resolve_names(query, crm) if crm is not None else query


def _get_query() -> Query:
    """Return the field's query; for callbacks."""
    return _parse(st.session_state[SEARCH])


def _set_query(query: Query) -> None:
    """Write a query into the field and go to its newest page; for callbacks."""
    st.session_state[SEARCH] = to_text(query)
    turn_page(None)


def _remove(part: Part) -> None:
    _set_query(_get_query().remove(part))


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
    """Return the day with which a period begins, if the calendars offer it."""
    if not isinstance(part, Period) or not _EARLIEST < part.start < _LATEST:
        return None
    return datetime.fromtimestamp(part.start, zone()).date()


def _find(query: Query, kind: str) -> Part | None:
    """Return the part of the query that the control for ``kind`` shows."""
    parts = (
        part for part in query.parts if isinstance(part, Period) or (isinstance(part, Filter) and not part.negated)
    )
    return next((part for part in parts if part.kind == kind), None)


def _choose(kind: str, key: str) -> None:
    """Replace the operator of a control by the control's new value."""
    query, chosen = _get_query(), st.session_state[key]
    current = _find(query, kind)
    if current is not None:
        query = query.remove(current)
    part = _to_part(kind, chosen)
    _set_query(query.add(part) if part else query)


def _to_part(kind: str, chosen: date | str | bool | None) -> Part | None:
    if isinstance(chosen, date):
        return _parse(f"{kind}:{chosen.isoformat()}").parts[0]
    value = "attachment" if chosen is True else (chosen or "").strip()
    return Filter(kind, value.casefold() if kind == "provider" else value) if value else None

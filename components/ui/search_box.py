"""The search of the history: one line that holds all that is looked for, its chips, and how it is written."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from components.store.search.finding import MOST_COUNTED
from components.store.search.language import OPERATORS, Part, Query, Term, parse, to_text
from components.ui.address import BEFORE, SEARCH
from components.ui.completion import render_completion
from components.ui.session import zone
from components.ui.text import render_text
from components.ui.words import literal

_WORDS = {
    "offer price": "both words, anywhere in a mail",
    '"our offer"': "the words as they follow each other",
    "contr*": "words that begin so",
    "-newsletter": "mails without it",
}


def render_box() -> Query:
    """Draw the field; what stands in it. The page's address follows it, and it follows the address."""
    # Without a gap: what completes the line begins where the field ends.
    with st.container(gap=None):
        line = st.text_input(
            "Search",
            key=SEARCH,
            bind="query-params",
            live="300ms",
            placeholder="Words, or to:jane has:attachment on:yesterday",
            on_change=turn_page,
            args=(None,),
        )
        render_completion(SEARCH)
    return read_line(line)


def read_line(line: str) -> Query:
    """What a line looks for, dates in the person's own time zone."""
    return parse(line, datetime.now(zone()))


def get_query() -> Query:
    """What stands in the field, for callbacks."""
    return read_line(st.session_state[SEARCH])


def set_query(query: Query) -> None:
    """Write a query into the field, from a callback, and go to its newest page."""
    st.session_state[SEARCH] = to_text(query)
    turn_page(None)


def turn_page(before_id: int | None) -> None:
    """Name a page of the list in the address: the mails before one, or the newest."""
    if before_id is not None:
        st.query_params[BEFORE] = str(before_id)
    elif BEFORE in st.query_params:
        del st.query_params[BEFORE]


def render_chips(query: Query) -> None:
    """Draw a button for each operator, which takes it out of the line, and say quietly what could not be read."""
    operators = [part for part in query.parts if not isinstance(part, Term) or part.field]
    if operators:
        with st.container(horizontal=True, gap="small", key="chips"):
            for number, part in enumerate(operators):
                label = f"{literal(to_text(Query((part,))))} ×"
                st.button(label, key=f"chip-{number}", on_click=_remove, args=(part,), help="Remove")
    for remark in query.remarks:
        render_text((remark, "faint"))


def _remove(part: Part) -> None:
    set_query(get_query().remove(part))


def render_explanation() -> None:
    """Draw how a line is written, from the one list of operators."""
    with st.popover("How to search"):
        st.markdown(
            "Every part of the line must hold. The newest mails come first.\n\n"
            + "\n".join(f"- `{example}` {literal(meaning)}" for example, meaning in _WORDS.items())
            + "\n\nAsk for one place or one kind of mail:\n\n"
            + "\n".join(f"- `{name}:` {literal(meaning)}" for name, meaning in OPERATORS.items())
            + "\n\nA `-` before any of these leaves such mails out; dates cannot be left out. "
            + "Press `/` to search, `j` and `k` to move, Enter to open."
        )


def to_count(count: int) -> str:
    """How many mails were found, as people say it; counting stops at ``MOST_COUNTED``."""
    if count > MOST_COUNTED:
        return f"{MOST_COUNTED:,}+ mails"
    return {0: "No mail found", 1: "1 mail"}.get(count, f"{count:,} mails")

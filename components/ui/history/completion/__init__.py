"""Completion of the search line: an operator by its beginning, then a value that occurs in the workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import streamlit as st

from components.crm import Kind
from components.store.insights import LinkKind
from components.store.search.query import DATES
from components.ui.history.completion.offers import (
    Offer,
    list_dates,
    list_links,
    list_operators,
    list_people,
    list_values,
    list_words,
)
from components.ui.modules import write_import
from components.ui.services import services
from components.ui.session import current_workspace
from components.ui.widgets.crm_names import find_names
from components.ui.widgets.labels import zone

_FOLDER = Path(__file__).parent
_WIDGETS = _FOLDER.parents[1] / "widgets"
#: How many people, contacts and deals the browser gets, most used first.
_PEOPLE, _LINKS = 200, 50
#: Providers and causes of failure are those of this period.
_RECENT = timedelta(days=30)
#: Operators that take the values of another one.
_SAME = {"cc": "to", "bcc": "to", "before": "on", "after": "on"}

# Outside a shadow root: an element that an input refers to by id must be in the input's own tree (ARIA 1.2).
_mount = st.components.v2.component(
    "composer_completion",
    html='<div class="completion"><div class="live" role="status"></div></div>\n',
    css="\n".join(sheet.read_text("utf-8") for sheet in (_WIDGETS / "suggestions.css", _FOLDER / "completion.css")),
    js=write_import("history/completion/completion.js"),
    isolate_styles=False,
)


@st.fragment
def render_completion(field_key: str) -> None:
    """Complete what is typed into the field of that key, which must be right above.

    The values that occur in the workspace are listed when the browser asks for them, which it does when the field is
    entered. The browser keeps them, so that other runs of the page need not list them.
    """
    workspace = current_workspace()
    # A key for each workspace: what the browser keeps of one is not offered in another.
    key = f"{field_key}-completion-{workspace}"
    state = st.session_state.get(key)
    known = None
    if workspace is not None and state and state.get("asked"):
        known = _to_data(list_known(workspace, datetime.now(zone()).date()))
    data = {
        "field": field_key,
        "operators": [offer._asdict() for offer in list_operators()],
        "dates": DATES,
        "same": _SAME,
        "values": _to_data(list_words()),
        "known": known,
    }
    _mount(key=key, data=data, on_asked_change=lambda: None)


def list_known(workspace: int, today: date) -> dict[str, list[Offer]]:
    """Return the values that occur in a workspace's messages, by operator."""
    store = services().store
    people = list_people(store.correspondents.list_correspondents(workspace, _PEOPLE))
    recent = (workspace, today - _RECENT, today, zone())
    counts = store.insights.list_days(*recent)
    return {
        "to": people,
        "from": list_values(store.correspondents.list_reply_addresses(workspace)),
        "by": list_values(person.name for person in store.people.list_people(workspace)),
        "contact": _list_links(workspace, "contact"),
        "deal": _list_links(workspace, "deal"),
        "provider": list_values(sorted({count.provider.casefold() for count in counts})),
        "error": list_values(code for code, _ in store.insights.list_failures(*recent)),
        "on": list_dates(today),
    }


def _to_data(values: Mapping[str, Iterable[Offer]]) -> dict[str, list[dict[str, str]]]:
    return {name: [offer._asdict() for offer in offers] for name, offers in values.items()}


def _list_links(workspace: int, kind: LinkKind) -> list[Offer]:
    store = services().store
    links = store.insights.list_busiest(workspace, kind, _LINKS)
    names = find_names(Kind(kind), [link.key for link in links])
    return list_links(links, names, store.history.get_summaries([link.last_id for link in links], workspace))

"""The keys of every page, their help, and the command palette: commands, people written to, mails by subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from components.errors import StoreError
from components.mailer.permissions import Right
from components.model import Connection
from components.store.search.numerals import decode_domains
from components.store.search.query import Query, Term, quote, to_text
from components.store.search.tokenizer import is_beginning, to_phrases
from components.store.sort_key import to_time
from components.ui.compose.draft_sync import open_new_mail
from components.ui.modules import write_import
from components.ui.permitted import is_permitted, may_review
from components.ui.services import services
from components.ui.session import session
from components.ui.settings.connection_panel import disconnect
from components.ui.url_state import MAIL, SEARCH, Page, go_to
from components.ui.widgets.labels import format_time
from components.ui.widgets.message_rows import name_people

_FOLDER = Path(__file__).parent
_WIDGETS = _FOLDER.parent / "widgets"
_KEY = "palette"
#: How many people the browser gets, most used first, and how many mails are offered.
_PEOPLE, _MAILS = 500, 6
#: Maximum characters of a text that mails are looked for with.
_LENGTH = 200

_mount = st.components.v2.component(
    "composer_palette",
    html=(_FOLDER / "palette.html").read_text("utf-8"),
    css="\n".join(sheet.read_text("utf-8") for sheet in (_WIDGETS / "suggestions.css", _FOLDER / "palette.css")),
    js=write_import("palette/palette.js"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the palette offers: ``kind`` and ``value`` say what choosing it does; the words of the others find it."""

    kind: str
    value: str
    name: str
    note: str = ""


_WRITING = (
    Entry("new", "", "New mail", "c"),
    Entry("page", Page.COMPOSE, "Go to Compose", "g c"),
    Entry("page", Page.DRAFTS, "Go to Drafts", "g d"),
)
_COMMANDS = (
    Entry("page", Page.OUTBOX, "Go to Outbox", "g o"),
    Entry("page", Page.HISTORY, "Go to History", "g h"),
    Entry("page", Page.INSIGHTS, "Go to Insights", "g i"),
    Entry("page", Page.SETTINGS, "Go to Settings"),
)
_REVIEW = Entry("page", Page.REVIEW, "Go to For review")
_CONNECT, _DISCONNECT = Entry("page", Page.SETTINGS, "Connect"), Entry("disconnect", "", "Disconnect")


@st.fragment
def render_palette() -> None:
    """Listen for the keys, and answer an open palette: people once, mails for what is typed."""
    connection = session().connection
    state = st.session_state.get(_KEY)
    typed = state.get("typed") if state else None
    data: dict[str, Any] = {
        "commands": _to_data(*_list_commands(connection)),
        "searches": connection is not None,
        "people": [],
        "found": {"typed": "", "mails": []},
    }
    if connection is not None and isinstance(typed, str):
        data |= _find(connection, typed[:_LENGTH])
    result = _mount(key=_KEY, data=data, on_typed_change=lambda: None, on_choose_change=_choose)
    if result.get("choose"):
        # The whole page shows what was chosen.
        st.rerun()


def _list_commands(connection: Connection | None) -> tuple[Entry, ...]:
    writing = _WRITING if is_permitted(Right.WRITE) else ()
    reviews = (_REVIEW,) if may_review() else ()
    return *writing, *_COMMANDS, *reviews, _CONNECT if connection is None else _DISCONNECT


def _find(connection: Connection, typed: str) -> dict[str, Any]:
    """Return the people, and the mails whose subject has the words typed; none while the store cannot say."""
    store, workspace = services().store, connection.workspace_id
    query = _to_subject_query(typed)
    try:
        people = store.correspondents.list_correspondents(workspace, _PEOPLE)
        hits = store.search.search_mails(workspace, query, limit=_MAILS).hits if query else ()
    except StoreError:
        return {}
    mails = [
        Entry(
            "mail",
            str(mail.id),
            mail.subject,
            f"{name_people(mail.recipients)} · {format_time(to_time(mail.sort_key))}",
        )
        for mail in (hit.summary for hit in hits)
    ]
    known = [Entry("person", each.mailbox, each.name, decode_domains(each.mailbox)) for each in people]
    return {"people": _to_data(*known), "found": {"typed": typed, "mails": _to_data(*mails)}}


def _to_subject_query(typed: str) -> Query:
    """Return the query for mails whose subject has all the words typed; the last one counts as a beginning."""
    terms = [Term(word, "subject") for word in typed.split() if to_phrases(word)]
    if terms and is_beginning(terms[-1].text):
        terms[-1] = replace(terms[-1], prefix=True)
    return Query(tuple(terms))


def _to_data(*entries: Entry) -> list[dict[str, str]]:
    return [asdict(entry) for entry in entries]


def _choose() -> None:
    """Do what the chosen entry says."""
    chosen = st.session_state[_KEY].get("choose")
    if not isinstance(chosen, Mapping):
        return
    value, typed = str(chosen.get("value")), str(chosen.get("typed"))
    acts: dict[str, Callable[[], None]] = {
        "new": open_new_mail,
        "page": lambda: go_to(Page(value)),
        "disconnect": disconnect,
        "search": lambda: go_to(Page.HISTORY, **{SEARCH: value}),
        "person": lambda: go_to(Page.HISTORY, **{SEARCH: f"to:{quote(value)}"}),
        # With the search that found it, so that the list holds it.
        "mail": lambda: go_to(Page.HISTORY, **{SEARCH: to_text(_to_subject_query(typed)), MAIL: value}),
    }
    acts[str(chosen.get("kind"))]()

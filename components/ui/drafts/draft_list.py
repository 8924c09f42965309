"""The list of drafts, last edited first: opening, duplicating, deleting and undeleting one."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.model import Connection, Draft
from components.review import ReviewState
from components.store import DraftSummary
from components.ui.compose.draft_sync import find_draft
from components.ui.outbox.message_actions import attempt
from components.ui.services import services
from components.ui.session import DeletedDraft, current_person, new_draft, session
from components.ui.url_state import Page, go_to
from components.ui.widgets.labels import format_time
from components.ui.widgets.mail_list import MailRow, render_mail_list
from components.ui.widgets.message_rows import name_people

#: How many drafts are listed, those edited last.
_LISTED = 100
_SEARCH = "drafts-search"
_STATES = {
    ReviewState.ASKED: "In review",
    ReviewState.RETURNED: "Changes wanted",
    ReviewState.APPROVED: "Approved",
}


def render_drafts(connection: Connection) -> None:
    """Draw the search and the list; a click opens a draft in the composer."""
    drafts = services().drafts
    if not drafts.count_drafts(connection):
        st.info("No drafts. What you write is saved here automatically.")
        return
    words = st.text_input(
        "Search drafts",
        key=_SEARCH,
        live="300ms",
        placeholder="Search recipients, subject and text",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    found = drafts.list_drafts(connection, _LISTED, words)
    unread = services().comments.count_unread(connection)
    states = services().reviews.list_states(connection, [draft.id for draft in found])
    rows = [_to_row(draft, unread.get(draft.id, 0), states.get(draft.id)) for draft in found]
    actions = {"Duplicate": _duplicate, "Delete": _delete}
    # Drawn even when empty: it handles the key that leads to the search.
    render_mail_list("Drafts", rows, "", "drafts-list", _open, actions, search_key=_SEARCH)
    if not rows:
        st.info("No draft has all these words.")
    elif len(rows) == _LISTED:
        st.caption(f"The {_LISTED} edited last. Search to find older ones.")


def _to_row(draft: DraftSummary, unread: int, state: ReviewState | None) -> MailRow:
    writing = draft.writing if draft.writing != current_person() else ""
    word = _STATES[state] if state is not None else "Private" if draft.is_private else ""
    row = MailRow(
        draft.id,
        name_people(draft.to) or "(no recipient)",
        format_time(draft.updated_at),
        draft.subject or "(no subject)",
        " ".join(draft.preview.split()),
        by="" if draft.written_by == current_person() else draft.written_by,
        mark=("1 new comment" if unread == 1 else f"{unread} new comments") if unread else "",
        word=f"{writing} is writing" if writing else word,
        tone="doubt" if state is ReviewState.RETURNED and not writing else "calm",
        title=draft.to,
    )
    if not draft.damage:
        return row
    preview = f"Its record is damaged ({draft.damage}). Look it over, or delete it."
    return replace(row, preview=preview, word="Damaged", tone="bad")


def _find(draft_id: str) -> Draft | None:
    """Read a draft of the list; if it was deleted meanwhile, the next run says so."""
    draft = find_draft(draft_id)
    if draft is None:
        session().say("This draft is not here any more.", bad=True)
    return draft


def _open(draft_id: str) -> None:
    draft = _find(draft_id)
    if draft is not None:
        session().composer.open_draft(draft, saved=True)
        go_to(Page.COMPOSE)


def _duplicate(draft_id: str) -> None:
    draft = _find(draft_id)
    if draft is not None:
        copy = replace(draft, id=new_draft().id, version=0, written_by=current_person() or draft.written_by)
        attempt(lambda connection: services().drafts.save_draft(connection, copy, copied_from=draft_id))


def _delete(draft_id: str) -> None:
    state = session()
    if not attempt(lambda connection: services().drafts.delete_draft(connection, draft_id)):
        return
    if state.composer.draft.id == draft_id:
        state.composer.open_draft(new_draft())
    state.deleted = DeletedDraft(draft_id)

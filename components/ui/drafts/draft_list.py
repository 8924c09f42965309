"""The list of drafts, last edited first: opening, duplicating, deleting and undeleting one."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.model import Draft
from components.store import DraftSummary
from components.ui.services import services
from components.ui.session import current_workspace, new_draft, session
from components.ui.url_state import Page, go_to
from components.ui.widgets.labels import format_time
from components.ui.widgets.mail_list import MailRow, render_mail_list


def render_drafts(workspace: int) -> None:
    """Draw the list; a click opens a draft in the composer."""
    drafts = services().store.drafts.list_drafts(workspace)
    if not drafts:
        st.info("No drafts. What you begin to write is kept here by itself.")
        return
    actions = {"Duplicate": _duplicate, "Delete": _delete}
    render_mail_list("Drafts", list(map(_to_row, drafts)), "", "drafts-list", _open, actions)


def _to_row(draft: DraftSummary) -> MailRow:
    row = MailRow(
        draft.id,
        draft.to or "(no recipient)",
        format_time(draft.updated_at),
        draft.subject or "(no subject)",
        " ".join(draft.preview.split()),
    )
    if not draft.damage:
        return row
    preview = f"Its record holds values that cannot be right ({draft.damage}). Look it over, or delete it."
    return replace(row, preview=preview, word="Damaged", tone="bad")


def _find(draft_id: str) -> Draft | None:
    """Read a draft of the list; if it was deleted meanwhile, the next run says so."""
    draft = services().store.drafts.get_draft(draft_id, current_workspace())
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
        copy = replace(draft, id=new_draft().id, version=0)
        services().store.drafts.save_draft(copy, current_workspace())


def _delete(draft_id: str) -> None:
    state = session()
    services().store.drafts.delete_draft(draft_id, current_workspace())
    if state.composer.draft.id == draft_id:
        state.composer.open_draft(new_draft())
    state.deleted_draft_id = draft_id

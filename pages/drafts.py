"""Drafts: what was begun or taken back, last edited first."""

from dataclasses import replace

import streamlit as st

from components.model import Draft
from components.ui.address import Page, go_to
from components.ui.browser import ask_to_connect
from components.ui.drafting import start_new_mail
from components.ui.mail_list import Row, render_mail_list
from components.ui.services import services
from components.ui.session import current_workspace, new_draft, session
from components.ui.words import when


def render_drafts(workspace: int) -> None:
    """Draw the list; a click opens a draft in the composer."""
    with st.container():
        if session().deleted_draft_id:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown("The draft is thrown away.", width="content")
                st.button("Undo", key="bring-back", on_click=bring_back)
    drafts = services().store.drafts.list_drafts(workspace)
    if not drafts:
        st.info("No drafts. What you begin to write is kept here by itself.")
        return
    rows = [
        Row(
            draft.id,
            draft.to or "(no recipient)",
            when(draft.updated_at),
            draft.subject or "(no subject)",
            " ".join(draft.preview.split()),
        )
        for draft in drafts
    ]
    actions = {"Duplicate": duplicate, "Delete": throw_away}
    render_mail_list("Drafts", rows, "", "drafts-list", open_draft, actions)


def find(draft_id: str) -> Draft | None:
    """A draft of the list; that it has gone meanwhile is said on the next run."""
    draft = services().store.drafts.get_draft(draft_id, current_workspace())
    if draft is None:
        session().say("This draft is not here any more.", bad=True)
    return draft


def open_draft(draft_id: str) -> None:
    """Bring a draft into the composer."""
    state = session()
    draft = find(draft_id)
    if draft is not None:
        state.composer.open_draft(draft, saved=True)
        go_to(Page.COMPOSE)


def duplicate(draft_id: str) -> None:
    """Keep a copy of a draft, files included."""
    draft = find(draft_id)
    if draft is not None:
        copy = replace(draft, id=new_draft().id, version=0)
        services().store.drafts.save_draft(copy, current_workspace())


def throw_away(draft_id: str) -> None:
    """Take a draft out of the list; it can be brought back."""
    services().store.drafts.delete_draft(draft_id, current_workspace())
    if session().composer.draft.id == draft_id:
        start_new_mail()
    session().deleted_draft_id = draft_id


def bring_back() -> None:
    """Put the draft that was thrown away last into the list again."""
    state = session()
    services().store.drafts.restore_draft(state.deleted_draft_id, current_workspace())
    state.deleted_draft_id = ""


st.subheader("Drafts", anchor=False)
open_workspace = current_workspace()
if open_workspace is None:
    ask_to_connect("your drafts")
else:
    render_drafts(open_workspace)

"""Drafts: what was begun or taken back, last edited first."""

import streamlit as st

from components.ui.browser import ask_to_connect
from components.ui.drafting import start_anew
from components.ui.mail_list import Row, render_mail_list
from components.ui.services import services
from components.ui.session import session
from components.ui.words import current_workspace, when


def render_drafts(workspace: int) -> None:
    """Draw the list; a click opens a draft in the composer."""
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
    render_mail_list("Drafts", rows, "", "drafts-list", open_draft)
    with st.expander("Throw a draft away"):
        names = {draft.id: draft.subject or "(no subject)" for draft in drafts}
        chosen = st.selectbox("Draft", list(names), format_func=lambda number: names[number])
        st.button("Throw away", on_click=throw_away, args=(chosen,))


def open_draft(draft_id: str) -> None:
    """Bring a draft into the composer."""
    state = session()
    draft = services().store.drafts.get_draft(draft_id, current_workspace())
    if draft is None:
        state.say("This draft is not here any more.", bad=True)
        return
    state.open_draft(draft, saved=True)
    state.wants_composer = True


def throw_away(draft_id: str) -> None:
    """Delete a draft for good."""
    services().store.drafts.delete_draft(draft_id, current_workspace())
    if session().draft.id == draft_id:
        start_anew()
    session().say("The draft is gone.")


st.subheader("Drafts", anchor=False)
open_workspace = current_workspace()
if open_workspace is None:
    ask_to_connect("your drafts")
else:
    render_drafts(open_workspace)

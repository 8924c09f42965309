"""What is said after a draft was deleted, with the way to restore it."""

from __future__ import annotations

import time

import streamlit as st

from components.ui.outbox.message_actions import undelete
from components.ui.session import session
from components.ui.widgets.escaped_text import render_text

#: Seconds for which it is said.
_SHOWN = 8.0


def forget_deleted_draft(page: str) -> None:
    """Say no more of a deleted draft once that was read, or on another page than the one that has said it."""
    state = session()
    deleted = state.deleted
    if deleted is None:
        return
    deleted.page = deleted.page or page
    if deleted.page != page or time.monotonic() > deleted.at + _SHOWN:
        state.deleted = None


@st.fragment(run_every=_SHOWN)
def render_deleted_draft() -> None:
    """Draw the sentence and the button; the page is drawn without them after a few seconds."""
    deleted = session().deleted
    if deleted is None or time.monotonic() > deleted.at + _SHOWN:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key="panel-draft"):
        render_text(("Draft deleted.", "plain"))
        st.button("Restore", key="undelete", on_click=undelete)

"""Whether the open draft is private or shared: under a sign-in its author decides."""

from __future__ import annotations

import streamlit as st

from components.ui.compose.draft_sync import find_draft, store_draft
from components.ui.outbox.message_actions import attempt
from components.ui.services import services
from components.ui.session import current_person, session
from components.ui.widgets.escaped_text import render_text


def render_sharing() -> None:
    """Draw the switch under a sign-in, for whoever may use it: a private draft's one reader, else the author."""
    state = session()
    connection, draft = state.connection, state.composer.draft
    if connection is None or connection.member_id is None or state.composer.saving.draft is None:
        return
    if not draft.is_private and draft.written_by != connection.person:
        return
    about = "Only you see this draft." if draft.is_private else "Everybody in the workspace sees this draft."
    # Its own key for either side: what Python decides is what it shows.
    key = f"shared-{draft.id}-{draft.is_private}"
    st.toggle("Shared with the workspace", not draft.is_private, key=key, help=about, on_change=_share)


def render_author() -> None:
    """Name the author of a draft that somebody else began."""
    author = session().composer.draft.written_by
    if author not in ("", current_person()):
        render_text((f"by {author}", "faint"), wide=False)


def _share() -> None:
    state = session()
    store_draft()
    draft = state.composer.draft
    if not attempt(lambda who: services().drafts.share_draft(who, draft.id, is_shared=draft.is_private)):
        return
    stored = find_draft(draft.id)
    if stored is not None:
        state.composer.note_sharing(is_private=stored.is_private)

"""Whether the open draft is saved, beside Send, from the first keystroke on; and the choice after a conflict."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.ui.compose.draft_sync import keep_own_version, open_other_version
from components.ui.modules import write_import
from components.ui.session import session
from components.ui.widgets.labels import format_time

_FOLDER = Path(__file__).parent
_mount = st.components.v2.component(
    "composer_saved",
    html='<span class="saved" role="status"></span>\n',
    css=(_FOLDER / "save_status.css").read_text("utf-8"),
    js=write_import("compose/save_status.js"),
)


def render_save_status() -> None:
    """Draw "Saving…", "Saved 14:02" or "Not saved: …"; nothing while nothing was typed."""
    saving = session().composer.saving
    text = ""
    if saving.has_conflict:
        # The choice below says why.
        text = "Not saved"
    elif saving.error:
        text = f"Not saved: {saving.error}"
    elif saving.draft is not None:
        text = f"Saved {format_time(saving.at)}" if saving.at is not None else "Saved"
    _mount(key="saved", data={"text": text, "bad": bool(saving.error)})


def render_conflict() -> None:
    """Draw the choice between two versions of the open draft, if another window has changed it."""
    if not session().composer.saving.has_conflict:
        return
    st.warning("This draft was changed in another window. What you type here is not saved until you choose.")
    with st.container(horizontal=True):
        st.button("Open the other version", key="take-theirs", on_click=open_other_version)
        st.button("Keep mine as a new draft", key="keep-mine", on_click=keep_own_version)

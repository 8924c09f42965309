"""Two windows on one draft: the second is told, and chooses; nothing is overwritten silently."""

from __future__ import annotations

import streamlit as st

from components.ui.drafting import keep_own_version, open_other_version
from components.ui.session import session


def render_conflict() -> None:
    """Draw the choice, while there is one to make."""
    if not session().composer.saving.has_conflict:
        return
    st.warning("This draft was changed in another window. What you type here is not saved until you choose.")
    with st.container(horizontal=True):
        st.button("Open the other version", key="take-theirs", on_click=open_other_version)
        st.button("Keep mine as a new draft", key="keep-mine", on_click=keep_own_version)

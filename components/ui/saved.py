"""Whether what was typed is kept, in words beside Send; from the first keystroke on, not from the next run.

And a hand held over the ways to other pages until it has been taken up.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.ui.modules import write_import
from components.ui.session import session
from components.ui.words import when

_ASSETS = Path(__file__).parent / "assets"
_mount = st.components.v2.component(
    "composer_saved",
    html='<span class="saved" role="status"></span>\n',
    css=(_ASSETS / "saved.css").read_text("utf-8"),
    js=write_import("assets/saved.js"),
)


def render_saved() -> None:
    """Say "Saving…", "Saved 14:02" or "Not saved: …"; nothing while nothing was typed."""
    state = session()
    state.runs += 1
    bad = bool(state.save_error)
    text = ""
    if bad:
        text = f"Not saved: {state.save_error}"
    elif state.saved_draft is not None:
        text = f"Saved {when(state.saved_at)}" if state.saved_at is not None else "Saved"
    _mount(key="saved", data={"text": text, "bad": bad, "run": state.runs})

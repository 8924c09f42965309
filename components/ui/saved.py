"""Whether what was typed is kept, in words beside Send; from the first keystroke on, not from the next run."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.ui.session import session
from components.ui.words import when

_ASSETS = Path(__file__).parent / "assets"
_mount = st.components.v2.component(
    "composer_saved",
    html='<span class="saved" role="status"></span>\n',
    css=(_ASSETS / "saved.css").read_text("utf-8"),
    js=(_ASSETS / "saved.js").read_text("utf-8"),
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

"""The Markdown editor: a textarea labelled "Message" that reports what is typed while it is typed."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"
_mount = st.components.v2.component(
    "composer_editor",
    html=(_ASSETS / "editor.html").read_text("utf-8"),
    css=(_ASSETS / "editor.css").read_text("utf-8"),
    js=(_ASSETS / "editor.js").read_text("utf-8"),
)


def render_editor(value: str, fault: str, key: str) -> None:
    """Draw the editor. ``value`` is what it begins with under this ``key``; later texts come from ``read_editor``."""
    # Without a callback for the state, Streamlit would not report it at all; the text itself is read, not passed.
    _mount(key=key, data={"value": value, "fault": fault}, on_value_change=lambda: None)


def read_editor(key: str, default: str) -> str:
    """What stands in the editor now, or ``default`` before anything was typed."""
    state = st.session_state.get(key)
    value = state.get("value") if state else None
    return value if isinstance(value, str) else default

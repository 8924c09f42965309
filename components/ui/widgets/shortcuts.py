"""The keys that work on every page: "c" for a new mail, "g" and "d" for Drafts."""

from __future__ import annotations

import streamlit as st

from components.ui.modules import write_import

_mount = st.components.v2.component(
    "composer_shortcuts", html="<span></span>\n", js=write_import("widgets/shortcuts.js")
)


def render_shortcuts() -> None:
    """Listen for the keys."""
    _mount(key="shortcuts", data={})

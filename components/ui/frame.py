"""The sandboxed frame in which every HTML body is shown (promise 6)."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"
_mount = st.components.v2.component(
    "composer_frame",
    html='<div class="frame"></div>\n',
    css=(_ASSETS / "frame.css").read_text("utf-8"),
    js=(_ASSETS / "frame.js").read_text("utf-8"),
)


def render_frame(html: str, key: str, title: str = "Preview") -> None:
    """Show a sanitised HTML body, byte for byte, where it can run and load nothing."""
    _mount(key=key, data={"html": html, "title": title})

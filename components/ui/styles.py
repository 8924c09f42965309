"""The few rules of layout that Streamlit has no option for; one sheet for all screens."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SHEET = (Path(__file__).parent / "assets" / "shell.css").read_text("utf-8")


def render_styles() -> None:
    """Put the sheet into the page."""
    st.html(f"<style>{_SHEET}</style>")


def hide_on_phone(container_key: str) -> None:
    """Leave one container out on narrow screens, where another takes its place."""
    st.html(f"<style>@media (max-width: 640px) {{ .st-key-{container_key} {{ display: none; }} }}</style>")

"""The few rules of layout that Streamlit has no option for; one sheet for all screens."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SHEET = (Path(__file__).parent / "assets" / "shell.css").read_text("utf-8")


def render_styles() -> None:
    """Put the sheet into the page."""
    st.html(f"<style>{_SHEET}</style>")


def hide_on_phone(*container_keys: str) -> None:
    """Leave containers out on narrow screens, where another takes their place."""
    # With the column that holds nothing else: empty, it would keep its distance to the next one.
    column = "[data-testid=stColumn]:has(> * > :only-child > {})"
    hidden = ", ".join(f"{each}, {column.format(each)}" for each in (f".st-key-{key}" for key in container_keys))
    st.html(f"<style>@media (max-width: 640px) {{ {hidden} {{ display: none; }} }}</style>")

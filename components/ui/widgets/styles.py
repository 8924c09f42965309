"""The style sheet of all screens: the layout rules for which Streamlit has no option."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SHEET = (Path(__file__).with_name("styles.css")).read_text("utf-8")


def render_styles() -> None:
    """Add the style sheet to the page."""
    render_sheet(_SHEET)


def render_sheet(rules: str) -> None:
    """Add the CSS rules of a part of the page."""
    st.html(f"<style>{rules}</style>")


#: Widths of the window, in CSS pixels: a phone's, and below that of a screen which has room for two columns of a mail.
PHONE, ONE_COLUMN = 640, 1439


def hide_up_to(width: int, *container_keys: str) -> None:
    """Hide containers in windows of up to ``width`` pixels, where another one takes their place."""
    # Together with a column that contains nothing else: an empty one would keep its gap to the next.
    column = "[data-testid=stColumn]:has(> * > :only-child > {})"
    hidden = ", ".join(f"{each}, {column.format(each)}" for each in (f".st-key-{key}" for key in container_keys))
    st.html(f"<style>@media (max-width: {width}px) {{ {hidden} {{ display: none; }} }}</style>")

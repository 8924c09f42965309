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


#: Windows, as media queries: those of a phone, and those with room for one column of a mail, or for two.
PHONE, ONE_COLUMN, TWO_COLUMNS = "max-width: 640px", "max-width: 1439px", "min-width: 1440px"


def to_hiding_rule(windows: str, *container_keys: str, by: str = "display: none") -> str:
    """Write the rule that hides containers ``by`` a style in such windows, where another one takes their place."""
    # Together with a column that contains nothing else: an empty one would keep its gap to the next.
    column = "[data-testid=stColumn]:has(> * > :only-child > {})"
    hidden = ", ".join(f"{each}, {column.format(each)}" for each in (f".st-key-{key}" for key in container_keys))
    return f"@media ({windows}) {{ {hidden} {{ {by}; }} }}"

"""The field for a plain text of one's own: told while one types, so that it is kept like everything else."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.ui.editor import read_editor
from components.ui.modules import write_import

_ASSETS = Path(__file__).parent / "assets"
_mount = st.components.v2.component(
    "composer_own_text",
    html='<textarea aria-label="Plain text" dir="auto" spellcheck="true" data-loading=""></textarea>\n',
    css=(_ASSETS / "own_text.css").read_text("utf-8"),
    js=write_import("assets/own_text.js"),
)


def render_own_text(value: str, key: str) -> None:
    """Draw the field; ``value`` is what it begins with under this ``key``, later texts come from ``read_own_text``."""
    _mount(key=key, data={"value": value}, on_value_change=lambda: None)


#: It reports its text as the editor does.
read_own_text = read_editor

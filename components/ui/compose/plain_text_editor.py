"""The field for an edited plain text, which reports what is typed while it is typed, as the editor does."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.ui.modules import write_import

_FOLDER = Path(__file__).parent
_mount = st.components.v2.component(
    "composer_own_text",
    html='<textarea aria-label="Plain text" dir="auto" spellcheck="true" data-loading=""></textarea>\n',
    css=(_FOLDER / "plain_text_editor.css").read_text("utf-8"),
    js=write_import("compose/plain_text_editor.js"),
)


def render_plain_text_editor(value: str, key: str) -> None:
    """Draw the field; ``value`` is its initial text under this ``key``, later texts come from ``read_editor``."""
    _mount(key=key, data={"value": value}, on_value_change=lambda: None)

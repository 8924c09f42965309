"""Plain text fields that report what is typed while it is typed, as the editor does.

Unlike Streamlit's own they stay usable while the connection is down, and what is typed then is kept.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.ui.modules import write_import

_FOLDER = Path(__file__).parent
_SHEET = (_FOLDER / "text_field.css").read_text("utf-8")
_SCRIPT = write_import("compose/text_field.js")
_mount_line = st.components.v2.component(
    "composer_line",
    html='<label><span></span><input type="text" dir="auto" autocomplete="off" data-loading=""></label>\n',
    css=_SHEET,
    js=_SCRIPT,
)
_mount_text = st.components.v2.component(
    "composer_own_text",
    html='<textarea aria-label="Plain text" dir="auto" spellcheck="true" data-loading=""></textarea>\n',
    css=_SHEET,
    js=_SCRIPT,
)


def render_line_field(label: str, value: str, key: str, is_prose: bool = False, language: str = "") -> str:
    """Draw a field of one line below its label, and return its current text.

    ``value`` is its initial text under this ``key``; of prose the browser checks the spelling, in ``language`` (BCP 47)
    or in its own.
    """
    data = {"label": label, "value": value, "spellcheck": is_prose, "language": language}
    state = _mount_line(key=key, data=data, on_value_change=lambda: None)
    text = state.get("value")
    return text if isinstance(text, str) else value


def render_plain_text_editor(value: str, key: str) -> None:
    """Draw the field for an edited plain text; later texts than ``value`` come from ``read_editor``."""
    _mount_text(key=key, data={"value": value}, on_value_change=lambda: None)

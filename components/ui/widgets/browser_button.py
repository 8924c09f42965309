"""A button for what only the browser can do: copy a text, print the page."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

from components.ui.modules import write_import

_mount = st.components.v2.component(
    "composer_browser_button",
    html='<button type="button" class="download" data-loading=""></button><span role="status" class="done"></span>\n',
    css=(Path(__file__).parent / "download.css").read_text("utf-8"),
    js=write_import("widgets/browser_button.js"),
)


def render_browser_button(label: str, action: Literal["copy", "print"], text: str, done: str, key: str) -> None:
    """Draw a button that copies ``text`` or prints the page; ``done`` is said for a moment afterwards."""
    data = {"label": label, "action": action, "text": text, "done": done}
    _mount(key=key, data=data, width="content")

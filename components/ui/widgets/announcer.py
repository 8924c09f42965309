"""Sentences for screen readers, and the focus: what sighted people see happen elsewhere on the page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.ui.modules import write_import
from components.ui.session import session

_mount = st.components.v2.component(
    "composer_announcer",
    html='<div class="live" role="status"></div>\n',
    css=".live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }",
    js=write_import("widgets/announcer.js"),
)


def render_announcer() -> None:
    """Draw the live region, with what callbacks and the panel have announced."""
    state = session()
    announcement = state.announcement
    state.announcement = replace(announcement, is_drawn=True)
    data = {"text": announcement.text, "focus": announcement.focus, "turn": announcement.turn}
    _mount(key="announcer", data=data)

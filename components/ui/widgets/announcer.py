"""Sentences for screen readers, and the focus: what sighted people see happen elsewhere on the page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.ui.modules import write_import
from components.ui.session import Announcement, session

_mount = st.components.v2.component(
    "composer_announcer",
    html='<div class="live" role="status"></div>\n',
    css=".live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }",
    js=write_import("widgets/announcer.js"),
)


def announce(text: str, focus: tuple[str, ...] = ()) -> None:
    """Have the page of this run read ``text`` to screen readers and move the focus.

    ``focus`` is a CSS selector of a container on the page and, for an element in it or in a component there, that
    element's; empty leaves the focus where it is. What was announced before in the same run is read too.
    """
    state = session()
    earlier = state.announcement
    if not earlier.is_drawn:
        text, focus = f"{earlier.text}. {text}", focus or earlier.focus
    state.announcement = Announcement(text, focus, earlier.turn + 1, is_drawn=False)


def render_announcer() -> None:
    """Draw the live region, with what callbacks and the panel have announced."""
    state = session()
    announcement = state.announcement
    state.announcement = replace(announcement, is_drawn=True)
    data = {"text": announcement.text, "focus": announcement.focus, "turn": announcement.turn}
    _mount(key="announcer", data=data)

"""The Python side of the editor: it gives the first text and later edits to the browser, and reads the text back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from components.ui.modules import write_import

_FOLDER = Path(__file__).parent
_mount = st.components.v2.component(
    "composer_editor",
    html=(_FOLDER / "editor.html").read_text("utf-8"),
    css=(_FOLDER / "editor.css").read_text("utf-8"),
    js=write_import("compose/editor/editor.js"),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that Python makes: the text ``before``, as ``read_editor`` gave it, is to become ``after``.

    Applied once a ``rev`` (positive, counted up under one widget key), as if typed: the browser's undo takes it back,
    caret and focus stay. Only what differs is touched, so that what a person has typed meanwhile elsewhere stays; where
    both changed the same place the person's text wins. Either way the text that stands then is reported at once.
    """

    rev: int
    before: str
    after: str


def render_editor(
    value: str,
    fault: str,
    key: str,
    edit: Edit | None = None,
    on_save: Callable[[], None] = lambda: None,
) -> None:
    """Draw the editor.

    ``value`` is what it begins with under this ``key``; later texts come from ``read_editor``. ``edit`` may stay or go
    once it is applied. ``on_save`` is called on Ctrl+S anywhere on the page, when every text is up to date.
    """
    state = st.session_state.get(key)
    # Without a callback for a state, Streamlit would not report it at all; the text itself is read, not passed.
    _mount(
        key=key,
        data={
            "key": key,
            "value": value,
            "fault": fault,
            "edit": asdict(edit) if edit else None,
            "acknowledged": state.get("revision") if state else None,
        },
        on_value_change=lambda: None,
        on_revision_change=lambda: None,
        on_save_change=on_save,
    )


def read_editor(key: str, default: str) -> str:
    """What stands in the editor now, or ``default`` before anything was typed."""
    state = st.session_state.get(key)
    value = state.get("value") if state else None
    return value if isinstance(value, str) else default

"""The Python side of the editor: send the initial text and later edits to the browser, and read the text back."""

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
    """A change that Python makes: the text ``before``, as ``read_editor`` returned it, becomes ``after``.

    The browser applies each ``rev`` (positive, increasing under one widget key) once, as if it were typed, so that undo
    reverts it and caret and focus stay. It changes only what differs, so that text typed elsewhere meanwhile is kept;
    where both changed the same place, the person's text wins. It reports the resulting text at once either way.
    """

    rev: int
    before: str
    after: str


def render_editor(
    value: str,
    fault: str,
    key: str,
    language: str = "",
    edit: Edit | None = None,
    on_save: Callable[[], None] = lambda: None,
    on_send: Callable[[], None] = lambda: None,
) -> None:
    """Draw the editor.

    ``value`` is the initial text under this ``key``; ``read_editor`` returns later ones. The browser checks spelling in
    ``language`` (BCP 47), or in its own. An ``edit`` that has been applied may be passed again. ``on_save`` is called
    on Ctrl+S anywhere on the page, when every text is up to date; ``on_send`` on Ctrl+Enter within the text, where
    Streamlit's own shortcuts do not count.
    """
    state = st.session_state.get(key)
    # Streamlit reports a state only if it has a callback; ``read_editor`` reads the text.
    _mount(
        key=key,
        data={
            "key": key,
            "value": value,
            "fault": fault,
            "language": language,
            "edit": asdict(edit) if edit else None,
            "acknowledged": state.get("revision") if state else None,
        },
        on_value_change=lambda: None,
        on_revision_change=lambda: None,
        on_save_change=on_save,
        on_send_change=on_send,
    )


def read_editor(key: str, default: str) -> str:
    """Return the editor's current text, or ``default`` before anything was typed."""
    state = st.session_state.get(key)
    value = state.get("value") if state else None
    return value if isinstance(value, str) else default

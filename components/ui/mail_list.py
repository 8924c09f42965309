"""A list of mails or drafts: who and when; subject and status; first words. A click opens one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"
_mount = st.components.v2.component(
    "composer_mail_list",
    html='<div class="list" role="group"></div>\n',
    css=(_ASSETS / "mail_list.css").read_text("utf-8"),
    js=(_ASSETS / "mail_list.js").read_text("utf-8"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; ``tone`` is one of good, calm, doubt, bad."""

    id: str
    who: str
    when: str
    subject: str
    preview: str
    word: str = ""
    tone: str = "calm"


def render_mail_list(label: str, rows: Sequence[Row], open_id: str, key: str, on_open: Callable[[str], None]) -> None:
    """Draw the list, ``open_id`` marked; ``on_open`` is called with the id of a clicked row before the next run."""

    def opened() -> None:
        chosen = st.session_state[key].get("open")
        if isinstance(chosen, str):
            on_open(chosen)

    data = {"label": label, "rows": [asdict(row) for row in rows], "open": open_id}
    _mount(key=key, data=data, on_open_change=opened)

"""The sandboxed frame in which every HTML body is shown (promise 6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from components.ui.modules import write_import

_ASSETS = Path(__file__).parent / "assets"
_mount = st.components.v2.component(
    "composer_frame",
    html='<div class="frame"></div>\n',
    css=(_ASSETS / "frame.css").read_text("utf-8"),
    js=write_import("assets/frame.js"),
)


@dataclass(frozen=True, slots=True)
class View:
    """How a mail is looked at: at a phone's width, in a dark mail program, with its pictures from the web loaded."""

    phone: bool = False
    dark: bool = False
    images: bool = False


_AS_IT_IS = View()


def render_frame(html: str, key: str, title: str = "Preview", view: View = _AS_IT_IS) -> None:
    """Show a sanitised HTML body, byte for byte, where it can run nothing and loads nothing but pictures asked for."""
    _mount(key=key, data={"html": html, "title": title, "view": asdict(view)})

"""The sandboxed frame in which every HTML body is shown (promise 6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from components.ui.modules import write_import

_FOLDER = Path(__file__).parent
_mount = st.components.v2.component(
    "composer_frame",
    html='<div class="frame"></div>\n',
    css=(_FOLDER / "mail_frame.css").read_text("utf-8"),
    js=write_import("widgets/mail_frame.js"),
)


@dataclass(frozen=True, slots=True)
class FrameOptions:
    """How a mail is shown: at the ``width`` of a mail program in pixels, in a dark one, with remote pictures loaded.

    Where there is less room, a mail with a width is shown smaller. Without one it is as wide as there is room.
    """

    width: int | None = None
    dark: bool = False
    images: bool = False


_DEFAULT = FrameOptions()


def render_frame(html: str, key: str, title: str = "Preview", view: FrameOptions = _DEFAULT) -> None:
    """Show a sanitised HTML body unchanged, in a sandbox that runs no scripts.

    ``title`` is the frame's accessible name. Remote pictures load only if ``view`` says so.
    """
    _mount(key=key, data={"html": html, "title": title, "view": asdict(view)})

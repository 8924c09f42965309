"""The one route beside Streamlit's own: a finished export as a file that the browser saves, streamed from the disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from components.mailer.exporting import Export
from components.ui.modules import get_base_path, write_import
from components.ui.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message, Receive, Scope, Send

_PATH = f"{get_base_path()}/exports/"
_ASSETS = Path(__file__).parent / "assets"
_mount = st.components.v2.component(
    "composer_download",
    html='<a class="download"></a>\n',
    css=(_ASSETS / "download.css").read_text("utf-8"),
    js=write_import("assets/download.js"),
)


def render_download(label: str, export: Export, key: str) -> None:
    """Draw a link that saves an export; it works once, and again after a download that broke off."""
    address = f"{_PATH}{export.token}"
    _mount(key=key, data={"label": label, "address": address, "filename": export.filename})


async def _download(request: Request) -> Response:
    """Serve the file of a token, which only the page of one session was told, which opens once, and ends with it."""
    export = services().exports.take(request.path_params["token"]) if request.method == "GET" else None
    if export is None:
        return PlainTextResponse("This export is not here any more. Export again.", 404)
    return _Download(export)


class _Download(FileResponse):
    """The file of an export: removed once all of it has left, offered again where it has not."""

    def __init__(self, export: Export) -> None:
        kept = {"Cache-Control": "no-store"}
        super().__init__(export.path, media_type="application/octet-stream", filename=export.filename, headers=kept)
        self._export = export

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = False

        async def send_and_note(message: Message) -> None:
            nonlocal whole
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await super().__call__(scope, receive, send_and_note)
        finally:
            if whole:
                self._export.cancel()
            else:
                services().exports.give_back(self._export)


#: For the server, beside its own.
routes = (Route(f"{_PATH}{{token}}", _download),)

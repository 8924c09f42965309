"""The download of a finished export: the link to it, and the route that streams the file from disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from components.mailer.transfer.exports import Export
from components.ui.modules import get_base_path, write_import
from components.ui.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message, Receive, Scope, Send

_PATH = f"{get_base_path()}/exports/"
_FOLDER = Path(__file__).parent
_mount = st.components.v2.component(
    "composer_download",
    html='<a class="download"></a>\n',
    css=(_FOLDER / "download.css").read_text("utf-8"),
    js=write_import("widgets/download.js"),
)


def render_download(label: str, export: Export, key: str) -> None:
    """Draw a link that downloads an export; it works once, and again after an interrupted download."""
    address = f"{_PATH}{export.token}"
    _mount(key=key, data={"label": label, "address": address, "filename": export.filename})


async def _download(request: Request) -> Response:
    """Serve the file of a single-use token that only the page of one session received."""
    export = services().exports.take(request.path_params["token"]) if request.method == "GET" else None
    if export is None:
        return PlainTextResponse("This export is not here any more. Export again.", 404)
    return _Download(export)


class _Download(FileResponse):
    """Streams an export's file, then removes it; offers it again if the download did not complete."""

    def __init__(self, export: Export) -> None:
        kept = {"Cache-Control": "no-store"}
        super().__init__(export.path, media_type="application/octet-stream", filename=export.filename, headers=kept)
        self._export = export

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_complete = False

        async def send_and_track(message: Message) -> None:
            nonlocal is_complete
            await send(message)
            is_complete = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await super().__call__(scope, receive, send_and_track)
        finally:
            if is_complete:
                self._export.cancel()
            else:
                services().exports.give_back(self._export)


#: The routes that the server adds to Streamlit's.
routes = (Route(f"{_PATH}{{token}}", _download),)

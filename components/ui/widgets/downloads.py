"""Links that download, and the route that streams a finished export from disk."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import streamlit as st
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from components.mailer.transfer.exports import Export
from components.ui.access import KEPT_NOWHERE, find_reader
from components.ui.modules import get_base_path, write_import
from components.ui.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message, Receive, Scope, Send

_PATH = f"{get_base_path()}/exports/"
_FOLDER = Path(__file__).parent
_mount = st.components.v2.component(
    "composer_download",
    html='<a class="download" data-loading=""></a>\n',
    css=(_FOLDER / "download.css").read_text("utf-8"),
    js=write_import("widgets/download.js"),
)


def render_link(label: str, address: str, filename: str, key: str, *, starts: bool = False) -> None:
    """Draw a link that saves what a route of the app serves, under a name; ``starts`` saves it at once."""
    data = {"label": label, "address": address, "filename": filename, "starts": starts}
    _mount(key=key, data=data, width="content")


def render_download(label: str, export: Export, key: str) -> None:
    """Download an export, and draw a link that does so again until the file was downloaded whole."""
    render_link(label, f"{_PATH}{export.token}", export.filename, key, starts=True)


def stream_file(filename: str, pieces: Iterator[bytes]) -> StreamingResponse:
    """Build the response that downloads a file under a name.

    It reads the first piece at once, so that the caller can still report a missing file. Raises what that raises.
    """
    whole = itertools.chain([next(pieces, b"")], pieces)
    disposition = f"attachment; filename*=utf-8''{quote(filename, safe='')}"
    headers = {**KEPT_NOWHERE, "Content-Disposition": disposition}
    return StreamingResponse(whole, media_type="application/octet-stream", headers=headers)


async def _download(request: Request) -> Response:
    """Serve the file of a token that only the page of one session received, until it was downloaded whole.

    The browser that asks must be connected to the workspace whose mails the file holds.
    """
    browser = find_reader(request)
    if browser is None:
        return PlainTextResponse("Connect first.", 403, headers=KEPT_NOWHERE)
    export = services().exports.find(request.path_params["token"])
    if export is None or export.workspace_id != browser.connection.workspace_id:
        return PlainTextResponse("This export is not here any more. Export again.", 404, headers=KEPT_NOWHERE)
    return _Download(export)


class _Download(FileResponse):
    """Streams an export's file, and removes it once all of it was sent.

    A look at the headers, a part (RFC 9110, section 14) and a download that broke off leave it where it is.
    """

    def __init__(self, export: Export) -> None:
        super().__init__(
            export.path, media_type="application/octet-stream", filename=export.filename, headers=KEPT_NOWHERE
        )
        self._export = export

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_whole = is_complete = False

        async def send_and_track(message: Message) -> None:
            nonlocal is_whole, is_complete
            await send(message)
            if message["type"] == "http.response.start":
                is_whole = message["status"] == 200 and scope["method"] == "GET"
            else:
                is_complete = is_whole and not message.get("more_body", False)

        await super().__call__(scope, receive, send_and_track)
        if is_complete:
            self._export.cancel()


#: The routes that the server adds to Streamlit's.
routes = (Route(f"{_PATH}{{token}}", _download),)

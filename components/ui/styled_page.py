"""Link the style sheets in Streamlit's own page, so that the browser has them before it draws anything.

Sheets that the page's script draws arrive after the first elements. The browser then draws the page without them at
first, and elements jump away from a pointer that is about to click.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit
from starlette.datastructures import Headers
from starlette.responses import FileResponse

from components.ui.modules import to_address

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Streamlit's page, which it serves at every address of the app.
INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
#: The sheet of all screens comes first, those of single screens after it.
SHEETS = ("widgets/styles.css", "sidebar/sidebar.css", "history/master_detail.css", "welcome/welcome.css")
_BODY = "<body>"
#: Headers that describe the file on disk.
_REPLACED = {"content-length", "content-encoding", "content-type", "accept-ranges", "etag", "last-modified"}


def link_sheets(index_html: str) -> str:
    """Return Streamlit's page with a link to each style sheet.

    HTML allows links in the body. There our rules come after those that Streamlit adds to the head, and override them.
    """
    assert _BODY in index_html, "this version of Streamlit has another page"
    links = (f'<link rel="stylesheet" href="{to_address(sheet)}">' for sheet in SHEETS)
    return index_html.replace(_BODY, "\n".join((_BODY, *links)), 1)


class StyledPage:
    """ASGI middleware that answers with our page wherever Streamlit answers with its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._page = link_sheets(INDEX.read_text("utf-8")).encode()
        # The ETag identifies Streamlit's page, in a 304 (Not Modified) too.
        self._tag = FileResponse(INDEX, stat_result=INDEX.stat()).headers["etag"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request; where Streamlit answers with its page, send ours instead."""
        is_page = False

        async def send_page(message: Message) -> None:
            nonlocal is_page
            if message["type"] == "http.response.start":
                is_page = Headers(raw=message["headers"]).get("etag") == self._tag
                if is_page:
                    message = {**message, "status": 200, "headers": self._to_headers(message)}
            elif is_page:
                if message.get("more_body"):
                    return
                body = b"" if scope["method"] == "HEAD" else self._page
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self._app(scope, receive, send_page if scope["type"] == "http" else send)

    def _to_headers(self, message: Message) -> list[tuple[bytes, bytes]]:
        kept = [(name, value) for name, value in message["headers"] if name.lower().decode() not in _REPLACED]
        length = str(len(self._page)).encode()
        return [*kept, (b"content-type", b"text/html; charset=utf-8"), (b"content-length", length)]

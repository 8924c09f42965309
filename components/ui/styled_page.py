"""Link the style sheets in Streamlit's own page: what a script draws would reach the browser after the first elements.

The page would then be drawn without them at first, and everything would jump, also from under a pointer that clicks.
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
#: The rules of all screens come first, those of a single one after them.
SHEETS = ("widgets/styles.css", "sidebar/sidebar.css", "history/master_detail.css", "welcome/welcome.css")
_BODY = "<body>"
#: What describes the file that was not changed.
_REPLACED = {"content-length", "content-encoding", "content-type", "accept-ranges", "etag", "last-modified"}


def link_sheets(index_html: str) -> str:
    """Return Streamlit's page with a link to each style sheet.

    In the body, which HTML allows: their rules come after those that Streamlit adds to the head, and so prevail.
    """
    assert _BODY in index_html, "this version of Streamlit has another page"
    links = (f'<link rel="stylesheet" href="{to_address(sheet)}">' for sheet in SHEETS)
    return index_html.replace(_BODY, "\n".join((_BODY, *links)), 1)


class StyledPage:
    """ASGI middleware that answers with our page wherever Streamlit answers with its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._page = link_sheets(INDEX.read_text("utf-8")).encode()
        # Streamlit's page is known by its tag, also where the browser has it already ("not modified").
        self._tag = FileResponse(INDEX, stat_result=INDEX.stat()).headers["etag"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request, and replace the page in the answer."""
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

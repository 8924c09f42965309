"""The security headers of every response."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from components.ui.modules import get_base_path
from components.ui.styled_page import INDEX

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def to_policy(index_html: str) -> str:
    """Return the page's Content-Security-Policy: only this origin, no framing.

    Pictures may come from elsewhere: the frame of a mail inherits this policy and loads its pictures when the reader
    asks. The frame's own policy blocks them until then.

    The inline scripts of Streamlit's page are allowed by their hash; ``blob:`` is how Streamlit loads components.
    """
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(index_html)
    ]
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self' blob:", *hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob: https:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """ASGI middleware that sets the security headers on every HTTP response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = [
            (b"content-security-policy", to_policy(INDEX.read_text("utf-8")).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-frame-options", b"DENY"),
        ]
        #: What Streamlit serves of a session: downloads and pictures.
        self._media = f"{get_base_path()}/media/"
        #: What it would tell everybody about the server.
        self._metrics = f"{get_base_path()}/_stcore/metrics"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward everything but a request for metrics; replace the security headers of a response by ours."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        no_store = [(b"cache-control", b"no-store")] if scope["path"].startswith(self._media) else []
        ours = [*self._headers, *no_store]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in ours}
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in names]
                message = {**message, "headers": [*kept, *ours]}
            await send(message)

        is_closed = scope["path"].rstrip("/") == self._metrics
        await (PlainTextResponse("Not found", 404) if is_closed else self._app)(scope, receive, send_with_headers)

"""Access control for HTTP and websocket requests: the session cookie, allowed hosts, and the Origin header."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.websockets import WebSocketClose
from streamlit import runtime
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from components.errors import NotPermitted, StoreError
from components.mailer.connection import is_confirmed
from components.ui.browser_sessions import BrowserSession
from components.ui.modules import FOLDER, get_base_path
from components.ui.services import services

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

#: Name of the session cookie, and of the request header that carries the ticket.
COOKIE = "composer_session"
TICKET_HEADER = "X-Session-Ticket"
#: POST sets the cookie, PUT reports activity, DELETE removes the cookie.
SESSION_PATH = f"{get_base_path()}/session"

#: Response headers that forbid caching.
KEPT_NOWHERE = {"Cache-Control": "no-store"}

_COOKIE_PATH = get_base_path() or "/"


def find_session(request: HTTPConnection) -> BrowserSession | None:
    """Return the session of the browser that sends a request; None where it is not connected."""
    return services().browser_sessions.find(request.cookies.get(COOKIE, ""))


def find_reader(request: HTTPConnection) -> BrowserSession | None:
    """Return the session of the browser that sends a request, where that may read the history of its workspace."""
    found = find_session(request)
    if found is None or not is_confirmed(found.connection, time.time()):
        return None
    try:
        services().permissions.require_member(found.connection)
    except (NotPermitted, StoreError):
        return None
    return found


def read_browser_mark(cookies: Mapping[str, str]) -> str:
    """Return the browser's XSRF token, unmasked: Streamlit masks it differently in every response."""
    token, _ = decode_xsrf_token_string(cookies.get(XSRF_COOKIE_NAME, ""))
    return token.hex() if token else ""


def is_own_origin(headers: Headers) -> bool:
    """Tell whether the Origin header names this app; a request without the header is refused."""
    origin = headers.get("origin", "").lower()
    if not origin:
        return False
    trusted = {str(each).rstrip("/").lower() for each in st.get_option("server.corsAllowedOrigins")}
    return urlsplit(origin).netloc == headers.get("host", "").lower() or origin in trusted


async def _keep(request: Request) -> Response:
    """Exchange the ticket in the request for a session cookie."""
    ticket, earlier = request.headers.get(TICKET_HEADER, ""), request.cookies.get(COOKIE, "")
    token = services().browser_sessions.redeem(ticket, read_browser_mark(request.cookies), earlier)
    if token is None:
        return PlainTextResponse("This ticket is not valid.", 403)
    response = Response(status_code=204)
    is_secure = request.headers["origin"].lower().startswith("https:")
    # It ends with the browser, and before that with the session.
    response.set_cookie(COOKIE, token, path=_COOKIE_PATH, secure=is_secure, httponly=True, samesite="strict")
    return response


async def _touch(request: Request) -> Response:
    """Record activity in the browser's session."""
    found = find_session(request)
    if found is not None:
        found.touch()
    return Response(status_code=204)


async def _give_back(request: Request) -> Response:
    """Delete the cookie if its session has ended; a cookie set by a newer connection stays."""
    response = Response(status_code=204)
    if find_session(request) is None:
        response.delete_cookie(COOKIE, path=_COOKIE_PATH, httponly=True, samesite="strict")
    return response


async def _serve_session(request: Request) -> Response:
    if not is_own_origin(request.headers):
        return PlainTextResponse("Only this app's own pages may ask for this.", 403, headers=KEPT_NOWHERE)
    response = await _METHODS[request.method](request)
    response.headers.update(KEPT_NOWHERE)
    return response


_METHODS = {"POST": _keep, "PUT": _touch, "DELETE": _give_back}

#: For the server, beside its own routes.
session_route = Route(SESSION_PATH, _serve_session, methods=list(_METHODS))


class Access:
    """ASGI middleware that refuses hosts that are not allowed, foreign pages, and files without a session."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        #: What Streamlit serves from memory.
        self._media = f"{get_base_path()}/media/"
        self._assets = {path.read_bytes() for path in FOLDER.rglob("*.png")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward what may pass; answer 421 for a foreign host and 403 for the rest."""
        is_socket = scope["type"] == "websocket"
        if scope["type"] != "http" and not is_socket:
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        origin, path = request.headers.get("origin"), scope["path"]
        if not is_host_allowed(request.headers.get("host")):
            refusal: ASGIApp | None = PlainTextResponse("This host is not in server.allowedHosts.", 421)
        elif is_socket and origin is not None and not is_own_origin(request.headers):
            refusal = PlainTextResponse("Only this app's own pages may connect.", 403)
        elif path.startswith(self._media) and not self._may_read(path, request):
            refusal = PlainTextResponse("Connect first.", 403)
        else:
            refusal = None
        if refusal is not None and is_socket:
            refusal = WebSocketClose(code=1008)
        await (refusal or self._app)(scope, receive, send)

    def _may_read(self, path: str, request: HTTPConnection) -> bool:
        """Tell whether a browser may read a media file: without a session only the app's own pictures."""
        if find_reader(request) is not None:
            return True
        file = runtime.get_instance().media_file_mgr.read_file(path.removeprefix(self._media))
        return file is not None and file.content in self._assets

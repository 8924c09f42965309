"""Responses that break the connection: no answer at all, or half of one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_TRANSPORT = "practice.transport"


class DroppedConnection(Response):
    """Reset the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Reset the connection and return once the server has noticed."""
        _to_transport(scope).abort()
        await _wait_for_disconnect(receive)


class TruncatedResponse(Response):
    """Send the first half of an answer, then close the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Declare the full length, send half of it, close."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        _to_transport(scope).close()
        await _wait_for_disconnect(receive)


def expose_transport(app: ASGIApp) -> ASGIApp:
    """Wrap the application so that its scope holds the connection's transport, for the responses of this module.

    ASGI cannot break a connection. Uvicorn's ``send`` is a bound method of the object that holds the transport, and is
    only visible as such outside of every middleware.
    """

    async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(send, "__self__", None)
        scope[_TRANSPORT] = getattr(cycle, "transport", None)
        await app(scope, receive, send)

    return with_transport


def _to_transport(scope: Mapping[str, object]) -> asyncio.Transport:
    transport = scope[_TRANSPORT]
    if not isinstance(transport, asyncio.Transport):
        raise TypeError("the practice gateway needs uvicorn's h11 protocol")
    return transport


async def _wait_for_disconnect(receive: Receive) -> None:
    """Wait until the server knows that the connection is gone; before that, it would send an answer of its own."""
    while (await receive())["type"] != "http.disconnect":
        continue

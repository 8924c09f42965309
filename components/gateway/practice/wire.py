"""Answers that go wrong on their way: the connection cut without one, or in the middle of one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_TRANSPORT = "practice.transport"


class Cut(Response):
    """No answer: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Reset the connection and return when the server has noticed."""
        _to_transport(scope).abort()
        await _wait_for_disconnect(receive)


class Truncated(Response):
    """The first half of an answer, then the end of the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Announce the whole length, send half of it, close."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        _to_transport(scope).close()
        await _wait_for_disconnect(receive)


def to_cuttable(app: ASGIApp) -> ASGIApp:
    """The application with the connection's transport in its scope, where the answers of this module find it.

    ASGI has no word for cutting a connection. Uvicorn's ``send`` is a method of the object that holds the transport,
    and only outside of every middleware is it still that method.
    """

    async def cuttable(scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(send, "__self__", None)
        scope[_TRANSPORT] = getattr(cycle, "transport", None)
        await app(scope, receive, send)

    return cuttable


def _to_transport(scope: Mapping[str, object]) -> asyncio.Transport:
    transport = scope[_TRANSPORT]
    if not isinstance(transport, asyncio.Transport):
        raise TypeError("the practice gateway runs under uvicorn's h11 alone")
    return transport


async def _wait_for_disconnect(receive: Receive) -> None:
    """Until the server knows that the connection is gone; returning earlier, it would send an answer of its own."""
    while (await receive())["type"] != "http.disconnect":
        continue

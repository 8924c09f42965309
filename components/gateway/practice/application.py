"""The routes of the practice gateway: who calls, what is left of the plan, and one endpoint for each of the API's."""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from components.gateway.practice import sending, workspace
from components.gateway.practice.keys import Caller, to_caller
from components.gateway.practice.quota import Quota
from components.gateway.practice.refusal import Refusal, to_validation_error
from components.gateway.practice.wire import to_cuttable

MAX_BODY = 40 * 1024 * 1024
MAX_IDEMPOTENCY_KEY = 255
#: Where the id of a request stands in its ASGI scope.
REQUEST_ID = "practice.request_id"

Endpoint = Callable[[Request, Caller], Awaitable[Response]]


def to_application(desk: sending.Sending, quota: Quota) -> ASGIApp:
    """The whole contract of the LeadLex API as an ASGI application for uvicorn's h11."""
    gate = Gate(quota)

    async def send_email(request: Request, caller: Caller) -> Response:
        caller.check_send()
        raw = await _read_body(request)
        idempotency_key = request.headers.get("Idempotency-Key", "")
        if len(idempotency_key) > MAX_IDEMPOTENCY_KEY:
            raise to_validation_error(f"Idempotency-Key is longer than {MAX_IDEMPOTENCY_KEY} characters.")
        return await desk.answer(sending.Request(caller.fingerprint, idempotency_key, request.scope[REQUEST_ID], raw))

    async def refuse(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        code = {404: "not_found", 405: "method_not_allowed"}.get(status, "internal_error")
        refusal = Refusal(status, code, f"{request.method} {request.url.path} is no part of this API.")
        return await gate.guard(_raise(refusal))(request)

    return to_cuttable(
        Starlette(
            routes=[
                Route("/v1/email/send", gate.guard(send_email), methods=["POST"]),
                Route("/v1/contacts", gate.guard(_look_up(workspace.list_contacts))),
                Route("/v1/deals", gate.guard(_look_up(workspace.list_deals))),
                Route("/v1/email/threads", gate.guard(_look_up(workspace.list_threads))),
                Route("/v1/email/threads/{thread_id}", gate.guard(_fetch_thread)),
                Route("/v1/settings/providers", gate.guard(_fetch_providers)),
            ],
            exception_handlers={404: refuse, 405: refuse},
        )
    )


class Gate:
    """What every call passes: the key is checked, the call counted, and each answer gets the documented headers."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota

    def guard(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint behind the gate; a Refusal that it raises becomes the answer."""

        async def guarded(request: Request) -> Response:
            request_id = request.scope[REQUEST_ID] = f"req_{uuid.uuid4().hex}"
            fingerprint = ""
            try:
                caller = to_caller(request.headers.get("Authorization", ""))
                fingerprint = caller.fingerprint
                self._quota.take(fingerprint, time.time())
                response = await endpoint(request, caller)
            except Refusal as refusal:
                response = refusal.to_response()
            response.headers.setdefault("X-Request-ID", request_id)
            for name, value in self._quota.to_headers(fingerprint, time.time()).items():
                response.headers.setdefault(name, value)
            return response

        return guarded


def _look_up(list_items: Callable[[Mapping[str, str]], workspace.Item]) -> Endpoint:
    async def look_up(request: Request, caller: Caller) -> Response:
        caller.check_read()
        return JSONResponse(list_items(request.query_params))

    return look_up


async def _fetch_thread(request: Request, caller: Caller) -> Response:
    caller.check_read()
    return JSONResponse(workspace.get_thread(request.path_params["thread_id"], request.query_params))


async def _fetch_providers(request: Request, caller: Caller) -> Response:
    caller.check_read()
    if caller.kind == "wbk_old":
        raise Refusal(404, "not_found", "GET /v1/settings/providers is no part of this API.")
    return JSONResponse(workspace.list_providers(request.query_params.get("category", ""), caller.kind))


def _raise(refusal: Refusal) -> Endpoint:
    async def refuse(_request: Request, _caller: Caller) -> Response:
        raise refusal

    return refuse


async def _read_body(request: Request) -> bytes:
    """The whole body; raises Refusal 413 for one over MAX_BODY.

    It is read to its end all the same: a server that closes while the client still writes resets the connection, and
    the client would never see why.
    """
    body = bytearray()
    length = 0
    try:
        async for piece in request.stream():
            length += len(piece)
            if length <= MAX_BODY:
                body += piece
            else:
                body.clear()
    except ClientDisconnect:
        # Nobody hears this any more; what counts is that an incomplete request is never accepted.
        raise to_validation_error("The request body broke off.") from None
    if length > MAX_BODY:
        raise Refusal(413, "payload_too_large", f"The request is larger than {MAX_BODY // 1024 // 1024} MB.")
    return bytes(body)

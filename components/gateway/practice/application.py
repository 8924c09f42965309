"""The practice gateway's routes: authentication, rate limit, and one endpoint for each that the product calls."""

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

from components.gateway.practice import exports, workspace
from components.gateway.practice.api_errors import ApiError, to_validation_error
from components.gateway.practice.authentication import Caller, authenticate
from components.gateway.practice.broken_responses import expose_transport
from components.gateway.practice.firm import Item
from components.gateway.practice.quota import ExportQuota, Quota
from components.gateway.practice.send_endpoint import SendEndpoint, SendRequest

MAX_BODY = 40 * 1024 * 1024
MAX_IDEMPOTENCY_KEY = 255
#: Key of a request's id in its ASGI scope.
REQUEST_ID = "practice.request_id"

Endpoint = Callable[[Request, Caller], Awaitable[Response]]


def build_application(send_endpoint: SendEndpoint, quota: Quota) -> ASGIApp:
    """Build the practice gateway as an ASGI application; it needs uvicorn's h11 protocol."""
    guard, export_quota = RequestGuard(quota), ExportQuota()

    async def send_email(request: Request, caller: Caller) -> Response:
        caller.check_send()
        raw = await _read_body(request)
        idempotency_key = request.headers.get("Idempotency-Key", "")
        if len(idempotency_key) > MAX_IDEMPOTENCY_KEY:
            raise to_validation_error(f"Idempotency-Key is longer than {MAX_IDEMPOTENCY_KEY} characters.")
        send_request = SendRequest(caller.fingerprint, idempotency_key, request.scope[REQUEST_ID], raw)
        return await send_endpoint.answer(send_request)

    def export(render: Callable[[Mapping[str, str]], str], permission: str) -> Endpoint:
        async def answer(request: Request, caller: Caller) -> Response:
            caller.check_offered(request.url.path)
            caller.check_read(permission)
            table = render(request.query_params)
            export_quota.take(caller.workspace_id, time.time())
            return Response(table, media_type="text/csv")

        return answer

    async def refuse(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        code = {404: "not_found", 405: "method_not_allowed"}.get(status, "internal_error")
        not_offered = ApiError(status, code, f"{request.method} {request.url.path} is no part of this API.")
        return await guard.wrap(_raise(not_offered))(request)

    return expose_transport(
        Starlette(
            routes=[
                Route("/v1/email/send", guard.wrap(send_email), methods=["POST"]),
                Route("/v1/contacts", guard.wrap(_look_up(workspace.list_contacts, "read:contacts"))),
                Route("/v1/contacts/export", guard.wrap(export(exports.export_contacts, "read:contacts"))),
                Route("/v1/contacts/{contact_id}", guard.wrap(_fetch_contact)),
                Route("/v1/deals", guard.wrap(_look_up(workspace.list_deals, "read:deals"))),
                Route("/v1/deals/export", guard.wrap(export(exports.export_deals, "read:deals"))),
                Route("/v1/lists", guard.wrap(_look_up(workspace.list_lists, "read:contacts"))),
                Route("/v1/users", guard.wrap(_look_up(workspace.list_users))),
                Route("/v1/documents", guard.wrap(_look_up(workspace.list_documents, "read:documents"))),
                Route("/v1/email/threads", guard.wrap(_look_up(workspace.list_threads))),
                Route("/v1/email/threads/{thread_id}", guard.wrap(_fetch_thread)),
                Route("/v1/settings", guard.wrap(_fetch_settings)),
                Route("/v1/settings/providers", guard.wrap(_fetch_providers)),
            ],
            exception_handlers={404: refuse, 405: refuse},
        )
    )


class RequestGuard:
    """Wrap endpoints: check the key, count the call, and add the documented headers to each answer."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota

    def wrap(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """Wrap one endpoint; an ApiError that it raises becomes the answer."""

        async def wrapped(request: Request) -> Response:
            request_id = request.scope[REQUEST_ID] = f"req_{uuid.uuid4().hex}"
            fingerprint = ""
            try:
                caller = authenticate(request.headers.get("Authorization", ""))
                fingerprint = caller.fingerprint
                self._quota.take(fingerprint, time.time())
                response = await endpoint(request, caller)
            except ApiError as error:
                response = error.to_response()
            response.headers.setdefault("X-Request-ID", request_id)
            for name, value in self._quota.to_headers(fingerprint, time.time()).items():
                response.headers.setdefault(name, value)
            return response

        return wrapped


def _look_up(list_items: Callable[[Mapping[str, str]], Item], permission: str = "") -> Endpoint:
    async def look_up(request: Request, caller: Caller) -> Response:
        caller.check_read(permission)
        return JSONResponse(list_items(request.query_params))

    return look_up


async def _fetch_contact(request: Request, caller: Caller) -> Response:
    caller.check_read("read:contacts")
    return JSONResponse(workspace.get_contact(request.path_params["contact_id"], request.query_params))


async def _fetch_thread(request: Request, caller: Caller) -> Response:
    caller.check_read()
    return JSONResponse(workspace.get_thread(request.path_params["thread_id"], request.query_params))


async def _fetch_settings(_request: Request, caller: Caller) -> Response:
    caller.check_read()
    if caller.kind == "wbk_nosettings":
        raise ApiError(403, "insufficient_permissions", "This API key may not read settings.")
    if caller.kind == "wbk_old":
        raise ApiError(404, "not_found", "GET /v1/settings is no part of this API.")
    return JSONResponse(workspace.get_settings(caller.workspace_id, caller.kind))


async def _fetch_providers(request: Request, caller: Caller) -> Response:
    caller.check_read()
    caller.check_offered(request.url.path)
    return JSONResponse(workspace.list_providers(request.query_params.get("category", ""), caller.kind))


def _raise(error: ApiError) -> Endpoint:
    async def refuse(_request: Request, _caller: Caller) -> Response:
        raise error

    return refuse


async def _read_body(request: Request) -> bytes:
    """Read the whole body. Raises ApiError 413 for one over MAX_BODY.

    A body that is too large is read to its end all the same: a server that closes while the client still writes resets
    the connection, and the client never sees the answer.
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
        # The client is gone and will not see this; an incomplete request must not be accepted.
        raise to_validation_error("The request body broke off.") from None
    if length > MAX_BODY:
        raise ApiError(413, "payload_too_large", f"The request is larger than {MAX_BODY // 1024 // 1024} MB.")
    return bytes(body)

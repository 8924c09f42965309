"""The send endpoint: deduplicate, validate, provoke the recipient's failure, accept once."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import math
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from components.gateway.practice.api_errors import ApiError
from components.gateway.practice.broken_responses import DroppedConnection, TruncatedResponse
from components.gateway.practice.delivery_store import Delivery, DeliveryStore, StoredAnswer
from components.gateway.practice.eml import render_eml
from components.gateway.practice.firm import CONTENTS
from components.gateway.practice.payload import ParsedMail, parse_payload
from components.gateway.practice.quota import next_midnight
from components.gateway.practice.recipients import Behaviour, find_behaviour
from components.gateway.practice.workspace import list_message_ids

HUGE = 10 * 1024 * 1024
_PAGE = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>"


@dataclass(frozen=True, slots=True)
class SendRequest:
    """One request to send; ``idempotency_key`` is empty if it has none, ``raw`` is the body."""

    key_fingerprint: str
    idempotency_key: str
    request_id: str
    raw: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the body in hex."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def identity(self) -> tuple[str, str]:
        """The value that two attempts at the same mail share."""
        return self.key_fingerprint, self.idempotency_key or self.digest


class SendEndpoint:
    """Answer ``POST /v1/email/send``; ``pace`` scales every delay and wait (1.0 is real time).

    Used within one event loop.
    """

    def __init__(self, deliveries: DeliveryStore, pace: float) -> None:
        self._deliveries = deliveries
        self._pace = pace
        self._running: set[tuple[str, str]] = set()
        self._first_attempts: dict[tuple[str, str], float] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Drop the connection of every request that waits for its delay; called in the event loop."""
        self._stopping.set()

    async def answer(self, request: SendRequest) -> Response:
        """Accept the mail, or replay the answer stored for its Idempotency-Key. Raises ApiError."""
        with self._claim(request):
            stored = await asyncio.to_thread(self._find, request)
            if stored:
                return _to_replay(stored)
            mail = await asyncio.to_thread(parse_payload, request.raw, CONTENTS)
            behaviour = find_behaviour(address.addr_spec for address in mail.to)
            if behaviour.drop_before:
                return DroppedConnection()
            await asyncio.to_thread(self._provoke_error, request, behaviour)
            if await self._stops_within(behaviour.delay * self._pace):
                return DroppedConnection()
            answer = await asyncio.to_thread(self._accept, request, mail, behaviour)
        return _to_response(answer, behaviour)

    async def _stops_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    @contextlib.contextmanager
    def _claim(self, request: SendRequest) -> Iterator[None]:
        """Hold the Idempotency-Key while the request runs. Raises ApiError 409 if another request holds it."""
        if not request.idempotency_key:
            yield
            return
        if request.identity in self._running:
            message = "The first request with this Idempotency-Key is still running."
            raise ApiError(409, "idempotency_conflict", message)
        self._running.add(request.identity)
        try:
            yield
        finally:
            self._running.discard(request.identity)

    def _find(self, request: SendRequest) -> StoredAnswer | None:
        if not request.idempotency_key:
            return None
        stored = self._deliveries.find_answer(request.key_fingerprint, request.idempotency_key, time.time())
        return _check_digest(stored, request) if stored else None

    def _provoke_error(self, request: SendRequest, behaviour: Behaviour) -> None:
        """Raise the ApiError that the recipient provokes on this attempt, if any."""
        if behaviour.error is None:
            return
        now = time.time()
        first = self._first_attempts.setdefault(request.identity, now)
        allowed_at = first + behaviour.retry_after * self._pace
        if behaviour.sent_on_retry and first != now and (not behaviour.enforced or now >= allowed_at):
            return
        error = ApiError(*behaviour.error)
        if behaviour.retry_after:
            error.headers["Retry-After"] = str(max(1, math.ceil(allowed_at - now)))
        if behaviour.quota_exhausted:
            error.headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(next_midnight(now))}
        if behaviour.stored and request.idempotency_key:
            body = bytes(error.to_response().body)
            answer = StoredAnswer(request.digest, error.status, body, request.request_id)
            self._deliveries.store_answer(request.key_fingerprint, request.idempotency_key, answer, now)
        raise error

    def _accept(self, request: SendRequest, mail: ParsedMail, behaviour: Behaviour) -> StoredAnswer:
        """Store the delivery and its answer in one durable step."""
        now = time.time()
        thread_id = mail.thread_id or str(uuid.uuid4())
        answer = _to_answer(request, behaviour, thread_id, now)
        if behaviour.status == "failed":
            if request.idempotency_key:
                self._deliveries.store_answer(request.key_fingerprint, request.idempotency_key, answer, now)
            return answer
        references = [*list_message_ids(thread_id), *self._deliveries.list_message_ids(thread_id)]
        moment, short_id = datetime.fromtimestamp(now, UTC), uuid.uuid4().hex[:12]
        message_id = f"<{short_id}.{int(now)}@practice.example>"
        delivery = Delivery(
            id=0,
            idempotency_key=request.idempotency_key,
            key_fingerprint=request.key_fingerprint,
            body_sha256=answer.body_sha256,
            to=", ".join(str(address) for address in mail.to),
            subject=mail.subject,
            accepted_at=now,
            eml=f"{moment:%Y%m%dT%H%M%SZ}-{short_id}.eml",
            message_id=message_id,
            thread_id=thread_id,
        )
        eml = render_eml(mail, message_id, thread_id, moment, references)
        return _check_digest(self._deliveries.accept(delivery, eml, answer), request)


def _check_digest(stored: StoredAnswer, request: SendRequest) -> StoredAnswer:
    if stored.body_sha256 != request.digest:
        raise ApiError(409, "idempotency_conflict", "This Idempotency-Key was used with a different payload.")
    return stored


def _to_answer(request: SendRequest, behaviour: Behaviour, thread_id: str, now: float) -> StoredAnswer:
    data = {
        "id": uuid.uuid4().hex[:16],
        "thread_id": thread_id,
        "provider": "gmail",
        "status": behaviour.status,
        "sent_at": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    if behaviour.without_id:
        del data["id"]
    return StoredAnswer(request.digest, 200, json.dumps({"data": data}).encode(), request.request_id)


def _to_json_response(answer: StoredAnswer, headers: Mapping[str, str]) -> Response:
    headers = {"X-Request-ID": answer.request_id} | dict(headers)
    return Response(answer.body, answer.status, headers=headers, media_type="application/json")


def _to_replay(answer: StoredAnswer) -> Response:
    return _to_json_response(answer, {"Idempotency-Replayed": "true"})


def _to_response(answer: StoredAnswer, behaviour: Behaviour) -> Response:
    """Build the answer to an accepted mail, broken as its recipient's fault says."""
    match behaviour.fault:
        case "dropped":
            return DroppedConnection()
        case "truncated":
            return TruncatedResponse(answer.body, answer.status, media_type="application/json")
        case "garbage":
            return Response(_PAGE, media_type="text/html")
        case "huge":
            return Response(b"\x00garbage" * (HUGE // 8), media_type="application/json")
        case "":
            return _to_json_response(answer, {})

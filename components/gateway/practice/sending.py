"""The send endpoint: deduplicate, check, misbehave where asked for, accept once."""

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

from components.gateway.practice.eml import to_eml
from components.gateway.practice.ledger import Delivery, Ledger, StoredAnswer
from components.gateway.practice.payload import Outgoing, to_outgoing
from components.gateway.practice.quota import to_midnight
from components.gateway.practice.recipients import Behaviour, to_behaviour
from components.gateway.practice.refusal import Refusal
from components.gateway.practice.wire import Cut, Truncated
from components.gateway.practice.workspace import DOCUMENTS, list_message_ids

HUGE = 10 * 1024 * 1024
_PAGE = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the endpoint, the key known by its fingerprint; ``idempotency_key`` is empty where it has none."""

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
        """What makes two requests attempts at the same mail."""
        return self.key_fingerprint, self.idempotency_key or self.digest


class Sending:
    """Answers ``POST /v1/email/send`` from the ledger; ``pace`` scales every delay and wait (1.0 is real time).

    Retries, stored answers and conflicts: the LeadLex API, "Idempotency-Key". Used within one event loop.
    """

    def __init__(self, ledger: Ledger, pace: float) -> None:
        self._ledger = ledger
        self._pace = pace
        self._running: set[tuple[str, str]] = set()
        self._first_attempts: dict[tuple[str, str], float] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Cut the connection of every mail that still waits to be accepted; called in the event loop."""
        self._stopping.set()

    async def answer(self, request: Request) -> Response:
        """Send the mail, or give the answer that its Idempotency-Key has; raises Refusal."""
        with self._claim(request):
            stored = await asyncio.to_thread(self._find, request)
            if stored:
                return _to_replay(stored)
            outgoing = await asyncio.to_thread(to_outgoing, request.raw, DOCUMENTS)
            behaviour = to_behaviour(address.addr_spec for address in outgoing.to)
            if behaviour.drop_before:
                return Cut()
            await asyncio.to_thread(self._refuse, request, behaviour)
            if await self._stops_within(behaviour.delay * self._pace):
                return Cut()
            answer = await asyncio.to_thread(self._accept, request, outgoing, behaviour)
        return _to_response(answer, behaviour)

    async def _stops_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    @contextlib.contextmanager
    def _claim(self, request: Request) -> Iterator[None]:
        """Hold the Idempotency-Key while the request runs; raises Refusal 409 where another one does."""
        if not request.idempotency_key:
            yield
            return
        if request.identity in self._running:
            message = "The first request with this Idempotency-Key is still running."
            raise Refusal(409, "idempotency_conflict", message)
        self._running.add(request.identity)
        try:
            yield
        finally:
            self._running.discard(request.identity)

    def _find(self, request: Request) -> StoredAnswer | None:
        if not request.idempotency_key:
            return None
        stored = self._ledger.find_answer(request.key_fingerprint, request.idempotency_key, time.time())
        return _check_digest(stored, request) if stored else None

    def _refuse(self, request: Request, behaviour: Behaviour) -> None:
        """Raise the Refusal that the recipient provokes on this attempt, if any."""
        if behaviour.refusal is None:
            return
        now = time.time()
        first = self._first_attempts.setdefault(request.identity, now)
        over = first + behaviour.wait * self._pace
        if behaviour.then_sent and first != now and (not behaviour.enforced or now >= over):
            return
        refusal = Refusal(*behaviour.refusal)
        if behaviour.wait:
            refusal.headers["Retry-After"] = str(max(1, math.ceil(over - now)))
        if behaviour.used_up:
            refusal.headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(to_midnight(now))}
        if behaviour.stored and request.idempotency_key:
            body = bytes(refusal.to_response().body)
            answer = StoredAnswer(request.digest, refusal.status, body, request.request_id)
            self._ledger.store_answer(request.key_fingerprint, request.idempotency_key, answer, now)
        raise refusal

    def _accept(self, request: Request, outgoing: Outgoing, behaviour: Behaviour) -> StoredAnswer:
        """Hand the mail to the provider and store the answer, in one durable step."""
        now = time.time()
        thread_id = outgoing.thread_id or str(uuid.uuid4())
        answer = _to_answer(request, behaviour, thread_id, now)
        if behaviour.status == "failed":
            if request.idempotency_key:
                self._ledger.store_answer(request.key_fingerprint, request.idempotency_key, answer, now)
            return answer
        references = [*list_message_ids(thread_id), *self._ledger.list_message_ids(thread_id)]
        moment, short_id = datetime.fromtimestamp(now, UTC), uuid.uuid4().hex[:12]
        message_id = f"<{short_id}.{int(now)}@practice.example>"
        delivery = Delivery(
            id=0,
            idempotency_key=request.idempotency_key,
            key_fingerprint=request.key_fingerprint,
            body_sha256=answer.body_sha256,
            to=", ".join(str(address) for address in outgoing.to),
            subject=outgoing.subject,
            accepted_at=now,
            eml=f"{moment:%Y%m%dT%H%M%SZ}-{short_id}.eml",
            message_id=message_id,
            thread_id=thread_id,
        )
        eml = to_eml(outgoing, message_id, thread_id, moment, references)
        return _check_digest(self._ledger.accept(delivery, eml, answer), request)


def _check_digest(stored: StoredAnswer, request: Request) -> StoredAnswer:
    if stored.body_sha256 != request.digest:
        raise Refusal(409, "idempotency_conflict", "This Idempotency-Key was used with a different payload.")
    return stored


def _to_answer(request: Request, behaviour: Behaviour, thread_id: str, now: float) -> StoredAnswer:
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
    """The answer to a mail that was just accepted, or what its mishap makes of it."""
    match behaviour.mishap:
        case "cut":
            return Cut()
        case "truncated":
            return Truncated(answer.body, answer.status, media_type="application/json")
        case "garbage":
            return Response(_PAGE, media_type="text/html")
        case "huge":
            return Response(b"\x00garbage" * (HUGE // 8), media_type="application/json")
        case "":
            return _to_json_response(answer, {})

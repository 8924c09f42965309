"""One delivery attempt: check the bytes and the lease, send the message to LeadLex, decide what the answer means."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from components.errors import ComposerError, DamagedRecord, DigestMismatch, GatewayError, StoreBusy, StoreUnreachable
from components.gateway.request_body import RequestBody
from components.gateway.retry import (
    AttemptHistory,
    AttemptOutcome,
    RetryDecision,
    RetryPolicy,
    backoff,
    decide,
    quota_reset_at,
)
from components.mailer.states import Event, late_sources, transition
from components.model import ApiKey, ApiResponse, Connection, SendResult, Status
from components.store import AttemptResult, Claim, Message, Store

_EVENTS = {
    AttemptOutcome.SENT: Event.SENT,
    AttemptOutcome.QUEUED: Event.QUEUED,
    AttemptOutcome.REFUSED: Event.REFUSED,
    AttemptOutcome.WAITING: Event.WAITING,
    AttemptOutcome.UNCLEAR: Event.UNCLEAR,
}


class EmailClient(Protocol):
    """The part of the LeadLex client that a delivery needs."""

    def send_email(self, key: ApiKey, body: RequestBody, idempotency_key: str) -> ApiResponse[SendResult]:
        """Send one message. Raises GatewayError."""


@dataclass(frozen=True, slots=True)
class MailDelivery:
    """Makes delivery attempts.

    ``open_client`` gives the client for a base URL, ``clock`` epoch seconds, ``chance`` a number in [0, 1).
    """

    store: Store
    open_client: Callable[[str], EmailClient]
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    clock: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random

    def attempt(self, claim: Claim, connection: Connection) -> AttemptResult | None:
        """Make the attempt that ``claim`` began and return how to settle it.

        None if the lease was lost or the message is gone: then nothing was sent, and the message is no longer this
        process's to settle. Never raises a ComposerError.
        """
        started = time.monotonic()
        try:
            message = self.store.leases.read_claimed(claim)
            if message is None:
                return None
            if message.summary.damage:
                raise DamagedRecord(f"Its record is damaged ({message.summary.damage}).")
            body = self._check_body(claim, message)
            # Last of all: reading a large file may have taken longer than the lease.
            if not self.store.leases.owns_lease(claim, self.clock()):
                return None
            return self._send(claim, message, body, connection, started)
        except ComposerError as error:
            return self.abandon(claim, error, time.monotonic() - started)

    def abandon(self, claim: Claim, error: ComposerError, duration: float = 0.0) -> AttemptResult:
        """Settle an attempt whose body could not be read or did not match its digest, so that nothing complete left.

        A database that is busy or away is tried again later. An earlier attempt may still have sent the message.
        """
        summary, now = claim.summary, self.clock()
        again = isinstance(error, StoreBusy | StoreUnreachable) and summary.tries < self.policy.max_tries
        outcome = (
            AttemptOutcome.UNCLEAR if summary.unclear else AttemptOutcome.WAITING if again else AttemptOutcome.REFUSED
        )
        return AttemptResult(
            status=transition(Status.SENDING, _EVENTS[outcome]),
            outcome=outcome,
            needs_you=not again,
            duration=duration,
            due_at=now + backoff(summary.tries, self.chance, self.policy) if again else None,
            unclear=summary.unclear,
            code="digest_mismatch" if isinstance(error, DigestMismatch) else "not_prepared",
            detail=str(error),
            settled_at=now if outcome is AttemptOutcome.REFUSED else None,
        )

    def _check_body(self, claim: Claim, message: Message) -> RequestBody:
        """Build the request body and compare it with what was recorded at the click on Send."""
        body = RequestBody(message.mail, self.store.blobs.read_blob)
        if body.length != claim.summary.body_length or body.sha256() != claim.summary.body_sha256:
            raise DigestMismatch("The mail is not the one that was recorded at the click on Send.")
        return body

    def _send(
        self, claim: Claim, message: Message, body: RequestBody, connection: Connection, started: float
    ) -> AttemptResult:
        client = self.open_client(connection.base_url)
        try:
            answer = client.send_email(connection.key, body, claim.summary.idempotency_key)
        except GatewayError as error:
            decision = self._decide(claim, error, _list_provider_errors(claim, message), _count_limited(message))
            return self._settle_error(error, decision, time.monotonic() - started)
        return self._settle_answer(claim, answer, time.monotonic() - started)

    def _decide(
        self, claim: Claim, result: SendResult | GatewayError, errors: tuple[str | None, ...] = (), limited: int = 0
    ) -> RetryDecision:
        summary = claim.summary
        now = self.clock()
        past = AttemptHistory(summary.tries, summary.first_attempt_at or now, summary.unclear, errors, limited)
        return decide(result, past, now, self.chance, self.policy)

    def _settle_answer(self, claim: Claim, answer: ApiResponse[SendResult], duration: float) -> AttemptResult:
        receipt, limit = answer.data, answer.rate_limit
        decision = self._decide(claim, receipt)
        failed = decision.outcome is AttemptOutcome.REFUSED
        return AttemptResult(
            status=transition(Status.SENDING, _EVENTS[decision.outcome]),
            outcome=decision.outcome,
            needs_you=failed,
            duration=duration,
            paused_until=quota_reset_at(limit, self.clock(), self.policy),
            http_status=answer.status,
            code="provider_failed" if failed else None,
            detail="LeadLex took the mail, but the mailbox's provider failed to send it." if failed else None,
            request_id=answer.request_id,
            rate_limit=limit,
            provider=receipt.provider,
            provider_message_id=receipt.id,
            provider_thread_id=receipt.thread_id,
            sent_at=receipt.sent_at,
            settled_at=self.clock(),
            accepted_at=self.clock(),
            late_sources=late_sources(_EVENTS[decision.outcome]),
        )

    def _settle_error(self, error: GatewayError, decision: RetryDecision, duration: float) -> AttemptResult:
        # When the error reports that no calls are left, the next call would only be refused.
        paused_until = decision.paused_until or quota_reset_at(error.rate_limit, self.clock(), self.policy)
        return AttemptResult(
            status=transition(Status.SENDING, _EVENTS[decision.outcome]),
            outcome=decision.outcome,
            needs_you=decision.outcome is AttemptOutcome.REFUSED or decision.retry_at is None,
            duration=duration,
            due_at=decision.retry_at,
            unclear=decision.outcome is AttemptOutcome.UNCLEAR,
            counted=decision.paused_until is None,
            paused_until=paused_until,
            http_status=error.status,
            code="replayed" if decision.replayed else error.code,
            detail=error.message,
            request_id=error.request_id,
            rate_limit=error.rate_limit,
            settled_at=self.clock() if decision.outcome is AttemptOutcome.REFUSED else None,
        )


def _count_limited(message: Message) -> int:
    """Count the 429s in a row directly before the current attempt."""
    ended = [attempt for attempt in message.attempts if attempt.duration is not None]
    limited = itertools.takewhile(lambda attempt: attempt.http_status == 429, reversed(ended))
    return sum(1 for _ in limited)


def _list_provider_errors(claim: Claim, message: Message) -> tuple[str | None, ...]:
    """Return the request ids of the 502s among the earlier attempts."""
    earlier = (attempt for attempt in message.attempts if attempt.number < claim.summary.attempts)
    return tuple(attempt.request_id for attempt in earlier if attempt.http_status == 502)

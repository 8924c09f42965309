"""One delivery attempt: check the bytes and the lease, send the message to LeadLex, decide what the answer means."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from components.errors import ComposerError, DigestMismatch, GatewayError, StoreBusy
from components.gateway.body import RequestBody
from components.gateway.retry import Decision, Outcome, Past, Policy, backoff, decide, used_up_until
from components.mailer.states import Event, transition
from components.model import Answer, ApiKey, Connection, Receipt, Status
from components.store import Claim, Message, Settlement, Store

_EVENTS = {
    Outcome.SENT: Event.SENT,
    Outcome.QUEUED: Event.QUEUED,
    Outcome.REFUSED: Event.REFUSED,
    Outcome.WAITING: Event.WAITING,
    Outcome.UNCLEAR: Event.UNCLEAR,
}


class EmailClient(Protocol):
    """The part of the LeadLex client that a delivery needs."""

    def send_email(self, key: ApiKey, body: RequestBody, idempotency_key: str) -> Answer[Receipt]:
        """Send one message. Raises GatewayError."""


@dataclass(frozen=True, slots=True)
class MailDelivery:
    """Makes delivery attempts.

    ``open_client`` gives the client for a base URL, ``clock`` epoch seconds, ``chance`` a number in [0, 1).
    """

    store: Store
    open_client: Callable[[str], EmailClient]
    policy: Policy = field(default_factory=Policy)
    clock: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random

    def attempt(self, claim: Claim, connection: Connection) -> Settlement | None:
        """Make the attempt that ``claim`` began and return how to settle it.

        None if the lease was lost or the message is gone: then nothing was sent, and the message is no longer this
        process's to settle. Never raises a ComposerError.
        """
        started = time.monotonic()
        try:
            message = self.store.history.get_message(claim.entry.id, claim.entry.workspace_id)
            if message is None:
                return None
            body = self._check_body(claim, message)
            # Last of all: reading a large file may have taken longer than the lease.
            if not self.store.leases.owns_lease(claim, self.clock()):
                return None
            return self._send(claim, message, body, connection, started)
        except ComposerError as error:
            return self.give_up(claim, error, time.monotonic() - started)

    def give_up(self, claim: Claim, error: ComposerError, duration: float = 0.0) -> Settlement:
        """Settle an attempt whose body could not be read or did not match its digest, so that nothing complete left.

        A busy database is tried again later. An earlier attempt may still have sent the message.
        """
        entry, now = claim.entry, self.clock()
        again = isinstance(error, StoreBusy) and entry.tries < self.policy.max_tries
        outcome = Outcome.UNCLEAR if entry.unclear else Outcome.WAITING if again else Outcome.REFUSED
        return Settlement(
            status=transition(Status.SENDING, _EVENTS[outcome]),
            outcome=outcome,
            needs_you=not again,
            duration=duration,
            due_at=now + backoff(entry.tries, self.chance, self.policy) if again else None,
            unclear=entry.unclear,
            code="digest_mismatch" if isinstance(error, DigestMismatch) else "not_prepared",
            detail=str(error),
            settled_at=now if outcome is Outcome.REFUSED else None,
        )

    def _check_body(self, claim: Claim, message: Message) -> RequestBody:
        """Build the request body and compare it with what was recorded at the click on Send."""
        body = RequestBody(message.mail, self.store.blobs.read_blob)
        if body.length != claim.entry.body_length or body.sha256() != claim.entry.body_sha256:
            raise DigestMismatch("The mail is not the one that was recorded at the click on Send.")
        return body

    def _send(
        self, claim: Claim, message: Message, body: RequestBody, connection: Connection, started: float
    ) -> Settlement:
        client = self.open_client(connection.base_url)
        try:
            answer = client.send_email(connection.key, body, claim.entry.idempotency_key)
        except GatewayError as error:
            decision = self._decide(claim, error, _list_provider_errors(claim, message), _count_limited(message))
            return self._settle_error(error, decision, time.monotonic() - started)
        return self._settle_answer(claim, answer, time.monotonic() - started)

    def _decide(
        self, claim: Claim, result: Receipt | GatewayError, errors: tuple[str | None, ...] = (), limited: int = 0
    ) -> Decision:
        entry = claim.entry
        now = self.clock()
        past = Past(entry.tries, entry.first_attempt_at or now, entry.unclear, errors, limited)
        return decide(result, past, now, self.chance, self.policy)

    def _settle_answer(self, claim: Claim, answer: Answer[Receipt], duration: float) -> Settlement:
        receipt, limit = answer.data, answer.rate_limit
        decision = self._decide(claim, receipt)
        failed = decision.outcome is Outcome.REFUSED
        return Settlement(
            status=transition(Status.SENDING, _EVENTS[decision.outcome]),
            outcome=decision.outcome,
            needs_you=failed,
            duration=duration,
            paused_until=used_up_until(limit, self.clock(), self.policy),
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
        )

    def _settle_error(self, error: GatewayError, decision: Decision, duration: float) -> Settlement:
        # When the error reports that no calls are left, the next call would only be refused.
        paused_until = decision.paused_until or used_up_until(error.rate_limit, self.clock(), self.policy)
        return Settlement(
            status=transition(Status.SENDING, _EVENTS[decision.outcome]),
            outcome=decision.outcome,
            needs_you=decision.outcome is Outcome.REFUSED or decision.retry_at is None,
            duration=duration,
            due_at=decision.retry_at,
            unclear=decision.outcome is Outcome.UNCLEAR,
            counted=decision.paused_until is None,
            paused_until=paused_until,
            http_status=error.status,
            code="replayed" if decision.replayed else error.code,
            detail=error.message,
            request_id=error.request_id,
            rate_limit=error.rate_limit,
            settled_at=self.clock() if decision.outcome is Outcome.REFUSED else None,
        )


def _count_limited(message: Message) -> int:
    """Count the 429s in a row directly before the current attempt."""
    ended = [attempt for attempt in message.attempts if attempt.duration is not None]
    limited = itertools.takewhile(lambda attempt: attempt.http_status == 429, reversed(ended))
    return sum(1 for _ in limited)


def _list_provider_errors(claim: Claim, message: Message) -> tuple[str | None, ...]:
    """Return the request ids of the 502s among the earlier attempts."""
    earlier = (attempt for attempt in message.attempts if attempt.number < claim.entry.attempts)
    return tuple(attempt.request_id for attempt in earlier if attempt.http_status == 502)

"""One attempt: the bytes checked against the record, handed over, and the end of it judged."""

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
from components.model import Answer, ApiKey, BlobReader, Connection, Receipt, Status
from components.store import Claim, Message, Settlement

Clock = Callable[[], float]

_EVENTS = {
    Outcome.SENT: Event.SENT,
    Outcome.QUEUED: Event.QUEUED,
    Outcome.REFUSED: Event.REFUSED,
    Outcome.WAITING: Event.WAITING,
    Outcome.UNCLEAR: Event.UNCLEAR,
}


#: Seconds after a click in which its lease need not be looked up.
_MOMENT = 1.0


class Sender(Protocol):
    """The part of the client that a delivery needs."""

    def send_email(self, key: ApiKey, body: RequestBody, idempotency_key: str) -> Answer[Receipt]:
        """Hand a mail over. Raises GatewayError."""


@dataclass(frozen=True, slots=True)
class Courier:
    """Makes attempts. ``clock`` gives epoch seconds, ``chance`` a number in [0, 1)."""

    open_sender: Callable[[str], Sender]
    open_blob: BlobReader
    policy: Policy = field(default_factory=Policy)
    clock: Clock = time.time
    chance: Callable[[], float] = random.random

    def deliver(
        self,
        claim: Claim,
        letter: Message,
        connection: Connection,
        holds: Callable[[Claim, float], bool] | None = None,
        body: RequestBody | None = None,
    ) -> Settlement | None:
        """Make the attempt that ``claim`` began and say what it came to.

        None where the lease ran out before the first byte could leave: the message is no longer ours to send.
        ``holds`` tells whether a lease still stands, where it may have been prolonged or lost since the claim; ``body``
        is the letter's, where it was made already.
        """
        started = time.monotonic()
        limited, provider_errors = _count_limited(letter), _list_provider_errors(claim, letter)
        try:
            body = body or RequestBody(letter.mail, self.open_blob)
            if body.length != claim.entry.body_length or body.sha256() != claim.entry.body_sha256:
                raise DigestMismatch("The mail is not the one that was recorded at the click on Send.")
            now = self.clock()
            if not (_is_just_given(claim, now) or (holds(claim, now) if holds else now < claim.lease_until)):
                return None
            answer = self.open_sender(connection.base_url).send_email(connection.key, body, claim.entry.idempotency_key)
        except GatewayError as error:
            decision = self._decide(claim, error, provider_errors, limited)
            return self._settle_error(error, decision, time.monotonic() - started)
        except ComposerError as error:
            return self.give_up(claim, error, time.monotonic() - started)
        return self._settle_answer(claim, answer, time.monotonic() - started)

    def give_up(self, claim: Claim, error: ComposerError, duration: float = 0.0) -> Settlement:
        """The end of an attempt of which nothing complete left: what was to be sent could not be read or was wrong.

        A busy database is asked again. An earlier attempt may have been taken all the same.
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
        # Where the last call was spent the next one would be refused: it is not made to find that out.
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


def _is_just_given(claim: Claim, now: float) -> bool:
    """Whether the lease was given by the commit of a click a moment ago: nobody can have taken it since."""
    return claim.mail is not None and 0.0 <= now - claim.entry.created_at < _MOMENT and now < claim.lease_until


def _count_limited(letter: Message) -> int:
    """How many attempts in a row, just before the one under way, met the limit."""
    ended = [attempt for attempt in letter.attempts if attempt.duration is not None]
    limited = itertools.takewhile(lambda attempt: attempt.http_status == 429, reversed(ended))
    return sum(1 for _ in limited)


def _list_provider_errors(claim: Claim, letter: Message) -> tuple[str | None, ...]:
    """The request ids of the 502s among the earlier attempts."""
    earlier = (attempt for attempt in letter.attempts if attempt.number < claim.entry.attempts)
    return tuple(attempt.request_id for attempt in earlier if attempt.http_status == 502)

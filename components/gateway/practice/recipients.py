"""Addresses at ``practice.example`` that provoke each failure; the README lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

DOMAIN = "practice.example"
#: How the answer to an accepted mail fails.
ResponseFault = Literal["", "dropped", "truncated", "garbage", "huge"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happens to a mail to one special recipient; ``description`` says it to the user.

    ``error`` is the status, code and message of an error answer. With ``sent_on_retry`` only the first attempt (by its
    Idempotency-Key) gets it, or, if ``retry_after`` (in seconds) is ``enforced``, every attempt before that time has
    passed. ``stored`` errors are replayed like other answers; ``quota_exhausted`` adds the headers of a used-up day.
    ``delay`` is in seconds, before the mail is accepted. ``status`` is that of the answer; "failed" delivers nothing.
    ``fault`` breaks the first answer only: the same Idempotency-Key then gets the stored answer.
    """

    description: str
    error: tuple[int, str, str] | None = None
    sent_on_retry: bool = False
    stored: bool = False
    retry_after: float = 0.0
    enforced: bool = False
    quota_exhausted: bool = False
    delay: float = 0.0
    status: Literal["queued", "sent", "failed"] = "sent"
    without_id: bool = False
    drop_before: bool = False
    fault: ResponseFault = ""


BEHAVIOURS: Mapping[str, Behaviour] = {
    "validation": Behaviour(
        "is refused as malformed (400)", error=(400, "validation_error", "The request is malformed.")
    ),
    "expired-key": Behaviour(
        "is refused because the key has expired (401)", error=(401, "invalid_key", "The API key has expired.")
    ),
    "forbidden": Behaviour(
        "is refused because the key may not send (403)",
        error=(403, "insufficient_permissions", "This API key lacks the permission write:email."),
    ),
    "conflict": Behaviour(
        "is refused as a conflict of its Idempotency-Key (409)",
        error=(409, "idempotency_conflict", "This Idempotency-Key was used with a different payload."),
    ),
    "too-large": Behaviour(
        "is refused as too large (413)", error=(413, "payload_too_large", "The message is too large.")
    ),
    "rate-limited": Behaviour(
        "has to wait 20 seconds, then it is sent (429)",
        error=(429, "rate_limited", "Too many calls."),
        sent_on_retry=True,
        retry_after=20,
        enforced=True,
    ),
    "daily-limit": Behaviour(
        "has to wait for midnight UTC: the day's calls are used up (429)",
        error=(429, "rate_limited", "The plan's calls for today are used up."),
        quota_exhausted=True,
    ),
    "provider-error": Behaviour(
        "fails at the mailbox provider, and every repetition gets the same answer (502)",
        error=(502, "provider_error", "The mailbox provider answered with an error."),
        stored=True,
    ),
    "provider-error-once": Behaviour(
        "fails at the mailbox provider at first and is sent on repetition (502)",
        error=(502, "provider_error", "The mailbox provider answered with an error."),
        sent_on_retry=True,
    ),
    "server-error": Behaviour(
        "meets a failing server each time (500)", error=(500, "internal_error", "Something went wrong.")
    ),
    "unavailable": Behaviour(
        "meets an overloaded server at first and is sent on repetition (503)",
        error=(503, "unavailable", "The service is overloaded."),
        sent_on_retry=True,
        retry_after=2,
    ),
    "timeout": Behaviour(
        "runs into a time-out inside LeadLex each time (504)", error=(504, "timeout", "The request took too long.")
    ),
    "slow": Behaviour("is sent after 8 seconds", delay=8),
    "slower": Behaviour("is sent after 30 seconds", delay=30),
    "drop-before": Behaviour("meets a connection that breaks before anything is accepted, each time", drop_before=True),
    "drop-after": Behaviour("is sent, but the connection breaks before the first answer", fault="dropped"),
    "truncated": Behaviour("is sent, but the first answer breaks off in the middle", fault="truncated"),
    "garbage": Behaviour("is sent, but the first answer is a web page", fault="garbage"),
    "no-id": Behaviour("is sent, but no answer names the message", without_id=True),
    "failed": Behaviour("is not sent: the provider reports it as failed", status="failed"),
    "queued": Behaviour("is queued at the provider", status="queued"),
    "huge": Behaviour("is sent, but the first answer is 10 MB of garbage", fault="huge"),
}

#: Address → what happens to a mail to it.
SPECIAL_RECIPIENTS: Mapping[str, str] = MappingProxyType(
    {f"{name}@{DOMAIN}": behaviour.description for name, behaviour in BEHAVIOURS.items()}
)

_ORDINARY = Behaviour("is sent")


def find_behaviour(mailboxes: Iterable[str]) -> Behaviour:
    """Return the behaviour for a mail to these mailboxes (``local@domain``); the first special one decides."""
    for mailbox in mailboxes:
        local, _, domain = mailbox.lower().rpartition("@")
        if domain == DOMAIN and local in BEHAVIOURS:
            return BEHAVIOURS[local]
    return _ORDINARY

"""Addresses on ``practice.example`` that provoke each failure: the table the README lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

DOMAIN = "practice.example"
#: What becomes of the answer to a mail on its way back.
Mishap = Literal["", "cut", "truncated", "garbage", "huge"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happens to a mail to one special recipient; ``sentence`` says it to the user.

    ``refusal`` is status, code and message of an error; with ``then_sent`` only the first attempt gets it (by its
    Idempotency-Key), and where ``wait`` (``Retry-After``, in seconds) is ``enforced``, every attempt until it is over;
    ``stored`` means that it is kept and replayed like an answer. ``delay`` in seconds comes before the mail is
    accepted; ``status`` is what the answer says, and "failed" keeps nothing. ``mishap`` happens to the first answer
    only: the same Idempotency-Key gets the stored answer afterwards.
    """

    sentence: str
    refusal: tuple[int, str, str] | None = None
    then_sent: bool = False
    stored: bool = False
    wait: float = 0.0
    enforced: bool = False
    used_up: bool = False
    delay: float = 0.0
    status: Literal["queued", "sent", "failed"] = "sent"
    without_id: bool = False
    drop_before: bool = False
    mishap: Mishap = ""


BEHAVIOURS: Mapping[str, Behaviour] = {
    "validation": Behaviour(
        "is refused as malformed (400)", refusal=(400, "validation_error", "The request is malformed.")
    ),
    "expired-key": Behaviour(
        "is refused because the key has expired (401)", refusal=(401, "invalid_key", "The API key has expired.")
    ),
    "forbidden": Behaviour(
        "is refused because the key may not send (403)",
        refusal=(403, "insufficient_permissions", "This API key lacks the permission write:email."),
    ),
    "conflict": Behaviour(
        "is refused as a conflict of its Idempotency-Key (409)",
        refusal=(409, "idempotency_conflict", "This Idempotency-Key was used with a different payload."),
    ),
    "too-large": Behaviour(
        "is refused as too large (413)", refusal=(413, "payload_too_large", "The message is too large.")
    ),
    "rate-limited": Behaviour(
        "has to wait 20 seconds, then it is sent (429)",
        refusal=(429, "rate_limited", "Too many calls."),
        then_sent=True,
        wait=20,
        enforced=True,
    ),
    "daily-limit": Behaviour(
        "has to wait for midnight UTC: the day's calls are used up (429)",
        refusal=(429, "rate_limited", "The plan's calls for today are used up."),
        used_up=True,
    ),
    "provider-error": Behaviour(
        "fails at the mailbox provider, and every repetition gets the same answer (502)",
        refusal=(502, "provider_error", "The mailbox provider answered with an error."),
        stored=True,
    ),
    "provider-error-once": Behaviour(
        "fails at the mailbox provider at first and is sent on repetition (502)",
        refusal=(502, "provider_error", "The mailbox provider answered with an error."),
        then_sent=True,
    ),
    "server-error": Behaviour(
        "meets a failing server each time (500)", refusal=(500, "internal_error", "Something went wrong.")
    ),
    "unavailable": Behaviour(
        "meets an overloaded server at first and is sent on repetition (503)",
        refusal=(503, "unavailable", "The service is overloaded."),
        then_sent=True,
        wait=2,
    ),
    "timeout": Behaviour(
        "runs into a time-out inside LeadLex each time (504)", refusal=(504, "timeout", "The request took too long.")
    ),
    "slow": Behaviour("is sent after 8 seconds", delay=8),
    "slower": Behaviour("is sent after 30 seconds", delay=30),
    "drop-before": Behaviour("meets a connection that breaks before anything is accepted, each time", drop_before=True),
    "drop-after": Behaviour("is sent, but the connection breaks before the first answer", mishap="cut"),
    "truncated": Behaviour("is sent, but the first answer breaks off in the middle", mishap="truncated"),
    "garbage": Behaviour("is sent, but the first answer is a web page", mishap="garbage"),
    "no-id": Behaviour("is sent, but no answer names the message", without_id=True),
    "failed": Behaviour("is not sent: the provider reports it as failed", status="failed"),
    "queued": Behaviour("is queued at the provider", status="queued"),
    "huge": Behaviour("is sent, but the first answer is 10 MB of garbage", mishap="huge"),
}

#: Address → what becomes of a mail to it.
SPECIAL_RECIPIENTS: Mapping[str, str] = MappingProxyType(
    {f"{name}@{DOMAIN}": behaviour.sentence for name, behaviour in BEHAVIOURS.items()}
)

_ORDINARY = Behaviour("is sent")


def to_behaviour(mailboxes: Iterable[str]) -> Behaviour:
    """What becomes of a mail to these mailboxes (``local@domain``): the first special one decides."""
    for mailbox in mailboxes:
        local, _, domain = mailbox.lower().rpartition("@")
        if domain == DOMAIN and local in BEHAVIOURS:
            return BEHAVIOURS[local]
    return _ORDINARY

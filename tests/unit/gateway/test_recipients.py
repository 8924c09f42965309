"""Each special recipient of the practice gateway, on the first attempt and on a retry with the same key."""

from __future__ import annotations

import logging
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components import errors
from components.gateway import Client, RequestBody
from components.gateway.practice import SPECIAL_RECIPIENTS, PracticeGateway
from components.gateway.practice.recipients import BEHAVIOURS
from components.model import Address, ApiKey, ApiResponse, OutgoingMail, SendResult

AttemptOutcome = ApiResponse[SendResult] | errors.GatewayError


def to_body(*mailboxes: str, subject: str = "S") -> RequestBody:
    """Build the body of a small mail to these addresses."""
    mail = OutgoingMail(tuple(Address("", mailbox) for mailbox in mailboxes), subject, "<p>h</p>", "h")
    return RequestBody(mail, lambda _: iter(()))


def attempt(client: Client, key: ApiKey, mailbox: str, idempotency_key: str) -> AttemptOutcome:
    """Send a mail to this address and return the answer or the error."""
    try:
        return client.send_email(key, to_body(mailbox), idempotency_key)
    except errors.GatewayError as error:
        return error


def to_label(outcome: AttemptOutcome) -> str:
    """Return the class of an error, or the status of a receipt."""
    return type(outcome).__name__ if isinstance(outcome, errors.GatewayError) else outcome.data.status


TABLE = {
    "validation": ("ValidationFailed", 400, "ValidationFailed", 0),
    "expired-key": ("InvalidKey", 401, "InvalidKey", 0),
    "forbidden": ("InsufficientPermissions", 403, "InsufficientPermissions", 0),
    "conflict": ("IdempotencyConflict", 409, "IdempotencyConflict", 0),
    "too-large": ("RequestRefused", 413, "RequestRefused", 0),
    "daily-limit": ("RateLimited", 429, "RateLimited", 0),
    "provider-error": ("ProviderError", 502, "ProviderError", 0),
    "provider-error-once": ("ProviderError", 502, "sent", 1),
    "server-error": ("ServerFailure", 500, "ServerFailure", 0),
    "unavailable": ("ServerFailure", 503, "sent", 1),
    "timeout": ("ServerFailure", 504, "ServerFailure", 0),
    "slow": ("sent", 200, "sent", 1),
    "slower": ("sent", 200, "sent", 1),
    "drop-before": ("ConnectionBroken", None, "ConnectionBroken", 0),
    "drop-after": ("ConnectionBroken", None, "sent", 1),
    "truncated": ("ConnectionBroken", 200, "sent", 1),
    "garbage": ("UnreadableAnswer", 200, "sent", 1),
    "no-id": ("UnreadableAnswer", 200, "UnreadableAnswer", 1),
    "failed": ("failed", 200, "failed", 0),
    "queued": ("queued", 200, "queued", 1),
    "huge": ("UnreadableAnswer", 200, "sent", 1),
}


@pytest.mark.parametrize("name", TABLE)
def test_special_recipient(
    name: str, gateway: PracticeGateway, client: Client, key: ApiKey, caplog: pytest.LogCaptureFixture
) -> None:
    """Check the first attempt, its status, the retry and the number of deliveries; nothing is logged."""
    first_label, status, second_label, delivered = TABLE[name]
    first = attempt(client, key, f"{name}@practice.example", "k")
    assert (to_label(first), first.status) == (first_label, status)
    assert to_label(attempt(client, key, f"{name}@practice.example", "k")) == second_label
    assert len(gateway.list_deliveries()) == delivered
    assert len(list(gateway.sent_folder.glob("*.eml"))) == delivered
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_table_is_complete() -> None:
    """Every special recipient is tested and has a description."""
    assert set(SPECIAL_RECIPIENTS) == {f"{name}@practice.example" for name in [*TABLE, "rate-limited"]}
    assert all(description for description in SPECIAL_RECIPIENTS.values())


@pytest.mark.parametrize("name", ["provider-error", "truncated", "garbage", "huge", "slow"])
def test_replay_keeps_the_request_id(name: str, client: Client, key: ApiKey) -> None:
    """A replayed answer has the original X-Request-ID, so that support can find it."""
    first = attempt(client, key, f"{name}@practice.example", "k")
    second = attempt(client, key, f"{name}@practice.example", "k")
    assert first.request_id == second.request_id is not None


def test_rate_limited(tmp_path: Path, key: ApiKey) -> None:
    """The gateway announces the wait and enforces it for each mail separately."""
    running = PracticeGateway(tmp_path / "in-real-time")
    running.start()
    client = Client(running.base_url)
    first = attempt(client, key, "rate-limited@practice.example", "k")
    assert isinstance(first, errors.RateLimited)
    assert first.retry_after == 20.0
    assert to_label(attempt(client, key, "rate-limited@practice.example", "k")) == "RateLimited"
    assert to_label(attempt(client, key, "rate-limited@practice.example", "k2")) == "RateLimited"
    assert not running.list_deliveries()
    client.close()
    running.stop()


def test_rate_limit_ends(gateway: PracticeGateway, client: Client, key: ApiKey) -> None:
    """The gateway accepts the mail after the announced wait, which is at least one second."""
    first = attempt(client, key, "rate-limited@practice.example", "k")
    assert isinstance(first, errors.RateLimited)
    assert first.retry_after == 1.0
    time.sleep(first.retry_after * 0.25)
    assert to_label(attempt(client, key, "rate-limited@practice.example", "k")) == "sent"
    assert len(gateway.list_deliveries()) == 1


def test_waits_in_real_time() -> None:
    """At a pace of 1.0 the waits and delays are those of the descriptions."""
    assert (BEHAVIOURS["rate-limited"].retry_after, BEHAVIOURS["unavailable"].retry_after) == (20, 2)
    assert "20 seconds" in BEHAVIOURS["rate-limited"].description
    assert (BEHAVIOURS["slow"].delay, BEHAVIOURS["slower"].delay) == (8, 30)


def test_daily_limit_names_midnight(client: Client, key: ApiKey) -> None:
    """The daily limit is reset at 00:00 UTC."""
    outcome = attempt(client, key, "daily-limit@practice.example", "k")
    assert outcome.rate_limit is not None
    assert outcome.rate_limit.remaining == 0
    reset = outcome.rate_limit.reset_at
    assert reset is not None
    assert reset % 86_400 == 0
    assert 0 < reset - time.time() <= 86_400


def test_any_recipient_counts(client: Client, key: ApiKey) -> None:
    """One special address among several is enough; the name has no effect at another domain."""
    with pytest.raises(errors.ValidationFailed):
        client.send_email(key, to_body("jane@example.com", "validation@practice.example"), "k")
    assert client.send_email(key, to_body("validation@example.com"), "k2").data.status == "sent"


def test_first_request_still_running(tmp_path: Path, key: ApiKey) -> None:
    """Of two concurrent requests with one key, one is a conflict; its retry gets the other's answer."""
    gateway = PracticeGateway(tmp_path, pace=0.05)
    client = Client(gateway.start())
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda _: attempt(client, key, "slow@practice.example", "k"), range(2)))
    after = attempt(client, key, "slow@practice.example", "k")
    client.close()
    gateway.stop()
    assert sorted(map(to_label, outcomes)) == ["IdempotencyConflict", "sent"]
    assert after.request_id in [outcome.request_id for outcome in outcomes if to_label(outcome) == "sent"]
    assert len(gateway.list_deliveries()) == 1


def test_without_idempotency_key(gateway: PracticeGateway, client: Client, key: ApiKey) -> None:
    """The same mail under two Idempotency-Keys is delivered twice."""
    for _ in range(2):
        client.send_email(key, to_body("jane@example.com"), str(uuid.uuid4()))
    first, second = gateway.list_deliveries()
    assert first.body_sha256 == second.body_sha256
    assert first.eml != second.eml

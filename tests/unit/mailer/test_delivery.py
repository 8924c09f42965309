"""One attempt through the real client: how each answer ends in a state, a text and a next try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from components.errors import ConfigError, StoreBusy, StoreError
from components.gateway.retry import fresh_key_bounds
from components.mailer.delivery import EmailClient
from components.mailer.status_text import StatusContext, to_status_text
from components.model import Attachment, Status
from components.store import Claim, ClaimTerms
from components.store.engine import writing
from components.store.schema import blob_chunk, body
from tests.summaries import list_summaries
from tests.unit.mailer.rig import MAIL, START, Rig, Step, broke, said, to_data

pytestmark = pytest.mark.databases("sqlite", "postgresql")

OPEN = (Status.HELD, Status.UNKNOWN)
ENDS: list[tuple[str, Step, Status, float | None, str | None]] = [
    ("sent", said(200, to_data("sent")), Status.SENT, None, None),
    ("queued", said(202, to_data("queued")), Status.QUEUED, None, None),
    ("failed", said(200, to_data("failed")), Status.FAILED, None, "provider_failed"),
    ("no id", said(200, to_data("sent", "")), Status.UNKNOWN, None, "unreadable_answer"),
    ("odd status", said(200, to_data("delivered")), Status.UNKNOWN, None, "unreadable_answer"),
    ("not JSON", said(200), Status.UNKNOWN, None, "unreadable_answer"),
    ("302", said(302), Status.FAILED, None, "refused"),
    ("400", said(400, {"error": {"code": "validation_error"}}), Status.FAILED, None, "validation_error"),
    ("401", said(401), Status.FAILED, None, "invalid_key"),
    ("403", said(403), Status.FAILED, None, "insufficient_permissions"),
    ("408", said(408), Status.UNKNOWN, 2, "server_error"),
    ("409", said(409), Status.UNKNOWN, None, "idempotency_conflict"),
    ("413", said(413), Status.FAILED, None, "refused"),
    ("422", said(422), Status.FAILED, None, "refused"),
    ("429", said(429, None, Retry_After="30"), Status.HELD, 30, "rate_limited"),
    ("500", said(500), Status.UNKNOWN, 2, "server_error"),
    ("501", said(501), Status.UNKNOWN, None, "server_error"),
    ("502", said(502), Status.UNKNOWN, 2, "provider_error"),
    ("503", said(503, None, Retry_After="30"), Status.UNKNOWN, 30, "server_error"),
    ("504", said(504), Status.UNKNOWN, 2, "server_error"),
    ("refused", broke(httpx.ConnectError), Status.HELD, 2, "not_reached"),
    ("connect timeout", broke(httpx.ConnectTimeout), Status.HELD, 2, "not_reached"),
    ("reset", broke(httpx.ReadError), Status.UNKNOWN, 2, "connection_broken"),
    ("write", broke(httpx.WriteError), Status.UNKNOWN, 2, "connection_broken"),
    ("stalled", broke(httpx.ReadTimeout), Status.UNKNOWN, 2, "timeout"),
    ("protocol", broke(httpx.RemoteProtocolError), Status.UNKNOWN, 2, "connection_broken"),
]
WENT_OUT = {
    Status.SENT: "",
    Status.QUEUED: "",
    Status.FAILED: "It was not sent.",
    Status.UNKNOWN: "It may or may not have been sent.",
    Status.HELD: "It has not been sent yet.",
}


def claim(rig: Rig) -> Claim:
    """Begin an attempt on the message that is due."""
    now = rig.clock.now
    terms = ClaimTerms("me", (rig.connection.fingerprint,), OPEN, Status.SENDING, now, now + 60, fresh_key_bounds(now))
    taken = rig.store.leases.claim(terms)
    assert taken is not None
    return taken


def deliver(rig: Rig, taken: Claim) -> bool:
    """Make the attempt and settle it; return False if it was not made."""
    end = rig.delivery.attempt(taken, rig.connection)
    return end is not None and rig.store.leases.settle(taken, end)


@pytest.mark.parametrize(("step", "status", "wait", "code"), [end[1:] for end in ENDS], ids=[end[0] for end in ENDS])
def test_first_attempt(rig: Rig, step: Step, status: Status, wait: float | None, code: str | None) -> None:
    """Every answer, and every missing answer, leads to the state, the next try and the text that fit what is known."""
    message_id = rig.send()
    rig.wire.script.append(step)
    assert deliver(rig, claim(rig))
    summary = rig.summary(message_id)
    assert (summary.status, summary.code) == (status, code)
    assert summary.due_at == (None if wait is None else START + wait)
    assert summary.needs_you is (status in (Status.FAILED, Status.UNKNOWN) and wait is None)
    assert summary.unclear is (status is Status.UNKNOWN)
    report = to_status_text(summary, StatusContext(START, True, None, str))
    assert report.went_out == WENT_OUT[status]
    assert len(rig.wire.seen) == 1


@pytest.mark.parametrize(("step", "status"), [(end[1], end[2]) for end in ENDS], ids=[end[0] for end in ENDS])
def test_after_an_unclear_attempt(rig: Rig, step: Step, status: Status) -> None:
    """Once a message may have been sent, only a 2xx for its key settles it; it is never held or failed again."""
    message_id = rig.send()
    rig.wire.script.extend([broke(httpx.ReadTimeout), step])
    deliver(rig, claim(rig))
    rig.clock.now += 10
    assert deliver(rig, claim(rig))
    summary = rig.summary(message_id)
    definitive = status in (Status.SENT, Status.QUEUED) or summary.code == "provider_failed"
    assert summary.status is (status if definitive else Status.UNKNOWN)
    assert summary.unclear
    assert rig.wire.seen[0] == rig.wire.seen[1]


def test_what_goes_over_the_wire_is_on_record(rig: Rig) -> None:
    """The request has the recorded digest and the recorded key."""
    message_id = rig.send(rig.with_file(b"x" * 500_000))
    deliver(rig, claim(rig))
    key, body = rig.wire.seen[0]
    summary = rig.summary(message_id)
    assert key == summary.idempotency_key
    assert len(body) == summary.body_length
    message = rig.store.history.get_message(message_id, rig.workspace_id)
    assert message is not None
    (attempt,) = message.attempts
    assert (attempt.outcome, attempt.http_status, attempt.number) == ("sent", 200, 1)
    assert attempt.duration is not None


def test_changed_bytes_are_never_sent(rig: Rig) -> None:
    """A message or file that differs from the record is stopped before the first byte, and is not shown as sent."""
    for change in (body.update().values(html="other"), blob_chunk.update().values(data=b"y"), blob_chunk.delete()):
        message_id = rig.send(rig.with_file(b"x"))
        with writing(rig.store.engine) as connection:
            connection.execute(change)
        deliver(rig, claim(rig))
        summary = rig.summary(message_id)
        assert (summary.status, summary.code, summary.needs_you) == (Status.FAILED, "digest_mismatch", True)
    assert rig.wire.seen == []


def test_changed_bytes_after_an_unclear_attempt(rig: Rig) -> None:
    """If the record changes after a first try, nothing more is sent and the message stays unknown."""
    message_id = rig.send()
    rig.wire.script.append(broke(httpx.ReadTimeout))
    deliver(rig, claim(rig))
    with writing(rig.store.engine) as connection:
        connection.exec_driver_sql("UPDATE body SET text = 'other'")
    rig.clock.now += 10
    deliver(rig, claim(rig))
    summary = rig.summary(message_id)
    assert (summary.status, summary.code, summary.due_at) == (Status.UNKNOWN, "digest_mismatch", None)
    assert len(rig.wire.seen) == 1


def test_a_busy_database_is_asked_again(rig: Rig) -> None:
    """A file that cannot be read for a moment does not fail the message until its tries are used up."""
    message_id = rig.send()
    for wait in (2.0, 4.0, None):
        taken = claim(rig)
        assert rig.store.leases.settle(taken, rig.delivery.abandon(taken, StoreBusy("busy")))
        summary = rig.summary(message_id)
        assert summary.due_at == (None if wait is None else rig.clock.now + wait)
        assert summary.status is (Status.FAILED if wait is None else Status.HELD)
        rig.clock.now += 10


def test_an_unusable_address_surely_sends_nothing(rig: Rig) -> None:
    """A client that cannot be created ends the attempt with an error text, before any request."""
    message_id = rig.send()

    def refuse(_url: str) -> EmailClient:
        raise ConfigError("no usable address")

    rig.delivery = replace(rig.delivery, open_client=refuse)
    deliver(rig, claim(rig))
    assert (rig.summary(message_id).status, rig.summary(message_id).code) == (Status.FAILED, "not_prepared")


def test_no_byte_leaves_after_the_lease(rig: Rig) -> None:
    """An attempt that reaches its request only after its lease is not made."""
    rig.send()
    taken = claim(rig)
    rig.clock.now += 61
    assert not deliver(rig, taken)
    assert rig.wire.seen == []


def test_no_byte_leaves_when_the_lease_was_taken(rig: Rig) -> None:
    """A lease that another process ended counts as lost, whatever the clock says."""
    rig.send()
    taken = claim(rig)
    rig.store.leases.remove_dispatchers(["me"])
    assert not deliver(rig, taken)
    assert rig.wire.seen == []


def test_lease_is_checked_after_the_digest(rig: Rig) -> None:
    """Reading a large file may take longer than the lease: it is checked last before the request."""
    message_id = rig.send(rig.with_file(b"x" * 500_000))
    taken = claim(rig)
    read_blob = rig.store.blobs.read_blob

    def read_slowly(sha256: str) -> Iterator[bytes]:
        rig.clock.now += 61
        return read_blob(sha256)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rig.store.blobs, "read_blob", read_slowly)
        assert not deliver(rig, taken)
    assert rig.wire.seen == []
    assert rig.summary(message_id).status is Status.SENDING


def test_renewed_lease_counts(rig: Rig) -> None:
    """A message that took long to check is still sent if its lease was renewed meanwhile."""
    message_id = rig.send()
    taken = claim(rig)
    rig.store.leases.renew("me", [message_id], START + 90)
    rig.clock.now += 61
    assert deliver(rig, taken)
    assert rig.summary(message_id).status is Status.SENT


def test_a_file_that_is_not_here(rig: Rig) -> None:
    """A mail with a file that was never stored is refused at the click, and nothing is recorded."""
    mail = replace(MAIL, attachments=(Attachment("a", "b/c", 3, "0" * 64),))
    with pytest.raises(StoreError, match="missing from the database"):
        rig.send(mail)
    assert list_summaries(rig.store, rig.workspace_id) == ()

"""The text that a person reads about a message, and the buttons beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.mailer.status_text import (
    Action,
    StatusContext,
    StatusText,
    Tone,
    next_attempt_at,
    to_cause,
    to_status_text,
)
from components.model import Status
from components.store import MessageSummary
from tests.unit.mailer.rig import START

SUMMARY = MessageSummary(
    id=1,
    workspace_id=1,
    draft_id="d",
    supersedes_id=None,
    created_at=START,
    status=Status.HELD,
    needs_you=False,
    due_at=None,
    undo_until=None,
    idempotency_key="k",
    body_sha256="0",
    body_length=1,
    first_attempt_at=START,
    attempts=1,
    tries=1,
    unclear=False,
    recipients="a@x.com",
    subject="s",
    preview="p",
    attachment_count=0,
    contact_id=None,
    deal_id=None,
    thread_id=None,
    http_status=None,
    code=None,
    detail=None,
    request_id=None,
    provider=None,
    provider_message_id=None,
    provider_thread_id=None,
    sent_at=None,
    settled_at=None,
)
DECISIONS = {Action.CHECK_AGAIN, Action.SEND_AS_NEW, Action.MARK_SENT, Action.MARK_UNSENT}
TAKING_BACK = {Action.REOPEN, Action.EDIT, Action.CANCEL, Action.SEND_NOW, Action.RESCHEDULE}
FAILURES = [
    ("validation_error", 400),
    ("invalid_key", 401),
    ("unauthorized", 401),
    ("insufficient_permissions", 403),
    ("refused", 413),
    ("provider_failed", 200),
    ("digest_mismatch", None),
    ("not_prepared", None),
    ("marked_unsent", None),
]
DOUBTS = [
    ("interrupted", None),
    ("idempotency_conflict", 409),
    ("conflict", 409),
    ("replayed", 502),
    ("provider_error", 502),
    ("connection_broken", None),
    ("connection_broken", 200),
    ("timeout", None),
    ("not_reached", None),
    ("unreadable_answer", 200),
    ("rate_limited", 429),
    ("server_error", 500),
    ("rate_limited", 503),
    ("invalid_key", 401),
    ("insufficient_permissions", 403),
    ("refused", 413),
    ("digest_mismatch", None),
    ("not_prepared", None),
]


def say(
    summary: MessageSummary, *, paused_until: float | None = None, key: bool = True, now: float = START
) -> StatusText:
    """Build a report in these circumstances; times are formatted as seconds from the start."""
    return to_status_text(summary, StatusContext(now, key, paused_until, lambda moment: f"{moment - START:.0f}"))


@pytest.mark.parametrize(("code", "status"), FAILURES)
def test_failed_says_not_sent(code: str, status: int | None) -> None:
    """A failure certainly was not sent; it can be reopened and never checked again."""
    report = say(replace(SUMMARY, status=Status.FAILED, code=code, http_status=status, detail="why", needs_you=True))
    assert (report.word, report.tone, report.went_out) == ("Failed", Tone.BAD, "It was not sent.")
    assert Action.REOPEN in report.actions
    assert not DECISIONS & set(report.actions)
    assert report.advice
    assert (Action.SETTINGS in report.actions) is (status in (401, 403))


@pytest.mark.parametrize(("code", "status"), DOUBTS)
def test_unknown_never_says_sent_or_failed(code: str, status: int | None) -> None:
    """Every unclear end is described as a doubt, and only a decision or a safe check is offered."""
    summary = replace(SUMMARY, status=Status.UNKNOWN, code=code, http_status=status, detail="why", unclear=True)
    report = say(summary)
    assert (report.word, report.tone) == ("Unknown", Tone.DOUBT)
    assert report.went_out == "It may or may not have been sent."
    assert not {*TAKING_BACK, Action.DISMISS} & set(report.actions)
    assert DECISIONS - {Action.CHECK_AGAIN} <= set(report.actions)
    assert report.happened.endswith(".")
    asks = Action.CHECK_AGAIN in report.actions
    assert asks is (status != 409 and code not in ("replayed", "digest_mismatch"))
    assert asks or "twice" in report.advice


def test_key_too_old_to_ask() -> None:
    """After 24 hours, or with a clock set back, only a person decides, and reads the risk."""
    summary = replace(SUMMARY, status=Status.UNKNOWN, code="timeout", unclear=True)
    for now in (START + 86_400, START - 3_600):
        report = say(summary, now=now)
        assert Action.CHECK_AGAIN not in report.actions
        assert "may deliver it twice" in report.advice


def test_conflict_after_an_unclear_attempt() -> None:
    """A 409 to a repeated request may mean that the first one is still running: checking again is safe."""
    summary = replace(SUMMARY, status=Status.UNKNOWN, code="idempotency_conflict", http_status=409, attempts=3)
    assert "another mail" not in say(summary).happened
    assert Action.CHECK_AGAIN in say(summary).actions
    assert "another mail" in say(replace(summary, attempts=1)).happened


def test_refused_key_in_doubt_leads_to_settings() -> None:
    """A 401 leads to Settings, also where it met a check of an unclear message."""
    summary = replace(SUMMARY, status=Status.UNKNOWN, code="x", http_status=401, attempts=2)
    assert Action.SETTINGS in say(summary).actions
    assert "key was refused" in say(summary).happened


def test_unknown_that_is_asked_about_again_by_itself() -> None:
    """While a retry is due the text says when, honours the pause, and asks for the key where it is missing."""
    summary = replace(SUMMARY, status=Status.UNKNOWN, code="timeout", due_at=START + 30, unclear=True)
    assert say(summary).advice == "The app will ask LeadLex again at 30. This cannot send the mail twice."
    assert "at 90" in say(summary, paused_until=START + 90).advice
    assert "in a moment" in say(summary, now=START + 31).advice
    assert say(summary, key=False).advice.startswith("Only the API key, with which it was first tried, can ask")
    assert Action.SEND_AS_NEW not in say(summary).actions


@pytest.mark.parametrize(
    ("code", "word", "happened"),
    [
        ("missed", "Missed", "Its time passed"),
        ("not_reached", "Not sent", "could not be reached in 1 tries"),
        ("rate_limited", "Not sent", "limit was not lifted"),
    ],
)
def test_parked(code: str, word: str, happened: str) -> None:
    """A parked message was not sent, and is sent or taken back as a person decides."""
    report = say(replace(SUMMARY, code=code, needs_you=True))
    assert (report.word, report.went_out) == (word, "It was not sent.")
    assert happened in report.happened
    assert report.actions == (Action.SEND_NOW, Action.EDIT)


def test_waiting() -> None:
    """A held message has not been sent; it can be sent, moved and cancelled, in its undo window not moved."""
    summary = replace(SUMMARY, due_at=START + 10)
    assert say(summary).went_out == "It has not been sent yet."
    assert say(summary).actions == (Action.SEND_NOW, Action.RESCHEDULE, Action.EDIT, Action.CANCEL)
    assert say(replace(summary, undo_until=START + 10)).actions == (Action.SEND_NOW, Action.CANCEL)
    assert "waits for the API key" in say(summary, key=False).happened
    assert "could not be reached" in say(replace(summary, code="not_reached")).happened


def test_waiting_for_the_limit() -> None:
    """The end of the limit is named where it holds the message back; a pause of years is ignored."""
    summary = replace(SUMMARY, due_at=START + 10)
    report = say(summary, paused_until=START + 600)
    assert "limit is reached; it goes out after 600" in report.happened
    assert report.actions == (Action.EDIT, Action.CANCEL)
    assert "limit" not in say(replace(summary, due_at=START + 700), paused_until=START + 600).happened
    limited = replace(summary, due_at=START + 700, http_status=429, code="rate_limited")
    assert "limit is reached; it goes out after 700" in say(limited).happened
    assert "limit" not in say(summary, paused_until=START + 1e8).happened


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (None, Status.HELD),
        ("rate_limited", Status.HELD),
        ("not_reached", Status.HELD),
        ("connection_broken", Status.UNKNOWN),
    ],
)
def test_a_clock_set_back_is_named_wherever_a_mail_waits(code: str | None, status: Status) -> None:
    """Whatever it waits for; a clock that differs a little from the peer's is nothing to say."""
    summary = replace(SUMMARY, status=status, code=code, http_status=429 if code == "rate_limited" else None)
    waiting = replace(summary, due_at=START + 600)
    assert "clock was set back since" in say(waiting, now=START - 3 * 86_400).happened
    for now in (START - 30, START, START + 300):
        assert "clock" not in say(waiting, now=now).happened


def test_when_a_mail_goes() -> None:
    """It is tried at its time, or when the limit is lifted; never where a person decides."""
    about = StatusContext(START, True, START + 600, str)
    assert next_attempt_at(replace(SUMMARY, due_at=START + 10), about) == START + 600
    assert next_attempt_at(replace(SUMMARY, due_at=START + 700), about) == START + 700
    assert next_attempt_at(SUMMARY, about) is None


def test_leadlexs_own_words_stand_inside_the_sentence() -> None:
    """They are quoted without their full stop, and left out where they only repeat the sentence."""
    failed = replace(SUMMARY, status=Status.FAILED, code="x", http_status=413, detail="Too large.")
    assert say(failed).happened == "LeadLex refused the mail (“Too large”)."
    assert say(replace(failed, detail=None)).happened == "LeadLex refused the mail."
    assert "(" not in say(replace(failed, code="provider_failed", http_status=200, detail="Failed.")).happened
    doubt = replace(SUMMARY, status=Status.UNKNOWN, code="x", http_status=504, detail="It took too long.", unclear=True)
    assert say(doubt).happened == "LeadLex failed (“It took too long”)."


def test_good_ends() -> None:
    """Sent and queued name the provider, a person's decision is named as such; delivered is never said."""
    sent = replace(SUMMARY, status=Status.SENT, provider="gmail", settled_at=START)
    assert say(sent) == StatusText("Sent", Tone.GOOD, "Sent by Gmail 0.")
    assert say(replace(sent, code="marked_sent")).happened == "Marked as sent 0 (not confirmed)."
    marked = replace(sent, code="marked_sent", settled_by="Alex Reuter")
    assert say(marked).happened == "Marked as sent by Alex Reuter, 0 (not confirmed)."
    queued = say(replace(sent, status=Status.QUEUED, provider="microsoft"))
    assert (queued.word, queued.went_out) == ("Queued", "")
    assert say(replace(SUMMARY, status=Status.SENDING)).word == "Sending"
    assert "delivered" not in " ".join((queued.happened, queued.went_out)).lower()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("provider_failed", "LeadLex took the mail, but Gmail or Microsoft failed to send it"),
        ("timeout", "LeadLex did not answer in time"),
        ("RECIPIENT_REJECTED", "RECIPIENT_REJECTED"),
        ("", "No reason is known"),
    ],
)
def test_causes_in_a_few_words(code: str, said: str) -> None:
    """A known code has a sentence of ours; an unknown one is returned as it is."""
    assert to_cause(code) == said

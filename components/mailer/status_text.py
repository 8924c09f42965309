"""The text that describes a message's state: what happened, whether it went out, and what to do next (promise 4)."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from components.gateway.retry import fresh_key_bounds
from components.model import WENT_OUT, Status
from components.store import MessageSummary
from components.store.members import SENDER_BARRED
from components.store.review.approvals import UNAPPROVED


class Tone(enum.StrEnum):
    """How a report is coloured on the screen."""

    GOOD = "good"
    CALM = "calm"
    DOUBT = "doubt"
    BAD = "bad"


class Action(enum.StrEnum):
    """What a person may safely do with a message; the value is the button's label."""

    SEND_NOW = "Send now"
    RESCHEDULE = "Change time"
    EDIT = "Edit"
    CANCEL = "Cancel"
    REOPEN = "Edit and send again"
    CHECK_AGAIN = "Check again"
    SEND_AS_NEW = "Send as new"
    MARK_SENT = "Mark as sent"
    MARK_UNSENT = "Mark as not sent"
    DISMISS = "Leave as failed"
    SETTINGS = "Go to Settings"


@dataclass(frozen=True, slots=True)
class StatusText:
    """The text for one message: ``word`` is its status in lists, ``actions`` are in the order of the buttons."""

    word: str
    tone: Tone
    happened: str
    went_out: str = ""
    advice: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusContext:
    """What a report needs besides the entry: times in epoch seconds (``paused_until`` is the end of LeadLex's limit),
    whether the API key that the message belongs to is at hand, and a function that formats a time."""

    now: float
    has_key: bool
    paused_until: float | None
    to_words: Callable[[float], str]


#: Seconds by which a message may be younger than now: the clocks of two computers differ a little.
_CLOCK_STEP = 60.0
_NOT_SENT = "It was not sent."
_NOT_YET = "It has not been sent yet."
_MAYBE = "It may or may not have been sent."
#: A mail that another key has tried can only be taken back.
_FOR_TRIED = (Action.EDIT, Action.CANCEL)
_FOR_HELD = (Action.SEND_NOW, Action.RESCHEDULE, Action.EDIT, Action.CANCEL)

#: The code that each HTTP status stands for, whatever code the answer itself uses.
_BY_STATUS = {
    400: "validation_error",
    401: "invalid_key",
    403: "insufficient_permissions",
    409: "idempotency_conflict",
    429: "rate_limited",
    502: "provider_error",
}
#: The codes of this product itself; they say more than the HTTP status.
_OWN_CODES = frozenset(
    {"replayed", "interrupted", "digest_mismatch", "not_prepared", "provider_failed", "marked_sent", "marked_unsent"}
)

#: What became of another mail.
_BECAME = {
    Status.DRAFT: "that one is a draft",
    Status.HELD: "that one has not been sent yet",
    Status.SENDING: "that one is being sent",
    Status.SENT: "that one was sent",
    Status.QUEUED: "that one is with the provider",
    Status.FAILED: "that one was not sent",
    Status.UNKNOWN: "that one may or may not have been sent",
}

_FAILURES = {
    "validation_error": ("LeadLex found the mail incomplete or malformed", "Correct it and send it again."),
    "invalid_key": ("The API key is wrong or has expired", "Enter a valid key in Settings, then send it again."),
    "insufficient_permissions": (
        "The key may not send mail, or no mailbox is connected",
        "Connect the mailbox in LeadLex or ask for a key that may send, then send it again.",
    ),
    "provider_failed": (
        "LeadLex took the mail, but Gmail or Microsoft failed to send it",
        "Check the mailbox in LeadLex, then send it again.",
    ),
    "digest_mismatch": (
        "The mail on record changed after the click on Send, so it was stopped",
        "Look it over and send it again.",
    ),
    "not_prepared": ("A part of the mail could not be read", "Attach its files again and send it."),
    "marked_unsent": ("Marked as not sent", "Send it again whenever you like."),
}

_DOUBTS = {
    "interrupted": "The app stopped while it was being sent.",
    "idempotency_conflict": "LeadLex already has another mail under this one’s number, so it was stopped.",
    "replayed": "The mailbox reported an error.",
    "still_running": "LeadLex has this mail, but has not said yet what became of it.",
    "provider_error": "Gmail or Microsoft answered LeadLex with an error.",
    "connection_broken": "The connection broke before LeadLex answered.",
    "timeout": "LeadLex did not answer in time.",
    "not_reached": "LeadLex could not be reached to ask what became of it.",
    "invalid_key": "The API key was refused when the app asked what became of it.",
    "insufficient_permissions": "The key was not allowed to ask what became of it.",
    "validation_error": "LeadLex refused to say what became of it.",
    "digest_mismatch": "The mail on record has changed since it was first tried, so it was stopped.",
    "not_prepared": "A part of the mail could not be read to ask what became of it.",
    "unreadable_answer": "LeadLex’s answer could not be read.",
    "rate_limited": "LeadLex’s limit was reached before it could say what became of it.",
}


def name_key(summary: MessageSummary) -> str:
    """Say which API key a message needs, by the name of whoever sent it as far as that is known."""
    whose = f"{summary.sent_by}’s API key" if summary.sent_by else "the API key"
    return f"{whose}, with which it was first tried" if summary.attempts else f"{whose}, with which it was saved"


def to_cause(code: str) -> str:
    """Say in a few words why messages failed, or may have; an unknown code is returned as it is."""
    failure = _FAILURES.get(code)
    if failure:
        return failure[0]
    return _DOUBTS.get(code, code).rstrip(".") or "No reason is known"


def to_status_text(summary: MessageSummary, about: StatusContext) -> StatusText:
    """Describe the state of one message, with the actions that are safe in it."""
    return _to_damage(summary) if summary.damage else _to_sound(summary, about)


def _to_damage(summary: MessageSummary) -> StatusText:
    happened = f"Its record is damaged ({summary.damage})."
    if "status" in (summary.damage or "").split(", "):
        went_out = "Whether it went out cannot be told."
    elif summary.status in WENT_OUT:
        went_out = "It was sent."
    else:
        went_out = _MAYBE if summary.status in (Status.UNKNOWN, Status.SENDING) or summary.unclear else _NOT_SENT
    advice = "Erase it, or put a backup of the database in its place."
    return StatusText("Damaged", Tone.BAD, happened, went_out, advice)


def _to_sound(summary: MessageSummary, about: StatusContext) -> StatusText:
    match summary.status:
        case Status.SENT | Status.QUEUED:
            return _to_success(summary, about)
        case Status.SENDING:
            return StatusText("Sending", Tone.CALM, "It is on its way to LeadLex.", "The result appears here.")
        case Status.FAILED:
            return _to_failure(summary)
        case Status.UNKNOWN:
            return _to_doubt(summary, about)
        case _:
            return _to_waiting(summary, about)


def to_repetition_text(summary: MessageSummary, other: MessageSummary) -> str:
    """Say what became of the mail that a message repeats, or that repeats it."""
    other_is_first = summary.supersedes_id == other.id
    became = _BECAME[other.status]
    if summary.status in WENT_OUT and other.status in WENT_OUT:
        became = "that one was sent too, so the recipient may have it twice"
    return f"This mail repeats an earlier one: {became}." if other_is_first else f"It was sent as new: {became}."


def next_attempt_at(summary: MessageSummary, about: StatusContext) -> float | None:
    """Return when the app next tries a message (epoch seconds): at its time, or once LeadLex's limit is lifted."""
    return None if summary.due_at is None else max(summary.due_at, _to_pause(about))


def _to_success(summary: MessageSummary, about: StatusContext) -> StatusText:
    at = f" {about.to_words(summary.settled_at)}" if summary.settled_at else ""
    if summary.code == "marked_sent":
        by = f" by {summary.settled_by}" if summary.settled_by else ""
        at = f",{at}" if at and by else at
        return StatusText("Sent", Tone.GOOD, f"Marked as sent{by}{at} (not confirmed).")
    by = {"gmail": " by Gmail", "microsoft": " by Microsoft 365"}.get(summary.provider or "", "")
    late = " It had been marked as not sent; LeadLex’s answer came later." if summary.code == "sent_after_all" else ""
    if summary.status is Status.QUEUED:
        happened = f"Accepted{by}{at}; the provider sends it from its queue.{late}"
        return StatusText("Queued", Tone.GOOD, happened)
    return StatusText("Sent", Tone.GOOD, f"Sent{by}{at}.{late}")


def _to_failure(summary: MessageSummary) -> StatusText:
    kind = _to_kind(summary)
    known = _FAILURES.get(kind)
    happened = known[0] if known else "LeadLex refused the mail"
    advice = known[1] if known else "Correct it and send it again."
    said = "" if (summary.code or "").startswith(("marked", "digest", "provider_failed")) else _quote(summary)
    actions = [Action.REOPEN]
    if kind in ("invalid_key", "insufficient_permissions"):
        actions.insert(0, Action.SETTINGS)
    if summary.needs_you:
        actions.append(Action.DISMISS)
    return StatusText("Failed", Tone.BAD, f"{happened}{said}.", _NOT_SENT, advice, tuple(actions))


def _to_doubt(summary: MessageSummary, about: StatusContext) -> StatusText:
    kind = _to_kind(summary)
    doubt = _DOUBTS.get(kind) or f"LeadLex failed{_quote(summary)}."
    if (again := next_attempt_at(summary, about)) is not None:
        next_step = (
            f"The app will ask LeadLex again {_at(again, about)}. This cannot send the mail twice."
            if about.has_key
            else f"Only {name_key(summary)}, can ask LeadLex without sending it twice: connect with that."
        )
        doubt = f"{doubt}{_to_clock_note(summary, about)}"
        return StatusText("Unknown", Tone.DOUBT, doubt, _MAYBE, next_step, (Action.MARK_SENT, Action.MARK_UNSENT))
    low, high = fresh_key_bounds(about.now)
    can_ask = summary.first_attempt_at is not None and low < summary.first_attempt_at < high
    to_settings = (Action.SETTINGS,) if kind == "invalid_key" else ()
    actions = (*to_settings, Action.SEND_AS_NEW, Action.MARK_SENT, Action.MARK_UNSENT)
    may_ask = can_ask and kind not in ("replayed", "idempotency_conflict", "digest_mismatch")
    if may_ask and not about.has_key:
        advice = f"Only {name_key(summary)}, can ask LeadLex without sending it twice. Or look in the Sent folder."
        return StatusText("Unknown", Tone.DOUBT, doubt, _MAYBE, advice, actions)
    if may_ask:
        advice = "Check again asks LeadLex and cannot send it twice. Or look in your Sent folder."
        return StatusText("Unknown", Tone.DOUBT, doubt, _MAYBE, advice, (Action.CHECK_AGAIN, *actions))
    why = "Checking again won’t help; look" if kind == "replayed" else "Look"
    advice = f"{why} in your Sent folder. Sending it as new may deliver it twice."
    return StatusText("Unknown", Tone.DOUBT, doubt, _MAYBE, advice, actions)


def _quote(summary: MessageSummary) -> str:
    """Quote LeadLex's own message inside a sentence."""
    return f" (“{summary.detail.rstrip('.')}”)" if summary.detail else ""


def _to_kind(summary: MessageSummary) -> str:
    """Return how the last attempt ended, as a key of the sentences above."""
    code = summary.code or ""
    if code in _OWN_CODES:
        return code
    kind = _BY_STATUS.get(summary.http_status or 0, code if (summary.http_status or 200) < 400 else "")
    # A first attempt cannot still be running: its key was used for something else.
    return "still_running" if kind == "idempotency_conflict" and summary.attempts > 1 else kind


def _to_waiting(summary: MessageSummary, about: StatusContext) -> StatusText:
    due, paused_until = next_attempt_at(summary, about), _to_pause(about)
    if due is None:
        return _to_parked(summary, about)
    later = _to_clock_note(summary, about)
    if not about.has_key:
        return _to_waiting_for_key(summary, about, due)
    if paused_until > max(about.now, due - 1) or (
        summary.code is not None and summary.http_status == 429 and due > about.now
    ):
        happened = f"LeadLex’s limit is reached; it goes out after {about.to_words(due)}.{later}"
        out = (Action.EDIT, Action.CANCEL)
        return StatusText("Waiting", Tone.CALM, happened, _NOT_YET, "No action needed.", out)
    if summary.code == "not_reached":
        happened = f"LeadLex could not be reached; the app tries again {_at(due, about)}.{later}"
        return StatusText("Waiting", Tone.DOUBT, happened, _NOT_YET, "No action needed.", _FOR_HELD)
    happened = f"It goes out {_at(due, about)}.{later}"
    actions = _FOR_HELD if summary.undo_until is None else (Action.SEND_NOW, Action.CANCEL)
    return StatusText("Waiting", Tone.CALM, happened, _NOT_YET, "Keep the app running until then.", actions)


def _to_waiting_for_key(summary: MessageSummary, about: StatusContext, due: float) -> StatusText:
    """Describe a message whose API key is not at hand; what no key has tried may be sent with another on a click."""
    happened = f"Due {about.to_words(due)}, but it waits for {name_key(summary)}."
    if summary.attempts:
        return StatusText("Waiting", Tone.DOUBT, happened, _NOT_YET, "Connect with it, or take it back.", _FOR_TRIED)
    advice = "It goes out once that key is connected. Send now sends it with yours."
    return StatusText("Waiting", Tone.DOUBT, happened, _NOT_YET, advice, _FOR_HELD)


def _to_clock_note(summary: MessageSummary, about: StatusContext) -> str:
    """Return a sentence with a leading space if the clock was set back while the message waited; otherwise ""."""
    began_at = max(summary.created_at, summary.first_attempt_at or 0.0)
    if began_at <= about.now + _CLOCK_STEP:
        return ""
    return " The computer’s clock was set back since, so this may be later than planned."


def _to_parked(summary: MessageSummary, about: StatusContext) -> StatusText:
    needs_other = summary.attempts > 0 and not about.has_key
    actions = (Action.EDIT,) if needs_other else (Action.SEND_NOW, Action.EDIT)
    if summary.code == "original_sent":
        happened, word = "The mail that this one repeats was sent after all, so this one was stopped.", "Not sent"
        advice = "Take it back, or send it now: the recipient then gets it twice."
        return StatusText(word, Tone.DOUBT, happened, _NOT_SENT, advice, actions)
    if summary.code == SENDER_BARRED:
        happened = f"{summary.sent_by or 'Its sender'} may not send here any more, so it waits for an admin."
        advice = "An admin sends it, or takes it back."
        return StatusText("Waiting", Tone.DOUBT, happened, _NOT_YET, advice, actions)
    if summary.code == UNAPPROVED:
        happened = "This workspace lets it out only after a colleague has approved it, and nobody has."
        advice = "Take it back with Edit, and ask for a review of the draft."
        return StatusText("Not approved", Tone.DOUBT, happened, _NOT_SENT, advice, (Action.EDIT,))
    if summary.code == "missed":
        happened, word = "Its time passed while the app could not send it.", "Missed"
    elif summary.code == "not_reached":
        happened, word = f"LeadLex could not be reached in {summary.tries} tries.", "Not sent"
    else:
        happened, word = "LeadLex’s limit was not lifted within a day.", "Not sent"
    advice = "Send it now if it still fits, or take it back."
    if needs_other:
        advice = f"Only {name_key(summary)}, can send it. Connect with that, or take it back and send it anew."
    return StatusText(word, Tone.DOUBT, happened, _NOT_SENT, advice, actions)


def _to_pause(about: StatusContext) -> float:
    """Return the end of LeadLex's limit; one more than a day ahead was written while the clock was ahead."""
    until = about.paused_until or 0.0
    return until if until <= about.now + 24 * 3600 else 0.0


def _at(moment: float, about: StatusContext) -> str:
    words = about.to_words(moment)
    if moment - about.now < 2:
        return "in a moment"
    return f"at {words}" if words[:1].isdigit() and " " not in words else words

"""The mail in numbers, against the limits of those who carry and show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from components.message.attachments import MEGABYTE, MIME_LIMIT, to_mime_size
from components.message.checks.context import Situation
from components.message.checks.finding import Finding

KILOBYTE = 1024
#: Bytes of HTML past which Gmail cuts a mail ("[Message clipped]"), and from which it is worth a look.
CLIP, CLIP_NEAR = 102 * KILOBYTE, 90 * KILOBYTE
#: Share of the whole from which the files are worth a look.
NEAR = 0.8

#: What Markdown and punctuation are made of: a word has something else.
_MARKS = "*_#|:>+-~=.,;!?()[]<>–—&/\\\"'“”„"


@dataclass(frozen=True, slots=True)
class Gauges:
    """Sizes in bytes: ``html`` as sent, ``mime`` the whole mail encoded; ``words`` are the author's own."""

    html: int
    mime: int
    words: int
    subject: int
    recipients: int
    files: int


def to_gauges(situation: Situation) -> Gauges:
    """Measure a mail; files whose size only LeadLex knows count nothing."""
    return Gauges(
        html=_to_bytes(situation.rendered.html),
        mime=_to_whole(situation),
        words=sum(1 for word in situation.prose.split() if word.strip(_MARKS)),
        subject=len(situation.checked.subject),
        recipients=len(situation.people),
        files=len(situation.draft.attachments),
    )


def check_clipping(situation: Situation) -> Iterable[Finding]:
    """Warn of HTML that Gmail cuts, or nearly does."""
    size = _to_bytes(situation.rendered.html)
    if size >= CLIP:
        text = f"Gmail cuts this mail: its HTML has {size / KILOBYTE:.0f} KB, and Gmail shows {CLIP // KILOBYTE} KB."
        yield Finding("clipping", "Message", text, "over")
    elif size >= CLIP_NEAR:
        text = f"Gmail may cut this mail: its HTML has {size / KILOBYTE:.0f} of {CLIP // KILOBYTE} KB."
        yield Finding("clipping", "Message", text, "near")


def check_whole_size(situation: Situation) -> Iterable[Finding]:
    """Warn where the files alone would pass and only the whole mail is over the limit."""
    if "Attachments" in situation.checked.faults:
        return
    size = _to_whole(situation)
    if size > MIME_LIMIT:
        limit = MIME_LIMIT // MEGABYTE
        text = f"With its text the mail has {size / MEGABYTE:.1f} MB as it travels; the limit is {limit} MB."
        yield Finding("whole size", "Attachments", text, "over")


def _to_whole(situation: Situation) -> int:
    """Bytes of the mail as it travels: both bodies and all files, encoded."""
    bodies = (situation.rendered.html, situation.draft.plain_text or situation.rendered.text)
    files = sum(to_mime_size(file.size or 0) for file in situation.draft.attachments)
    return sum(to_mime_size(_to_bytes(body)) for body in bodies) + files


def _to_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))

"""Measure a message and check it against the limits of mail systems and mail programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from components.message.attachments import MEGABYTE, MIME_LIMIT, to_encoded_size
from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding

KILOBYTE = 1024
#: Bytes of HTML above which Gmail clips a mail ("[Message clipped]"), and from which to warn.
GMAIL_CLIP_SIZE, GMAIL_CLIP_WARNING_SIZE = 102 * KILOBYTE, 90 * KILOBYTE

#: Characters of Markdown and punctuation; a word has others.
_MARKS = "*_#|:>+-~=.,;!?()[]<>–—&/\\\"'“”„"


@dataclass(frozen=True, slots=True)
class MessageSizes:
    """Sizes of a message: ``html`` in bytes, the others as counts.

    ``words`` counts the author's own text.
    """

    html: int
    words: int
    recipients: int
    files: int


def measure_sizes(context: CheckContext) -> MessageSizes:
    """Measure a message."""
    return MessageSizes(
        html=_to_bytes(context.rendered.html),
        words=sum(1 for word in context.visible_text.split() if word.strip(_MARKS)),
        recipients=len(context.people),
        files=len(context.draft.attachments),
    )


def check_clipping(context: CheckContext) -> Iterable[Finding]:
    """Warn of HTML that Gmail clips or may clip."""
    size = _to_bytes(context.rendered.html)
    if size >= GMAIL_CLIP_SIZE:
        limit = GMAIL_CLIP_SIZE // KILOBYTE
        text = f"Gmail cuts this mail: its HTML has {size / KILOBYTE:.0f} KB, and Gmail shows {limit} KB."
        yield Finding("clipping", "Message", text, "over")
    elif size >= GMAIL_CLIP_WARNING_SIZE:
        text = f"Gmail may cut this mail: its HTML has {size / KILOBYTE:.0f} of {GMAIL_CLIP_SIZE // KILOBYTE} KB."
        yield Finding("clipping", "Message", text, "near")


def check_whole_size(context: CheckContext) -> Iterable[Finding]:
    """Warn where the whole message is over the limit although its files are not."""
    if "Attachments" in context.checked.faults:
        return
    size = _measure_mime(context)
    if size > MIME_LIMIT:
        limit = MIME_LIMIT // MEGABYTE
        text = f"With its text the mail has {size / MEGABYTE:.1f} MB as it travels; the limit is {limit} MB."
        yield Finding("whole size", "Attachments", text, "over")


def _measure_mime(context: CheckContext) -> int:
    """Calculate the bytes of both bodies and all files, encoded; files whose size only LeadLex knows count as empty."""
    bodies = (context.rendered.html, context.draft.plain_text or context.rendered.text)
    files = sum(to_encoded_size(file.size or 0) for file in context.draft.attachments)
    return sum(to_encoded_size(_to_bytes(body)) for body in bodies) + files


def _to_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))

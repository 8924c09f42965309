"""The mail that follows one that was sent: to the same people, in the same conversation, above what was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from components.message import dissect, to_answer_subject, to_introduction, to_quote, with_signature
from components.model import Draft, Status
from components.store import Entry, Message

#: Only what went out can be followed up.
WENT_OUT = (Status.SENT, Status.QUEUED)


def to_thread_id(entry: Entry) -> str:
    """The conversation that a mail is in: as LeadLex told it, else as it was asked for; "" where neither is known."""
    return entry.provider_thread_id or entry.thread_id or ""


def to_follow_up(letter: Message, copy: Draft, signature: str, zone: tzinfo) -> Draft:
    """Make of a draft like the mail its follow-up: recipients and links stay, files do not, the original is quoted.

    ``signature`` is Markdown ("" for none), ``zone`` that of the author, whose own words the original's are.
    """
    written = dissect(letter.mail.markdown or letter.mail.text)
    sent = datetime.fromtimestamp(letter.entry.created_at, zone)
    # As mail programs do: the former signature is not repeated, what was quoted before is.
    original = "\n\n".join(part.strip() for part in (written.own, written.quote) if part.strip())
    quote = to_quote(original, to_introduction("I", sent))
    return replace(
        copy,
        subject=to_answer_subject(letter.mail.subject),
        # Room to write above both.
        markdown="\n\n" + with_signature(quote, signature),
        plain_text="",
        thread_id=to_thread_id(letter.entry),
        attachments=(),
    )

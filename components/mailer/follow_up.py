"""Follow-ups: a draft to the same people in the same thread that quotes a sent message."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from components.message import quote_text, split_parts, to_quote_introduction, to_reply_subject, with_signature
from components.model import Draft
from components.store import Message, MessageSummary
from components.store.sort_key import to_time


def to_thread_id(summary: MessageSummary) -> str:
    """Return the thread of a message: the one LeadLex named, else the one it was sent to, else ""."""
    return summary.provider_thread_id or summary.thread_id or ""


def to_follow_up(message: Message, copy: Draft, signature: str, zone: tzinfo) -> Draft:
    """Turn ``copy``, a draft with a message's content, into its follow-up.

    Recipients and links stay, files do not, and the original is quoted. ``signature`` is Markdown ("" for none),
    ``zone`` the author's time zone.
    """
    written = split_parts(message.mail.markdown or message.mail.text)
    summary = message.summary
    sent = datetime.fromtimestamp(to_time(summary.sort_key), zone)
    # As mail programs do: the old signature is left out, earlier quotes are kept.
    original = "\n\n".join(part.strip() for part in (written.own, written.quote) if part.strip())
    quote = quote_text(original, to_quote_introduction(summary.sent_by or summary.written_by, sent))
    return replace(
        copy,
        subject=to_reply_subject(message.mail.subject),
        # Room to write above the quote and the signature.
        markdown="\n\n" + with_signature(quote, signature),
        plain_text="",
        thread_id=to_thread_id(summary),
        attachments=(),
    )

"""Converts mails of the history to .eml files, with their names, dates and Message-IDs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from components.message import clean_filename, render_eml
from components.model import BlobReader
from components.store import Message, MessageSummary
from components.store.sort_key import to_time

#: A Message-ID (RFC 5322, 3.6.4); most providers answer with an identifier of their own instead.
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")


def render_eml_file(message: Message, open_blob: BlobReader) -> Iterator[bytes]:
    """Yield a mail as an .eml file in pieces of whole lines; its date is when it was or will be sent.

    Raises StoreError where a file is missing.
    """
    date = datetime.fromtimestamp(int(to_time(message.summary.sort_key)), UTC)
    return render_eml(message.mail, message_id=to_message_id(message.summary), date=date, open_blob=open_blob)


def to_message_id(summary: MessageSummary) -> str:
    """Return the Message-ID that the provider answered, else one of our own that is always the same for a mail.

    Ours ends in ``.invalid`` (RFC 2606), so that it cannot be mistaken for the one in the recipient's copy.
    """
    answered = summary.provider_message_id or ""
    return answered if _MESSAGE_ID.fullmatch(answered) else f"<{summary.idempotency_key}@leadlex-composer.invalid>"


def to_eml_filename(summary: MessageSummary) -> str:
    """Return the name of a mail's file: the day of sending (UTC) and the subject."""
    day = datetime.fromtimestamp(to_time(summary.sort_key), UTC).date().isoformat()
    # Characters that separate folders or act as wildcards on some system become blanks.
    subject = clean_filename(re.sub(r'[/\\:*?"<>|]', " ", f"{day} {summary.subject}"))
    return clean_filename(" ".join(subject.split())[:90].rstrip(" .") + ".eml")

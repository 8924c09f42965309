"""Mails of the history as files to keep: what each is called, and what it says of when and what it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from components.message import to_eml, to_filename
from components.model import BlobReader
from components.store import Entry, Message

#: What a provider tells as a message's id is mostly its own number; only this is a Message-ID (RFC 5322, 3.6.4).
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")


def to_copy(letter: Message, open_blob: BlobReader) -> Iterator[bytes]:
    """A mail as an .eml file in pieces of whole lines; its date is that of the click on Send.

    Raises StoreError where a file is missing.
    """
    date = datetime.fromtimestamp(int(letter.entry.created_at), UTC)
    return to_eml(letter.mail, message_id=to_message_id(letter.entry), date=date, open_blob=open_blob)


def to_message_id(entry: Entry) -> str:
    """The Message-ID that the provider told; else one of our own, always the same for one mail.

    It ends in ``.invalid`` (RFC 2606), so that nobody takes it for the one that the recipient's copy has.
    """
    told = entry.provider_message_id or ""
    return told if _MESSAGE_ID.fullmatch(told) else f"<{entry.idempotency_key}@leadlex-composer.invalid>"


def to_copy_name(entry: Entry) -> str:
    """The name of a mail's file: the day (UTC) and the subject."""
    day = datetime.fromtimestamp(entry.created_at, UTC).date().isoformat()
    # What is a folder or a wildcard to some system is a blank here.
    subject = to_filename(re.sub(r'[/\\:*?"<>|]', " ", f"{day} {entry.subject}"))
    return to_filename(" ".join(subject.split())[:90].rstrip(" .") + ".eml")

"""Converts whole messages to JSON objects, and reads such objects back: the format of an export.

Times are epoch seconds. Keys of this database are left out: elsewhere, a mail is known by its ``draft_id`` and its
``idempotency_key``.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, ValidationError

from components.model import Address, Attachment, OutgoingMail, RateLimit, Status
from components.store.search.indexer import AT_REST
from components.store.types import Attempt, Message, MessageSummary


def _check_text(text: str) -> str:
    # JSON can hold half of a surrogate pair, which no database takes.
    text.encode()
    return text


Text = Annotated[str, AfterValidator(_check_text)]
#: What a database's integer can hold.
Integer = Annotated[int, Field(gt=-(2**63), lt=2**63)]
Count = Annotated[int, Field(ge=0, lt=2**31)]
Size = Annotated[int, Field(ge=0, lt=2**63)]
Seconds = Annotated[float, Field(gt=-(2**63), lt=2**63, allow_inf_nan=False)]
#: A time up to the last year that dates can name, 9999.
Moment = Annotated[float, Field(ge=0, lt=253_370_764_800, allow_inf_nan=False)]
Uuid = Annotated[Text, Field(max_length=36)]
Sha256 = Annotated[Text, Field(max_length=64)]
#: A name and a mailbox.
Pair = Annotated[tuple[Text, Text], Field(strict=False)]
#: Reading a list ends at its first fault, so that a line of faults is not millions of errors in memory.
Pairs = Annotated[list[Pair], FailFast()]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True)


class _File(_Model):
    filename: Text
    mime_type: Text
    size: Size | None = None
    sha256: Sha256 | None = None
    storage_path: Text | None = None


class _RateLimit(_Model):
    limit: Integer | None = None
    remaining: Integer | None = None
    reset_at: Seconds | None = None


class _Attempt(_Model):
    number: Count
    started_at: Moment
    duration: Seconds | None = None
    outcome: Annotated[Text, Field(max_length=10)] | None = None
    http_status: Count | None = None
    code: Text | None = None
    detail: Text | None = None
    request_id: Text | None = None
    rate_limit: _RateLimit | None = None


class _SummaryRecord(_Model):
    draft_id: Uuid
    created_at: Moment
    status: Annotated[Status, Field(strict=False)]
    needs_you: bool
    idempotency_key: Uuid
    body_sha256: Sha256
    body_length: Size
    first_attempt_at: Moment | None = None
    attempts: Count
    tries: Integer
    unclear: bool
    recipients: Text
    subject: Text
    preview: Annotated[Text, Field(max_length=120)]
    attachment_count: Count
    contact_id: Text | None = None
    deal_id: Text | None = None
    thread_id: Text | None = None
    http_status: Count | None = None
    code: Text | None = None
    detail: Text | None = None
    request_id: Text | None = None
    provider: Text | None = None
    provider_message_id: Text | None = None
    provider_thread_id: Text | None = None
    sent_at: Text | None = None
    settled_at: Moment | None = None
    body_dropped_at: Moment | None = None
    files_dropped_at: Moment | None = None


class _Record(_SummaryRecord):
    to: Pairs
    cc: Pairs
    bcc: Pairs
    reply_to: Pairs
    markdown: Text
    text: Text
    text_edited: bool
    html: Text
    files: Annotated[list[_File], FailFast()]
    tried: Annotated[list[_Attempt], FailFast()]


def to_record(message: Message) -> dict[str, Any]:
    """Convert a whole message, without the contents of its files, to a JSON object."""
    mail = message.mail
    people = {"to": mail.to, "cc": mail.cc, "bcc": mail.bcc, "reply_to": (mail.reply_to,) if mail.reply_to else ()}
    return {
        **{name: getattr(message.summary, name) for name in _SummaryRecord.model_fields},
        **{name: [[each.name, each.mailbox] for each in addresses] for name, addresses in people.items()},
        "markdown": mail.markdown,
        "text": mail.text,
        "text_edited": mail.text_edited,
        "html": mail.html,
        "files": [asdict(file) for file in mail.attachments],
        "tried": [asdict(attempt) for attempt in message.attempts],
    }


def from_record(value: dict[str, Any]) -> Message:
    """Read the message of such an object, settled or unknown; its HTML is not sanitised.

    Raises ValueError, which names the field, where the object is not such a message.
    """
    try:
        record = _Record.model_validate(value)
    except ValidationError as error:
        # The first name of a place is the record's field, the last one a field of something in it.
        names = [part for part in error.errors(include_url=False)[0]["loc"] if isinstance(part, str)]
        raise ValueError(f"“{names[-1]}” is missing or not what it should be") from None
    if record.status not in AT_REST:
        raise ValueError("the mail has not come to rest")
    if len({attempt.number for attempt in record.tried}) < len(record.tried):
        raise ValueError("“tried” counts two alike")
    reply_to = _to_addresses(record.reply_to)
    files = tuple(Attachment(**file.model_dump()) for file in record.files)
    mail = OutgoingMail(
        to=_to_addresses(record.to),
        cc=_to_addresses(record.cc),
        bcc=_to_addresses(record.bcc),
        reply_to=reply_to[0] if reply_to else None,
        subject=record.subject,
        html=record.html,
        text=record.text,
        markdown=record.markdown,
        contact_id=record.contact_id or "",
        deal_id=record.deal_id or "",
        thread_id=record.thread_id or "",
        attachments=files,
        text_edited=record.text_edited,
    )
    values: dict[str, Any] = {name: getattr(record, name) for name in _SummaryRecord.model_fields}
    # Keys, and what a message waits for, belong to one database alone.
    values |= {"id": 0, "workspace_id": 0, "supersedes_id": None, "due_at": None, "undo_until": None}
    summary = MessageSummary(**values | {"attachment_count": len(files)})
    return Message(summary, mail, tuple(map(_to_attempt, record.tried)))


def _to_addresses(pairs: Pairs) -> tuple[Address, ...]:
    return tuple(Address(*pair) for pair in pairs)


def _to_attempt(attempt: _Attempt) -> Attempt:
    values = attempt.model_dump(exclude={"rate_limit"})
    limit = attempt.rate_limit
    return Attempt(**values, rate_limit=RateLimit(**limit.model_dump()) if limit else None)

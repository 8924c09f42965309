"""Converts whole messages to JSON objects, and reads such objects back: the format of an export.

Times are epoch seconds. Keys of this database are left out: elsewhere, a mail is known by its ``draft_id`` and its
``idempotency_key``.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, ValidationError

from components.model import (
    LARGEST_COUNT,
    LATEST_MOMENT,
    WENT_OUT,
    Address,
    Attachment,
    OutgoingMail,
    RateLimit,
    Status,
)
from components.review import MailEvent
from components.store.search.indexer import AT_REST
from components.store.types import Attempt, Message, MessageSummary


def _check_text(text: str) -> str:
    # JSON can hold half of a surrogate pair, which no database takes.
    text.encode()
    return text


Text = Annotated[str, AfterValidator(_check_text)]
#: Ids and codes, names and subjects, bodies; lengths in characters.
Short = Annotated[Text, Field(max_length=1_000)]
Line = Annotated[Text, Field(max_length=100_000)]
Long = Annotated[Text, Field(max_length=10_000_000)]
Count = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]
#: Bytes, or calls of a plan.
Size = Annotated[int, Field(ge=0, lt=2**50)]
Seconds = Annotated[float, Field(ge=0, lt=1e7, allow_inf_nan=False)]
Moment = Annotated[float, Field(ge=0, lt=LATEST_MOMENT, allow_inf_nan=False)]
#: A status code of HTTP (RFC 9110, section 15).
HttpStatus = Annotated[int, Field(ge=100, le=599)]
Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}\z")]
#: Type and subtype (RFC 6838, section 4.2).
MimeType = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}\z")]
#: How an attempt ended, as the dispatcher records it.
Outcome = Literal["sent", "queued", "refused", "waiting", "unclear"]
#: A name and a mailbox.
Pair = Annotated[tuple[Short, Short], Field(strict=False)]
#: Reading a list ends at its first fault, so that a line of faults is not millions of errors in memory.
Pairs = Annotated[list[Pair], FailFast(), Field(max_length=10_000)]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True)


class _File(_Model):
    filename: Short
    mime_type: MimeType
    size: Size | None = None
    sha256: Sha256 | None = None
    storage_path: Short | None = None


class _RateLimit(_Model):
    limit: Size | None = None
    remaining: Size | None = None
    reset_at: Moment | None = None


class _Attempt(_Model):
    number: Annotated[Count, Field(ge=1)]
    started_at: Moment
    duration: Seconds | None = None
    outcome: Outcome | None = None
    http_status: HttpStatus | None = None
    code: Short | None = None
    detail: Line | None = None
    request_id: Short | None = None
    rate_limit: _RateLimit | None = None


class _Event(_Model):
    at: Moment
    kind: Annotated[Text, Field(min_length=1, max_length=10)]
    person: Short
    detail: Line = ""


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
    tries: Count
    unclear: bool
    recipients: Long
    subject: Line
    preview: Annotated[Text, Field(max_length=120)]
    attachment_count: Count
    contact_id: Short | None = None
    deal_id: Short | None = None
    thread_id: Short | None = None
    http_status: HttpStatus | None = None
    code: Short | None = None
    detail: Line | None = None
    request_id: Short | None = None
    provider: Short | None = None
    provider_message_id: Short | None = None
    provider_thread_id: Short | None = None
    sent_at: Short | None = None
    settled_at: Moment | None = None
    body_dropped_at: Moment | None = None
    files_dropped_at: Moment | None = None
    written_by: Short = ""
    sent_by: Short = ""
    settled_by: Short = ""
    approved_by: Short = ""
    key_fingerprint: Short | None = None


class _Record(_SummaryRecord):
    to: Pairs
    cc: Pairs
    bcc: Pairs
    reply_to: Annotated[Pairs, Field(max_length=1)]
    markdown: Long
    text: Long
    text_edited: bool
    html: Long
    files: Annotated[list[_File], FailFast(), Field(max_length=1_000)]
    tried: Annotated[list[_Attempt], FailFast(), Field(max_length=10_000)]
    history: Annotated[list[_Event], FailFast(), Field(max_length=10_000)] = []


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
        "history": [asdict(event) for event in message.events],
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
    _check_relations(record)
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
    events = tuple(MailEvent(**event.model_dump()) for event in record.history)
    return Message(MessageSummary(**values), mail, tuple(map(_to_attempt, record.tried)), events)


def _check_relations(record: _Record) -> None:
    """Check what fields of a record say together. Raises ValueError, which names them."""
    if record.status not in AT_REST:
        raise ValueError("the mail has not come to rest")
    numbers = [attempt.number for attempt in record.tried]
    if len(set(numbers)) < len(numbers):
        raise ValueError("“tried” counts two alike")
    if max(numbers, default=0) > record.attempts:
        raise ValueError("“tried” counts more than “attempts”")
    if record.tries > record.attempts:
        raise ValueError("“tries” is more than “attempts”")
    if record.first_attempt_at is not None and not record.attempts:
        raise ValueError("“first_attempt_at” is set without “attempts”")
    if record.needs_you and record.status in WENT_OUT:
        raise ValueError("“needs_you” does not fit to “status”")
    if record.attachment_count != len(record.files):
        raise ValueError("“attachment_count” does not fit to “files”")


def _to_addresses(pairs: Pairs) -> tuple[Address, ...]:
    return tuple(Address(*pair) for pair in pairs)


def _to_attempt(attempt: _Attempt) -> Attempt:
    values = attempt.model_dump(exclude={"rate_limit"})
    limit = attempt.rate_limit
    return Attempt(**values, rate_limit=RateLimit(**limit.model_dump()) if limit else None)

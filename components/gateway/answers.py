"""Read the JSON of a 2xx answer into the values of ``components.model``.

Unknown fields are ignored; a missing field, or one of the wrong type, becomes the default of its record. Each public
function takes the body's bytes and raises ValueError if they are not such an answer, which ``transport`` turns into
UnreadableAnswer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AliasChoices,
    AllowInfNan,
    BaseModel,
    BeforeValidator,
    Field,
    Strict,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from components.gateway.request_body import to_valid_unicode
from components.model import Contact, Deal, ListPage, Mailbox, SendResult, Thread, ThreadDetail, ThreadMessage

T = TypeVar("T")
#: The most characters of an id in an answer.
SHORT_LIMIT = 512
Fields = Mapping[str, Any]


def _to_text(value: object) -> object:
    """Make a text that every database and page accepts: no lone surrogates, no NUL; a number as id becomes a text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return to_valid_unicode(value).replace("\0", "\ufffd") if isinstance(value, str) else value


def _to_label(value: object) -> object:
    """Write a person or a file as one text; the API gives it as a text, ``{name, email}`` or ``{filename}``."""
    if not isinstance(value, dict):
        return _to_text(value)
    item = _Person.model_validate(value)
    return f"{item.name} <{item.email}>" if item.name and item.email else item.email or item.name or item.filename


def _to_labels(value: object) -> object:
    labels = [_to_label(entry) for entry in value] if isinstance(value, list) else []
    return tuple(label for label in labels if isinstance(label, str) and label)


def _to_ids(value: object) -> object:
    labels = _to_labels(value)
    return tuple(label for label in labels if len(label) <= SHORT_LIMIT) if isinstance(labels, tuple) else ()


Text = Annotated[str, BeforeValidator(_to_text)]
#: What is as long as a page is no id, date or name of a provider.
Short = Annotated[str, BeforeValidator(_to_text), Field(max_length=SHORT_LIMIT)]
Label = Annotated[str, BeforeValidator(_to_label)]
Labels = Annotated[tuple[str, ...], BeforeValidator(_to_labels)]
Ids = Annotated[tuple[str, ...], BeforeValidator(_to_ids)]
Number = Annotated[float | None, Strict(), AllowInfNan(False)]
Count = Annotated[int, Strict(), Field(ge=0)]


class _Record(BaseModel):
    """Fields of a JSON object, each of which falls back to its default."""

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_default(cls, value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
        try:
            return handler(value)
        except ValidationError:
            return cls.model_fields[str(info.field_name)].get_default(call_default_factory=True)


class _Person(_Record):
    name: Text = ""
    email: Text = ""
    filename: Text = ""


class _Receipt(_Record):
    id: Short = ""
    thread_id: Short = ""
    provider: Short = ""
    status: Literal["queued", "sent", "failed", ""] = ""
    sent_at: Short = ""


class _Mailbox(_Record):
    address: Text = Field("", validation_alias="account_id")
    provider: Short = Field("", validation_alias="name")
    display_name: Text = ""
    connected: Annotated[bool, Strict()] = False
    health: Text = Field("", validation_alias="status")
    error_message: Text = ""


class _Contact(_Record):
    id: Short = ""
    full_name: Text = ""
    email: Text = ""
    phone: Text = ""
    job_title: Text = ""
    company_name: Text = Field("", validation_alias=AliasChoices("company_name", "company"))
    linkedin_url: Text = ""
    created_at: Short = Field("", validation_alias=AliasChoices("created_at", "created_date"))
    updated_date: Short = Field("", validation_alias=AliasChoices("updated_date", "updated_at"))


class _Deal(_Record):
    id: Short = ""
    name: Text = ""
    stage: Text = ""
    status: Text = ""
    pipeline: Text = ""
    estimated_value: Number = None
    currency: Short = ""
    main_contact_id: Short = ""
    priority: Text = ""
    matter_type: Text = ""
    tags: Labels = ()
    probability: Number = None
    next_follow_up_date: Short = ""


class _Thread(_Record):
    id: Short = ""
    subject: Text = ""
    snippet: Text = ""
    message_count: Count = 0
    unread_count: Count = 0
    participants: Labels = ()
    contact_ids: Ids = ()
    deal_id: Short = ""
    last_message_at: Short = ""


class _Message(_Record):
    id: Short = ""
    sender: Label = Field("", validation_alias="from")
    to: Labels = ()
    cc: Labels = ()
    sent_at: Short = ""
    direction: Short = ""
    body_text: Text = ""
    body_html: Text = ""
    attachments: Labels = ()


class _Conversation(_Record):
    id: Short = ""
    subject: Text = ""
    participants: Labels = ()
    contact_ids: Ids = ()
    deal_id: Short = ""


class _Meta(_Record):
    page: Count = 0
    per_page: Count = 0
    total: Count | None = None


def parse_receipt(body: bytes) -> SendResult:
    """Read the answer to a send. Raises ValueError without ``data.id`` or for an unknown ``status``."""
    record = _Receipt.model_validate(_to_fields(_parse_content(body).get("data")))
    if not record.id or not record.status:
        raise ValueError("no message id, or an unknown status")
    return SendResult(**record.model_dump())


def parse_mailboxes(body: bytes) -> tuple[Mailbox, ...]:
    """Read the connected providers of the workspace, healthy or not."""
    items = _to_items(_parse_content(body), "providers")
    return tuple(Mailbox(**_Mailbox.model_validate(item).model_dump()) for item in items)


def parse_contacts(body: bytes, page: int, per_page: int) -> ListPage[Contact]:
    """Read one page of contacts; ``page`` and ``per_page`` are those requested, for an answer without them."""
    return _parse_listing(body, "contacts", page, per_page, _Contact, Contact)


def parse_deals(body: bytes, page: int, per_page: int) -> ListPage[Deal]:
    """Read one page of deals; ``page`` and ``per_page`` are those requested, for an answer without them."""
    return _parse_listing(body, "deals", page, per_page, _Deal, Deal)


def parse_threads(body: bytes, page: int, per_page: int) -> ListPage[Thread]:
    """Read one page of conversations; ``page`` and ``per_page`` are those requested, for an answer without them."""
    return _parse_listing(body, "threads", page, per_page, _Thread, Thread)


def parse_conversation(body: bytes) -> ThreadDetail:
    """Read a conversation with its messages, oldest first as the API sends them. Raises ValueError without an id."""
    data = _to_fields(_parse_content(body).get("data"))
    record = _Conversation.model_validate(data)
    if not record.id:
        raise ValueError("no conversation id")
    messages = (_Message.model_validate(item) for item in _to_dicts(data.get("messages")))
    return ThreadDetail(**record.model_dump(), messages=tuple(ThreadMessage(**m.model_dump()) for m in messages))


def _parse_listing(
    body: bytes, name: str, page: int, per_page: int, record: type[_Record], value: type[T]
) -> ListPage[T]:
    """Read the items of ``data.<name>[]`` as ``record``, and turn each into a ``value`` with the same fields."""
    content = _parse_content(body)
    meta = _Meta.model_validate(_to_fields(content.get("meta")))
    records = [record.model_validate(item).model_dump() for item in _to_items(content, name)]
    # An item without an id can be neither chosen nor linked.
    items = tuple(value(**fields) for fields in records if fields["id"])
    return ListPage(items, meta.page or page, meta.per_page or per_page, meta.total)


def _parse_content(body: bytes) -> Fields:
    try:
        content = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(content, dict):
        raise ValueError("no JSON object")
    return content


def _to_items(content: Fields, name: str) -> list[Fields]:
    """Return the objects of ``data.<name>[]``, or of a bare ``data: []``."""
    data = content.get("data")
    items = data.get(name) if isinstance(data, dict) else data
    if not isinstance(items, list):
        raise ValueError(f"no list of {name}")
    return _to_dicts(items)


def _to_dicts(value: object) -> list[Fields]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _to_fields(value: object) -> Fields:
    return value if isinstance(value, dict) else {}

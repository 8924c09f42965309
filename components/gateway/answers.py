"""Read the JSON of a 2xx answer into the values of ``components.model`` and ``components.crm``.

No answer is refused for a field that nobody needs: one that is missing, too long or of the wrong type becomes the
default of its record, and what is only shown is cut. Each public function raises ValueError for any other answer.
"""

from __future__ import annotations

import json
import re
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

from components.crm import (
    Contact,
    ContactDetail,
    ContactList,
    Deal,
    Document,
    Note,
    Task,
    Thread,
    ThreadDetail,
    ThreadMessage,
    User,
)
from components.gateway.request_body import to_valid_unicode
from components.model import LARGEST_COUNT, ListPage, Mailbox, SendResult, WorkspaceSettings

T = TypeVar("T")
#: The most characters of an id, a date or an address in an answer, and of a name or any other label.
SHORT_LIMIT, NAME_LIMIT = 512, 1000
#: The most entries of a list in an answer; the client never asks for more than 100.
LIST_LIMIT = 1000
#: Larger amounts are not exact any more.
NUMBER_LIMIT = 1e15
#: A file of more bytes is none that could be attached.
_LARGEST_FILE = 2**53
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
Fields = Mapping[str, Any]


def _to_text(value: object) -> object:
    """Make a text that every database and page accepts: no lone surrogates, no NUL; a number as id becomes a text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return to_valid_unicode(value).replace("\0", "\ufffd") if isinstance(value, str) else value


def _to_excerpt(value: object) -> object:
    """Cut a text that is only shown."""
    text = _to_text(value)
    return f"{text[: NAME_LIMIT - 1]}…" if isinstance(text, str) and len(text) > NAME_LIMIT else text


def _to_label(value: object) -> object:
    """Write a person or a file as one text; the API gives it as a text, ``{name, email}`` or ``{filename}``."""
    if not isinstance(value, dict):
        return _to_text(value)
    item = _Person.model_validate(value)
    both = f"{item.name} <{item.email}>" if item.name and item.email else ""
    # The address says more than the name where they are too long together.
    return both if both and len(both) <= NAME_LIMIT else item.email or item.name or item.filename


def _to_labels(value: object) -> tuple[str, ...]:
    labels = map(_to_label, value[:LIST_LIMIT]) if isinstance(value, list) else ()
    return tuple(label for label in labels if isinstance(label, str) and 0 < len(label) <= NAME_LIMIT)


def _to_tags(value: object) -> tuple[str, ...]:
    """Read tags as a list, or as one text with commas as exports have it."""
    return _to_labels([tag.strip() for tag in value.split(",")] if isinstance(value, str) else value)


def to_stage(value: object) -> object:
    """Read the name of a stage or pipeline; a UUID becomes "", since nobody can read it."""
    return "" if isinstance(value, str) and _UUID.fullmatch(value) else _to_text(value)


def _to_ids(value: object) -> tuple[str, ...]:
    return tuple(label for label in _to_labels(value) if len(label) <= SHORT_LIMIT)


#: The text of a mail: as long as the answer may be.
Text = Annotated[str, BeforeValidator(_to_text)]
#: What is longer counts as missing, like a field of another type.
Name = Annotated[str, BeforeValidator(_to_text), Field(max_length=NAME_LIMIT)]
Short = Annotated[str, BeforeValidator(_to_text), Field(max_length=SHORT_LIMIT)]
Label = Annotated[str, BeforeValidator(_to_label), Field(max_length=NAME_LIMIT)]
#: What is longer is cut: nothing depends on it.
Excerpt = Annotated[str, BeforeValidator(_to_excerpt)]
Labels = Annotated[tuple[str, ...], BeforeValidator(_to_labels)]
Tags = Annotated[tuple[str, ...], BeforeValidator(_to_tags)]
Stage = Annotated[str, BeforeValidator(to_stage), Field(max_length=NAME_LIMIT)]
Ids = Annotated[tuple[str, ...], BeforeValidator(_to_ids)]
Number = Annotated[float | None, Strict(), AllowInfNan(False), Field(ge=-NUMBER_LIMIT, le=NUMBER_LIMIT)]
Count = Annotated[int, Strict(), Field(ge=0, le=LARGEST_COUNT)]


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
    name: Name = ""
    email: Short = ""
    filename: Name = ""


class _Receipt(_Record):
    id: Short = ""
    thread_id: Short = ""
    provider: Short = ""
    status: Literal["queued", "sent", "failed", ""] = ""
    sent_at: Short = ""


class _Mailbox(_Record):
    address: Short = Field("", validation_alias="account_id")
    provider: Short = Field("", validation_alias="name")
    display_name: Name = ""
    connected: Annotated[bool, Strict()] = False
    health: Name = Field("", validation_alias="status")
    error_message: Excerpt = ""


class _Settings(_Record):
    workspace_id: Short = ""
    name: Name = ""
    slug: Name = ""
    timezone: Short = ""
    locale: Short = ""


class _Contact(_Record):
    id: Short = ""
    full_name: Name = ""
    email: Short = ""
    phone: Name = ""
    job_title: Name = ""
    company_name: Name = Field("", validation_alias=AliasChoices("company_name", "company"))
    linkedin_url: Name = ""
    created_at: Short = Field("", validation_alias=AliasChoices("created_at", "created_date"))
    updated_date: Short = Field("", validation_alias=AliasChoices("updated_date", "updated_at"))
    tags: Tags = ()


class _Deal(_Record):
    id: Short = ""
    name: Name = ""
    stage: Stage = Field("", validation_alias=AliasChoices("stage", "stage_name", "stage_id"))
    status: Name = ""
    pipeline: Stage = Field("", validation_alias=AliasChoices("pipeline", "pipeline_name", "pipeline_id"))
    estimated_value: Number = Field(None, validation_alias=AliasChoices("estimated_value", "value"))
    currency: Short = ""
    main_contact_id: Short = Field("", validation_alias=AliasChoices("main_contact_id", "contact_id"))
    priority: Name = ""
    matter_type: Name = ""
    tags: Tags = ()
    probability: Number = None
    next_follow_up_date: Short = Field("", validation_alias=AliasChoices("next_follow_up_date", "follow_up_date"))
    company_name: Name = Field("", validation_alias=AliasChoices("company_name", "company"))
    owner_email: Short = ""
    created_at: Short = Field("", validation_alias=AliasChoices("created_at", "created_date"))
    closed_at: Short = Field("", validation_alias=AliasChoices("closed_at", "closed_date"))


class _Note(_Record):
    id: Short = ""
    text: Excerpt = Field("", validation_alias=AliasChoices("content", "body", "text", "note"))
    created_at: Short = Field("", validation_alias=AliasChoices("created_at", "created_date"))


class _Task(_Record):
    id: Short = ""
    title: Name = Field("", validation_alias=AliasChoices("title", "name"))
    due_date: Short = ""
    priority: Name = ""


class _ContactDetail(_Record):
    first_name: Name = ""
    last_name: Name = ""
    priority: Name = ""


class _List(_Record):
    id: Short = ""
    name: Name = ""
    description: Excerpt = ""
    contact_count: Count | None = None
    created_at: Short = Field("", validation_alias=AliasChoices("created_at", "created_date"))


class _User(_Record):
    id: Short = ""
    full_name: Name = Field("", validation_alias=AliasChoices("full_name", "name"))
    email: Short = ""


class _Document(_Record):
    id: Short = ""
    name: Name = Field("", validation_alias=AliasChoices("name", "filename"))
    description: Excerpt = ""
    mime_type: Short = ""
    size: Annotated[int, Strict(), Field(ge=0, le=_LARGEST_FILE)] | None = Field(
        None, validation_alias=AliasChoices("size_bytes", "size")
    )
    storage_path: Name = ""
    folder: Name = ""
    tags: Tags = ()
    created_at: Short = Field("", validation_alias=AliasChoices("created_at", "created_date"))
    updated_at: Short = Field("", validation_alias=AliasChoices("updated_at", "updated_date"))


class _Thread(_Record):
    id: Short = ""
    subject: Name = ""
    snippet: Excerpt = ""
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
    subject: Name = ""
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


def parse_settings(body: bytes) -> WorkspaceSettings:
    """Read the workspace of a key. Raises ValueError without ``data.workspace_id``, which tells workspaces apart."""
    record = _Settings.model_validate(_to_fields(_parse_content(body).get("data")))
    if not record.workspace_id.strip():
        raise ValueError("no workspace id")
    return WorkspaceSettings(**record.model_dump())


def parse_mailboxes(body: bytes) -> tuple[Mailbox, ...]:
    """Read the connected providers of the workspace, healthy or not."""
    items = _to_items(_parse_content(body), "providers")
    return tuple(Mailbox(**_Mailbox.model_validate(item).model_dump()) for item in items)


def parse_contacts(body: bytes, page: int, per_page: int) -> ListPage[Contact]:
    """Read one page of contacts; ``page`` and ``per_page`` are those requested, for an answer without them."""
    return _parse_listing(body, "contacts", page, per_page, _Contact, Contact)


def parse_contact(body: bytes) -> ContactDetail:
    """Read one contact with its notes, tasks and deals. Raises ValueError without an id."""
    data = _to_fields(_parse_content(body).get("data"))
    record = _Contact.model_validate(data)
    if not record.id:
        raise ValueError("no contact id")
    return ContactDetail(
        Contact(**record.model_dump()),
        **_ContactDetail.model_validate(data).model_dump(),
        recent_notes=_to_values(data.get("recent_notes"), _Note, Note),
        open_tasks=_to_values(data.get("open_tasks"), _Task, Task),
        open_deals=_to_values(data.get("open_deals"), _Deal, Deal),
    )


def parse_deals(body: bytes, page: int, per_page: int) -> ListPage[Deal]:
    """Read one page of deals; ``page`` and ``per_page`` are those requested, for an answer without them."""
    return _parse_listing(body, "deals", page, per_page, _Deal, Deal)


def parse_threads(body: bytes, page: int, per_page: int) -> ListPage[Thread]:
    """Read one page of conversations; ``page`` and ``per_page`` are those requested, for an answer without them."""
    return _parse_listing(body, "threads", page, per_page, _Thread, Thread)


def parse_lists(body: bytes, page: int, per_page: int) -> ListPage[ContactList]:
    """Read one page of lists; ``page`` and ``per_page`` are those requested, for an answer without them."""
    return _parse_listing(body, "lists", page, per_page, _List, ContactList)


def parse_documents(body: bytes, page: int, per_page: int) -> ListPage[Document]:
    """Read one page of documents; ``page`` and ``per_page`` are those requested, for an answer without them."""
    return _parse_listing(body, "documents", page, per_page, _Document, Document)


def parse_users(body: bytes) -> tuple[User, ...]:
    """Read the members of the firm."""
    return _to_values(_to_items(_parse_content(body), "users"), _User, User)


def parse_conversation(body: bytes) -> ThreadDetail:
    """Read a conversation with its messages, oldest first as the API sends them. Raises ValueError without an id."""
    data = _to_fields(_parse_content(body).get("data"))
    record = _Conversation.model_validate(data)
    if not record.id:
        raise ValueError("no conversation id")
    # Of more messages than anybody reads the newest are kept.
    messages = (_Message.model_validate(item) for item in _to_dicts(data.get("messages"))[-LIST_LIMIT:])
    return ThreadDetail(**record.model_dump(), messages=tuple(ThreadMessage(**m.model_dump()) for m in messages))


def _parse_listing(
    body: bytes, name: str, page: int, per_page: int, record: type[_Record], value: type[T]
) -> ListPage[T]:
    """Read the items of ``data.<name>[]`` as ``record``, and turn each into a ``value`` with the same fields."""
    content = _parse_content(body)
    meta = _Meta.model_validate(_to_fields(content.get("meta")))
    items = _to_values(_to_items(content, name), record, value)
    return ListPage(items, meta.page or page, meta.per_page or per_page, meta.total)


def _to_values(items: object, record: type[_Record], value: type[T]) -> tuple[T, ...]:
    """Read the objects of a list as ``record``, and turn each into a ``value`` with the same fields."""
    records = [record.model_validate(item).model_dump() for item in _to_dicts(items)[:LIST_LIMIT]]
    # An item without an id can be neither chosen nor linked.
    return tuple(value(**fields) for fields in records if fields["id"])


def _parse_content(body: bytes) -> Fields:
    try:
        content = json.loads(body, parse_int=_to_int)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(content, dict):
        raise ValueError("no JSON object")
    return content


def _to_int(digits: str) -> int | None:
    """Convert the digits of a JSON number; more than any id has are none, and would take long to convert."""
    return int(digits) if len(digits) <= SHORT_LIMIT else None


def _to_items(content: Fields, name: str) -> list[Fields]:
    """Return the objects of ``data.<name>[]``, or of a bare ``data: []``."""
    data = content.get("data")
    items = data.get(name) if isinstance(data, dict) else data
    if not isinstance(items, list):
        raise ValueError(f"no list of {name}")
    return _to_dicts(items[:LIST_LIMIT])


def _to_dicts(value: object) -> list[Fields]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _to_fields(value: object) -> Fields:
    return value if isinstance(value, dict) else {}

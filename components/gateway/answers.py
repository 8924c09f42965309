"""A 2xx answer → the values of ``components.model``: tolerant of more, of less and of wrong types, never of nonsense.

Fields: the LeadLex API, "POST /v1/email/send" and "Look-ups". Unknown fields are ignored, missing optional ones are
empty. Each function takes the body's bytes and raises ValueError where it is no such answer; the client turns that
into UnreadableAnswer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from components.gateway.body import to_wire_text
from components.model import Contact, Conversation, Deal, Listing, Mailbox, Receipt, Thread, ThreadMessage

T = TypeVar("T")
Fields = Mapping[str, object]

_STATUSES: Mapping[str, Literal["queued", "sent", "failed"]] = {"queued": "queued", "sent": "sent", "failed": "failed"}


def to_receipt(body: bytes) -> Receipt:
    """The answer to a send; ValueError without ``data.id`` or with a ``status`` the API does not know."""
    data = _to_fields(_to_content(body).get("data"))
    message_id, status = _text(data, "id"), _STATUSES.get(_text(data, "status"))
    if not message_id or status is None:
        raise ValueError("no message id, or an unknown status")
    return Receipt(
        id=message_id,
        thread_id=_text(data, "thread_id"),
        provider=_text(data, "provider"),
        status=status,
        sent_at=_text(data, "sent_at"),
    )


def to_mailboxes(body: bytes) -> tuple[Mailbox, ...]:
    """The connected providers of the workspace, whatever their health."""
    return tuple(
        Mailbox(
            address=_text(item, "account_id"),
            provider=_text(item, "name"),
            display_name=_text(item, "display_name"),
            connected=item.get("connected") is True,
            health=_text(item, "status"),
            error_message=_text(item, "error_message"),
        )
        for item in _to_items(_to_content(body), "providers")
    )


def to_contacts(body: bytes, page: int, per_page: int) -> Listing[Contact]:
    """One page of contacts; ``page`` and ``per_page`` as they were asked for, where the answer does not say."""
    return _to_listing(body, "contacts", page, per_page, _to_contact)


def to_deals(body: bytes, page: int, per_page: int) -> Listing[Deal]:
    """One page of deals; ``page`` and ``per_page`` as they were asked for, where the answer does not say."""
    return _to_listing(body, "deals", page, per_page, _to_deal)


def to_threads(body: bytes, page: int, per_page: int) -> Listing[Thread]:
    """One page of conversations; ``page`` and ``per_page`` as they were asked for, where the answer does not say."""
    return _to_listing(body, "threads", page, per_page, _to_thread)


def to_conversation(body: bytes) -> Conversation:
    """A conversation with its messages, oldest first as the API gives them; ValueError without ``data.id``."""
    data = _to_fields(_to_content(body).get("data"))
    if not _text(data, "id"):
        raise ValueError("no conversation id")
    return Conversation(
        id=_text(data, "id"),
        subject=_text(data, "subject"),
        participants=_texts(data, "participants"),
        contact_ids=_texts(data, "contact_ids"),
        deal_id=_text(data, "deal_id"),
        messages=tuple(_to_message(item) for item in _to_dicts(data.get("messages"))),
    )


def _to_contact(item: Fields) -> Contact:
    return Contact(
        id=_text(item, "id"),
        full_name=_text(item, "full_name"),
        email=_text(item, "email"),
        phone=_text(item, "phone"),
        job_title=_text(item, "job_title"),
        company_name=_text(item, "company_name"),
        linkedin_url=_text(item, "linkedin_url"),
        created_at=_text(item, "created_at"),
        updated_date=_text(item, "updated_date"),
    )


def _to_deal(item: Fields) -> Deal:
    return Deal(
        id=_text(item, "id"),
        name=_text(item, "name"),
        stage=_text(item, "stage"),
        status=_text(item, "status"),
        pipeline=_text(item, "pipeline"),
        estimated_value=_number(item, "estimated_value"),
        currency=_text(item, "currency"),
        main_contact_id=_text(item, "main_contact_id"),
        priority=_text(item, "priority"),
        matter_type=_text(item, "matter_type"),
        tags=_texts(item, "tags"),
        probability=_number(item, "probability"),
        next_follow_up_date=_text(item, "next_follow_up_date"),
    )


def _to_thread(item: Fields) -> Thread:
    return Thread(
        id=_text(item, "id"),
        subject=_text(item, "subject"),
        snippet=_text(item, "snippet"),
        message_count=_count(item, "message_count") or 0,
        unread_count=_count(item, "unread_count") or 0,
        participants=_texts(item, "participants"),
        contact_ids=_texts(item, "contact_ids"),
        deal_id=_text(item, "deal_id"),
        last_message_at=_text(item, "last_message_at"),
    )


def _to_message(item: Fields) -> ThreadMessage:
    return ThreadMessage(
        id=_text(item, "id"),
        sender=_to_label(item.get("from")),
        to=_texts(item, "to"),
        cc=_texts(item, "cc"),
        sent_at=_text(item, "sent_at"),
        direction=_text(item, "direction"),
        body_text=_text(item, "body_text"),
        body_html=_text(item, "body_html"),
        attachments=_texts(item, "attachments"),
    )


def _to_listing(body: bytes, name: str, page: int, per_page: int, to_item: Callable[[Fields], T]) -> Listing[T]:
    content = _to_content(body)
    meta = _to_fields(content.get("meta"))
    return Listing(
        # An item without an id can be neither chosen nor linked.
        items=tuple(to_item(item) for item in _to_items(content, name) if _text(item, "id")),
        page=_count(meta, "page") or page,
        per_page=_count(meta, "per_page") or per_page,
        total=_count(meta, "total"),
    )


def _to_content(body: bytes) -> Fields:
    try:
        content = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(content, dict):
        raise ValueError("no JSON object")
    return content


def _to_items(content: Fields, name: str) -> list[Fields]:
    """The items of ``data.<name>[]`` or of a bare ``data: []``."""
    data = content.get("data")
    items = data.get(name) if isinstance(data, dict) else data
    if not isinstance(items, list):
        raise ValueError(f"no list of {name}")
    return _to_dicts(items)


def _to_dicts(value: object) -> list[Fields]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _to_fields(value: object) -> Fields:
    return value if isinstance(value, dict) else {}


def _text(item: Fields, name: str) -> str:
    return _to_text(item.get(name))


def _to_text(value: object) -> str:
    """A text that every database and page takes: no lone surrogates, no NUL; numbers as ids are written out."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return to_wire_text(value).replace("\0", "\ufffd") if isinstance(value, str) else ""


def _texts(item: Fields, name: str) -> tuple[str, ...]:
    value = item.get(name)
    labels = [_to_label(entry) for entry in value] if isinstance(value, list) else []
    return tuple(label for label in labels if label)


def _to_label(value: object) -> str:
    """A person or a file as one text, whether the API gives it as text or as ``{name, email}`` or ``{filename}``."""
    if not isinstance(value, dict):
        return _to_text(value)
    name, mailbox = _text(value, "name"), _text(value, "email")
    if name and mailbox:
        return f"{name} <{mailbox}>"
    return mailbox or name or _text(value, "filename")


def _number(item: Fields, name: str) -> float | None:
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _count(item: Fields, name: str) -> int | None:
    value = item.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

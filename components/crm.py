"""Frozen values of the CRM in LeadLex: people, deals, conversations, documents, lists and users.

Every text is LeadLex's own and untrusted; dates are ISO 8601 as they came, and what was not said is "" or None.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, datetime


class Kind(enum.StrEnum):
    """What LeadLex exports, and what of it is kept here."""

    CONTACT = "contact"
    DEAL = "deal"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in LeadLex (``GET /v1/contacts`` and its export)."""

    id: str
    full_name: str
    email: str = ""
    phone: str = ""
    job_title: str = ""
    company_name: str = ""
    linkedin_url: str = ""
    created_at: str = ""
    updated_date: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal in LeadLex (``GET /v1/deals`` and its export); amounts as the API gives them.

    The documented export names neither the main contact nor priority, type, tags, probability and follow-up; only it
    names company and owner's address. ``stage`` and ``pipeline`` are "" where LeadLex tells only a UUID.
    """

    id: str
    name: str
    stage: str = ""
    status: str = ""
    pipeline: str = ""
    estimated_value: float | None = None
    currency: str = ""
    main_contact_id: str = ""
    priority: str = ""
    matter_type: str = ""
    tags: tuple[str, ...] = ()
    probability: float | None = None
    next_follow_up_date: str = ""
    company_name: str = ""
    owner_email: str = ""
    created_at: str = ""
    closed_at: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the deal is neither won nor lost; LeadLex calls that ``open`` or ``active``."""
        return self.status.casefold() not in ("won", "lost")


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a contact."""

    id: str
    text: str
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """An open task of a contact."""

    id: str
    title: str
    due_date: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class ContactDetail:
    """A person with up to three each of their notes, tasks and deals (``GET /v1/contacts/{id}``)."""

    contact: Contact
    first_name: str = ""
    last_name: str = ""
    priority: str = ""
    recent_notes: tuple[Note, ...] = ()
    open_tasks: tuple[Task, ...] = ()
    open_deals: tuple[Deal, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactList:
    """A list of contacts (``GET /v1/lists``)."""

    id: str
    name: str
    description: str = ""
    contact_count: int | None = None
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """A member of the firm who uses LeadLex (``GET /v1/users``)."""

    id: str
    full_name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document in LeadLex (``GET /v1/documents``); ``storage_path`` attaches it, ``size`` is in bytes."""

    id: str
    name: str
    description: str = ""
    mime_type: str = ""
    size: int | None = None
    storage_path: str = ""
    folder: str = ""
    tags: tuple[str, ...] = ()
    created_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation in the mailbox, without its messages (``GET /v1/email/threads``)."""

    id: str
    subject: str
    snippet: str = ""
    message_count: int = 0
    unread_count: int = 0
    participants: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()
    deal_id: str = ""
    last_message_at: str = ""


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One message of a conversation; ``body_html`` is untrusted and must be sanitised before it is shown."""

    id: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    sent_at: str
    direction: str
    body_text: str
    body_html: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadDetail:
    """A conversation with its messages (``GET /v1/email/threads/{id}``)."""

    id: str
    subject: str
    participants: tuple[str, ...]
    contact_ids: tuple[str, ...]
    deal_id: str
    messages: tuple[ThreadMessage, ...]


def to_moment(text: str) -> datetime | None:
    """Read a time that LeadLex gave (ISO 8601, UTC where it names no zone); None where it is none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

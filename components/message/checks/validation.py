"""Parse and validate the fields of a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from components.errors import AddressError, AttachmentError
from components.message.addresses import drop_duplicates, parse_addresses
from components.message.attachments import check_attachments
from components.model import Address, Draft

#: Maximum number of recipients in To, Cc and Bcc together: Gmail's API limit, the lowest of the providers'.
RECIPIENT_LIMIT = 100
#: Maximum and recommended maximum length of a subject in characters, according to the API.
SUBJECT_LIMIT, SUBJECT_ADVICE = 998, 150

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class CheckedFields:
    """The parsed fields of a draft.

    ``faults`` maps the visible labels of invalid fields to sentences; where it is empty, the mail can be sent. An
    invalid address field is empty here.
    """

    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    reply_to: Address | None
    subject: str
    contact_id: str
    deal_id: str
    thread_id: str
    faults: Mapping[str, str]


def check_fields(draft: Draft) -> CheckedFields:
    """Validate a draft against the rules of the API and the providers; never raises.

    The labels are "To", "Cc", "Bcc", "Reply-To", "Subject", "Message", "Attachments", "Contact ID", "Deal ID" and
    "Thread ID". A mailbox in several address fields stays only in the first of them.
    """
    faults: dict[str, str] = {}
    to = _parse(draft.to, "To", faults)
    cc = drop_duplicates(_parse(draft.cc, "Cc", faults), seen=to)
    bcc = drop_duplicates(_parse(draft.bcc, "Bcc", faults), seen=(*to, *cc))
    reply_to = _parse(draft.reply_to, "Reply-To", faults)
    _check_recipients(to, cc, bcc, reply_to, faults)
    subject = _check_subject(draft.subject, faults)
    if not draft.markdown.strip():
        faults["Message"] = "Write a message."
    try:
        check_attachments(draft.attachments)
    except AttachmentError as error:
        faults["Attachments"] = error.message
    return CheckedFields(
        to=to,
        cc=cc,
        bcc=bcc,
        reply_to=reply_to[0] if len(reply_to) == 1 else None,
        subject=subject,
        contact_id=_check_id(draft.contact_id, "Contact ID", faults),
        deal_id=_check_id(draft.deal_id, "Deal ID", faults),
        thread_id=_check_id(draft.thread_id, "Thread ID", faults),
        faults=MappingProxyType(faults),
    )


def _parse(text: str, field: str, faults: dict[str, str]) -> tuple[Address, ...]:
    try:
        return parse_addresses(text, field)
    except AddressError as error:
        faults[field] = error.message
        return ()


def _check_recipients(
    to: Sequence[Address],
    cc: Sequence[Address],
    bcc: Sequence[Address],
    reply_to: Sequence[Address],
    faults: dict[str, str],
) -> None:
    count = len(to) + len(cc) + len(bcc)
    if not to:
        faults.setdefault("To", "Add at least one recipient.")
    elif count > RECIPIENT_LIMIT:
        faults.setdefault(
            "To", f"These are {count} recipients with Cc and Bcc; one mail can have {RECIPIENT_LIMIT}. Send several."
        )
    if len(reply_to) > 1:
        faults["Reply-To"] = "Enter one address only."


def _check_subject(text: str, faults: dict[str, str]) -> str:
    subject = text.strip()
    if not subject:
        faults["Subject"] = "Enter a subject."
    elif _CONTROL.search(subject):
        faults["Subject"] = "The subject has a line break or a control character inside. Type it on one line."
    elif len(subject) > SUBJECT_LIMIT:
        faults["Subject"] = f"The subject has {len(subject)} characters; at most {SUBJECT_LIMIT} can be sent."
    return subject


def _check_id(text: str, field: str, faults: dict[str, str]) -> str:
    value = text.strip()
    if _CONTROL.search(value):
        faults[field] = f"The {field} has a line break or a control character inside. Type it on one line."
    return value

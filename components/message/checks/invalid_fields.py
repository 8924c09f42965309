"""Findings for invalid fields, with their fixes, and for ids that LeadLex may not know."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from components.message.attachments import BLOCKED, to_extension
from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, Fix, make_fix


def check_invalid_fields(context: CheckContext) -> Iterable[Finding]:
    """Report every invalid field; only these findings are blocking."""
    for field, text in context.checked.faults.items():
        yield Finding("fault", field, text, blocking=True, fix=_to_fix(context, field))


def check_identifiers(context: CheckContext) -> Iterable[Finding]:
    """Warn of a contact, deal or thread id that is not a UUID; the API's documentation shows both forms."""
    checked = context.checked
    for field, value in (
        ("Contact ID", checked.contact_id),
        ("Deal ID", checked.deal_id),
        ("Thread ID", checked.thread_id),
    ):
        if value and field not in checked.faults and not _is_uuid(value):
            yield Finding("identifier", field, f"“{value}” is not a UUID; LeadLex may not find it.", value)


def _to_fix(context: CheckContext, field: str) -> Fix | None:
    draft = context.draft
    if field == "Attachments":
        kept = tuple(file for file in draft.attachments if to_extension(file.filename) not in BLOCKED)
        gone = len(draft.attachments) - len(kept)
        return make_fix("Remove it" if gone == 1 else f"Remove the {gone} files", attachments=kept) if gone else None
    if field == "Subject":
        line = " ".join("".join(c if c.isprintable() else " " for c in draft.subject).split())
        return (
            make_fix("Put it on one line", subject=line)
            if line and "line break" in context.checked.faults[field]
            else None
        )
    return None


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False

"""The practice workspace: contacts, deals, threads and documents of an invented law firm, and their look-up."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from components.gateway.practice.api_errors import ApiError, to_validation_error

MAILBOX_NAME = "Alex Reuter"
MAILBOX = "alex.reuter@practice.example"
MAX_PER_PAGE = 100

Item = dict[str, object]
Params = Mapping[str, str]

_DATA: Mapping[str, list[Item]] = json.loads(Path(__file__).with_name("workspace.json").read_text("utf-8"))
_SORTS = ("created_at", "updated_date", "full_name")
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"

#: Documents in the workspace: ``storage_path`` → content.
DOCUMENTS: Mapping[str, bytes] = {
    "/documents/engagement-letter.pdf": _PDF,
    "/documents/fee-proposal.pdf": _PDF,
    "/documents/firm-brochure.pdf": _PDF,
    "/documents/data-room-index.csv": "no;document\r\n1;Articles of association\r\n2;Shareholders’ list\r\n".encode(),
}


def list_contacts(params: Params) -> Item:
    """Answer ``GET /v1/contacts``. Raises ApiError 400 for an invalid parameter."""
    search = params.get("search", "").casefold()
    created_after = _to_moment(params, "created_after")
    found = [
        contact
        for contact in _DATA["contacts"]
        if (search in str(contact["full_name"]).casefold() or search in str(contact["email"]).casefold())
        and params.get("list_id", "") in ("", *_to_list(contact["list_ids"]))
        and _is_after(contact["created_at"], created_after)
    ]
    sort = params.get("sort") or "created_at"
    if sort.removeprefix("-") not in _SORTS:
        raise to_validation_error("sort must be created_at, updated_date or full_name, with - for descending.")
    found.sort(key=lambda contact: str(contact[sort.removeprefix("-")]).casefold(), reverse=sort.startswith("-"))
    return _to_page("contacts", found, params, 50, lambda c: {n: v for n, v in c.items() if n != "list_ids"})


def list_deals(params: Params) -> Item:
    """Answer ``GET /v1/deals``. Raises ApiError 400 for an invalid parameter."""
    equal = {"status": "status", "pipeline": "pipeline", "stage": "stage", "owner_user_id": "owner_user_id"}
    equal["contact_id"] = "main_contact_id"
    tags = {tag.strip().casefold() for tag in params.get("tags", "").split(",") if tag.strip()}
    created_after, created_before = _to_moment(params, "created_after"), _to_moment(params, "created_before")
    updated_after = _to_moment(params, "updated_after")
    found = [
        deal
        for deal in _DATA["deals"]
        if all(params.get(name, "").casefold() in ("", str(deal[field]).casefold()) for name, field in equal.items())
        and tags <= set(_to_list(deal["tags"]))
        and _is_after(deal["created_at"], created_after)
        and (created_before is None or not _is_after(deal["created_at"], created_before))
        and _is_after(deal["updated_at"], updated_after)
    ]
    return _to_page("deals", found, params, 50, lambda deal: deal)


def list_threads(params: Params) -> Item:
    """Answer ``GET /v1/email/threads``, newest first. Raises ApiError 400 for an invalid parameter."""
    after = _to_moment(params, "after")
    contact_id, deal_id = params.get("contact_id", ""), params.get("deal_id", "")
    unread = _to_flag(params, "unread", False)
    found = [
        thread
        for thread in _DATA["threads"]
        if contact_id in ("", *_to_list(thread["contact_ids"]))
        and deal_id in ("", thread["deal_id"])
        and (not unread or thread["unread_count"])
        and _is_after(_to_messages(thread)[-1]["sent_at"], after)
    ]
    found.sort(key=lambda thread: str(_to_messages(thread)[-1]["sent_at"]), reverse=True)
    return _to_page("threads", found, params, 25, _to_thread_item)


def get_thread(thread_id: str, params: Params) -> Item:
    """Answer ``GET /v1/email/threads/{id}``. Raises ApiError 404 for an unknown id."""
    thread = next((t for t in _DATA["threads"] if t["id"] == thread_id), None)
    if thread is None:
        raise ApiError(404, "not_found", "There is no such conversation.")
    left_out = {"message_id"} | (set() if _to_flag(params, "include_body", True) else {"body_text", "body_html"})
    messages = [{n: v for n, v in message.items() if n not in left_out} for message in _to_messages(thread)]
    fields = {name: thread[name] for name in ("id", "subject", "contact_ids", "deal_id")}
    return {"data": fields | {"participants": _to_participants(thread), "messages": messages}}


def get_settings(workspace_id: str, kind: str) -> Item:
    """Answer ``GET /v1/settings`` for a ``kind`` of key (a prefix in ``authentication.SPECIAL_KEYS``)."""
    is_branch = kind == "wbk_branch"
    names = {"wbk_demo": "Reuter & Partners", "wbk_branch": "Reuter & Partners London"}
    return {
        "data": {
            "workspace_id": workspace_id,
            "name": names.get(kind, "Practice firm"),
            "slug": "practice",
            "timezone": {"wbk_demo": "Europe/Berlin", "wbk_branch": "Europe/London"}.get(kind, "UTC"),
            "locale": "en-GB" if is_branch else "de-DE",
            "currency": "GBP" if is_branch else "EUR",
            "jurisdiction": "GB" if is_branch else "DE",
            "billing": {"plan": "org", "seats": 6, "credits_balance": 0, "trial_ends_at": None},
            "features": {},
            "branding": {"primary_color": "#1f3a5f", "logo_url": None, "accent_color": "#c8a24a"},
            "retention": {"months": None},
            "created_at": "2026-01-05T08:00:00Z",
        }
    }


def list_providers(category: str, kind: str) -> Item:
    """Answer ``GET /v1/settings/providers`` for a ``kind`` of key (a prefix in ``authentication.SPECIAL_KEYS``)."""
    provider = {
        "category": "email",
        "name": "gmail",
        "connected": kind != "wbk_nomailbox",
        "account_id": "" if kind == "wbk_nomailbox" else MAILBOX,
        "display_name": MAILBOX_NAME,
        "status": {"wbk_nomailbox": "disconnected", "wbk_reauth": "needs_reauth"}.get(kind, "healthy"),
        "error_message": "The mailbox must be connected again." if kind == "wbk_reauth" else None,
    }
    return {"data": {"providers": [provider] if category in ("", "email") else []}}


def list_message_ids(thread_id: str) -> tuple[str, ...]:
    """List the ``Message-ID`` of each message of a thread, oldest first; empty for an unknown thread."""
    return tuple(
        str(message["message_id"])
        for thread in _DATA["threads"]
        if thread["id"] == thread_id
        for message in _to_messages(thread)
    )


def _to_page(name: str, found: list[Item], params: Params, per_page: int, to_item: Callable[[Item], Item]) -> Item:
    page = _to_number(params, "page", 1)
    size = min(_to_number(params, "per_page", per_page), MAX_PER_PAGE)
    items = [to_item(item) for item in found[(page - 1) * size : page * size]]
    return {"data": {name: items}, "meta": {"page": page, "per_page": size, "total": len(found)}}


def _to_thread_item(thread: Item) -> Item:
    messages = _to_messages(thread)
    fields = {name: value for name, value in thread.items() if name != "messages"}
    return fields | {
        "snippet": " ".join(str(messages[-1]["body_text"]).split())[:100],
        "message_count": len(messages),
        "participants": _to_participants(thread),
        "last_message_at": messages[-1]["sent_at"],
    }


def _to_participants(thread: Item) -> list[object]:
    people = [person for message in _to_messages(thread) for person in (message["from"], *_to_list(message["to"]))]
    return list(dict.fromkeys(people))


def _to_messages(thread: Item) -> list[Item]:
    return [message for message in _to_list(thread["messages"]) if isinstance(message, dict)]


def _to_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _to_number(params: Params, name: str, default: int) -> int:
    text = params.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text)):
        raise to_validation_error(f"{name} must be a number from 1 on.")
    return int(text)


def _to_flag(params: Params, name: str, default: bool) -> bool:
    text = params.get(name, "").lower()
    if text not in ("", "true", "false"):
        raise to_validation_error(f"{name} must be true or false.")
    return text == "true" if text else default


def _to_moment(params: Params, name: str) -> datetime | None:
    text = params.get(name, "")
    try:
        return _to_datetime(text) if text else None
    except ValueError:
        raise to_validation_error(f"{name} must be an ISO 8601 date.") from None


def _is_after(value: object, moment: datetime | None) -> bool:
    return moment is None or _to_datetime(str(value)) > moment


def _to_datetime(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""Look-ups in the practice firm, with the parameters, limits and differing names of LeadLex's answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from components.gateway.practice.api_errors import ApiError, to_validation_error
from components.gateway.practice.firm import (
    CONTACTS,
    DEALS,
    DOCUMENT_LIST,
    LISTS,
    MAILBOX,
    MAILBOX_NAME,
    THREADS,
    USERS,
    Item,
    to_list,
)

MAX_PER_PAGE = 100

Params = Mapping[str, str]

_SORTS = ("created_at", "updated_date", "full_name")
#: How many notes, tasks and deals come with a contact.
_RECENT = 3


def list_contacts(params: Params) -> Item:
    """Answer ``GET /v1/contacts``. Raises ApiError 400 for an invalid parameter."""
    found = filter_contacts(params)
    sort = params.get("sort") or "created_at"
    if sort.removeprefix("-") not in _SORTS:
        message = "sort must be created_at, updated_date or full_name, with - for descending."
        raise to_validation_error(message, "sort")
    found.sort(key=lambda contact: str(contact[sort.removeprefix("-")]).casefold(), reverse=sort.startswith("-"))
    return _to_page("contacts", found, params, 50, _to_contact_item)


def filter_contacts(params: Params) -> list[Item]:
    """Return the contacts that the parameters of a list or an export leave. Raises ApiError 400."""
    search = params.get("search", "").casefold()
    created_after, created_before = _to_moment(params, "created_after"), _to_moment(params, "created_before")
    return [
        contact
        for contact in CONTACTS
        if (search in str(contact["full_name"]).casefold() or search in str(contact["email"]).casefold())
        and params.get("list_id", "") in ("", *to_list(contact["list_ids"]))
        and _is_after(contact["created_at"], created_after)
        and _is_before(contact["created_at"], created_before)
    ]


def get_contact(contact_id: str, params: Params) -> Item:
    """Answer ``GET /v1/contacts/{id}``. Raises ApiError 404 for an unknown id."""
    contact = next((each for each in CONTACTS if each["id"] == contact_id), None)
    if contact is None:
        raise ApiError(404, "not_found", "There is no such contact.")
    names = ("id", "full_name", "email", "phone", "job_title", "tags", "created_at", "updated_date")
    first_name, _, last_name = str(contact["full_name"]).rpartition(" ")
    priority = "high" if "key client" in to_list(contact["tags"]) else "medium"
    data = {name: contact[name] for name in names}
    data |= {"first_name": first_name, "last_name": last_name, "company": contact["company_name"]}
    data |= {"priority": priority, "custom_fields": {"preferred_language": "de"}}
    deals = [deal for deal in DEALS if deal["main_contact_id"] == contact_id]
    extras: dict[str, tuple[str, Callable[[], list[Item]]]] = {
        "notes": ("recent_notes", lambda: _make_notes(contact, deals)),
        "tasks": ("open_tasks", lambda: _make_tasks(deals)),
        "deals": ("open_deals", lambda: [deal for deal in deals if _is_open(deal)]),
    }
    for word in params.get("include", "").split(","):
        if word in extras:
            name, make = extras[word]
            data[name] = make()[:_RECENT]
    return {"data": data}


def list_deals(params: Params) -> Item:
    """Answer ``GET /v1/deals``. Raises ApiError 400 for an invalid parameter."""
    equal = {"pipeline": "pipeline", "stage": "stage", "owner_user_id": "owner_user_id"}
    equal["contact_id"] = "main_contact_id"
    tags = {tag.strip().casefold() for tag in params.get("tags", "").split(",") if tag.strip()}
    updated_after = _to_moment(params, "updated_after")
    found = [
        deal
        for deal in filter_deals(params)
        if all(params.get(name, "").casefold() in ("", str(deal[field]).casefold()) for name, field in equal.items())
        and tags <= set(to_list(deal["tags"]))
        and _is_after(deal["updated_at"], updated_after)
    ]
    return _to_page("deals", found, params, 50, _to_deal_item)


def filter_deals(params: Params) -> list[Item]:
    """Return the deals that the parameters of a list or an export leave. Raises ApiError 400."""
    created_after, created_before = _to_moment(params, "created_after"), _to_moment(params, "created_before")
    status = params.get("status", "").casefold()
    return [
        deal
        for deal in DEALS
        if (_is_open(deal) if status in ("open", "active") else status in ("", deal["status"]))
        and _is_after(deal["created_at"], created_after)
        and _is_before(deal["created_at"], created_before)
    ]


def list_lists(params: Params) -> Item:
    """Answer ``GET /v1/lists``. Raises ApiError 400 for an invalid parameter."""
    return _to_page("lists", LISTS, params, 50, lambda each: each)


def list_users(_params: Params) -> Item:
    """Answer ``GET /v1/users``."""
    return {"data": {"users": USERS}}


def list_documents(params: Params) -> Item:
    """Answer ``GET /v1/documents``, newest first. Raises ApiError 400 for an invalid parameter.

    A folder has what lies in it, not what lies in the folders below.
    """
    search, tag, created_after = (
        params.get("search", "").casefold(),
        params.get("tag", ""),
        _to_moment(params, "created_after"),
    )
    found = [
        each
        for each in DOCUMENT_LIST
        if params.get("folder", "") in ("", each["folder"])
        and tag in ("", *to_list(each["tags"]))
        and params.get("mime_type", "") in ("", each["mime_type"])
        and (search in str(each["name"]).casefold() or search in str(each["description"]).casefold())
        and _is_after(each["created_at"], created_after)
    ]
    found.sort(key=lambda each: str(each["created_at"]), reverse=True)
    return _to_page("documents", found, params, 25, lambda each: each)


def list_threads(params: Params) -> Item:
    """Answer ``GET /v1/email/threads``, newest first. Raises ApiError 400 for an invalid parameter."""
    after = _to_moment(params, "after")
    contact_id, deal_id = params.get("contact_id", ""), params.get("deal_id", "")
    unread = _to_flag(params, "unread", False)
    found = [
        thread
        for thread in THREADS
        if contact_id in ("", *to_list(thread["contact_ids"]))
        and deal_id in ("", thread["deal_id"])
        and (not unread or thread["unread_count"])
        and _is_after(_to_messages(thread)[-1]["sent_at"], after)
    ]
    found.sort(key=lambda thread: str(_to_messages(thread)[-1]["sent_at"]), reverse=True)
    return _to_page("threads", found, params, 25, _to_thread_item)


def get_thread(thread_id: str, params: Params) -> Item:
    """Answer ``GET /v1/email/threads/{id}``. Raises ApiError 404 for an unknown id."""
    thread = next((t for t in THREADS if t["id"] == thread_id), None)
    if thread is None:
        raise ApiError(404, "not_found", "There is no such thread.")
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
        for thread in THREADS
        if thread["id"] == thread_id
        for message in _to_messages(thread)
    )


def _to_page(name: str, found: list[Item], params: Params, per_page: int, to_item: Callable[[Item], Item]) -> Item:
    page = _to_number(params, "page", 1)
    size = min(_to_number(params, "per_page", per_page), MAX_PER_PAGE)
    items = [to_item(item) for item in found[(page - 1) * size : page * size]]
    return {"data": {name: items}, "meta": {"page": page, "per_page": size, "total": len(found)}}


def _to_contact_item(contact: Item) -> Item:
    """Write a contact under the names that LeadLex uses, which differ from one to another."""
    item = {name: value for name, value in contact.items() if name not in ("list_ids", "tags")}
    if CONTACTS.index(contact) % 3 == 2:
        item |= {"company": item.pop("company_name"), "created_date": item.pop("created_at")}
    return item


def _to_deal_item(deal: Item) -> Item:
    renamed = {"created_at": "created_date", "updated_at": "updated_date"} if DEALS.index(deal) % 2 else {}
    return {renamed.get(name, name): value for name, value in deal.items()}


def _make_notes(contact: Item, deals: Iterable[Item]) -> list[Item]:
    notes = [f"Prefers to be called {str(contact['full_name']).split()[0]}; answers best before ten."]
    notes += [f"Asked for a fee cap in “{deal['name']}”." for deal in deals]
    return [
        {"id": f"note_{number}", "content": text, "created_at": contact["updated_date"]}
        for number, text in enumerate(notes)
    ]


def _make_tasks(deals: Iterable[Item]) -> list[Item]:
    return [
        {
            "id": f"task_{deal['id']}",
            "title": f"Follow up: {deal['name']}",
            "due_date": deal["next_follow_up_date"],
            "priority": deal["priority"],
        }
        for deal in deals
        if _is_open(deal)
    ]


def _is_open(deal: Item) -> bool:
    return deal["status"] in ("open", "active")


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
    people = [person for message in _to_messages(thread) for person in (message["from"], *to_list(message["to"]))]
    return list(dict.fromkeys(people))


def _to_messages(thread: Item) -> list[Item]:
    return [message for message in to_list(thread["messages"]) if isinstance(message, dict)]


def _to_number(params: Params, name: str, default: int) -> int:
    text = params.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text)):
        raise to_validation_error(f"{name} must be a number from 1 on.", name)
    return int(text)


def _to_flag(params: Params, name: str, default: bool) -> bool:
    text = params.get(name, "").lower()
    if text not in ("", "true", "false"):
        raise to_validation_error(f"{name} must be true or false.", name)
    return text == "true" if text else default


def _to_moment(params: Params, name: str) -> datetime | None:
    text = params.get(name, "")
    try:
        return _to_datetime(text) if text else None
    except ValueError:
        raise to_validation_error(f"{name} must be an ISO 8601 date.", name) from None


def _is_after(value: object, moment: datetime | None) -> bool:
    return moment is None or _to_datetime(str(value)) > moment


def _is_before(value: object, moment: datetime | None) -> bool:
    """Tell whether a time lies before a moment, or at it: LeadLex does not say which."""
    return moment is None or _to_datetime(str(value)) <= moment


def _to_datetime(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""The LeadLex client: one method per endpoint, without retries or caching."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import quote

import httpx

from components.crm import Contact, ContactDetail, ContactList, Deal, Document, Thread, ThreadDetail, User
from components.gateway.answers import (
    parse_contact,
    parse_contacts,
    parse_conversation,
    parse_deals,
    parse_documents,
    parse_lists,
    parse_mailboxes,
    parse_receipt,
    parse_settings,
    parse_threads,
    parse_users,
)
from components.gateway.exports import EXPORT_ROWS, read_contacts, read_deals
from components.gateway.request_body import SEND_PATH, RequestBody, build_send_headers, to_valid_unicode
from components.gateway.transport import Transport
from components.model import ApiKey, ApiResponse, ListPage, Mailbox, SendResult, WorkspaceSettings

T = TypeVar("T")


class Client:
    """Call LeadLex at ``base_url``; thread-safe.

    ``transport`` replaces the network (an httpx transport). Raises ConfigError for an unusable address, or an unusable
    proxy in the environment. Every method makes exactly one request, follows no redirect, and raises GatewayError
    (``may_have_sent`` tells whether the mail may have gone out). What iterating a RequestBody raises is passed on; the
    request was then incomplete and LeadLex accepted nothing. An InvalidKey without ``status`` means that the key cannot
    be put into a header. The key is in no error's text, cause or context.
    """

    def __init__(self, base_url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = Transport(base_url, transport)

    def __repr__(self) -> str:
        return f"Client({self._transport.base_url!r})"

    def send_email(self, key: ApiKey, body: RequestBody, idempotency_key: str) -> ApiResponse[SendResult]:
        """Send one mail; repeating the ``idempotency_key`` (UUIDv4) and bytes within 24 h never sends it twice.

        Raises UnreadableAnswer if the answer lacks the message id or has an unknown status. A Receipt may say "failed".
        """
        headers = build_send_headers(body.length, idempotency_key)
        return self._transport.call(key, "POST", SEND_PATH, parse_receipt, headers=headers, content=body)

    def fetch_settings(self, key: ApiKey) -> ApiResponse[WorkspaceSettings]:
        """Fetch the workspace that a key belongs to. Raises UnreadableAnswer if the answer does not name its id."""
        return self._transport.call(key, "GET", "/v1/settings", parse_settings)

    def fetch_providers(self, key: ApiKey, category: str = "email") -> ApiResponse[tuple[Mailbox, ...]]:
        """Fetch the workspace's providers of one category."""
        return self._transport.call(
            key, "GET", "/v1/settings/providers", parse_mailboxes, params={"category": category}
        )

    def fetch_contacts(
        self,
        key: ApiKey,
        *,
        page: int = 1,
        per_page: int = 50,
        search: str = "",
        list_id: str = "",
        created_after: str = "",
        sort: str = "",
    ) -> ApiResponse[ListPage[Contact]]:
        """Fetch one page of contacts (``per_page`` ≤ 100); ``search`` is part of a name or address, dates ISO 8601."""
        params = {"search": search, "list_id": list_id, "created_after": created_after, "sort": sort}
        return self._list(key, "/v1/contacts", parse_contacts, page, per_page, params)

    def fetch_contact(self, key: ApiKey, contact_id: str) -> ApiResponse[ContactDetail]:
        """Fetch one contact with up to three each of its newest notes, open tasks and open deals."""
        path = f"/v1/contacts/{_to_segment(contact_id)}"
        return self._transport.call(key, "GET", path, parse_contact, params={"include": "notes,tasks,deals"})

    def export_contacts(
        self, key: ApiKey, consume: Callable[[Iterator[Contact]], T], *, created_before: str = ""
    ) -> ApiResponse[T]:
        """Export up to EXPORT_ROWS contacts, newest first, and return what ``consume`` makes of them.

        ``consume`` gets the contacts while they arrive; what it raises is passed on. Raises UnreadableAnswer where the
        answer is no such table or broke off, also after contacts were given. ``created_before`` is ISO 8601.
        """
        return self._export(key, "/v1/contacts/export", lambda pieces: consume(read_contacts(pieces)), created_before)

    def export_deals(
        self, key: ApiKey, consume: Callable[[Iterator[Deal]], T], *, created_before: str = ""
    ) -> ApiResponse[T]:
        """Export up to EXPORT_ROWS deals, as ``export_contacts`` does contacts."""
        return self._export(key, "/v1/deals/export", lambda pieces: consume(read_deals(pieces)), created_before)

    def fetch_lists(self, key: ApiKey, *, page: int = 1, per_page: int = 50) -> ApiResponse[ListPage[ContactList]]:
        """Fetch one page of the lists of contacts (``per_page`` ≤ 100)."""
        return self._list(key, "/v1/lists", parse_lists, page, per_page, {})

    def fetch_users(self, key: ApiKey) -> ApiResponse[tuple[User, ...]]:
        """Fetch the members of the firm who use LeadLex."""
        return self._transport.call(key, "GET", "/v1/users", parse_users)

    def fetch_documents(
        self, key: ApiKey, *, page: int = 1, per_page: int = 25, folder: str = "", tag: str = "", search: str = ""
    ) -> ApiResponse[ListPage[Document]]:
        """Fetch one page of documents (``per_page`` ≤ 100); ``search`` is part of a name or description."""
        params = {"folder": folder, "tag": tag, "search": search}
        return self._list(key, "/v1/documents", parse_documents, page, per_page, params)

    def fetch_deals(
        self,
        key: ApiKey,
        *,
        page: int = 1,
        per_page: int = 50,
        status: str = "",
        pipeline: str = "",
        stage: str = "",
        contact_id: str = "",
        owner_user_id: str = "",
        tags: str = "",
        created_after: str = "",
        created_before: str = "",
        updated_after: str = "",
    ) -> ApiResponse[ListPage[Deal]]:
        """Fetch one page of deals (``per_page`` ≤ 100); ``tags`` separated by commas, dates ISO 8601."""
        params = {
            "status": status,
            "pipeline": pipeline,
            "stage": stage,
            "contact_id": contact_id,
            "owner_user_id": owner_user_id,
            "tags": tags,
            "created_after": created_after,
            "created_before": created_before,
            "updated_after": updated_after,
        }
        return self._list(key, "/v1/deals", parse_deals, page, per_page, params)

    def fetch_threads(
        self,
        key: ApiKey,
        *,
        page: int = 1,
        per_page: int = 25,
        contact_id: str = "",
        deal_id: str = "",
        unread: bool = False,
        after: str = "",
    ) -> ApiResponse[ListPage[Thread]]:
        """Fetch one page of threads (``per_page`` ≤ 100) without their messages; ``unread`` leaves out read ones."""
        params = {
            "contact_id": contact_id,
            "deal_id": deal_id,
            "unread": "true" if unread else "",
            "after": after,
        }
        return self._list(key, "/v1/email/threads", parse_threads, page, per_page, params)

    def fetch_thread(self, key: ApiKey, thread_id: str, include_body: bool = True) -> ApiResponse[ThreadDetail]:
        """Fetch one thread with its messages; their bodies are unsanitised HTML."""
        path = f"/v1/email/threads/{_to_segment(thread_id)}"
        return self._transport.call(
            key, "GET", path, parse_conversation, params={"include_body": str(include_body).lower()}
        )

    def close(self) -> None:
        """Close every connection; a running request ends as ConnectionBroken."""
        self._transport.close()

    def _export(
        self, key: ApiKey, path: str, consume: Callable[[Iterator[bytes]], T], created_before: str
    ) -> ApiResponse[T]:
        params = {"limit": str(EXPORT_ROWS)} | ({"created_before": created_before} if created_before else {})
        return self._transport.stream(key, path, consume, params=params, headers={"Accept": "text/csv"})

    def _list(
        self,
        key: ApiKey,
        path: str,
        parse_listing: Callable[[bytes, int, int], ListPage[T]],
        page: int,
        per_page: int,
        filters: Mapping[str, str],
    ) -> ApiResponse[ListPage[T]]:
        params = {"page": str(page), "per_page": str(per_page)} | {n: v for n, v in filters.items() if v}
        return self._transport.call(key, "GET", path, lambda body: parse_listing(body, page, per_page), params=params)


def _to_segment(value: str) -> str:
    """Encode an id as one segment of a path; dots too: httpx would resolve ".." as a segment."""
    return quote(to_valid_unicode(value), safe="").replace(".", "%2E")

"""The thin client: one method per endpoint of the LeadLex API, no retries, no caching."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

import httpx

from components.gateway.answers import (
    to_contacts,
    to_conversation,
    to_deals,
    to_mailboxes,
    to_receipt,
    to_threads,
)
from components.gateway.body import SEND_PATH, RequestBody, to_send_headers, to_wire_text
from components.gateway.transport import Transport
from components.model import Answer, ApiKey, Contact, Conversation, Deal, Listing, Mailbox, Receipt, Thread

T = TypeVar("T")


class Client:
    """LeadLex at ``base_url``, over one shared pool of connections; may be used from any number of threads.

    ``transport`` replaces the network (httpx's own protocol). Raises ConfigError for an address that is none, or an
    unusable proxy in the environment. Every method makes exactly one request, follows no redirect, and raises one
    of the GatewayError tree (``may_have_sent`` says whether a mail may be under way all the same); what an iterated
    RequestBody raises comes through unchanged, and then the request was incomplete and nothing was accepted. An
    InvalidKey without ``status`` means a key that cannot be put into a header. No error's text, cause or context
    ever holds the key. Source: the LeadLex API; design, promises 4 and 7.
    """

    def __init__(self, base_url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = Transport(base_url, transport)

    def __repr__(self) -> str:
        return f"Client({self._transport.base_url!r})"

    def send_email(self, key: ApiKey, body: RequestBody, idempotency_key: str) -> Answer[Receipt]:
        """Send one mail; the same ``idempotency_key`` (UUIDv4) with the same bytes never sends it twice within 24 h.

        UnreadableAnswer where the answer lacks the message id or has an unknown status. A Receipt may say "failed".
        """
        headers = to_send_headers(body.length, idempotency_key)
        return self._transport.call(key, "POST", SEND_PATH, to_receipt, headers=headers, content=body)

    def fetch_providers(self, key: ApiKey, category: str = "email") -> Answer[tuple[Mailbox, ...]]:
        """The workspace's connected providers of one category."""
        return self._transport.call(key, "GET", "/v1/settings/providers", to_mailboxes, params={"category": category})

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
    ) -> Answer[Listing[Contact]]:
        """One page of contacts (``per_page`` ≤ 100); ``search`` is part of a name or an address, dates are ISO 8601."""
        params = {"search": search, "list_id": list_id, "created_after": created_after, "sort": sort}
        return self._list(key, "/v1/contacts", to_contacts, page, per_page, params)

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
    ) -> Answer[Listing[Deal]]:
        """One page of deals (``per_page`` ≤ 100); ``tags`` separated by commas, dates are ISO 8601."""
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
        return self._list(key, "/v1/deals", to_deals, page, per_page, params)

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
    ) -> Answer[Listing[Thread]]:
        """One page of conversations (``per_page`` ≤ 100), without their messages; ``unread`` leaves out read ones."""
        params = {
            "contact_id": contact_id,
            "deal_id": deal_id,
            "unread": "true" if unread else "",
            "after": after,
        }
        return self._list(key, "/v1/email/threads", to_threads, page, per_page, params)

    def fetch_thread(self, key: ApiKey, thread_id: str, include_body: bool = True) -> Answer[Conversation]:
        """One conversation with its messages; their bodies are foreign HTML."""
        # Dots too: an id of ".." would be taken for a step up in the path.
        path = "/v1/email/threads/" + quote(to_wire_text(thread_id), safe="").replace(".", "%2E")
        return self._transport.call(
            key, "GET", path, to_conversation, params={"include_body": str(include_body).lower()}
        )

    def close(self) -> None:
        """Close every connection; a running request ends as ConnectionBroken."""
        self._transport.close()

    def _list(
        self,
        key: ApiKey,
        path: str,
        to_listing: Callable[[bytes, int, int], Listing[T]],
        page: int,
        per_page: int,
        filters: Mapping[str, str],
    ) -> Answer[Listing[T]]:
        params = {"page": str(page), "per_page": str(per_page)} | {n: v for n, v in filters.items() if v}
        return self._transport.call(key, "GET", path, lambda body: to_listing(body, page, per_page), params=params)

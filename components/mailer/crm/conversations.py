"""Conversations in the mailbox, read from LeadLex on demand and kept in memory for ten minutes.

What one API key was given is never shown to another: everything is kept by key.
"""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from cachetools import TTLCache

from components.crm import Thread, ThreadDetail, ThreadMessage
from components.errors import RenderError
from components.mailer.connection import look_up
from components.message import sanitise_imported
from components.model import ApiKey, ApiResponse, Connection, ListPage
from components.store import Store

T = TypeVar("T")

#: Seconds for which an answer is kept, and about how many characters of all answers.
KEPT_SECONDS, _KEPT_SIZE = 600.0, 32_000_000


class ThreadClient(Protocol):
    """The client methods that ``Conversations`` calls."""

    def fetch_threads(self, key: ApiKey, *, contact_id: str = "", deal_id: str = "") -> ApiResponse[ListPage[Thread]]:
        """Fetch conversations. Raises GatewayError."""

    def fetch_thread(self, key: ApiKey, thread_id: str) -> ApiResponse[ThreadDetail]:
        """Fetch one conversation with its messages. Raises GatewayError."""


@dataclass(frozen=True, slots=True)
class ThreadLink:
    """Whose conversations are listed: those of a contact or of a deal, by one id."""

    contact_id: str = ""
    deal_id: str = ""


@dataclass(frozen=True, slots=True)
class MessageBody:
    """What is shown of a message: sanitised HTML, and why it is not the HTML that came, or ""."""

    html: str
    problem: str = ""


class Conversations:
    """Reads conversations for a connection. Safe for threads.

    ``open_client`` gives the client for a base URL, ``timer`` monotonic seconds.
    """

    def __init__(
        self, store: Store, open_client: Callable[[str], ThreadClient], timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._open_client = open_client
        self._lock = threading.Lock()
        self._kept: TTLCache[tuple[Any, ...], Any] = TTLCache(_KEPT_SIZE, KEPT_SECONDS, timer, getsizeof=_measure)

    def find_threads(self, connection: Connection, link: ThreadLink) -> ListPage[Thread] | None:
        """Return the conversations in memory, without a call; None if none were fetched in the last ten minutes.

        Raises StoreError.
        """
        found: ListPage[Thread] | None = self._find(self._to_place(connection, link))
        return found

    def fetch_threads(self, connection: Connection, link: ThreadLink) -> ListPage[Thread]:
        """Return the conversations of a contact or deal, by one call where none are kept.

        Raises GatewayError and StoreError.
        """

        def fetch(client: ThreadClient) -> ApiResponse[ListPage[Thread]]:
            return client.fetch_threads(connection.key, contact_id=link.contact_id, deal_id=link.deal_id)

        return self._fetch(connection, self._to_place(connection, link), fetch)

    def find_thread(self, connection: Connection, thread_id: str) -> ThreadDetail | None:
        """Return a conversation from memory, without a call; None if it is not there. Raises StoreError."""
        found: ThreadDetail | None = self._find(self._to_place(connection, thread_id))
        return found

    def fetch_thread(self, connection: Connection, thread_id: str) -> ThreadDetail:
        """Return one conversation, by one call where it is not kept. Raises GatewayError and StoreError."""
        place = self._to_place(connection, thread_id)
        return self._fetch(connection, place, lambda client: client.fetch_thread(connection.key, thread_id))

    def render_body(self, connection: Connection, thread_id: str, message: ThreadMessage) -> MessageBody:
        """Return what may be shown of a message: its HTML as the rendering process sanitised it, else its text.

        It is kept too, so that a run of the page does not sanitise it again. Raises StoreError.
        """
        place = (*self._to_place(connection, thread_id), message.id, message.sent_at)
        found: MessageBody | None = self._find(place)
        if found is None:
            found = _to_body(message)
            self._keep(place, found)
        return found

    def forget(self, workspace_id: int, erasures: object = None) -> None:
        """Drop what is kept for a workspace, except what was fetched after ``erasures`` (a mark of the store)."""
        with self._lock:
            for place in [each for each in self._kept if each[0] == workspace_id and each[1] != erasures]:
                self._kept.pop(place, None)

    def _fetch(
        self, connection: Connection, place: tuple[Any, ...], fetch: Callable[[ThreadClient], ApiResponse[T]]
    ) -> T:
        found: T | None = self._find(place)
        if found is not None:
            return found
        answer = look_up(self._store, connection, lambda: fetch(self._open_client(connection.base_url)))
        self._keep(place, answer)
        return answer

    def _to_place(self, connection: Connection, wanted: ThreadLink | str) -> tuple[Any, ...]:
        """Return the key of an answer. Every erasure by any server changes it, which hides earlier answers."""
        workspace_id = connection.workspace_id
        erasures = self._store.erasures.read_mark(workspace_id)
        self.forget(workspace_id, erasures)
        return (workspace_id, erasures, connection.fingerprint, wanted)

    def _find(self, place: tuple[Any, ...]) -> Any:
        with self._lock:
            return self._kept.get(place)

    def _keep(self, place: tuple[Any, ...], value: Any) -> None:
        with self._lock:
            self._kept[place] = value


def _measure(value: object) -> int:
    return min(len(repr(value)), _KEPT_SIZE)


def _to_body(message: ThreadMessage) -> MessageBody:
    problem = ""
    if message.body_html.strip():
        try:
            return MessageBody(sanitise_imported(message.body_html))
        except RenderError as error:
            problem = f"Only its text is shown: {error.message.rstrip('.')}."
    text = html.escape(message.body_text.strip())
    return MessageBody(f'<div style="white-space: pre-wrap">{text}</div>' if text else "", problem)

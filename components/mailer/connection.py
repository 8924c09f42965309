"""Connecting: find the workspace of an API key and its mailbox."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from components.errors import GatewayError, InsufficientPermissions, InvalidKey, RateLimited, RequestRefused
from components.gateway.retry import AttemptHistory, RetryPolicy, quota_reset_at, rate_limit_retry_at
from components.model import ApiKey, ApiResponse, Connection, Mailbox
from components.store import Store


class Directory(Protocol):
    """The part of the client that connecting needs."""

    def fetch_providers(self, key: ApiKey, category: str = "email") -> ApiResponse[tuple[Mailbox, ...]]:
        """The workspace's mailboxes. Raises GatewayError."""


def connect(store: Store, directory: Directory, key: ApiKey, base_url: str, practice: bool = False) -> Connection:
    """Check a key with one call and open its workspace with its best mailbox.

    ``unchecked`` of the result says what could not be checked; that prevents nothing. Raises InvalidKey where the key
    is wrong or expired, and StoreError.
    """
    try:
        answer = directory.fetch_providers(key)
    except InvalidKey:
        raise
    except GatewayError as error:
        connection = open_workspace(store, key, base_url, practice)
        note_calls(store, connection.workspace_id, error)
        return replace(connection, unchecked=_to_doubt(error))
    connection = open_workspace(store, key, base_url, practice)
    note_calls(store, connection.workspace_id, answer)
    mailboxes = sorted(answer.data, key=lambda box: (not box.connected, box.health != "healthy"))
    if not mailboxes:
        return replace(connection, unchecked="No mailbox is connected in LeadLex yet. Connect one before sending.")
    return replace(connection, mailbox=mailboxes[0])


def note_calls(
    store: Store,
    workspace_id: int,
    end: ApiResponse[Any] | GatewayError,
    clock: Callable[[], float] = time.time,
) -> None:
    """Save how many calls a look-up's answer says are left; with none left, sending pauses too. Raises StoreError."""
    now, policy = clock(), RetryPolicy()
    paused_until = quota_reset_at(end.rate_limit, now, policy)
    if isinstance(end, RateLimited):
        paused_until = rate_limit_retry_at(end, AttemptHistory(1, now), now, random.random, policy)
    store.workspaces.save_rate_limit(workspace_id, end.rate_limit, paused_until)


def open_workspace(store: Store, key: ApiKey, base_url: str, practice: bool = False) -> Connection:
    """Open the workspace of a key without a call to LeadLex. Raises StoreError.

    A workspace is identified by a one-way fingerprint of the key and of the address where it is valid, so that neither
    another key nor the practice gateway ever sees its messages.
    """
    place = "practice" if practice else base_url
    text = "\0".join(("leadlex-composer workspace", place, key.reveal()))
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    workspace_id = store.workspaces.save_workspace(fingerprint, practice)
    return Connection(workspace_id, key, base_url, practice, fingerprint=fingerprint)


def _to_doubt(error: GatewayError) -> str:
    if isinstance(error, InsufficientPermissions):
        return "The mailbox could not be checked: this key may not read settings. Sending may work all the same."
    if isinstance(error, RequestRefused) and error.status in (404, 405):
        return "The mailbox could not be checked: this LeadLex does not offer it. Sending may work all the same."
    return f"Key and mailbox could not be checked ({error.message.rstrip('.')}). Sending may work all the same."

"""Connecting: find the workspace of an API key and its mailbox.

Several keys see one history only because LeadLex names the same workspace for each of them. It is asked at most once a
day for each key. A history that keys share opens only to one that LeadLex has accepted within a day, so that neither a
revoked key nor an outage opens a team's mails.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from components.errors import (
    GatewayError,
    InsufficientPermissions,
    InvalidKey,
    KeyNotConfirmed,
    NotPermitted,
    RateLimited,
    RequestRefused,
    TransportError,
)
from components.gateway.retry import AttemptHistory, RetryPolicy, quota_reset_at, rate_limit_retry_at
from components.model import DAY_SECONDS, MINUTE_SECONDS, ApiKey, ApiResponse, Connection, Mailbox, WorkspaceSettings
from components.store import Store

#: Where the practice gateway is, whatever its port.
_PRACTICE = "practice"
#: The code of an answer that an older LeadLex gives.
_NOT_OFFERED = "not_found"

Clock = Callable[[], float]
T = TypeVar("T")


class Directory(Protocol):
    """The part of the client that connecting needs."""

    def fetch_settings(self, key: ApiKey) -> ApiResponse[WorkspaceSettings]:
        """The workspace of a key. Raises GatewayError."""

    def fetch_providers(self, key: ApiKey, category: str = "email") -> ApiResponse[tuple[Mailbox, ...]]:
        """The workspace's mailboxes. Raises GatewayError."""


@dataclass(frozen=True, slots=True)
class _Answers:
    """What LeadLex said to the look-ups; ``settings`` is None where it was asked within a day."""

    settings: ApiResponse[WorkspaceSettings] | GatewayError | None
    mailboxes: ApiResponse[tuple[Mailbox, ...]] | GatewayError

    @property
    def has_accepted(self) -> bool:
        return isinstance(self.settings, ApiResponse) or isinstance(self.mailboxes, ApiResponse)


def connect(
    store: Store,
    directory: Directory,
    key: ApiKey,
    base_url: str,
    practice: bool = False,
    clock: Clock = time.time,
    *,
    must_be_named: bool = False,
) -> Connection:
    """Check a key and open its workspace with its best mailbox: one call, and once a day a second one.

    ``unchecked`` and ``unnamed`` of the result say what could not be learned; that prevents nothing, unless the key's
    workspace ``must_be_named``: then LeadLex is asked every time until it tells. Raises InvalidKey where the key is
    wrong or expired, KeyNotConfirmed where its workspace is shared and LeadLex has not accepted it within a day,
    NotPermitted where its workspace must be named and is not, and StoreError.
    """
    fingerprint, now = to_fingerprint(key, base_url, practice), clock()
    known = store.api_keys.find_key(fingerprint)
    is_fresh = (
        known is not None
        and _is_within_day(known.asked_at, now)
        and not (must_be_named and known.asked_code is not None)
    )
    try:
        answers = _ask(directory, key, is_fresh=is_fresh)
    except InvalidKey:
        store.api_keys.save_acceptance(fingerprint, None)
        raise
    if isinstance(answers.settings, ApiResponse):
        place = _PRACTICE if practice else base_url
        store.workspaces.join_workspace(fingerprint, practice, place, answers.settings.data)
    else:
        store.workspaces.save_workspace(fingerprint, practice)
    _note(store, fingerprint, answers, now)
    connection = open_workspace(store, key, base_url, practice)
    confirm(connection, now)
    if must_be_named:
        check_named(connection)
    unchecked, mailbox = _read_mailboxes(answers.mailboxes)
    return replace(connection, unchecked=unchecked, mailbox=mailbox)


def _ask(directory: Directory, key: ApiKey, *, is_fresh: bool) -> _Answers:
    """Ask for the workspace, unless what is known of it is fresh, and for its mailboxes. Raises InvalidKey."""
    settings: ApiResponse[WorkspaceSettings] | GatewayError | None = None
    if not is_fresh:
        try:
            settings = directory.fetch_settings(key)
        except InvalidKey:
            raise
        except (RateLimited, TransportError) as error:
            # The next call would only end in the same way.
            return _Answers(error, error)
        except GatewayError as error:
            settings = error
    try:
        return _Answers(settings, directory.fetch_providers(key))
    except InvalidKey:
        raise
    except GatewayError as error:
        return _Answers(settings, error)


def _note(store: Store, fingerprint: str, answers: _Answers, now: float) -> None:
    """Save what the answers say of the key: its limits, whether it was accepted, whether its workspace is known."""
    if isinstance(answers.settings, GatewayError):
        store.api_keys.save_question(fingerprint, now, _to_code(answers.settings))
    elif answers.settings is not None:
        store.api_keys.save_question(fingerprint, now, None)
        note_calls(store, fingerprint, answers.settings, lambda: now)
    note_calls(store, fingerprint, answers.mailboxes, lambda: now)
    if answers.has_accepted:
        store.api_keys.save_acceptance(fingerprint, now)


def note_calls(store: Store, fingerprint: str, end: ApiResponse[Any] | GatewayError, clock: Clock = time.time) -> None:
    """Save how many calls a look-up's answer says are left; with none left, the key's sending pauses too.

    A 401 takes back that LeadLex accepted the key. Raises StoreError.
    """
    now, policy = clock(), RetryPolicy()
    paused_until = quota_reset_at(end.rate_limit, now, policy)
    if isinstance(end, RateLimited):
        paused_until = rate_limit_retry_at(end, AttemptHistory(1, now), now, random.random, policy)
    store.api_keys.save_rate_limit(fingerprint, end.rate_limit, paused_until)
    if isinstance(end, InvalidKey):
        store.api_keys.save_acceptance(fingerprint, None)


def look_up(store: Store, connection: Connection, call: Callable[[], ApiResponse[T]], clock: Clock = time.time) -> T:
    """Make one look-up, save how many calls are left, and return what LeadLex said.

    Raises GatewayError and StoreError.
    """
    try:
        answer = call()
    except GatewayError as error:
        note_calls(store, connection.fingerprint, error, clock)
        raise
    note_calls(store, connection.fingerprint, answer, clock)
    return answer.data


def to_fingerprint(key: ApiKey, base_url: str, practice: bool = False) -> str:
    """Return the one-way fingerprint of a key and of the address where it is valid."""
    text = "\0".join(("leadlex-composer workspace", _PRACTICE if practice else base_url, key.reveal()))
    return hashlib.sha256(text.encode()).hexdigest()


def open_workspace(store: Store, key: ApiKey, base_url: str, practice: bool = False) -> Connection:
    """Open the workspace of a key, as far as it is known, without a call to LeadLex. Raises StoreError.

    A key that LeadLex has not named a workspace for has one of its own. ``confirm`` decides whether its history may be
    read; sending needs no such confirmation.
    """
    fingerprint = to_fingerprint(key, base_url, practice)
    workspace_id = store.workspaces.save_workspace(fingerprint, practice)
    return refresh(store, Connection(workspace_id, key, base_url, practice, fingerprint=fingerprint))


def refresh(store: Store, connection: Connection) -> Connection:
    """Return a connection with what the store has learned of its workspace and its key since. Raises StoreError."""
    known = store.api_keys.find_key(connection.fingerprint)
    workspace_id = known.workspace_id if known is not None else connection.workspace_id
    workspace = store.workspaces.get_workspace(workspace_id)
    accepted_at = known.accepted_at if known is not None else None
    return replace(
        connection,
        workspace_id=workspace_id,
        workspace_fingerprint=workspace.fingerprint,
        former=workspace.former,
        settings=workspace.settings,
        unnamed="" if workspace.settings is not None or known is None else _to_reason(known.asked_code),
        confirmed_until=(accepted_at or 0.0) + DAY_SECONDS if workspace.settings is not None else None,
    )


def is_confirmed(connection: Connection, now: float) -> bool:
    """Tell whether a connection may show its workspace at a time (epoch seconds): its own, or one confirmed today."""
    until = connection.confirmed_until
    return until is None or now < until <= now + DAY_SECONDS + MINUTE_SECONDS


def confirm(connection: Connection, now: float) -> None:
    """Raise KeyNotConfirmed where a connection may not show its workspace at a time (epoch seconds)."""
    if not is_confirmed(connection, now):
        name = connection.settings.name if connection.settings is not None else ""
        raise KeyNotConfirmed(
            f"The history of {name or 'this workspace'} stays closed: several keys share it, and LeadLex has not "
            "confirmed this one within a day. It could not be asked just now. Try again in a few minutes."
        )


def check_named(connection: Connection) -> None:
    """Raise NotPermitted if LeadLex has not named a key's workspace, whose rules the app could not apply.

    A practice key passes, since the practice gateway sends nothing.
    """
    if connection.settings is None and not connection.practice:
        raise NotPermitted(
            "LeadLex has not said which workspace this key belongs to, so that workspace’s rules cannot apply. Under a "
            "sign-in such a key opens nothing. Let it read the settings in LeadLex, or use another key. If LeadLex "
            "could not be reached just now, try again in a few minutes."
        )


def _is_within_day(moment: float | None, now: float) -> bool:
    """Tell whether a moment lies in the last 24 hours; a future one was written while the clock was ahead."""
    return moment is not None and now - DAY_SECONDS < moment <= now + MINUTE_SECONDS


def _to_code(error: GatewayError) -> str:
    """Return why LeadLex did not tell, by its status where that says enough, whatever code the answer uses."""
    if isinstance(error, InsufficientPermissions):
        return InsufficientPermissions.default_code
    return _NOT_OFFERED if _is_not_offered(error) else error.code


def _is_not_offered(error: GatewayError) -> bool:
    return isinstance(error, RequestRefused) and error.status in (404, 405)


def _to_reason(code: str | None) -> str:
    """Say why LeadLex has not told the workspace of a key; "" where it has."""
    if code is None:
        return ""
    if code == InsufficientPermissions.default_code:
        why = "this key may not read LeadLex’s settings"
    elif code == _NOT_OFFERED:
        why = "this LeadLex does not tell"
    else:
        why = "LeadLex could not be asked"
    return f"It is not known which workspace this key belongs to: {why}. Its history is its own; asked again in a day."


def _read_mailboxes(answer: ApiResponse[tuple[Mailbox, ...]] | GatewayError) -> tuple[str, Mailbox | None]:
    """Return what could not be learned of the mailboxes, in words, and the best one."""
    if isinstance(answer, GatewayError):
        return _to_doubt(answer), None
    boxes = sorted(answer.data, key=lambda box: (not box.connected, box.health != "healthy"))
    if not boxes:
        return "No mailbox is connected in LeadLex yet. Connect one before sending.", None
    return "", boxes[0]


def _to_doubt(error: GatewayError) -> str:
    if isinstance(error, InsufficientPermissions):
        return "The mailbox could not be checked: this key may not read settings. Sending may work all the same."
    if _is_not_offered(error):
        return "The mailbox could not be checked: this LeadLex does not offer it. Sending may work all the same."
    return f"Key and mailbox could not be checked ({error.message.rstrip('.')}). Sending may work all the same."

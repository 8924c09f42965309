"""Connecting: what one look-up finds out, and what it can never do."""

from __future__ import annotations

import httpx
import pytest

from components.errors import InvalidKey
from components.gateway import Client
from components.mailer.connection import connect, note_calls, open_workspace
from components.model import ApiKey, ApiResponse, Connection, RateLimit
from components.store import Store
from tests.unit.mailer.rig import BASE_URL, KEY, Clock, Step, broke, said

BOXES = [
    {"name": "gmail", "account_id": "off@x.com", "connected": False, "status": "disconnected"},
    {"name": "gmail", "account_id": "ill@x.com", "connected": True, "status": "degraded"},
    {"name": "gmail", "account_id": "well@x.com", "connected": True, "status": "healthy"},
]


def try_to_connect(store: Store, step: Step) -> Connection:
    """Connect over a wire that gives this answer."""
    client = Client(BASE_URL, transport=httpx.MockTransport(step))
    try:
        return connect(store, client, KEY, BASE_URL)
    finally:
        client.close()


def test_best_mailbox_is_chosen(store: Store) -> None:
    """A connected and healthy mailbox is preferred, and the calls left are saved."""
    answer = said(200, {"data": {"providers": BOXES}}, X_RateLimit_Limit="100", X_RateLimit_Remaining="42")
    connection = try_to_connect(store, answer)
    assert connection.mailbox is not None
    assert connection.mailbox.address == "well@x.com"
    assert connection.unchecked == ""
    state = store.api_keys.find_key(connection.fingerprint)
    assert state is not None
    assert state.rate_limit == RateLimit(100, 42, None)
    assert state.paused_until is None


def test_wrong_key_opens_nothing(store: Store) -> None:
    """A 401 is an error and creates no workspace."""
    with pytest.raises(InvalidKey):
        try_to_connect(store, said(401, {"error": {"code": "invalid_key", "message": "no"}}))
    assert open_workspace(store, ApiKey("wbk_first"), BASE_URL).workspace_id == 1


@pytest.mark.parametrize(
    ("step", "doubt"),
    [
        (said(403), "may not read settings"),
        (said(404), "does not offer it"),
        (said(500), "could not be checked"),
        (broke(httpx.ConnectError, "refused"), "could not be reached"),
        (said(200, {"data": {"providers": []}}), "Connect one before sending"),
    ],
)
def test_what_cannot_be_learned_prevents_nothing(store: Store, step: Step, doubt: str) -> None:
    """Every other failure opens the workspace and says what is not known, without the key."""
    connection = try_to_connect(store, step)
    assert doubt in connection.unchecked
    assert connection.mailbox is None
    assert connection.workspace_id == open_workspace(store, KEY, BASE_URL).workspace_id
    assert "wbk_" not in connection.unchecked


@pytest.mark.parametrize(
    "step",
    [
        said(429, None, Retry_After="120"),
        said(200, {"data": {"providers": []}}, X_RateLimit_Remaining="0", X_RateLimit_Reset="120"),
    ],
)
def test_a_spent_allowance_holds_the_mails_too(store: Store, step: Step) -> None:
    """When a look-up used up the last call, no message is tried before the limit is lifted."""
    connection = try_to_connect(store, step)
    state = store.api_keys.find_key(connection.fingerprint)
    assert state is not None
    assert state.paused_until is not None


def test_a_pause_is_never_cut_short(store: Store) -> None:
    """Of two pauses the later one counts; one from a clock that has been set back is replaced."""
    fingerprint = open_workspace(store, KEY, BASE_URL).fingerprint
    for now, expected in [(1e9, 1e9 + 60), (1e9 - 30, 1e9 + 60), (1e9 + 5, 1e9 + 65), (1e8, 1e8 + 60)]:
        answer = ApiResponse((), 200, None, RateLimit(10, 0, now + 60), 0.1)
        note_calls(store, fingerprint, answer, Clock(now))
        state = store.api_keys.find_key(fingerprint)
        assert state is not None
        assert state.paused_until == expected


def test_workspaces_are_apart(store: Store) -> None:
    """Another key, another address and the practice gateway each have their own; the key is not in the file."""
    numbers = [
        open_workspace(store, KEY, BASE_URL).workspace_id,
        open_workspace(store, ApiKey("wbk_other"), BASE_URL).workspace_id,
        open_workspace(store, KEY, "https://elsewhere.test").workspace_id,
        open_workspace(store, KEY, BASE_URL, practice=True).workspace_id,
    ]
    assert len(set(numbers)) == 4
    assert open_workspace(store, KEY, BASE_URL).workspace_id == numbers[0]
    assert open_workspace(store, KEY, "http://localhost:1", practice=True).workspace_id == numbers[3]
    assert store.workspaces.get_workspace(numbers[3]).practice
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM workspace").fetchall()
    assert len(rows) == 4
    assert "wbk_" not in str(rows)

"""The values that cross layers: keys that do not leak, addresses that parse back."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError
from email.headerregistry import HeaderRegistry
from typing import Any

import pytest

from components.model import Address, ApiKey, Attachment, Connection, Draft, OutgoingMail, Status

SECRET = "wbk_live_0123456789"


def test_a_key_is_in_no_text() -> None:
    """Neither its own text nor that of anything that holds it shows the key (promise 7)."""
    key = ApiKey(SECRET)
    connection = Connection(1, key, "https://leadlex.test")
    shown = [str(key), repr(key), f"{key}", f"{key!r}", repr(connection), str([key]), str({key: key})]
    assert not [text for text in shown if SECRET in text]
    assert key.reveal() == SECRET


@pytest.mark.parametrize("serialise", [pickle.dumps, json.dumps, copy.deepcopy])
def test_a_key_is_never_serialised(serialise: object) -> None:
    """Pickle, JSON and deep copies fail, and the error does not show the key."""
    assert callable(serialise)
    with pytest.raises(TypeError) as caught:
        serialise(ApiKey(SECRET))
    assert SECRET not in str(caught.value)


def test_keys_compare_by_their_text() -> None:
    """Two of the same text are one key, for dictionaries too."""
    assert ApiKey("a") == ApiKey("a")
    assert ApiKey("a") != ApiKey("b")
    assert ApiKey("a") != "a"
    assert len({ApiKey("a"), ApiKey("a")}) == 1


@pytest.mark.parametrize(
    "name", ["", "Jane Doe", "Doe, Jane", 'The "Boss"', "back\\slash", "Zoë", "a@b", "x;y", "(comment)", "Jane."]
)
def test_addresses_parse_back(name: str) -> None:
    """Whatever the display name holds, the text is one RFC 5322 mailbox with the same two parts."""
    address = Address(name, "jane@example.com")
    parsed: Any = HeaderRegistry()("to", str(address))
    assert [(each.display_name, each.addr_spec) for each in parsed.addresses] == [(name, "jane@example.com")]


def test_an_international_local_part_is_kept() -> None:
    """The name of a non-ASCII mailbox is quoted without the standard library."""
    assert str(Address('O"N', "zoë@example.com")) == '"O\\"N" <zoë@example.com>'
    assert str(Address("", "zoë@example.com")) == "zoë@example.com"


def test_values_do_not_change() -> None:
    """Values that cross layers are frozen and compare by content."""
    draft = Draft(id="d")
    with pytest.raises(FrozenInstanceError):
        draft.subject = "x"  # type: ignore[misc]
    mail = OutgoingMail(to=(), subject="s", html="", text="", attachments=(Attachment("a", "b/c"),))
    assert mail == OutgoingMail(to=(), subject="s", html="", text="", attachments=(Attachment("a", "b/c"),))
    assert {status.value for status in Status} == {"draft", "held", "sending", "sent", "queued", "failed", "unknown"}

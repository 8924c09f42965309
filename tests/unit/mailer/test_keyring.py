"""API keys are kept as long as they are needed, and only in memory."""

from __future__ import annotations

from dataclasses import replace

from components.mailer.keyring import Keyring
from components.model import ApiKey, Connection
from tests.unit.mailer.rig import Clock

ONE = Connection(1, ApiKey("wbk_one"), "https://leadlex.test")
TWO = Connection(2, ApiKey("wbk_two"), "https://leadlex.test")


def test_hold_says_what_is_new() -> None:
    """The first key of a workspace is new; a second one and a pinned one are not."""
    ring = Keyring()
    assert ring.get(1) is None
    assert ring.hold(ONE)
    assert not ring.hold(ONE)
    ring.pin(TWO)
    assert not ring.hold(TWO)
    assert {connection.workspace_id for connection in ring.list_connections()} == {1, 2}


def test_a_held_connection_goes_before_the_servers() -> None:
    """There is one connection for each workspace, the one that was added last."""
    ring, newer = Keyring(), replace(ONE, base_url="https://other.test")
    ring.pin(ONE)
    assert ring.get(1) is ONE
    ring.hold(newer)
    assert ring.get(1) is newer
    assert ring.list_connections() == (newer,)


def test_release_keeps_what_is_under_way_or_was_just_handed_in() -> None:
    """Between a click and its commit the key stays, whatever the database says."""
    ring = Keyring()
    ring.hold(ONE)
    ring.release(frozenset())
    assert ring.get(1) is ONE


def test_release_forgets() -> None:
    """After the grace period only the keys of unsettled messages and the server's own stay."""
    clock = Clock()
    ring = Keyring(clock)
    ring.hold(ONE)
    ring.hold(TWO)
    ring.pin(replace(ONE, workspace_id=3))
    clock.now += 61
    ring.release({2})
    assert ring.get(1) is None
    assert ring.get(2) is TWO
    assert ring.get(3) is not None


def test_no_text_holds_a_key() -> None:
    """The text of a connection and of the keyring never shows the key (promise 7)."""
    ring = Keyring()
    ring.hold(ONE)
    assert "wbk_" not in repr(ONE) + str(ring.list_connections()) + repr(vars(ring))

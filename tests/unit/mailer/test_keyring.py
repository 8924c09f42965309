"""API keys are kept as long as they are needed, and only in memory."""

from __future__ import annotations

from dataclasses import replace

from components.mailer.keyring import Keyring
from components.model import ApiKey, Connection
from tests.unit.mailer.rig import Clock

ONE = Connection(1, ApiKey("wbk_one"), "https://leadlex.test", fingerprint="one")
TWO = Connection(1, ApiKey("wbk_two"), "https://leadlex.test", fingerprint="two")


def test_hold_says_what_is_new() -> None:
    """A key that is held or pinned is not new; another key of the same workspace is."""
    ring = Keyring()
    assert ring.get("one") is None
    assert ring.hold(ONE)
    assert not ring.hold(ONE)
    assert ring.get("two") is None
    assert not ring.server_keys
    ring.pin(TWO)
    assert not ring.hold(TWO)
    assert ring.server_keys == ("two",)
    assert {connection.fingerprint for connection in ring.list_connections()} == {"one", "two"}


def test_a_held_connection_goes_before_the_servers() -> None:
    """There is one connection for each key, the one that was added last."""
    ring, newer = Keyring(), replace(ONE, base_url="https://other.test")
    ring.pin(ONE)
    assert ring.get("one") is ONE
    ring.hold(newer)
    assert ring.get("one") is newer
    assert ring.list_connections() == (newer,)


def test_a_refused_key_is_forgotten() -> None:
    """Held or the server's own: it is new again when somebody connects with it; other keys stay."""
    ring = Keyring()
    ring.pin(ONE)
    ring.hold(ONE)
    ring.hold(TWO)
    ring.drop("one")
    assert ring.list_connections() == (TWO,)
    assert ring.server_keys == ()
    assert ring.hold(ONE)


def test_release_keeps_what_is_under_way_or_was_just_handed_in() -> None:
    """Between a click and its commit the key stays, whatever the database says."""
    ring = Keyring()
    ring.hold(ONE)
    ring.release(frozenset())
    assert ring.get("one") is ONE


def test_release_forgets() -> None:
    """After the grace period only the keys of unsettled messages and the server's own stay."""
    clock = Clock()
    ring = Keyring(clock)
    ring.hold(ONE)
    ring.hold(TWO)
    ring.pin(replace(ONE, fingerprint="three"))
    clock.now += 61
    ring.release({"two"})
    assert ring.get("one") is None
    assert ring.get("two") is TWO
    assert ring.get("three") is not None


def test_no_text_holds_a_key() -> None:
    """The text of a connection and of the keyring never shows the key (promise 7)."""
    ring = Keyring()
    ring.hold(ONE)
    assert "wbk_" not in repr(ONE) + str(ring.list_connections()) + repr(vars(ring))

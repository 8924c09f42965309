"""Who has signed in, by the claims of the identity provider."""

from __future__ import annotations

import pytest

from components.model import Identity
from components.ui.sign_in.identity import to_identity

CLAIMS: dict[str, object] = {
    "iss": "https://id.test",
    "sub": "1",
    "email": "Alex@Firm.test",
    "email_verified": True,
    "name": "Alex Reuter",
}


def test_an_identity() -> None:
    """The address counts in lower case; issuer and subject are taken as they are."""
    assert to_identity(CLAIMS | {"sub": "Ab"}) == Identity("https://id.test", "Ab", "alex@firm.test", "Alex Reuter")


@pytest.mark.parametrize("verified", [{"email_verified": "true"}, {"email_verified": None, "xms_edov": "1"}])
def test_a_verified_address(verified: dict[str, object]) -> None:
    """Some providers write it as a text, and Entra has a claim of its own."""
    assert to_identity(CLAIMS | verified) is not None


@pytest.mark.parametrize(
    "changes",
    [
        *({name: value} for name in ("iss", "sub", "email") for value in ("", None, 7, "x" * 600)),
        *({"email_verified": value} for value in (False, None, 0, "false", "no", [True])),
        {"email": "a@b@c"},
        {"email": "nobody"},
        {"email_verified": False, "xms_edov": 0},
    ],
)
def test_nobody(changes: dict[str, object]) -> None:
    """Without issuer, subject or a verified address nobody has signed in."""
    assert to_identity(CLAIMS | changes) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Alex\n Reuter\t", "Alex Reuter"),
        ("Alex\u202eretueR", "AlexretueR"),
        ("Al\x00ex", "Alex"),
        (None, ""),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_name_is_one_line(name: object, shown: str) -> None:
    """Nothing in it changes how a line reads."""
    identity = to_identity(CLAIMS | {"name": name})
    assert identity is not None
    assert identity.name == shown

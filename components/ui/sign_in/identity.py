"""Reads who has signed in from the claims of the identity provider."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from components.model import Identity

#: The most characters of a display name; issuers and subjects are no longer than this (OpenID Connect Core 1.0, 2).
_NAME_LENGTH, _LENGTH = 60, 512
#: Claims by which a provider confirms an address: ``email_verified`` (OpenID Connect Core 1.0, 5.1), and ``xms_edov``,
#: an optional claim that Microsoft Entra gives instead.
_VERIFIED = ("email_verified", "xms_edov")
_YES = (True, 1, "1", "true", "True")


def to_identity(claims: Mapping[str, object]) -> Identity | None:
    """Return who has signed in; None where issuer, subject or address is missing or the address is not verified."""
    issuer, subject, address = (_to_line(claims.get(name), _LENGTH) for name in ("iss", "sub", "email"))
    is_verified = any(claims.get(name) in _YES for name in _VERIFIED)
    if not issuer or not subject or address.count("@") != 1 or not is_verified:
        return None
    return Identity(issuer, subject, address.lower(), _to_line(claims.get("name"), 10 * _NAME_LENGTH)[:_NAME_LENGTH])


def _to_line(value: object, longest: int) -> str:
    """Return a text on one line without control and format characters; "" for what is no text or too long."""
    if not isinstance(value, str) or len(value) > longest:
        return ""
    return " ".join("".join(c for c in value if c.isspace() or unicodedata.category(c)[0] != "C").split())

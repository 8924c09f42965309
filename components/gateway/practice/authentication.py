"""Authentication: practice API keys, and what the prefix of each permits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from components.config import KEY_PREFIX
from components.gateway.practice.api_errors import ApiError

#: Prefix of a key → its purpose. Any other key that begins with ``wbk_`` has every permission.
SPECIAL_KEYS: Mapping[str, str] = {
    "wbk_expired": "a key that has expired (401)",
    "wbk_readonly": "a key without write:email (403 on sending)",
    "wbk_nomailbox": "a workspace without a connected mailbox (403 on sending)",
    "wbk_reauth": "a mailbox that must be connected again",
    "wbk_old": "an older LeadLex without the providers route (404)",
    "wbk_noread": "a key without read permissions (403 on every look-up)",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """An accepted key: its fingerprint (never the key itself) and its special prefix, or an empty ``kind``."""

    fingerprint: str
    kind: str

    def check_send(self) -> None:
        """Raise ApiError 403 if this key may not send."""
        if self.kind == "wbk_readonly":
            raise ApiError(403, "insufficient_permissions", "This API key lacks the permission write:email.")
        if self.kind == "wbk_nomailbox":
            raise ApiError(403, "insufficient_permissions", "No mailbox is connected to this workspace.")

    def check_read(self) -> None:
        """Raise ApiError 403 if this key may not read."""
        if self.kind == "wbk_noread":
            raise ApiError(403, "insufficient_permissions", "This API key lacks read permissions.")


def authenticate(authorization: str) -> Caller:
    """Authenticate by an ``Authorization`` header. Raises ApiError 401 unless it holds a valid bearer key."""
    scheme, _, key = authorization.partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key.startswith(KEY_PREFIX) or len(key) == len(KEY_PREFIX):
        raise ApiError(401, "invalid_key", "The API key is missing or invalid.")
    kind = next((prefix for prefix in SPECIAL_KEYS if key.startswith(prefix)), "")
    if kind == "wbk_expired":
        raise ApiError(401, "invalid_key", "The API key has expired.")
    return Caller(hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16], kind)

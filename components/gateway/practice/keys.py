"""Who calls: the practice keys, and what the beginning of each lets its holder do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from components.config import KEY_PREFIX
from components.gateway.practice.refusal import Refusal

#: Beginning of a key → what it is for. Any other key that begins with ``wbk_`` may do everything.
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
    """A key that was accepted: its fingerprint (never the key itself) and which special beginning it has, if any."""

    fingerprint: str
    kind: str

    def check_send(self) -> None:
        """Raise Refusal 403 where this key may not send."""
        if self.kind == "wbk_readonly":
            raise Refusal(403, "insufficient_permissions", "This API key lacks the permission write:email.")
        if self.kind == "wbk_nomailbox":
            raise Refusal(403, "insufficient_permissions", "No mailbox is connected to this workspace.")

    def check_read(self) -> None:
        """Raise Refusal 403 where this key may not look anything up."""
        if self.kind == "wbk_noread":
            raise Refusal(403, "insufficient_permissions", "This API key lacks read permissions.")


def to_caller(authorization: str) -> Caller:
    """Read an ``Authorization`` header; raises Refusal 401 for anything but a bearer key that may come in."""
    scheme, _, key = authorization.partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key.startswith(KEY_PREFIX) or len(key) == len(KEY_PREFIX):
        raise Refusal(401, "invalid_key", "The API key is missing or invalid.")
    kind = next((beginning for beginning in SPECIAL_KEYS if key.startswith(beginning)), "")
    if kind == "wbk_expired":
        raise Refusal(401, "invalid_key", "The API key has expired.")
    return Caller(hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16], kind)

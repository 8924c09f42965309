"""Authentication: practice API keys, and what the prefix of each permits."""

from __future__ import annotations

import hashlib
import uuid
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
    "wbk_old": "an older LeadLex without the routes for providers and exports (404)",
    "wbk_noread": "a key without read permissions (403 on every look-up and export)",
    "wbk_nodeals": "a key without read:deals (403 on deals alone)",
    "wbk_nosettings": "a key that may not read the workspace’s settings (403 there)",
    "wbk_demo": "a key of the demo firm’s workspace, which every key with this beginning shares",
    "wbk_branch": "a key of another workspace, the demo firm’s branch office",
}
#: The kinds of keys that share a workspace. Any other key has one of its own.
_SHARED = ("wbk_demo", "wbk_branch")
#: The namespace of the ids of practice workspaces (RFC 9562, section 5.5).
_WORKSPACES = uuid.UUID("6a3c1b52-90c6-4a0b-8a2e-3f1f6d0f9d11")


@dataclass(frozen=True, slots=True)
class Caller:
    """An accepted key: its fingerprint (never the key itself) and its special prefix, or an empty ``kind``."""

    fingerprint: str
    kind: str

    @property
    def workspace_id(self) -> str:
        """The id of the workspace that the key belongs to."""
        return str(uuid.uuid5(_WORKSPACES, self.kind if self.kind in _SHARED else self.fingerprint))

    def check_send(self) -> None:
        """Raise ApiError 403 if this key may not send."""
        if self.kind == "wbk_readonly":
            raise ApiError(403, "insufficient_permissions", "This API key lacks the permission write:email.")
        if self.kind == "wbk_nomailbox":
            raise ApiError(403, "insufficient_permissions", "No mailbox is connected to this workspace.")

    def check_read(self, permission: str = "") -> None:
        """Raise ApiError 403 if this key may not read what needs a permission (``read:deals``)."""
        if self.kind == "wbk_noread" or (self.kind == "wbk_nodeals" and permission == "read:deals"):
            message = f"This API key lacks {f'the permission {permission}' if permission else 'read permissions'}."
            raise ApiError(403, "insufficient_permissions", message)

    def check_offered(self, route: str) -> None:
        """Raise ApiError 404 if the LeadLex that this key stands for is older than a route."""
        if self.kind == "wbk_old":
            raise ApiError(404, "not_found", f"GET {route} is no part of this API.")


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

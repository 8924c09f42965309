"""Why a look-up in LeadLex failed, in sentences that say what to do."""

from __future__ import annotations

from components.errors import (
    ComposerError,
    GatewayError,
    InsufficientPermissions,
    InvalidKey,
    RateLimited,
    RequestRefused,
    UnreadableAnswer,
)


def is_refused(error: ComposerError) -> bool:
    """Tell whether asking again is no use: the key lacks a permission, or this LeadLex has no such look-up."""
    return isinstance(error, InsufficientPermissions | InvalidKey) or _is_absent(error)


def describe_look_up(things: str, error: ComposerError) -> str:
    """Say why ``things`` ("conversations") could not be read, and what to do."""
    if isinstance(error, InsufficientPermissions):
        return f"This API key may not read {things}. Ask whoever manages LeadLex for the permission."
    if isinstance(error, InvalidKey):
        return "LeadLex does not accept this API key any more. Connect with another one in Settings."
    if isinstance(error, RateLimited):
        if error.rate_limit is not None and error.rate_limit.remaining == 0:
            return "LeadLex's calls for today are used up. Try again tomorrow."
        return "LeadLex takes no more calls for now. Try again in a minute."
    if _is_absent(error):
        return f"LeadLex does not have these {things}, or does not offer them. Go on without them."
    if isinstance(error, UnreadableAnswer):
        return f"LeadLex's answer cannot be read: {_to_clause(error)}. Tell LeadLex's support."
    return f"LeadLex could not give its {things}: {_to_clause(error)}. Try again later."


def _is_absent(error: ComposerError) -> bool:
    return isinstance(error, RequestRefused) and error.status in (404, 405)


def _to_clause(error: ComposerError) -> str:
    text = error.message if isinstance(error, GatewayError) else str(error)
    return text.rstrip(".")

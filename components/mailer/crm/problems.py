"""Why LeadLex's CRM could not be copied or read, in sentences that say what to do."""

from __future__ import annotations

from components.crm import Kind
from components.errors import (
    ComposerError,
    GatewayError,
    InsufficientPermissions,
    InvalidKey,
    RateLimited,
    RequestRefused,
    ServerFailure,
    TransportError,
    UnreadableAnswer,
)
from components.model import DAY_SECONDS, HOUR_SECONDS

_STAYS = "What was copied before stays."


def describe(kind: Kind, error: ComposerError) -> str:
    """Say why the copy of a kind could not be refreshed, and what to do."""
    things = f"{kind}s"
    if isinstance(error, InsufficientPermissions):
        return (
            f"This API key may not read {things}. Ask whoever manages LeadLex for the permission read:{things}, "
            "or go on with ids typed by hand."
        )
    if isinstance(error, InvalidKey):
        return "LeadLex does not accept this API key any more. Connect with another one."
    if isinstance(error, RateLimited):
        if _is_used_up(error):
            return f"LeadLex's calls for today are used up. Refresh again tomorrow. {_STAYS}"
        return f"LeadLex takes no more exports for now; it allows ten an hour. Refresh again later. {_STAYS}"
    if _is_absent(error):
        return f"This LeadLex offers no export of {things}. Search LeadLex for a name, or type ids by hand."
    if isinstance(error, UnreadableAnswer):
        return f"LeadLex's export of {things} cannot be used: {_to_clause(error)}. Tell LeadLex's support. {_STAYS}"
    if isinstance(error, TransportError | ServerFailure):
        return f"LeadLex could not give its {things}: {_to_clause(error)}. Refresh again later. {_STAYS}"
    return f"The {things} could not be refreshed: {_to_clause(error)}. Refresh again later. {_STAYS}"


def describe_look_up(things: str, error: ComposerError) -> str:
    """Explain why LeadLex did not give its ``things`` ("threads"), and what to do."""
    if isinstance(error, InsufficientPermissions):
        return f"This API key may not read {things}. Ask whoever manages LeadLex for the permission."
    if isinstance(error, InvalidKey):
        return "LeadLex does not accept this API key any more. Connect with another one in Settings."
    if isinstance(error, RateLimited):
        if _is_used_up(error):
            return "LeadLex's calls for today are used up. Try again tomorrow."
        return "LeadLex takes no more calls for now. Try again in a minute."
    if _is_absent(error):
        return f"LeadLex does not have these {things}, or does not offer them. Go on without them."
    if isinstance(error, UnreadableAnswer):
        return f"LeadLex's answer cannot be read: {_to_clause(error)}. Tell LeadLex's support."
    return f"LeadLex could not give its {things}: {_to_clause(error)}. Try again later."


def is_refused(error: ComposerError) -> bool:
    """Tell whether asking again is no use: the key lacks a permission, or this LeadLex has no such look-up."""
    return isinstance(error, InsufficientPermissions | InvalidKey) or _is_absent(error)


def limited_until(error: ComposerError, now: float) -> float | None:
    """Return until when LeadLex's limit makes another export useless (epoch seconds); None without one."""
    if not isinstance(error, RateLimited):
        return None
    reset = error.rate_limit.reset_at if error.rate_limit else None
    if error.retry_after is not None:
        return now + max(1.0, error.retry_after)
    if _is_used_up(error) and reset is not None and reset > now:
        # A plan's calls are counted by the day; a longer wait cannot be meant.
        return min(reset, now + DAY_SECONDS)
    # LeadLex allows a number of exports an hour.
    return now + HOUR_SECONDS


def _is_absent(error: ComposerError) -> bool:
    return isinstance(error, RequestRefused) and error.status in (404, 405)


def _is_used_up(error: GatewayError) -> bool:
    return error.rate_limit is not None and error.rate_limit.remaining == 0


def _to_clause(error: ComposerError) -> str:
    return str(error).rstrip(".")

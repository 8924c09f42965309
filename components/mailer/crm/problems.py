"""Why a copy could not be refreshed, in sentences that say what to do."""

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

#: LeadLex allows a number of exports an hour.
_HOUR = 3600.0
#: A plan's calls are counted by the day; a longer wait cannot be meant.
_DAY = 24 * _HOUR
_STAYS = "What was copied before stays."


def describe(kind: Kind, error: ComposerError) -> str:
    """Say why a kind could not be read or refreshed, and what to do."""
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
    if isinstance(error, RequestRefused) and error.status in (404, 405):
        return f"This LeadLex offers no export of {things}. Search LeadLex for a name, or type ids by hand."
    if isinstance(error, UnreadableAnswer):
        return f"LeadLex's export of {things} cannot be used: {_to_clause(error)}. Tell LeadLex's support. {_STAYS}"
    if isinstance(error, TransportError | ServerFailure):
        return f"LeadLex could not give its {things}: {_to_clause(error)}. Refresh again later. {_STAYS}"
    return f"The {things} could not be refreshed: {_to_clause(error)}. Refresh again later. {_STAYS}"


def limited_until(error: ComposerError, now: float) -> float | None:
    """Return until when LeadLex's limit makes another export useless (epoch seconds); None without one."""
    if not isinstance(error, RateLimited):
        return None
    reset = error.rate_limit.reset_at if error.rate_limit else None
    if error.retry_after is not None:
        return now + max(1.0, error.retry_after)
    if _is_used_up(error) and reset is not None and reset > now:
        return min(reset, now + _DAY)
    return now + _HOUR


def _is_used_up(error: GatewayError) -> bool:
    return error.rate_limit is not None and error.rate_limit.remaining == 0


def _to_clause(error: ComposerError) -> str:
    return str(error).rstrip(".")

"""The exceptions of this product.

::

    ComposerError                   base class, never raised directly
    ├── ConfigError                 a setting is invalid
    ├── InputError                  invalid input; names its field
    │   ├── AddressError
    │   ├── AttachmentError
    │   └── RenderError             the message is too complex to render
    ├── StoreError                  the database failed; says what to do
    │   ├── StoreTooNew             written by a newer version of the product
    │   ├── StoreReadOnly
    │   ├── StoreFull
    │   ├── StoreBusy
    │   ├── StoreUnreachable        its server does not answer; it may come back
    │   ├── StoreGone               a file of it was removed, replaced or cut while in use
    │   └── StoreCorrupt
    ├── StateError                  a transition that is not allowed
    │   ├── DraftConflict           another window has changed or deleted the draft
    │   ├── DraftLocked             somebody else is writing in the draft; names them
    │   ├── NotApproved             the workspace requires a colleague's approval, and nobody has given it
    │   └── DamagedRecord           the stored values are not what was written
    ├── DigestMismatch              the bytes to send are not the bytes recorded
    ├── NotPermitted                a role does not allow this, or somebody is not let in
    ├── KeyNotConfirmed             LeadLex has not accepted the key within a day
    └── GatewayError                LeadLex answered with an error, or not at all
        ├── ValidationFailed        400
        ├── InvalidKey              401
        ├── InsufficientPermissions 403
        ├── IdempotencyConflict     409
        ├── RateLimited             429
        ├── ProviderError           502
        ├── RequestRefused          any other 3xx or 4xx but 408: certainly not sent
        ├── ServerFailure           408 and any other 5xx: may have been sent
        ├── UnreadableAnswer        a 2xx that cannot be understood: may have been sent
        └── TransportError          no answer at all
            ├── NotReached          no connection was made: certainly not sent
            └── ConnectionBroken    it broke or timed out: may have been sent
"""

from __future__ import annotations

from components.model import RateLimit


class ComposerError(Exception):
    """Base class of all exceptions of this product; never raised directly."""


class ConfigError(ComposerError):
    """A setting is invalid; the text says which, and what it must be."""


class InputError(ComposerError):
    """Input is invalid; ``field`` is the visible label of the input field."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class AddressError(InputError):
    """A recipient or reply address is invalid."""


class AttachmentError(InputError):
    """A file cannot be attached."""


class RenderError(InputError):
    """The message is too long or too complex to render within the deadline."""


class StoreError(ComposerError):
    """The database failed; the text says what happened and what to do. The transaction was rolled back."""


class StoreTooNew(StoreError):
    """The database was written by a newer version of the product."""


class StoreReadOnly(StoreError):
    """The database file or its folder cannot be written."""


class StoreFull(StoreError):
    """The disk is full."""


class StoreBusy(StoreError):
    """Another process kept the database locked for longer than the busy timeout."""


class StoreUnreachable(StoreError):
    """The server of the database does not answer; once it does, everything resumes."""


class StoreGone(StoreError):
    """A file of the database was removed, replaced or cut; what is written to the open one would be lost."""


class StoreCorrupt(StoreError):
    """The database file is damaged or is not a database."""


class StateError(ComposerError):
    """The state of the message does not allow this (any more)."""


class DraftConflict(StateError):
    """Another window has saved, deleted or taken over the draft since this one read it."""


class NotApproved(StateError):
    """The workspace requires a colleague's approval of exactly this mail, and there is none."""


class DraftLocked(StateError):
    """Somebody else is writing in the draft; ``name`` is theirs."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is writing in this draft. Ask to write, or wait until it is free.")
        self.name = name


class DamagedRecord(StateError):
    """The record of a message or draft holds values that cannot be what was written."""


class DigestMismatch(ComposerError):
    """The request body built now differs from the one recorded at the click on Send."""


class NotPermitted(ComposerError):
    """The member's role does not allow an action, or somebody is no member; the text says who can help."""


class KeyNotConfirmed(ComposerError):
    """LeadLex has not accepted the key for a day, so the history that it shares with other keys stays closed."""


class GatewayError(ComposerError):
    """LeadLex answered with an error, or not at all.

    ``status`` is the HTTP status or None where no answer came, ``code`` the API's error code or one of this client,
    ``may_have_sent`` whether the mail may have been sent nevertheless, ``retry_after`` the seconds to wait that the
    answer gave, or None.
    """

    may_have_sent: bool = False
    default_code: str = "error"

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        rate_limit: RateLimit | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code or self.default_code
        self.request_id = request_id
        self.rate_limit = rate_limit
        self.retry_after = retry_after


class ValidationFailed(GatewayError):
    """400: recipients, subject or both bodies are missing or malformed."""

    default_code = "validation_error"


class InvalidKey(GatewayError):
    """401: the API key is wrong or has expired."""

    default_code = "invalid_key"


class InsufficientPermissions(GatewayError):
    """403: the key lacks a permission (``write:email`` for sending), or no mailbox is connected."""

    default_code = "insufficient_permissions"


class IdempotencyConflict(GatewayError):
    """409: the Idempotency-Key was used with another payload, or its first request is still running."""

    may_have_sent = True
    default_code = "idempotency_conflict"


class RateLimited(GatewayError):
    """429: the calls per minute or per day of the plan are used up."""

    default_code = "rate_limited"


class ProviderError(GatewayError):
    """502: Gmail or Microsoft answered LeadLex with an error; whether they accepted the mail is unknown."""

    may_have_sent = True
    default_code = "provider_error"


class RequestRefused(GatewayError):
    """Another 3xx or 4xx (413, 422, …): the request was not accepted."""

    default_code = "refused"


class ServerFailure(GatewayError):
    """408, 500, 503, 504 or another 5xx: LeadLex failed at an unknown point."""

    may_have_sent = True
    default_code = "server_error"


class UnreadableAnswer(GatewayError):
    """A 2xx whose content cannot be parsed or lacks a required field."""

    may_have_sent = True
    default_code = "unreadable_answer"


class TransportError(GatewayError):
    """No answer arrived; base class of two exceptions, never raised directly."""


class NotReached(TransportError):
    """No connection was made (DNS, refusal, TLS, connect timeout): nothing of the request was sent."""

    default_code = "not_reached"


class ConnectionBroken(TransportError):
    """The connection broke or timed out after part of the request was sent."""

    may_have_sent = True
    default_code = "connection_broken"

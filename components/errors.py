"""Every error this product raises on purpose.

::

    ComposerError                   superclass, never raised itself
    ├── ConfigError                 a setting cannot be used as it stands
    ├── InputError                  something a person typed; names its field
    │   ├── AddressError
    │   ├── AttachmentError
    │   └── RenderError             the message is too complex to render
    ├── StoreError                  the database; says what to do about it
    │   ├── StoreTooNew             written by a newer version of the product
    │   ├── StoreReadOnly
    │   ├── StoreFull
    │   ├── StoreBusy
    │   └── StoreCorrupt
    ├── StateError                  a transition the life of a message does not draw
    │   └── DraftConflict           another window has changed or thrown away the draft
    ├── DigestMismatch              the bytes to send are not the bytes recorded
    └── GatewayError                an answer of LeadLex, or the lack of one
        ├── ValidationFailed        400
        ├── InvalidKey              401
        ├── InsufficientPermissions 403
        ├── IdempotencyConflict     409
        ├── RateLimited             429
        ├── ProviderError           502
        ├── RequestRefused          any other 3xx or 4xx but 408: surely not sent
        ├── ServerFailure           408 and any other 5xx: may have been sent
        ├── UnreadableAnswer        a 2xx that cannot be understood: may have been sent
        └── TransportError          no answer at all
            ├── NotReached          no connection came about: surely not sent
            └── ConnectionBroken    it broke or timed out on the way: may have been sent
"""

from __future__ import annotations

from components.model import RateLimit


class ComposerError(Exception):
    """Superclass of every error of this product; never raised directly."""


class ConfigError(ComposerError):
    """A setting cannot be used as it stands; the text names it and what it must be."""


class InputError(ComposerError):
    """Something a person entered cannot be accepted; ``field`` is the visible label it belongs to."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class AddressError(InputError):
    """A recipient or reply address that must not reach the wire."""


class AttachmentError(InputError):
    """A file that cannot be attached."""


class RenderError(InputError):
    """The message is too long or too complex to render within the deadline."""


class StoreError(ComposerError):
    """The database refused; the text says what happened and what to do. Nothing was half written."""


class StoreTooNew(StoreError):
    """The database was written by a newer version of the product."""


class StoreReadOnly(StoreError):
    """The database file or its folder cannot be written."""


class StoreFull(StoreError):
    """The disk is full."""


class StoreBusy(StoreError):
    """Another process kept the database locked for longer than the busy timeout."""


class StoreCorrupt(StoreError):
    """The database file is damaged or is no database."""


class StateError(ComposerError):
    """The message is not (or no longer) in a state that allows this."""


class DraftConflict(StateError):
    """Another window has saved, thrown away or taken over the draft since this one last saw it."""


class DigestMismatch(ComposerError):
    """The request body built now differs from the one recorded at the click on Send."""


class GatewayError(ComposerError):
    """LeadLex did not do what was asked, or did not say so.

    ``status`` is the HTTP status or None where no answer came, ``code`` the API's own word or ours,
    ``may_have_sent`` whether the mail may have gone out all the same, ``retry_after`` seconds to wait as the answer
    asked for, or None.
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
    """429: the plan's calls a minute or a day are used up."""

    default_code = "rate_limited"


class ProviderError(GatewayError):
    """502: Gmail or Microsoft answered LeadLex with an error; whether they took the mail is not stated."""

    may_have_sent = True
    default_code = "provider_error"


class RequestRefused(GatewayError):
    """Another 3xx or 4xx (413, 422, …): the request was not accepted."""

    default_code = "refused"


class ServerFailure(GatewayError):
    """408, 500, 503, 504 or another 5xx: LeadLex failed without saying how far it got."""

    may_have_sent = True
    default_code = "server_error"


class UnreadableAnswer(GatewayError):
    """A 2xx whose content cannot be understood, or that lacks what the API promises."""

    may_have_sent = True
    default_code = "unreadable_answer"


class TransportError(GatewayError):
    """No answer came; superclass of its two kinds, never raised directly."""


class NotReached(TransportError):
    """No connection came about (name, refusal, TLS, connect timeout): not a byte of the request left."""

    default_code = "not_reached"


class ConnectionBroken(TransportError):
    """The connection broke or timed out after the request had begun to leave."""

    may_have_sent = True
    default_code = "connection_broken"

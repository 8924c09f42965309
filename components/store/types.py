"""Values that the store returns: a ``MessageSummary`` for lists and the dispatcher, a whole ``Message`` for reading."""

from __future__ import annotations

from dataclasses import dataclass

from components.model import OutgoingMail, RateLimit, Status, WorkspaceSettings
from components.review import MailEvent


@dataclass(frozen=True, slots=True)
class MessageSummary:
    """One message without its bodies. Times are epoch seconds; texts of the last attempt are None before one ended."""

    id: int
    workspace_id: int
    draft_id: str
    supersedes_id: int | None
    created_at: float
    status: Status
    needs_you: bool
    due_at: float | None
    undo_until: float | None
    idempotency_key: str
    body_sha256: str
    body_length: int
    first_attempt_at: float | None
    attempts: int
    tries: int
    unclear: bool
    recipients: str
    subject: str
    preview: str
    attachment_count: int
    contact_id: str | None
    deal_id: str | None
    thread_id: str | None
    http_status: int | None
    code: str | None
    detail: str | None
    request_id: str | None
    provider: str | None
    provider_message_id: str | None
    provider_thread_id: str | None
    sent_at: str | None
    settled_at: float | None
    #: Its place in every list (``components.store.sort_key``); 0 before the store has recorded it.
    sort_key: int = 0
    #: When retention removed the bodies, or the contents of the files.
    body_dropped_at: float | None = None
    files_dropped_at: float | None = None
    #: Who began the draft, who clicked Send, and who marked it as sent or not sent; "" where it is not known.
    written_by: str = ""
    sent_by: str = ""
    settled_by: str = ""
    #: The colleague who approved exactly this mail; "" where nobody has.
    approved_by: str = ""
    #: The fingerprint of the one API key that may send it; None: no key that is known here.
    key_fingerprint: str | None = None
    #: The member who sends it; None without a sign-in.
    sender_id: int | None = None
    #: The columns whose values are none of their kind, in words; None for a sound row.
    damage: str | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether everything that was sent is still stored."""
        return self.body_dropped_at is None and self.files_dropped_at is None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to send a message through LeadLex; ``duration`` is None where its end was not recorded."""

    number: int
    started_at: float
    duration: float | None
    outcome: str | None
    http_status: int | None
    code: str | None
    detail: str | None
    request_id: str | None
    rate_limit: RateLimit | None


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message: its entry, the mail as it is sent, every attempt, and what people did with it."""

    summary: MessageSummary
    mail: OutgoingMail
    attempts: tuple[Attempt, ...]
    events: tuple[MailEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last heartbeat of a dispatcher (``owner``), which counts ``until`` a time (epoch seconds).

    ``keys`` are the fingerprints of the API keys that it held then; None where its version did not say. Those of
    ``server_keys`` are the server's own, and send what no key of their workspace has tried.
    """

    owner: str
    until: float
    keys: frozenset[str] | None
    server_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ClaimTerms:
    """The conditions of a claim: its owner, keys and statuses; times in epoch seconds.

    ``keys`` are the fingerprints of the API keys in memory; each sends its own messages. ``server_keys`` may also send
    what no key has tried yet, each in its workspace. A message that may have been sent is claimed only while
    its first attempt lies within ``fresh``. ``seen_until`` is the end of the owner's heartbeat as it recorded it: where
    the database has another one, a process of its host has made up for a clock set back, and ``now`` is no longer true.
    """

    owner: str
    keys: tuple[str, ...]
    sources: tuple[Status, ...]
    target: Status
    now: float
    lease_until: float
    fresh: tuple[float, float]
    server_keys: tuple[str, ...] = ()
    seen_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A message leased to one dispatcher for one attempt, until ``lease_until`` (epoch seconds)."""

    summary: MessageSummary
    lease_owner: str
    lease_until: float


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """The message that a draft became; not ``created`` where an earlier click had recorded it already."""

    message_id: int
    created: bool


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """The result of an attempt and the new state of its message; times in epoch seconds, ``duration`` in seconds.

    ``accepted_at`` is set where LeadLex accepted the API key, ``late_sources`` are the statuses that it settles even
    after its lease was lost.
    """

    status: Status
    outcome: str
    needs_you: bool
    duration: float
    due_at: float | None = None
    unclear: bool = False
    counted: bool = True
    paused_until: float | None = None
    http_status: int | None = None
    code: str | None = None
    detail: str | None = None
    request_id: str | None = None
    rate_limit: RateLimit | None = None
    provider: str | None = None
    provider_message_id: str | None = None
    provider_thread_id: str | None = None
    sent_at: str | None = None
    settled_at: float | None = None
    accepted_at: float | None = None
    late_sources: tuple[Status, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkspaceState:
    """A workspace: its one-way digest, and what LeadLex says of it (None where it has not told its id).

    ``former`` are the digests and numbers of the workspaces that have been merged into it.
    ``colleague_days`` is within how many days a colleague's mail to the same people is worth a warning; 0 for never.
    """

    id: int
    fingerprint: str
    practice: bool
    undo_seconds: int
    settings: WorkspaceSettings | None = None
    former: tuple[tuple[str, int], ...] = ()
    colleague_days: int = 14


@dataclass(frozen=True, slots=True)
class ApiKeyState:
    """What is known of an API key: its workspace and its limits; times in epoch seconds.

    ``accepted_at`` is when LeadLex last accepted it, ``asked_at`` when it was last asked for the key's workspace, and
    ``asked_code`` the code of the error that it answered, None where it told. ``paused_until`` is set while LeadLex
    limits the key.
    """

    fingerprint: str
    workspace_id: int
    accepted_at: float | None = None
    asked_at: float | None = None
    asked_code: str | None = None
    paused_until: float | None = None
    rate_limit: RateLimit | None = None

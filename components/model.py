"""Frozen values that cross layers, without I/O and without rules beyond their shape."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

MINUTE_SECONDS = 60.0
HOUR_SECONDS = 3600.0
DAY_SECONDS = 86_400.0
#: No time of a mail is as late (epoch seconds): 2100-01-01 in UTC. Milliseconds are later.
LATEST_MOMENT = 4_102_444_800.0
#: The largest count: what a column of 32 bits takes.
LARGEST_COUNT = 2**31 - 1

#: Display names that need no quotes: atoms and spaces (RFC 5322, 3.2.3; letters of any script, RFC 6532).
_PHRASE = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]+")

#: Reads a stored file: takes the SHA-256 in hex and yields the bytes in pieces of any size.
BlobReader = Callable[[str], Iterator[bytes]]


class Status(enum.StrEnum):
    """The status of a message; ``components.mailer.states`` has the transitions."""

    DRAFT = "draft"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    QUEUED = "queued"
    FAILED = "failed"
    UNKNOWN = "unknown"


#: The days within which a colleague's mail is worth a warning, to choose from; 0 turns it off.
COLLEAGUE_CHOICES = (0, 7, 14, 30, 60, 90)

#: The seconds that Send can be undone, to choose from.
UNDO_CHOICES = (0, 5, 10, 30, 60)

#: The statuses of a message that LeadLex accepted.
WENT_OUT = frozenset({Status.SENT, Status.QUEUED})


class Role(enum.StrEnum):
    """What a member may do: read the history; write drafts too; send too; or also look after people and data."""

    READER = "reader"
    WRITER = "writer"
    SENDER = "sender"
    ADMIN = "admin"


#: The roles whose mails go out.
MAY_SEND = frozenset({Role.SENDER, Role.ADMIN})


class ApiKey:
    """A LeadLex API key that cannot be printed, logged or pickled by accident; ``reveal()`` returns the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the key, for use in the Authorization header only."""
        return self._text

    def __repr__(self) -> str:
        return "ApiKey(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise TypeError("an API key is never serialised")


@dataclass(frozen=True, slots=True)
class Address:
    """One RFC 5322 mailbox: ``name`` is the display name (may be empty), ``mailbox`` the bare ``local@domain``.

    The domain of ``mailbox`` is the ASCII (IDNA) form, which is what is sent.
    """

    name: str
    mailbox: str

    def __str__(self) -> str:
        """Return the RFC 5322 form, with the display name quoted where necessary."""
        if not self.name:
            return self.mailbox
        if _PHRASE.fullmatch(self.name):
            return f"{self.name} <{self.mailbox}>"
        quoted = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{self.mailbox}>'


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail: stored here (``sha256``) or in LeadLex (``storage_path``), never both.

    With neither, its content has been deleted. ``size`` is in bytes and None where only LeadLex knows it.
    """

    filename: str
    mime_type: str
    size: int | None = None
    sha256: str | None = None
    storage_path: str | None = None


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A recipient of earlier mails, with the number of mails."""

    name: str
    mailbox: str
    count: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes and sends in a workspace, known by the name they chose, with the settings they made.

    ``undo_seconds`` is how long Send can be undone, ``reply_to`` the Reply-To that a new mail begins with,
    ``dark_preview`` whether the preview shows a mail as dark mail programs do.
    """

    name: str
    undo_seconds: int = 10
    reply_to: str = ""
    dark_preview: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who has signed in, as the identity provider says: known by issuer and subject, never by the address.

    The provider has verified the address. ``name`` is the display name, "" where the provider gives none.
    """

    issuer: str
    subject: str
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who signs in to a workspace. Times are epoch seconds; ``removed_at`` is None for who is let in.

    ``name`` is theirs alone in the workspace. ``address`` is "" where an admin has released it.
    """

    id: int
    name: str
    address: str
    role: Role
    since: float
    seen_at: float
    removed_at: float | None = None

    @property
    def is_admitted(self) -> bool:
        """Whether the member is let in: nobody has removed them."""
        return self.removed_at is None

    @property
    def may_send(self) -> bool:
        """Whether the member's mails go out."""
        return self.is_admitted and self.role in MAY_SEND


@dataclass(frozen=True, slots=True)
class SentMail:
    """A sent mail, for comparison with new ones; ``at`` is when it went out (epoch seconds).

    ``sent_by`` is the name of whoever clicked Send, "" where it is not known.
    """

    at: float
    subject: str
    recipients: tuple[Address, ...]
    sent_by: str = ""


@dataclass(frozen=True, slots=True)
class ColleagueQuery:
    """Which mails to compare with a draft: those that anybody but ``person`` wrote to the mailboxes or domains."""

    draft_id: str
    person: str
    mailboxes: frozenset[str]
    domains: frozenset[str]


@dataclass(frozen=True, slots=True)
class ColleagueMail:
    """What somebody else of the workspace wrote to ``recipient``: a mail that went out or waits, or a draft.

    ``at`` (epoch seconds) is when it went out, is due, or was saved last.
    """

    kind: Literal["sent", "waiting", "draft"]
    author: str
    at: float
    subject: str
    recipient: Address


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature in Markdown, without the ``-- `` line above; ``id`` is the row in the database."""

    id: int
    name: str
    markdown: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A whole message as it is sent: valid addresses, both bodies, files and links to LeadLex.

    ``text_edited`` is set where the author has edited the plain text instead of having it generated.
    """

    to: tuple[Address, ...]
    subject: str
    html: str
    text: str
    markdown: str = ""
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    contact_id: str = ""
    deal_id: str = ""
    thread_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    text_edited: bool = False


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The rate limit of the plan according to the last answer; ``reset_at`` is in epoch seconds (UTC)."""

    limit: int | None = None
    remaining: int | None = None
    reset_at: float | None = None


@dataclass(frozen=True, slots=True)
class SendResult:
    """The answer of ``POST /v1/email/send``: the provider's message id and the status of the mail."""

    id: str
    thread_id: str
    provider: str
    status: Literal["queued", "sent", "failed"]
    sent_at: str


@dataclass(frozen=True, slots=True)
class ApiResponse(Generic[T]):
    """A successful answer: its data, and metadata from status line and headers. ``duration`` is in seconds."""

    data: T
    status: int
    request_id: str | None
    rate_limit: RateLimit | None
    duration: float


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """One page of a list; ``page`` counts from 1, ``total`` is None where the answer did not say."""

    items: tuple[T, ...]
    page: int
    per_page: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A connected mailbox of the workspace (``GET /v1/settings/providers``)."""

    address: str
    provider: str
    display_name: str
    connected: bool
    health: str
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """A workspace as LeadLex describes it (``GET /v1/settings``): ``timezone`` is an IANA name, ``locale`` BCP 47."""

    workspace_id: str
    name: str = ""
    slug: str = ""
    timezone: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection to one workspace: which rows may be read, and with which key mails are sent.

    ``workspace_id`` is the row in the database, ``workspace_fingerprint`` its one-way digest, ``former`` both of each
    workspace that was merged into it, ``settings`` what LeadLex says of it, None where it has not said. ``unchecked``
    and ``unnamed`` say in words what could not be verified, and why the workspace is not known. ``fingerprint`` is the
    one-way digest of the key, ``confirmed_until`` (epoch seconds) the end of the day for which LeadLex's acceptance of
    it opens a shared history. ``person`` is the name of whoever writes and sends, "" until it is known; ``member_id``
    is their member's id under a sign-in, None without one.
    """

    workspace_id: int
    key: ApiKey
    base_url: str
    practice: bool = False
    mailbox: Mailbox | None = None
    unchecked: str = ""
    fingerprint: str = field(default="", repr=False)
    person: str = ""
    workspace_fingerprint: str = field(default="", repr=False)
    former: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    settings: WorkspaceSettings | None = None
    unnamed: str = ""
    confirmed_until: float | None = None
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something with a draft or a mail: their name, and their member's id under a sign-in."""

    name: str = ""
    member_id: int | None = None

    def is_same(self, other: Actor) -> bool:
        """Tell whether two are one person: by the member under a sign-in, else by the name."""
        if self.member_id is None and other.member_id is None:
            return self.name == other.name
        return self.member_id == other.member_id


@dataclass(frozen=True, slots=True)
class Draft:
    """An unsent message: the raw texts of the fields, and the stored files.

    ``id`` is a UUIDv4 and becomes the id of the one message that the draft may turn into. ``plain_text`` is the text
    edited by the author, or empty while it is generated from the Markdown. ``written_by`` is the name of whoever began
    it, "" where that is not known; ``version`` counts the saves that this window knows of, from 0; ``is_private`` says
    that only its author sees it. These three take no part in comparisons.
    """

    id: str
    to: str = ""
    cc: str = ""
    bcc: str = ""
    reply_to: str = ""
    subject: str = ""
    markdown: str = ""
    plain_text: str = ""
    contact_id: str = ""
    deal_id: str = ""
    thread_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    written_by: str = field(default="", compare=False)
    version: int = field(default=0, compare=False)
    is_private: bool = field(default=False, compare=False)

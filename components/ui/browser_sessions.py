"""Which browser is connected to what, in memory only (promise 7).

A random token in a cookie identifies the browser. The page that has connected receives a one-time ticket and exchanges
it for the token. Tokens and tickets are stored as digests, so that the time of a look-up reveals nothing about them.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest

from components.model import Connection

#: Idle time after which a browser is disconnected, in seconds.
IDLE_SECONDS = 12 * 3600.0
#: Lifetime of a ticket, in seconds.
TICKET_SECONDS = 60.0

_DISCONNECTED = "You disconnected in another window."
_EXCHANGED = "You connected with another key in another window. Reload the page to use it here."
_IDLE = "You were disconnected after 12 hours without use."


@dataclass(frozen=True, slots=True)
class WatchedMail:
    """What the panel says of a mail beside its record: the names of its files, and the warnings that were ignored."""

    files: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


#: A mail that was not sent from the composer of this browser.
UNDESCRIBED = WatchedMail()


@dataclass
class _Browser:
    """What all tabs of one browser share: when it was last used, who uses it, why it is no longer connected.

    ``watched`` are the mails that its panel shows.
    """

    used_at: float
    person: str
    ended: str = ""
    watched: dict[int, WatchedMail] = field(default_factory=dict)


class BrowserSession:
    """The connection of one browser, which all its tabs share.

    ``identity`` says who has signed in, and is empty without a sign-in. ``is_kept`` tells whether the browser has
    its token.
    """

    def __init__(self, connection: Connection, identity: str, clock: Callable[[], float]) -> None:
        self.connection = connection
        self.identity = identity
        self.is_kept = False
        self._clock = clock
        self._browser = _Browser(clock(), connection.person)

    @property
    def over(self) -> str:
        """Why the session is over, as a sentence; empty while it lasts."""
        if not self._browser.ended and self._clock() - self._browser.used_at > IDLE_SECONDS:
            self._browser.ended = _IDLE
        return self._browser.ended

    @property
    def watched(self) -> dict[int, WatchedMail]:
        """The mails sent from its tabs whose end nobody has seen yet, by id."""
        return self._browser.watched

    @property
    def person(self) -> str:
        """The name of whoever uses the browser; "" where it is to be asked."""
        return self._browser.person

    @person.setter
    def person(self, name: str) -> None:
        self._browser.person = name

    def touch(self) -> None:
        """Note that a person has used the browser."""
        if not self.over:
            self._browser.used_at = self._clock()

    def end(self, reason: str = _DISCONNECTED) -> None:
        """End the session in all tabs."""
        self._browser.ended = self._browser.ended or reason

    def follow(self, earlier: BrowserSession) -> None:
        """Take the place of the browser's earlier session.

        The name that was chosen there is kept. With another key or for another identity the earlier session ends,
        because what it shows belongs to another workspace.
        """
        mine = (self.connection.base_url, self.connection.key, self.identity)
        if mine == (earlier.connection.base_url, earlier.connection.key, earlier.identity):
            earlier.person = self.person or earlier.person
            self._browser = earlier._browser
            self.touch()
        else:
            earlier.end(_EXCHANGED)


@dataclass(frozen=True, slots=True)
class _Ticket:
    session: BrowserSession
    browser: str
    expires_at: float


class BrowserSessions:
    """All sessions, by token. ``clock`` gives monotonic seconds. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[bytes, BrowserSession] = {}
        self._tickets: dict[bytes, _Ticket] = {}

    def open(self, connection: Connection, identity: str = "") -> BrowserSession:
        """Begin the session of a browser that has just connected; so far only the tab that asks has it."""
        return BrowserSession(connection, identity, self._clock)

    def issue_ticket(self, session: BrowserSession, browser: str) -> str:
        """Return a ticket with which the browser marked ``browser`` can get the token of a session, once and soon."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            self._tickets[_digest(ticket)] = _Ticket(session, browser, self._clock() + TICKET_SECONDS)
        return ticket

    def awaits(self, ticket: str) -> bool:
        """Tell whether a ticket can still be redeemed."""
        with self._lock:
            self._sweep()
            return _digest(ticket) in self._tickets

    def redeem(self, ticket: str, browser: str, earlier: str = "") -> str | None:
        """Exchange a ticket for a new token; None for one that is unknown, used, too old or of another browser.

        ``earlier`` is the token that the browser had; it is worth nothing afterwards.
        """
        with self._lock:
            self._sweep()
            found = self._tickets.pop(_digest(ticket), None)
            if found is None or found.session.over or not compare_digest(found.browser.encode(), browser.encode()):
                return None
            before = self._sessions.pop(_digest(earlier), None)
            if before is not None and before is not found.session:
                found.session.follow(before)
            token = secrets.token_urlsafe(32)
            self._sessions[_digest(token)] = found.session
            found.session.is_kept = True
            return token

    def find(self, token: str) -> BrowserSession | None:
        """Return the session of a token, or None for a token that is unknown or whose session is over."""
        with self._lock:
            self._sweep()
            return self._sessions.get(_digest(token))

    def end_member(self, member_id: int, reason: str) -> None:
        """End the sessions of a member in all browsers, with a sentence that their pages show."""
        with self._lock:
            for session in self._sessions.values():
                if session.connection.member_id == member_id:
                    session.end(reason)

    def _sweep(self) -> None:
        """Forget what is over; with a session goes its key."""
        now = self._clock()
        self._tickets = {
            digest: each for digest, each in self._tickets.items() if each.expires_at > now and not each.session.over
        }
        self._sessions = {digest: each for digest, each in self._sessions.items() if not each.over}


class SignedOut:
    """The sign-ins that have ended, by the digests of their cookies, in memory only. Safe for threads.

    A browser gives its cookie back, but tabs that are open, and whoever has copied it, may still bring it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: set[str] = set()

    def add(self, token: str) -> None:
        """Note that a sign-in has ended; "" stands for none."""
        with self._lock:
            self._tokens |= {token} - {""}

    def has(self, token: str) -> bool:
        """Tell whether a sign-in has ended."""
        with self._lock:
            return token in self._tokens


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()

"""Which browser is connected to what: tickets, tokens, and when a session is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.model import ApiKey, Connection
from components.ui.browser_sessions import IDLE_SECONDS, TICKET_SECONDS, BrowserSession, BrowserSessions, SignedOut

CONNECTION = Connection(1, ApiKey("wbk_one"), "https://leadlex.example")
OTHER = Connection(2, ApiKey("wbk_two"), "https://leadlex.example")


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of the sessions."""
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> BrowserSessions:
    """No session yet."""
    return BrowserSessions(clock)


def keep(
    sessions: BrowserSessions, connection: Connection = CONNECTION, earlier: str = ""
) -> tuple[BrowserSession, str]:
    """Connect a browser; return its session and token."""
    session = sessions.open(connection)
    token = sessions.redeem(sessions.issue_ticket(session, "browser"), "browser", earlier)
    assert token is not None
    return session, token


def test_a_ticket_gives_a_token_once(sessions: BrowserSessions) -> None:
    """The token leads to the session; the ticket, or one that nobody issued, leads nowhere."""
    session = sessions.open(CONNECTION)
    ticket = sessions.issue_ticket(session, "browser")
    assert sessions.awaits(ticket)
    token = sessions.redeem(ticket, "browser")
    assert token is not None
    assert len(token) >= 43, "256 bits in Base64"
    assert token != ticket
    assert sessions.find(token) is session
    assert not sessions.awaits(ticket)
    assert sessions.redeem(ticket, "browser") is None
    assert sessions.redeem("forged", "browser") is None
    assert [sessions.find(text) for text in (ticket, "", "forged")] == [None, None, None]


def test_a_ticket_is_worth_nothing_elsewhere_or_later(sessions: BrowserSessions, clock: Clock) -> None:
    """In another browser, after a minute, and after Disconnect."""
    session = sessions.open(CONNECTION)
    stolen, old = sessions.issue_ticket(session, "browser"), sessions.issue_ticket(session, "browser")
    assert sessions.redeem(stolen, "another browser") is None
    assert sessions.redeem(stolen, "browser") is None
    clock.now += TICKET_SECONDS
    assert sessions.redeem(old, "browser") is None
    last = sessions.issue_ticket(session, "browser")
    session.end()
    assert sessions.redeem(last, "browser") is None
    assert not session.is_kept


def test_a_session_ends_after_twelve_hours_without_use(sessions: BrowserSessions, clock: Clock) -> None:
    """A look-up is no use: polling keeps nobody connected."""
    session, token = keep(sessions)
    clock.now += IDLE_SECONDS
    session.touch()
    clock.now += IDLE_SECONDS
    assert sessions.find(token) is session
    clock.now += 1
    assert "12 hours" in session.over
    session.touch()
    assert sessions.find(token) is None
    assert session.over


def test_connecting_again_with_the_same_key_goes_on_in_all_tabs(sessions: BrowserSessions) -> None:
    """The token is a new one, and Disconnect in either tab ends both."""
    first, token = keep(sessions)
    second, rotated = keep(sessions, earlier=token)
    assert sessions.find(token) is None
    assert sessions.find(rotated) is second
    assert not first.over
    first.end()
    assert "Disconnect" in second.over.title()
    assert sessions.find(rotated) is None


def test_connecting_with_another_key_ends_the_session_before(sessions: BrowserSessions) -> None:
    """Other tabs of the browser do not go on in the workspace before; other browsers do."""
    first, token = keep(sessions)
    elsewhere, _ = keep(sessions)
    second, _ = keep(sessions, OTHER, earlier=token)
    assert "another key" in first.over
    assert not second.over
    assert not elsewhere.over


def test_another_persons_session_is_not_continued(sessions: BrowserSessions) -> None:
    """The same key, but somebody else has signed in."""
    first, token = keep(sessions)
    session = sessions.open(CONNECTION, identity="somebody else")
    sessions.redeem(sessions.issue_ticket(session, ""), "", token)
    assert first.over


def test_what_is_over_is_forgotten(sessions: BrowserSessions) -> None:
    """Neither the key nor the token stays in memory."""
    session, token = keep(sessions)
    session.end()
    assert sessions.find(token) is None
    assert sessions._sessions == {}


def test_a_member_is_out_in_all_browsers(sessions: BrowserSessions) -> None:
    """Somebody else's session goes on, and so does one with which nobody signed in."""
    mine = [keep(sessions, replace(CONNECTION, member_id=1)) for _ in range(2)]
    others = [keep(sessions, replace(CONNECTION, member_id=2)), keep(sessions)]
    sessions.end_member(1, "You were removed.")
    assert [session.over for session, _ in mine] == ["You were removed."] * 2
    assert [sessions.find(token) for _, token in mine] == [None, None]
    assert [sessions.find(token) for _, token in others] == [session for session, _ in others]


def test_a_sign_in_that_has_ended_counts_no_more() -> None:
    """No cookie is none that could end."""
    signed_out = SignedOut()
    for token in ("one", ""):
        signed_out.add(token)
    assert [signed_out.has(token) for token in ("one", "two", "")] == [True, False, False]

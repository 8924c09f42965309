"""A connection that ends elsewhere: nothing is sent or shown any more, and nothing that was typed is lost."""

from __future__ import annotations

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from components.ui.browser_sessions import IDLE_SECONDS, BrowserSession, BrowserSessions
from components.ui.services import services
from tests.pages.driver import connected_workspace, field, list_component_data, open_page, texts, to_session, write_mail
from tests.summaries import list_summaries


def share(app: AppTest, sessions: BrowserSessions | None = None, identity: str = "") -> BrowserSession:
    """Have a session share its connection with the other tabs of its browser."""
    state = to_session(app)
    assert state.connection is not None
    known = state.browser.identity if state.browser else ""
    state.browser = (sessions or services().browser_sessions).open(state.connection, identity or known)
    return state.browser


def test_disconnect_in_another_tab_stops_send_and_keeps_the_text(practising: AppTest) -> None:
    """The click comes with letters that were not saved yet: they are in the workspace's draft, and no mail goes out."""
    app, workspace = practising, connected_workspace(practising)
    write_mail(app, "jane@example.com", subject="Not yet", markdown="Dear Jane")
    draft_id, composer = to_session(app).composer.draft.id, to_session(app).composer
    app.session_state[field(app, "markdown")] = {"value": "Dear Jane, with the last letters"}
    share(app).end()
    app.button(key="send").click().run()
    assert list_summaries(services().store, workspace) == ()
    assert to_session(app).connection is None
    assert "You disconnected in another window\\. What you wrote is saved" in texts(app)
    assert "Connect to open this draft." in texts(app)
    assert composer.draft.id != draft_id
    assert "Dear Jane" not in texts(app)
    assert services().store.drafts.get_draft(draft_id, None) is None
    kept = services().store.drafts.get_draft(draft_id, workspace)
    assert kept is not None
    assert kept.markdown == "Dear Jane, with the last letters"


def test_a_conflict_at_the_end_keeps_both_versions(practising: AppTest) -> None:
    """The version of this window, about which nobody has decided yet, becomes a draft of its own."""
    app, workspace = practising, connected_workspace(practising)
    write_mail(app, "jane@example.com", subject="Theirs", markdown="Dear Jane")
    drafts, opened = services().store.drafts, to_session(app).composer.draft
    drafts.save_draft(replace(opened, markdown="From another window"), workspace)
    app.session_state[field(app, "markdown")] = {"value": "From this window"}
    app.run()
    share(app).end()
    app.run()
    assert "What you wrote is saved" in texts(app)
    assert {draft.preview for draft in drafts.list_drafts(workspace)} == {"From this window", "From another window"}


def test_twelve_idle_hours_disconnect(practising: AppTest) -> None:
    """The next run, or the next poll of a part of the page, has no connection any more."""
    now = 0.0
    share(practising, BrowserSessions(lambda: now))
    now = IDLE_SECONDS
    practising.run()
    assert to_session(practising).connection is not None
    now = IDLE_SECONDS + 1
    open_page(practising, "history")
    assert "12 hours" in texts(practising)
    assert "Connect to see" in texts(practising)


def test_another_person_gets_nothing(practising: AppTest) -> None:
    """Who signs in with the cookie of somebody else finds the connection ended, for everybody."""
    browser = share(practising, identity="somebody else")
    open_page(practising, "history")
    assert "somebody else signed in" in texts(practising)
    assert to_session(practising).connection is None
    assert browser.over


def test_a_connection_gets_a_ticket_until_the_browser_has_its_cookie(practising: AppTest) -> None:
    """Another run does not issue another one; the key is in none of it."""

    def shown() -> str:
        return next(str(data["ticket"]) for data in list_component_data(practising) if "ticket" in data)

    ticket = shown()
    assert ticket
    practising.run()
    assert shown() == ticket
    assert services().browser_sessions.redeem(ticket, "") is not None
    practising.run()
    assert shown() == ""

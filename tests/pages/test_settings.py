"""Settings, in process: connecting in every way, and what the pages say about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.config import settings
from components.gateway.practice import PracticeGateway
from components.model import Connection, RateLimit
from components.ui.services import services
from components.ui.session import DeletedDraft
from components.ui.url_state import SEARCH
from tests.pages.driver import PERSON, SHELL, connected_workspace, give_name, open_page, texts, to_session


@pytest.fixture
def leadlex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PracticeGateway:
    """Start a LeadLex of the test's own on loopback, configured as on a server."""
    gateway = PracticeGateway(tmp_path / "leadlex")
    monkeypatch.setenv("LEADLEX_BASE_URL", gateway.start())
    settings.cache_clear()
    return gateway


def connect(app: AppTest, key: str) -> AppTest:
    """Paste a key and click Connect."""
    open_page(app, "settings").text_input(key="api-key").set_value(key)
    next(button for button in app.button if button.label == "Connect").click()
    return app.run()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "Enter your LeadLex API key."),
        ("sk_123", "begins with wbk"),
        ("wbk_", "incomplete"),
        ("wbk_ab cd", "blanks"),
    ],
)
def test_a_malformed_key_is_refused_before_any_call(leadlex: PracticeGateway, key: str, words: str) -> None:
    """A malformed key never leaves the app, and the page says why."""
    app = connect(AppTest.from_file(SHELL, default_timeout=30).run(), key)
    leadlex.stop()
    assert any(words in error.value.replace("\\", "") for error in app.error)
    assert to_session(app).connection is None


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("  wbk_good\n", "The mailbox is healthy."),
        ("wbk_reauth", "Sign in to the mailbox again"),
        ("wbk_nomailbox", "No mailbox is connected in LeadLex"),
        ("wbk_noread", "this key may not read settings"),
        ("wbk_old", "this LeadLex does not offer it"),
    ],
)
def test_connecting_says_what_was_learned(leadlex: PracticeGateway, key: str, words: str) -> None:
    """A valid key connects; the page names the mailbox, its health, or what could not be checked."""
    app = connect(AppTest.from_file(SHELL, default_timeout=30).run(), key)
    said = texts(app).replace("\\", "")
    leadlex.stop()
    assert to_session(app).connection is not None
    assert words in said


def test_an_expired_key_does_not_connect(leadlex: PracticeGateway) -> None:
    """A 401 is reported as a wrong or expired key, and the key is not kept."""
    app = connect(AppTest.from_file(SHELL, default_timeout=30).run(), "wbk_expired")
    leadlex.stop()
    assert any("wrong or has expired" in error.value for error in app.error)
    assert to_session(app).connection is None


def test_a_gateway_out_of_reach_connects_with_a_doubt(leadlex: PracticeGateway) -> None:
    """Without an answer the app connects all the same and names what it could not check."""
    leadlex.stop()
    app = connect(AppTest.from_file(SHELL, default_timeout=30).run(), "wbk_good")
    assert to_session(app).connection is not None
    assert "could not be checked" in texts(app).replace("\\", "")


def test_the_server_key_connects_by_itself(leadlex: PracticeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """With LEADLEX_API_KEY every session is connected from the start."""
    monkeypatch.setenv("LEADLEX_API_KEY", "wbk_team")
    settings.cache_clear()
    app = AppTest.from_file(SHELL, default_timeout=30).run()
    leadlex.stop()
    assert to_session(app).connection is not None
    assert "alex.reuter@practice.example" in texts(app)


def test_a_server_key_that_was_refused_is_asked_about_again(
    leadlex: PracticeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is connected with it unseen; once LeadLex accepts it, its mails go on."""
    monkeypatch.setenv("LEADLEX_API_KEY", "wbk_team")
    settings.cache_clear()
    first = AppTest.from_file(SHELL, default_timeout=30).run()
    ring, connection = services().keyring, to_session(first).connection
    assert connection is not None
    assert connection.fingerprint in ring.server_keys
    before = find_calls(connection)
    assert to_session(AppTest.from_file(SHELL, default_timeout=30).run()).connection is not None
    assert find_calls(connection) == before
    # As the dispatcher does when LeadLex answers 401.
    ring.drop(connection.fingerprint)
    assert to_session(AppTest.from_file(SHELL, default_timeout=30).run()).connection is not None
    leadlex.stop()
    assert find_calls(connection) < before
    assert connection.fingerprint in ring.server_keys


def find_calls(connection: Connection) -> int:
    """Return how many calls of a key were left after the last one, once the copies of the CRM are there."""
    assert services().crm.wait(connection.workspace_id, 60)
    known = services().store.api_keys.find_key(connection.fingerprint)
    assert known is not None
    assert known.rate_limit is not None
    assert known.rate_limit.remaining is not None
    return known.rate_limit.remaining


def test_every_page_carries_the_practice_mark(practising: AppTest) -> None:
    """While the practice gateway is in use each page says that nothing is sent."""
    for name in ("compose", "drafts", "outbox", "history", "settings"):
        assert "Practice mode: nothing is sent" in texts(open_page(practising, name)), name


def test_disconnecting_hides_the_workspace(practising: AppTest) -> None:
    """Without a key nothing of the workspace is shown, nor left for screen readers (promise 8)."""
    app = open_page(practising, "settings")
    to_session(app).announce("Sent: The offer")
    to_session(app).deleted = DeletedDraft("draft")
    app.run()
    app.button(key="disconnect").click().run()
    state = to_session(practising)
    assert (state.connection, state.announcement.text, state.deleted) == (None, "", None)
    for name in ("drafts", "outbox", "history"):
        assert "Connect to see" in texts(open_page(practising, name))


def test_only_few_calls_left_stand_in_the_sidebar(practising: AppTest) -> None:
    """As long as there are enough calls, nobody needs to know how many."""
    connection = to_session(practising).connection
    assert connection is not None
    store, key = services().store.api_keys, connection.fingerprint
    # Its answers say how many calls are left.
    assert services().crm.wait(connection.workspace_id, 60)
    assert "calls left" not in texts(practising)
    store.save_rate_limit(key, RateLimit(100, 21))
    assert "calls left" not in texts(practising.run())
    store.save_rate_limit(key, RateLimit(100, 20))
    assert "20 API calls left today" in texts(practising.run())


def test_the_undo_window_is_kept(practising: AppTest) -> None:
    """A chosen undo time is saved for the person."""
    open_page(practising, "settings")
    workspace = connected_workspace(practising)
    control = practising.button_group(key=f"undo-{workspace}-{PERSON}")
    control.set_value(30).run()
    assert services().store.people.get_person(workspace, PERSON).undo_seconds == 30


def test_the_next_person_inherits_no_search(practising: AppTest) -> None:
    """Nor the opened mail, nor the page of the list."""
    open_page(practising, "history").text_input(key=SEARCH).set_value("to:secret@client.example").run()
    practising.query_params["mail"] = "7"
    practising.query_params["before"] = "12345"
    practising.run()
    practising.button(key="leave").click().run()
    assert {"q", "mail", "before"}.isdisjoint(practising.query_params)
    open_page(practising, "settings").button(key="practise").click().run()
    give_name(practising, PERSON)
    assert open_page(practising, "history").text_input(key=SEARCH).value == ""

"""The gate and the roles on the pages; what only a browser shows is in ``tests/browser``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.config import settings
from components.gateway.practice import PracticeGateway
from components.model import Role
from components.ui.services import services
from tests.pages.driver import SHELL, list_component_data, open_page, texts, to_session, write_mail

AUTH = """
[auth]
redirect_uri = "https://mail.firm.test/oauth2callback"
cookie_secret = "0123456789012345678901234567890123456789"
client_id = "composer"
client_secret = "secret"
server_metadata_url = "https://id.test/.well-known/openid-configuration"
"""
ALEX = {
    "is_logged_in": True,
    "iss": "https://id.test",
    "sub": "alex",
    "email": "Alex@Firm.test",
    "email_verified": True,
    "name": "Alex Reuter",
}


@pytest.fixture
def sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open the app of a server with a sign-in, as somebody of whom the provider says these claims."""
    gateway = PracticeGateway(tmp_path / "gateway")
    monkeypatch.setattr("components.config.SECRETS", tmp_path / "secrets.toml")
    monkeypatch.setenv("LEADLEX_ADMINS", "boss@firm.test")
    monkeypatch.setenv("LEADLEX_ALLOWED_EMAILS", "@firm.test")
    monkeypatch.setenv("LEADLEX_BASE_URL", gateway.start())

    def open_app(claims: dict[str, object] | None = None, secrets: str = "", **values: str) -> AppTest:
        (tmp_path / "secrets.toml").write_text(AUTH + secrets)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        app = AppTest.from_file(SHELL, default_timeout=30)
        app.user = {} if claims is None else claims
        return app.run()

    return open_app


def give_role(app: AppTest, role: Role) -> None:
    """Give the connected member a role."""
    connection = to_session(app).connection
    assert connection is not None
    assert connection.member_id is not None
    services().store.members.save_role(connection.workspace_id, connection.member_id, role)


def labels(app: AppTest) -> set[str]:
    """Return the labels of all buttons."""
    return {button.label for button in app.button}


def test_nothing_is_shown_before_somebody_signs_in(sign_in: Callable[..., AppTest]) -> None:
    """A quiet page with one button; no connection is made, though the server has a key."""
    app = sign_in(LEADLEX_API_KEY="wbk_x1")
    assert labels(app) == {"Sign in"}
    assert to_session(app).connection is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"email_verified": False}, "does not confirm"),
        ({"email_verified": None}, "does not confirm"),
        ({"sub": ""}, "does not confirm"),
        ({"email": "alex@elsewhere.test"}, "is not let in here"),
        ({"email": "alex@sub.firm.test"}, "is not let in here"),
    ],
)
def test_who_is_not_let_in_reads_why(sign_in: Callable[..., AppTest], changes: dict[str, object], reason: str) -> None:
    """The only thing to do is to sign out."""
    app = sign_in(ALEX | changes)
    assert reason in app.error[0].value
    assert labels(app) == {"Sign out"}


def test_a_missing_library_names_its_command(sign_in: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Authlib nobody can sign in, and nobody comes in either."""
    monkeypatch.setitem(sys.modules, "authlib", None)
    app = sign_in(ALEX)
    assert "'streamlit[auth]'" in app.code[0].value
    assert labels(app) == set()


def test_the_name_comes_from_the_sign_in(sign_in: Callable[..., AppTest]) -> None:
    """Nobody is asked who they are; the one server key connects by itself."""
    app = sign_in(ALEX, LEADLEX_API_KEY="wbk_x2")
    connection = to_session(app).connection
    assert connection is not None
    assert (connection.person, connection.member_id) == ("Alex Reuter", 1)
    assert {"New mail", "Send", "Sign out"} <= labels(app)
    assert "Continue" not in labels(app)


def test_people_choose_among_their_workspaces_and_see_no_key(sign_in: Callable[..., AppTest]) -> None:
    """Those of others are not shown; keys of one's own only where the operator allows them."""
    secrets = "\n".join(
        f'[workspaces.{name}]\nkey = "wbk_{name}"\nmembers = ["{member}"]'
        for name, member in (("Berlin", "@firm.test"), ("Vienna", "alex@firm.test"), ("Graz", "jane@firm.test"))
    )
    app = open_page(sign_in(ALEX, secrets), "settings")
    assert {"Open Berlin", "Open Vienna", "Practice mode"} <= labels(app)
    assert not {"Open Graz", "Connect"} & labels(app)
    next(button for button in app.button if button.label == "Open Vienna").click()
    app.run()
    connection = to_session(app).connection
    assert connection is not None
    assert connection.key.reveal() == "wbk_Vienna"
    assert "wbk_" not in texts(app)


def test_a_key_of_an_unknown_workspace_opens_nothing(sign_in: Callable[..., AppTest]) -> None:
    """The page says what to do; practice mode goes on working."""
    app = sign_in(ALEX, LEADLEX_API_KEY="wbk_nosettings_x1")
    assert to_session(app).connection is None
    assert "Let it read the settings in LeadLex" in app.error[0].value
    open_page(app, "settings").button(key="practise").click().run()
    connection = to_session(app).connection
    assert connection is not None
    assert connection.practice


def test_a_reader_reads_and_a_writer_cannot_send(sign_in: Callable[..., AppTest]) -> None:
    """The pages say in words what a role cannot do; the workflow refuses it all the same."""
    app = sign_in(ALEX, LEADLEX_API_KEY="wbk_x3")
    give_role(app, Role.WRITER)
    app.run()
    assert app.button(key="send").disabled
    give_role(app, Role.READER)
    app.run()
    assert app.title[0].value == "History"
    app.query_params["draft"] = "0" * 32
    open_page(app, "compose")
    assert "Your role here is reader" in texts(app)
    assert not {"Send", "New mail"} & labels(app)
    open_page(app, "settings")
    assert not {"Import", "Save"} & labels(app)
    assert not app.exception


def list_offers(app: AppTest) -> list[str]:
    """Return the names of the pages in the sidebar and of the palette's commands."""
    links = [str(link.proto.label) for link in app.sidebar.get("page_link")]
    palette = next(data for data in list_component_data(app) if "commands" in data)
    return [*links, *(entry["name"] for entry in palette["commands"])]


@pytest.mark.parametrize("page", ["compose", "drafts", "review", "outbox", "history", "insights", "settings"])
def test_a_reader_meets_no_draft_on_any_page(sign_in: Callable[..., AppTest], page: str) -> None:
    """Drafts are in no menu and on no page, also for a writer who became a reader; what is left works."""
    app = sign_in(ALEX, LEADLEX_API_KEY="wbk_x6")
    write_mail(app, "jane@example.com", subject="Honorarvereinbarung")
    app.toggle(key=f"shared-{to_session(app).composer.draft.id}-True").set_value(True).run()
    assert to_session(app).composer.shown_lock is not None
    assert {"Compose", "Go to Drafts"} < set(list_offers(app))
    give_role(app, Role.READER)
    open_page(app, page)
    assert (list(app.exception), list(app.error)) == ([], [])
    assert not {"New mail", "Compose", "Drafts", "Go to Compose", "Go to Drafts"} & set(list_offers(app))
    assert "Honorarvereinbarung" not in texts(app)
    if page == "drafts":
        assert "Your role here is reader" in texts(app)


def test_a_demotion_between_the_page_and_the_click_counts(sign_in: Callable[..., AppTest]) -> None:
    """Send says why nothing went out, and the draft stays."""
    app = sign_in(ALEX, LEADLEX_API_KEY="wbk_x4")
    write_mail(app, "jane@example.com")
    give_role(app, Role.WRITER)
    app.button(key="send").click().run()
    assert "Your role here is writer, which may not send mails" in app.error[0].value
    connection = to_session(app).connection
    assert connection is not None
    assert services().drafts.count_drafts(connection) == 1
    assert not services().store.outbox.count_open(connection.workspace_id).missed


def test_an_admin_changes_roles(sign_in: Callable[..., AppTest]) -> None:
    """The operator's admin sees everybody in Settings, and cannot change themselves."""
    jane = sign_in(ALEX | {"sub": "jane", "email": "jane@firm.test", "name": "Jane Doe"}, LEADLEX_API_KEY="wbk_x5")
    app = open_page(sign_in(ALEX | {"sub": "boss", "email": "boss@firm.test", "name": "Boss"}), "settings")
    assert app.selectbox(key="role-2-admin").disabled
    app.selectbox(key="role-1-sender").set_value(Role.READER).run()
    assert not app.exception
    jane.run()
    assert jane.title[0].value == "History"
    app.button(key="danger-remove-1").click().run()
    jane.run()
    assert "You were removed from this workspace" in texts(jane)
    assert to_session(jane).connection is None

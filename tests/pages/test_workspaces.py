"""Workspaces on the pages, in process: one history for all keys, other workspaces named before anything is sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from components.config import settings
from components.gateway import Client
from components.gateway.practice import PracticeGateway
from components.mailer.connection import open_workspace
from components.model import DAY_SECONDS, HOUR_SECONDS, Address, ApiKey, Attachment, OutgoingMail
from components.store import ApiKeyState
from components.ui.services import services
from tests.pages.driver import (
    PERSON,
    SHELL,
    connected_workspace,
    give_name,
    insert_messages,
    list_component_data,
    list_summaries,
    open_page,
    send_and_settle,
    set_undo,
    texts,
    to_session,
    write_mail,
)
from tests.unit.store.samples import to_record

MAIL = OutgoingMail(to=(Address("Jane", "jane@example.com"),), subject="Offer of June", html="<p>Hi</p>", text="Hi")


@pytest.fixture
def leadlex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PracticeGateway]:
    """A LeadLex of the test's own on loopback, configured as on a server."""
    gateway = PracticeGateway(tmp_path / "leadlex")
    monkeypatch.setenv("LEADLEX_BASE_URL", gateway.start())
    settings.cache_clear()
    yield gateway
    gateway.stop()


def open_app() -> AppTest:
    """The app in a new browser session."""
    return AppTest.from_file(SHELL, default_timeout=60).run()


def connect(app: AppTest, key: str) -> AppTest:
    """Paste a key and click Connect."""
    open_page(app, "settings").text_input(key="api-key").set_value(key)
    next(button for button in app.button if button.label == "Connect").click()
    return app.run()


def said(app: AppTest) -> str:
    """The page's text, without escapes."""
    return texts(app).replace("\\", "").replace("\u2060", "")


def find_key(app: AppTest) -> ApiKeyState:
    """What the store knows of the session's key."""
    connection = to_session(app).connection
    assert connection is not None
    known = services().store.api_keys.find_key(connection.fingerprint)
    assert known is not None
    return known


@pytest.mark.usefixtures("leadlex")
def test_a_second_key_shows_the_firms_history() -> None:
    """A colleague, or whoever has a new key, sees the mails; Settings and the account menu name the workspace."""
    first = connect(open_app(), "wbk_demo_anna")
    insert_messages(first, [to_record(MAIL)])
    second = connect(open_app(), "wbk_demo_ben")
    assert connected_workspace(second) == connected_workspace(first)
    assert "Every API key of it shows the same history" in said(second)
    # Settings, and the menu at the foot of the sidebar.
    assert said(second).count("Reuter &amp; Partners") == 2
    give_name(second)
    # The browser of these tests does not tell its time zone.
    assert "Times are shown in Europe/Berlin" in said(second)
    assert [summary.subject for summary in list_summaries(second)] == ["Offer of June"]


@pytest.mark.usefixtures("leadlex")
def test_a_key_without_permission_says_so() -> None:
    """It has a history of its own, and Settings says why."""
    app = connect(open_app(), "wbk_nosettings_1")
    assert "this key may not read LeadLex’s settings" in said(app)
    assert to_session(app).connection is not None
    other = connect(open_app(), "wbk_nosettings_2")
    assert connected_workspace(other) != connected_workspace(app)


def test_the_history_of_a_fingerprint_moves_over(leadlex: PracticeGateway) -> None:
    """What two keys wrote each for itself is one history from the moment on that LeadLex names the workspace."""
    store = services().store
    for name, subject in (("anna", "From Anna"), ("ben", "From Ben")):
        before = open_workspace(store, ApiKey(f"wbk_demo_{name}"), leadlex.base_url)
        mail = OutgoingMail(to=MAIL.to, subject=subject, html="<p>Hi</p>", text="Hi")
        store.transfer.insert_messages(before.workspace_id, [to_record(mail)])
    anna = connect(open_app(), "wbk_demo_anna")
    assert [summary.subject for summary in list_summaries(anna)] == ["From Anna"]
    ben = connect(open_app(), "wbk_demo_ben")
    assert {summary.subject for summary in list_summaries(ben)} == {"From Anna", "From Ben"}
    # Anna's session follows, whichever of both has moved.
    give_name(anna.run())
    assert connected_workspace(anna) == connected_workspace(ben)
    assert len(list_summaries(anna)) == 2


def test_another_workspace_is_named_before_anything_is_sent(leadlex: PracticeGateway) -> None:
    """Both names; whoever stays keeps the connection, whoever goes takes the open mail along, without its links."""
    app = connect(open_app(), "wbk_demo_anna")
    give_name(app)
    home = connected_workspace(app)
    assert services().crm.wait(home, 60)
    open_page(app, "compose")
    write_mail(app, "hannah.okafor@northwind-grid.example", "Half a letter")
    composer = to_session(app).composer
    draft = composer.draft.id
    assert composer.draft.contact_id
    stored, lent = Attachment("a.txt", "text/plain", 1, "0" * 64), Attachment("b.pdf", "x/y", None, None, "files/b.pdf")
    composer.draft = replace(composer.draft, attachments=(stored, lent))
    connect(app, "wbk_branch_1")
    assert connected_workspace(app) == home
    assert "leads to **Reuter & Partners London**" in said(app)
    assert "belong to **Reuter & Partners**" in said(app)
    app.button(key="stay-here").click().run()
    assert connected_workspace(app) == home
    assert to_session(app).composer.draft.id == draft
    connect(app, "wbk_branch_1")
    app.button(key="go-there").click().run()
    assert connected_workspace(app) != home
    assert to_session(app).composer.draft.id != draft
    assert to_session(app).composer.draft.subject == "Half a letter"
    assert to_session(app).composer.draft.contact_id == ""
    assert to_session(app).composer.draft.attachments == (stored,)
    assert leadlex.list_deliveries() == ()


@pytest.mark.usefixtures("leadlex")
def test_another_key_of_the_same_workspace_asks_nothing() -> None:
    """The person goes on under their name."""
    app = give_name(connect(open_app(), "wbk_demo_anna"))
    person = to_session(app).connection
    connect(app, "wbk_demo_ben")
    connection = to_session(app).connection
    assert connection is not None
    assert person is not None
    assert connection.fingerprint != person.fingerprint
    assert to_session(app).pending is None
    assert connection.person == person.person


def let_a_day_pass(app: AppTest) -> None:
    """Have the session and the store know that LeadLex confirmed the key more than a day ago."""
    connection, key = to_session(app).connection, find_key(app)
    assert connection is not None
    assert key.accepted_at is not None
    assert connection.confirmed_until is not None
    services().store.api_keys.save_acceptance(key.fingerprint, key.accepted_at - DAY_SECONDS)
    to_session(app).connection = replace(connection, confirmed_until=connection.confirmed_until - DAY_SECONDS)


def test_an_open_page_closes_where_the_key_is_not_confirmed(leadlex: PracticeGateway) -> None:
    """A day after LeadLex has accepted the key last, an outage shows nothing of the history; after it, it is back."""
    app = give_name(connect(open_app(), "wbk_demo_anna"))
    insert_messages(app, [to_record(MAIL)])
    assert "Offer of June" in str(list_component_data(open_page(app, "history")))
    let_a_day_pass(app)
    leadlex.stop()
    open_page(app, "history")
    assert to_session(app).connection is None
    assert "stays closed" in said(app)
    assert "Offer of June" not in str(list_component_data(app))
    connect(app, "wbk_demo_anna")
    assert to_session(app).connection is None
    assert "stays closed" in said(app)


@pytest.mark.usefixtures("leadlex")
def test_an_open_page_is_confirmed_by_one_more_call() -> None:
    """Nobody notices as long as LeadLex answers."""
    app = give_name(connect(open_app(), "wbk_demo_anna"))
    # The copies of the CRM take calls of their own.
    assert services().crm.wait(connected_workspace(app), 60)
    let_a_day_pass(app)
    before = find_key(app).rate_limit
    open_page(app, "history")
    after = find_key(app).rate_limit
    connection = to_session(app).connection
    assert connection is not None
    assert connection.person == PERSON
    assert before is not None
    assert after is not None
    assert (before.remaining or 0) - (after.remaining or 0) == 1


def revoke(base_url: str, key: str) -> None:
    """Have LeadLex refuse a key from now on, at the wire; every other key it forbids to read anything more."""

    def answer(request: httpx.Request) -> httpx.Response:
        is_revoked = request.headers["Authorization"] == f"Bearer {key}"
        return httpx.Response(401 if is_revoked else 403, json={"error": {"code": "refused", "message": "No."}})

    services().clients._clients[base_url] = Client(base_url, transport=httpx.MockTransport(answer))


def send_with_revoked_key(app: AppTest) -> None:
    """Send a mail."""
    set_undo(connected_workspace(app), 0)
    open_page(app, "compose")
    write_mail(app, "jane@example.com")
    assert send_and_settle(app).http_status == 401


def look_up_with_revoked_key(app: AppTest) -> None:
    """Check for replies."""
    open_page(app, "history").button(key="replies").click().run()


def refresh_with_revoked_key(app: AppTest) -> None:
    """Copy the CRM again; LeadLex may have refused it before the click's own run looks at the key."""
    workspace = connected_workspace(app)
    open_page(app, "settings").button(key="crm-refresh").click().run()
    assert services().crm.wait(workspace, 60)


@pytest.mark.parametrize("call", [send_with_revoked_key, look_up_with_revoked_key, refresh_with_revoked_key])
def test_a_revoked_key_closes_its_tabs(leadlex: PracticeGateway, call: Callable[[AppTest], None]) -> None:
    """Whatever call LeadLex answers with a 401, every tab of the key closes with its next run; a colleague's stays."""
    anna, elsewhere, ben = (give_name(connect(open_app(), f"wbk_demo_{name}")) for name in ("anna", "anna", "ben"))
    assert services().crm.wait(connected_workspace(anna), 60)
    sent = to_record(MAIL, created_at=time.time() - HOUR_SECONDS, provider_thread_id="t-1")
    insert_messages(anna, [sent])
    for app in (anna, elsewhere, ben):
        assert "Offer of June" in str(list_component_data(open_page(app, "history")))
    revoke(leadlex.base_url, "wbk_demo_anna")
    call(anna)
    for app in (anna, elsewhere):
        open_page(app, "history")
        assert to_session(app).connection is None
        assert "Offer of June" not in str(list_component_data(app))
    assert "LeadLex does not accept this API key any more." in said(elsewhere)
    assert "Offer of June" in str(list_component_data(ben.run()))


@pytest.mark.usefixtures("leadlex")
def test_one_refusal_that_is_not_repeated_closes_nothing() -> None:
    """LeadLex is asked once more: a 401 may come from something between here and there."""
    app = give_name(connect(open_app(), "wbk_demo_anna"))
    set_undo(connected_workspace(app), 0)
    open_page(app, "compose")
    write_mail(app, "expired-key@practice.example")
    assert send_and_settle(app).http_status == 401
    assert to_session(app).connection is not None
    assert find_key(app).accepted_at is not None


@pytest.mark.usefixtures("leadlex")
def test_a_mail_in_doubt_names_the_key_that_it_needs() -> None:
    """After a restart a colleague sees whose key it is, and may only decide what is safe."""
    anna = give_name(connect(open_app(), "wbk_demo_anna"))
    set_undo(connected_workspace(anna), 0)
    open_page(anna, "compose")
    write_mail(anna, "no-id@practice.example")
    number = send_and_settle(anna).id
    services.clear()
    ben = give_name(connect(open_app(), "wbk_demo_ben"), "Ben Okafor")
    ben.query_params["mail"] = str(number)
    open_page(ben, "outbox")
    assert f"Only {PERSON}’s API key, with which it was first tried, can ask LeadLex" in said(ben)
    labels = {button.label for button in ben.button}
    assert "Check again" not in labels
    assert {"Send anyway", "Mark as sent", "Mark as not sent"} <= labels
    connect(ben, "wbk_demo_anna")
    ben.query_params["mail"] = str(number)
    open_page(ben, "outbox")
    assert "Check again" in {button.label for button in ben.button}

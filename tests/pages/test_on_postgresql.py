"""Each page once on PostgreSQL: what a page needs of the database it has there too."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from components.config import settings
from components.model import Status
from components.store import Store
from components.ui.services import services
from tests.pages.driver import (
    insert_messages,
    list_component_data,
    list_summaries,
    open_page,
    send_and_settle,
    texts,
    to_session,
    write_mail,
)
from tests.pages.test_history import message, search, subjects
from tests.postgresql import TEMPLATE, Cluster
from tests.unit.mailer.rig import await_true


@pytest.mark.databases("postgresql")
def test_every_page_works(practising: AppTest) -> None:
    """A mail is written, sent, listed, searched, counted, and erased."""
    write_mail(practising, "jane@practice.example", subject="Angebot für Jané")
    assert send_and_settle(practising).status is Status.SENT
    insert_messages(practising, [message("Older offer", created_at=time.time() - 86_400)])
    search(practising, "angebot to:jane")
    assert subjects(practising) == ["Angebot für Jané"]
    assert [each.subject for each in list_summaries(practising)] == ["Angebot für Jané", "Older offer"]
    for page in ("outbox", "drafts", "insights", "settings"):
        open_page(practising, page)
        assert not practising.exception
        assert not practising.error, page
    number = list_summaries(practising)[0].id
    practising.query_params["mail"] = str(number)
    open_page(practising, "history")
    practising.button(key=f"erase-{number}").click().run()
    assert "until VACUUM" in texts(practising)
    practising.text_input(key=f"erase-word-{number}").set_value("erase").run()
    practising.button(key=f"erase-now-{number}-0").click().run()
    assert [summary.subject for summary in list_summaries(practising)] == ["Older offer"]
    open_page(practising, "settings")
    assert not practising.exception
    assert list_component_data(practising)


def test_a_server_that_goes_away_costs_no_text(
    postgresql: Cluster, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The page says what is wrong, keeps what is typed, and sends it once the server is back."""
    assert postgresql.pid
    with Cluster() as own:
        Store(own.create_database(name=TEMPLATE)).close()
        monkeypatch.setenv("LEADLEX_DATABASE_URL", own.to_url(TEMPLATE))
        settings.cache_clear()
        app: AppTest = request.getfixturevalue("practising")
        write_mail(app, "jane@practice.example", subject="Still here")
        own.stop()
        app.run()
        assert not app.exception
        assert any("database server" in error.value for error in app.error)
        assert to_session(app).composer.draft.subject == "Still here"
        own.start()
        await_true(lambda: not services().dispatcher.problem)
        app.run()
        assert not app.error
        assert send_and_settle(app).status is Status.SENT
        assert len(list_summaries(app)) == 1
        services.clear()

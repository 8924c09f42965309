"""Who one is: the question after connecting, the choice for all tabs of a browser, and whose things are whose."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Toggle

from components.model import Person
from components.ui.services import services
from components.ui.session import Session
from tests.pages.driver import (
    PERSON,
    SHELL,
    connected_workspace,
    field,
    give_name,
    list_component_data,
    list_summaries,
    open_page,
    send_and_settle,
    texts,
    to_session,
    write_mail,
)

QUESTION = "It is a name, not a proof."


@pytest.fixture
def connected() -> AppTest:
    """The app just connected to the practice gateway, by somebody who has not given a name."""
    app = AppTest.from_file(SHELL, default_timeout=30).run()
    return open_page(app, "settings").button(key="practise").click().run()


def test_the_name_is_asked_once(connected: AppTest) -> None:
    """Before it is given no page goes on without the question; afterwards it is in the sidebar."""
    assert QUESTION in texts(connected)
    assert QUESTION in texts(open_page(connected, "history"))
    give_name(connected, "  Alex   Reuter ")
    assert QUESTION not in texts(connected)
    assert QUESTION not in texts(open_page(connected, "compose"))
    assert to_session(connected).connection is not None
    assert services().store.people.list_people(connected_workspace(connected)) == (Person("Alex Reuter"),)


@pytest.mark.parametrize("name", ["", "  ", "12 34", "–"])
def test_a_name_has_a_letter(connected: AppTest, name: str) -> None:
    """Anything else is refused with a sentence, and asked again."""
    give_name(connected, name)
    assert "Type your name, with at least one letter." in texts(connected)
    assert QUESTION in texts(connected)
    assert services().store.people.list_people(connected_workspace(connected)) == ()


def test_a_known_name_is_chosen_or_typed_in_any_case(connected: AppTest) -> None:
    """Nobody becomes a second person by another spelling of the letters."""
    workspace = connected_workspace(connected)
    services().store.people.add_person(workspace, "Eva Brandt")
    give_name(connected.run(), "eva brandt")
    assert [each.name for each in services().store.people.list_people(workspace)] == ["Eva Brandt"]
    connected.button(key="change-person").click().run()
    assert QUESTION in texts(connected)
    connected.button(key="person-Eva Brandt").click().run()
    connection = to_session(connected).connection
    assert connection is not None
    assert connection.person == "Eva Brandt"


def test_a_name_is_text(connected: AppTest) -> None:
    """Streamlit would draw Markdown in the labels of buttons, and load its pictures."""
    give_name(connected, "Eva ![p](https://evil.test/p.png) **B**")
    connected.button(key="change-person").click().run()
    label = next(button.label for button in connected.button if str(button.key).startswith("person-Eva"))
    assert label.startswith("Eva ")
    assert not any(mark in label for mark in ("![", "](", "**", "//"))


def test_the_choice_holds_in_all_tabs(practising: AppTest) -> None:
    """Another tab of the browser is not asked, and follows a change."""
    state = to_session(practising)
    tab = AppTest.from_file(SHELL, default_timeout=30)
    tab.session_state["session"] = replace(state, composer=type(state.composer)())
    assert QUESTION not in texts(tab.run())
    practising.button(key="change-person").click().run()
    give_name(practising, "Eva Brandt")
    tab.run()
    connection = to_session(tab).connection
    assert connection is not None
    assert connection.person == "Eva Brandt"


def test_a_sent_mail_names_its_writer_and_its_sender(practising: AppTest) -> None:
    """What one person began and another sent says both, in the list and in the details."""
    write_mail(practising, "jane@practice.example", subject="By two")
    practising.button(key="change-person").click().run()
    give_name(practising, "Eva Brandt")
    # The first click points out whose draft it is, and whose signature stands in it.
    practising.button(key="send").click().run()
    assert f"This is {PERSON}’s draft. It has no signature." in texts(practising)
    summary = send_and_settle(practising)
    assert (summary.written_by, summary.sent_by) == (PERSON, "Eva Brandt")
    practising.button(key="change-person").click().run()
    give_name(practising, PERSON)
    open_page(practising, "history")
    (rows,) = [data["rows"] for data in list_component_data(practising) if data.get("label") == "Mails"]
    assert [row["by"] for row in rows] == [f"Eva Brandt · written by {PERSON}"]
    practising.query_params["mail"] = str(summary.id)
    practising.session_state[f"more-details-{summary.id}"] = True
    shown = re.sub("<[^>]*>", "", texts(practising.run()))
    assert f"Written by {PERSON}" in shown
    assert "Sent by Eva Brandt" in shown


def test_the_theme_of_the_preview_is_each_persons_own(practising: AppTest) -> None:
    """The choice survives leaving the page and applies in another browser; a second person starts light."""
    switch_theme(practising).set_value(True).run()
    open_page(practising, "history")
    assert switch_theme(open_page(practising, "compose")).value
    elsewhere = AppTest.from_file(SHELL, default_timeout=30)
    elsewhere.session_state["session"] = Session(connection=to_session(practising).connection)
    assert switch_theme(elsewhere.run()).value
    practising.button(key="change-person").click().run()
    give_name(practising, "Eva Brandt")
    assert not switch_theme(practising).value


def switch_theme(app: AppTest) -> Toggle:
    """Return the switch "Dark" of the preview."""
    return next(toggle for toggle in app.toggle if toggle.label == "Dark")


def test_the_default_reply_to_is_in_ones_new_mails(practising: AppTest) -> None:
    """It alone makes no draft; another person's mails begin without it."""
    workspace = connected_workspace(practising)
    open_page(practising, "settings").text_input(key=f"reply-to-{workspace}-{PERSON}").set_value("desk@x.example").run()
    assert services().store.people.get_person(workspace, PERSON).reply_to == "desk@x.example"
    practising.button(key="new-mail").click().run()
    assert to_session(practising).composer.draft.reply_to == "desk@x.example"
    open_page(practising, "drafts")
    assert services().store.drafts.list_drafts(workspace) == ()
    practising.button(key="change-person").click().run()
    give_name(practising, "Eva Brandt")
    practising.button(key="new-mail").click().run()
    assert to_session(practising).composer.draft.reply_to == ""


def test_a_wrong_reply_to_is_named_and_not_kept(practising: AppTest) -> None:
    """The setting stays what it was."""
    workspace = connected_workspace(practising)
    open_page(practising, "settings").text_input(key=f"reply-to-{workspace}-{PERSON}").set_value("desk@").run()
    assert any("desk" in error.value for error in practising.error)
    assert services().store.people.get_person(workspace, PERSON).reply_to == ""


def test_without_a_name_nothing_is_sent(connected: AppTest) -> None:
    """The dialog keeps a person from the page; a click that comes all the same sends nothing and says why."""
    open_page(connected, "compose")
    write_mail(connected, "jane@practice.example")
    connected.button(key="send").click().run()
    assert list_summaries(connected) == ()
    assert "Enter your name first" in texts(connected)
    assert field(connected, "subject")

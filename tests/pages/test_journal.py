"""Text that a browser kept comes back into its draft, onto what it began from, and for its owner alone."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.model import Address, Draft, OutgoingMail, WorkspaceSettings
from components.store.engine import writing
from components.store.schema import workspace
from components.ui.compose.journal import read_typed_texts, to_checksum
from components.ui.services import services
from tests.pages.driver import (
    connected_workspace,
    list_component_data,
    open_page,
    save_status,
    send_and_settle,
    shown_text,
    texts,
    to_session,
    type_into,
    write_mail,
)
from tests.unit.store.samples import to_record

MAIL = OutgoingMail(to=(Address("Jane", "jane@example.com"),), subject="Offer", html="<p>Hi</p>", text="Hi")
ELSEWHERE = "changed in another window"


def told(app: AppTest) -> dict[str, Any]:
    """Return what the browser's journal is told."""
    return next(data for data in list_component_data(app) if "checksums" in data)


def bring_back(app: AppTest, entry: dict[str, Any], **changed: str) -> None:
    """Run the page with texts that were typed on top of what the journal had been told in ``entry``."""
    head = {name: entry[name] for name in ("draft", "opening", "scope", "version")}
    app.session_state["journal"] = {"restore": [{**head, "texts": changed}]}
    app.run()
    app.session_state["journal"] = {"restore": None}


def begin_again(app: AppTest) -> None:
    """Leave the open draft for an empty mail, as a new session begins with; the browser's texts are still to come."""
    state = to_session(app)
    state.composer.open_draft(Draft(id=str(uuid.uuid4())))
    state.composer.settled = ()
    app.run()


def list_subjects(app: AppTest) -> list[str]:
    """Return the subjects of the workspace's drafts."""
    return sorted(each.subject for each in services().store.drafts.list_drafts(connected_workspace(app)))


@pytest.fixture
def typing(practising: AppTest) -> tuple[AppTest, dict[str, Any]]:
    """A new session after one that saved a draft, and what the browser of that one had been told."""
    write_mail(practising, "jane@practice.example", subject="Begun", markdown="Dear Jane")
    entry = told(practising)
    begin_again(practising)
    assert shown_text(practising, "Subject") == ""
    return practising, entry


def test_the_browser_is_told_what_is_saved(practising: AppTest) -> None:
    """Nothing of an empty mail is unsaved; what is typed is saved, with its checksum, by the run that reads it."""
    assert told(practising)["saved"]
    write_mail(practising, "jane@practice.example", subject="Grüße 👋")
    entry = told(practising)
    assert entry["saved"]
    assert entry["checksums"]["subject"] == to_checksum("Grüße 👋") == 1496621647
    assert "wbk_" not in str(entry)


def test_text_comes_back_onto_the_version_it_began_from(typing: tuple[AppTest, dict[str, Any]]) -> None:
    """It is saved at once, and the browser may drop it."""
    app, entry = typing
    bring_back(app, entry, subject="Begun and typed on", to="jane@practice.example, sam@")
    draft = to_session(app).composer.draft
    assert (draft.id, draft.subject, draft.markdown) == (entry["draft"], "Begun and typed on", "Dear Jane")
    assert draft.to == "jane@practice.example, sam@"
    assert save_status(app).startswith("Saved")
    assert entry["opening"] in told(app)["settled"]
    # The same texts once more, as after an answer that was lost.
    bring_back(app, entry, subject="Begun and typed on")
    assert list_subjects(app) == ["Begun and typed on"]


def test_a_save_whose_answer_was_lost_is_no_other_window(practising: AppTest) -> None:
    """The store has a newer version than the text began from, but it was saved by the same opening of the draft."""
    write_mail(practising, "jane@practice.example", subject="Begun")
    entry = told(practising)
    type_into(practising, "subject", "Begun and")
    practising.run()
    begin_again(practising)
    bring_back(practising, entry, subject="Begun and typed on")
    assert ELSEWHERE not in texts(practising)
    assert list_subjects(practising) == ["Begun and typed on"]


@pytest.mark.parametrize(
    ("button", "subjects"), [("take-theirs", ["Theirs"]), ("keep-mine", ["Begun and typed on", "Theirs"])]
)
def test_another_windows_version_leads_to_the_choice(
    typing: tuple[AppTest, dict[str, Any]], button: str, subjects: list[str]
) -> None:
    """Nothing is overwritten; the browser keeps its text until the person has chosen."""
    app, entry = typing
    workspace, drafts = connected_workspace(app), services().store.drafts
    saved = drafts.get_draft(entry["draft"], workspace)
    assert saved is not None
    drafts.save_draft(replace(saved, subject="Theirs"), workspace, str(uuid.uuid4()))
    bring_back(app, entry, subject="Begun and typed on")
    assert ELSEWHERE in texts(app)
    assert entry["opening"] not in told(app)["settled"]
    assert not told(app)["saved"]
    app.button(key=button).click().run()
    assert ELSEWHERE not in texts(app)
    assert list_subjects(app) == subjects
    assert entry["opening"] in told(app)["settled"]


def test_a_mail_that_was_never_saved_comes_back(practising: AppTest) -> None:
    """Its first letters were lost with the server; its draft begins with them."""
    entry = told(practising)
    begin_again(practising)
    bring_back(practising, entry, subject="First letters")
    assert to_session(practising).composer.draft.id == entry["draft"]
    assert shown_text(practising, "Subject") == "First letters"
    assert list_subjects(practising) == ["First letters"]


def test_text_of_another_draft_does_not_move_the_open_one(typing: tuple[AppTest, dict[str, Any]]) -> None:
    """It is saved under Drafts, and the page says so."""
    app, entry = typing
    write_mail(app, "jane@practice.example", subject="Open now")
    bring_back(app, entry, subject="Begun and typed on")
    assert to_session(app).composer.draft.subject == "Open now"
    assert list_subjects(app) == ["Begun and typed on", "Open now"]
    assert "is saved under Drafts" in texts(app)


def test_text_after_a_sent_mail_is_a_draft_of_its_own(practising: AppTest) -> None:
    """What was sent stays sent, once; text that is in it is no draft any more."""
    write_mail(practising, "jane@practice.example", subject="Sent", markdown="Dear Jane")
    entry = told(practising)
    send_and_settle(practising)
    begin_again(practising)
    bring_back(practising, entry, markdown="Dear Jane")
    assert list_subjects(practising) == []
    bring_back(practising, {**entry, "opening": str(uuid.uuid4())}, markdown="Dear Jane, and more")
    draft = to_session(practising).composer.draft
    assert draft.id != entry["draft"]
    assert (draft.to, draft.subject, draft.markdown) == ("jane@practice.example", "Sent", "Dear Jane, and more")
    assert "What you typed is a new draft" in texts(practising)


def test_another_workspace_gets_nothing(typing: tuple[AppTest, dict[str, Any]]) -> None:
    """Neither does somebody who is not connected, nor somebody else at the same workspace's browser."""
    app, entry = typing
    bring_back(app, {**entry, "scope": "0" * 64}, subject="Not theirs")
    assert list_subjects(app) == ["Begun"]
    state = to_session(app)
    state.connection = None
    bring_back(app, entry, subject="Not theirs")
    assert shown_text(app, "Subject") == ""
    assert told(app)["scope"] == ""


def test_text_of_a_merged_workspace_comes_back(typing: tuple[AppTest, dict[str, Any]]) -> None:
    """What was typed before LeadLex told that the key's workspace is another one belongs to that one."""
    app, entry = typing
    store, former = services().store.workspaces, connected_workspace(app)
    told_of = WorkspaceSettings("ws-1", "Reuter & Partners")
    home = store.join_workspace("of a colleague", True, "elsewhere", told_of)
    services().store.transfer.insert_messages(home, [to_record(MAIL), to_record(MAIL)])
    connection = to_session(app).connection
    assert connection is not None
    with writing(services().store.engine) as database:
        database.execute(workspace.update().where(workspace.c.id == former).values(place=None, leadlex_id=None))
    assert store.join_workspace(connection.fingerprint, True, "elsewhere", told_of) == home
    app.run()
    assert connected_workspace(app) == home
    assert entry["scope"] in told(app)["former"]
    bring_back(app, {**entry, "opening": str(uuid.uuid4())}, subject="Typed before")
    assert to_session(app).composer.draft.subject == "Typed before"


def test_disconnecting_ends_every_text(practising: AppTest) -> None:
    """The browser is told to drop all of it, by a value that no earlier page had."""
    assert told(practising)["ended"] == ""
    open_page(practising, "settings").button(key="disconnect").click().run()
    assert told(practising)["ended"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        [None, 1, "x"],
        [{"draft": "../x", "opening": str(uuid.uuid4()), "scope": "", "version": 0, "texts": {}}],
        [{"draft": str(uuid.uuid4()), "opening": str(uuid.uuid4()), "scope": "", "version": "0", "texts": {}}],
        [{"draft": str(uuid.uuid4()), "opening": str(uuid.uuid4()), "scope": "", "version": 0, "texts": "x"}],
    ],
)
def test_what_no_page_of_ours_sends_is_passed_over(value: object) -> None:
    """Of texts only known fields are read."""
    assert list(read_typed_texts(value)) == []
    entry = {"draft": str(uuid.uuid4()), "opening": str(uuid.uuid4()), "scope": "", "version": 0}
    (typed,) = read_typed_texts([{**entry, "texts": {"subject": "x", "id": "y", "markdown": 1}}])
    assert typed.texts == {"subject": "x"}

"""Drafting together on the pages: reading along, handing over, versions, comments, and private drafts by address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components.model import Draft
from components.store.drafting.locks import LEASE_SECONDS
from components.store.drafting.types import IDLE_SECONDS
from components.ui.compose.drafting.versions import compare
from components.ui.services import services
from components.ui.session import Session
from tests.draft_locks import put_locks_back
from tests.pages.driver import (
    PERSON,
    SHELL,
    find_place,
    list_component_data,
    list_summaries,
    open_page,
    save_status,
    texts,
    to_connection,
    to_session,
    type_into,
    write_mail,
)
from tests.pages.test_sign_in import ALEX, sign_in

__all__ = ["sign_in"]

EVA = "Eva Brandt"


def said(app: AppTest) -> str:
    """Return the text of a page, without the escapes of Markdown."""
    return texts(app).replace("\\", "")


def labels(app: AppTest) -> set[str]:
    """Return the labels of all buttons."""
    return {button.label for button in app.button}


def open_draft(app: AppTest, person: str = EVA) -> AppTest:
    """Open the draft of another session by its address, as a colleague in the same workspace."""
    other = AppTest.from_file(SHELL, default_timeout=30)
    other.session_state["session"] = Session(connection=replace(to_connection(app), person=person))
    other.query_params["draft"] = to_session(app).composer.draft.id
    return other.run()


def shown_html(app: AppTest) -> str:
    """Return the HTML in the frame of whoever reads along."""
    return next(str(data["html"]) for data in list_component_data(app) if data.get("title") == "Draft")


def let_pass(seconds: float) -> None:
    """Move all locks into the past."""
    put_locks_back(services().store.engine, seconds)


def list_versions(app: AppTest) -> list[tuple[str, str]]:
    """List name and text of the versions of the open draft, newest first."""
    versions = services().drafts.list_versions(to_connection(app), to_session(app).composer.draft.id)
    return [(each.name, each.draft.markdown) for each in versions]


@pytest.fixture
def sam(practising: AppTest) -> AppTest:
    """The composer of ``PERSON``, who writes a mail."""
    return write_mail(practising, "jane@example.com", markdown="The *terms*")


def test_the_second_reads_along_and_cannot_write(sam: AppTest) -> None:
    """What the first types is there at the next look; no field and no Send is drawn."""
    eva = open_draft(sam)
    assert f"{PERSON} is writing" in said(eva)
    assert not {"Send", "Discard"} & labels(eva)
    assert "<em>terms</em>" in shown_html(eva)
    type_into(sam, "markdown", "The terms, *changed*")
    sam.run()
    eva.run()
    assert "<em>changed</em>" in shown_html(eva)
    assert not sam.exception
    assert not eva.exception


def test_a_writer_who_is_asked_hands_over(sam: AppTest) -> None:
    """The asker goes on with the text as it was left, and the writer reads along."""
    eva = open_draft(sam)
    eva.button(key="ask-to-write").click().run()
    assert "You asked to write." in said(eva)
    sam.run()
    assert f"{EVA} would like to write" in said(sam)
    type_into(sam, "markdown", "Sam's last words")
    sam.button(key="hand-over").click().run()
    assert f"{EVA} is writing" in said(sam)
    eva.run()
    assert "Send" in labels(eva)
    assert to_session(eva).composer.draft.markdown == "Sam's last words"
    type_into(eva, "markdown", "Eva's words")
    eva.run()
    assert save_status(eva).startswith("Saved")
    assert list_versions(eva) == [(PERSON, "Sam's last words")]


def test_a_writer_who_is_asked_may_keep_writing(sam: AppTest) -> None:
    """The question goes away on both sides."""
    eva = open_draft(sam)
    eva.button(key="ask-to-write").click().run()
    sam.run()
    sam.button(key="keep-writing").click().run()
    assert "would like to write" not in said(sam)
    eva.run()
    assert f"{PERSON} keeps writing." in said(eva)


@pytest.mark.parametrize("seconds", [IDLE_SECONDS, LEASE_SECONDS + 1])
def test_taking_over_keeps_what_was_not_saved(sam: AppTest, seconds: float) -> None:
    """From somebody idle or gone; their last words become a version, and they read along from then on."""
    eva = open_draft(sam)
    assert "Take over" not in labels(eva)
    let_pass(seconds)
    eva.run()
    eva.button(key="take-over").click().run()
    assert "Send" in labels(eva)
    type_into(sam, "markdown", "Typed while away")
    sam.run()
    assert f"{EVA} writes in this draft now. What you typed last is kept under Versions." in said(sam)
    assert f"{EVA} is writing" in said(sam)
    assert list_versions(eva) == [(PERSON, "Typed while away"), (PERSON, "The *terms*")]


def test_send_does_not_send_what_a_colleague_has_changed_since(sam: AppTest) -> None:
    """A page that has slept shows an old text: it must not go out in place of the new one."""
    let_pass(LEASE_SECONDS + 1)
    eva = open_draft(sam)
    type_into(eva, "markdown", "Corrected")
    eva.run()
    services().edit_locks.release(to_connection(eva), to_session(eva).composer.draft.id)
    sam.button(key="send").click().run()
    assert "choose first which version" in said(sam)
    assert list_summaries(sam) == ()


def test_leaving_the_page_lets_others_write(sam: AppTest) -> None:
    """At once, without waiting for the lock to end."""
    open_page(sam, "history")
    assert "Send" in labels(open_draft(sam))


def test_both_versions_of_a_conflict_stay(sam: AppTest) -> None:
    """Whoever opens the other window's version finds their own under Versions."""
    draft = to_session(sam).composer.draft
    services().drafts.save_draft(to_connection(sam), replace(draft, markdown="Theirs"))
    type_into(sam, "markdown", "Mine")
    sam.run()
    sam.button(key="take-theirs").click().run()
    assert to_session(sam).composer.draft.markdown == "Theirs"
    assert list_versions(sam) == [(PERSON, "Mine")]


def test_a_version_is_compared_and_restored(sam: AppTest) -> None:
    """The draft as it is becomes a version itself. The button stands above the code, which grows once it is drawn."""
    older = replace(to_session(sam).composer.draft, markdown="The *old* terms", subject="Older")
    services().drafts.keep_version(to_connection(sam), older)
    sam.run()
    sam.button(key="versions").click().run()
    (difference,) = (code.value for code in sam.code if "old" in code.value)
    assert difference.splitlines() == [
        " To: jane@example.com",
        *("-Subject: Older", "+Subject: Hello", " "),
        *("-The *old* terms", "+The *terms*"),
    ]
    assert [each.type for each in sam._tree if each.type in {"button", "code"}][-2:] == ["button", "code"]
    next(button for button in sam.button if button.label == "Restore this version").click().run()
    draft = to_session(sam).composer.draft
    assert (draft.subject, draft.markdown) == ("Older", "The *old* terms")
    assert list_versions(sam)[0] == (PERSON, "The *terms*")


def test_a_signature_is_compared_like_any_line() -> None:
    """Its dashes are no head of a comparison."""
    assert list(compare(Draft("d", markdown="Hi\n\n-- \nSam"), Draft("d", markdown="Hi"))) == [
        *(" ", " Hi", "-", "--- ", "-Sam"),
    ]


def unfold_comments(app: AppTest) -> AppTest:
    """Open the comments; a run of a page reads what is unfolded."""
    app.session_state[f"comments-{to_session(app).composer.draft.id}"] = True
    return app.run()


def test_comments_go_between_colleagues(sam: AppTest) -> None:
    """Counted in the sidebar and the list until they are read; the Markdown is drawn in the frame."""
    eva = unfold_comments(open_draft(sam))
    area = next(area for area in eva.text_area if area.label == "Comment")
    area.set_value("Was it not **12,500**?")
    eva.button(key="add-comment").click().run()
    assert not eva.exception
    open_page(sam, "drafts")
    (row,) = next(data["rows"] for data in list_component_data(sam) if data.get("label") == "Drafts")
    assert row["mark"] == "1 new comment"
    assert any("chat: 1" in link.proto.label for link in sam.get("page_link"))
    open_page(sam, "compose")
    unfold_comments(sam)
    frames = [data for data in list_component_data(sam) if data.get("title") == f"Comment by {EVA}"]
    assert "<strong>12,500</strong>" in frames[0]["html"]
    assert services().comments.count_unread(to_connection(sam)) == {}
    sam.button(key="resolve-1").click().run()
    assert not [data for data in list_component_data(sam) if data.get("title") == f"Comment by {EVA}"]


def test_a_comment_being_typed_outlasts_a_colleagues(sam: AppTest) -> None:
    """The field stays the same, and is emptied by one's own comment alone."""
    unfold_comments(sam)
    key = f"new-comment-{to_session(sam).composer.draft.id}"
    place = find_place(sam, key)
    sam.text_area(key=key).set_value("Half of a")
    eva = unfold_comments(open_draft(sam))
    eva.text_area(key=key).set_value("Was it not 12,500?")
    eva.button(key="add-comment").click().run()
    assert eva.text_area(key=key).value == ""
    sam.run()
    assert find_place(sam, "comment-1")
    assert find_place(sam, key) == place
    assert sam.text_area(key=key).value == "Half of a"


def test_a_private_draft_is_not_there_for_others(sign_in: Callable[..., AppTest]) -> None:
    """By its address, in the list and its count; the author shares it with a switch."""
    alex = write_mail(sign_in(ALEX, LEADLEX_API_KEY="wbk_d1"), "jane@example.com", subject="Secret")
    draft_id = to_session(alex).composer.draft.id
    assert to_session(alex).composer.draft.is_private
    jane = sign_in(ALEX | {"sub": "jane", "email": "jane@firm.test", "name": "Jane Doe"})
    jane.query_params["draft"] = draft_id
    jane.run()
    assert "This draft no longer exists." in said(jane)
    assert to_session(jane).composer.draft.id != draft_id
    open_page(jane, "drafts")
    assert "No drafts." in said(jane)

    alex.run()
    alex.toggle(key=f"shared-{draft_id}-True").set_value(True).run()
    assert not to_session(alex).composer.draft.is_private
    open_page(jane, "drafts")
    (row,) = next(data["rows"] for data in list_component_data(jane) if data.get("label") == "Drafts")
    assert (row["by"], row["word"]) == ("Alex Reuter", "Alex Reuter is writing")
    open_page(jane, "compose")
    jane.query_params["draft"] = draft_id
    jane.run()
    assert "Alex Reuter is writing" in said(jane)
    assert not jane.exception
    alex.toggle(key=f"shared-{draft_id}-False").set_value(False).run()
    jane.run()
    assert "no longer shared with you" in said(jane)
    assert "Secret" not in said(jane)


def test_without_a_sign_in_there_is_no_switch(sam: AppTest) -> None:
    """Names are chosen, not proved."""
    assert not [toggle for toggle in sam.toggle if toggle.label.startswith("Shared")]

"""Reviews on the pages, by two people who have signed in: asking, reading, answering, sending."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components.model import Connection, Person, Role
from components.review import ApprovalRule, ApprovalScope
from components.ui.services import services
from tests.pages.driver import (
    attach_file,
    list_component_data,
    list_summaries,
    open_page,
    send_and_settle,
    texts,
    to_connection,
    to_session,
    type_into,
    write_mail,
)
from tests.pages.test_sign_in import ALEX, give_role, labels, sign_in

__all__ = ["sign_in"]

JANE = ALEX | {"sub": "jane", "email": "jane@firm.test", "name": "Jane Doe"}
BOSS = ALEX | {"sub": "boss", "email": "boss@firm.test", "name": "Chris Boss"}
SignIn = Callable[..., AppTest]


@pytest.fixture
def office(sign_in: SignIn) -> tuple[AppTest, AppTest]:
    """Two senders of one workspace that requires approvals: Alex, who writes, and Jane, who reviews."""
    alex = sign_in(ALEX, LEADLEX_API_KEY="wbk_x1")
    jane = sign_in(JANE, LEADLEX_API_KEY="wbk_x1")
    services().store.approvals.save_rule(to_connection(alex).workspace_id, ApprovalRule(ApprovalScope.ALL))
    for app in (alex, jane):
        set_no_undo(to_connection(app))
    return alex, jane


def set_no_undo(connection: Connection) -> None:
    """Let Send take effect at once."""
    services().people.save_person(connection, Person("", 0))


def ask(app: AppTest, colleague: AppTest) -> AppTest:
    """Ask a colleague for a review of the open draft."""
    app.multiselect[0].set_value([to_connection(colleague).member_id])
    return app.button(key="ask-colleagues").click().run()


def open_review(app: AppTest, draft_id: str) -> AppTest:
    """Open a draft of the list "For review"."""
    app.query_params["draft"] = draft_id
    return open_page(app, "review")


def sidebar_links(app: AppTest) -> list[str]:
    """Return the labels of the pages in the sidebar."""
    return [element.proto.label for element in app.sidebar.get("page_link")]


def list_draft_words(app: AppTest) -> list[str]:
    """Open Drafts and return the status word of each row."""
    open_page(app, "drafts")
    (rows,) = [data["rows"] for data in list_component_data(app) if data.get("label") == "Drafts"]
    return [row["word"] for row in rows]


def list_commands(app: AppTest) -> list[str]:
    """Return the names of the palette's commands."""
    (commands,) = [data["commands"] for data in list_component_data(app) if "commands" in data]
    return [command["name"] for command in commands]


def test_a_mail_is_reviewed_and_sent(office: tuple[AppTest, AppTest]) -> None:
    """The count, the mail as it goes out, the approval, and who approved it in the history."""
    alex, jane = office
    write_mail(alex, "hannah@example.com", "Angebot")
    assert "A colleague must approve this mail" in texts(alex)
    assert "Ready for review" in texts(alex)
    alex.button(key="send").click().run()
    assert "only after a colleague has approved" in alex.error[0].value
    ask(alex, jane)
    assert "Waits for the review of Jane Doe" in texts(alex)
    jane.run()
    assert "For review :blue-badge[1]" in sidebar_links(jane)
    assert list_draft_words(alex) == ["In review"]
    open_page(alex, "compose")
    draft_id = to_session(alex).composer.draft.id
    open_page(jane, "review")
    assert "Go to For review" in list_commands(jane)
    (rows,) = [data["rows"] for data in list_component_data(jane) if data.get("label") == "For review"]
    assert [(row["subject"], row["by"]) for row in rows] == [("Angebot", "Alex Reuter")]
    open_review(jane, draft_id)
    (frame,) = [data["html"] for data in list_component_data(jane) if "html" in data]
    assert "<em>terms</em>" in frame
    jane.button(key="back").click().run()
    assert to_session(jane).announcement.focus == (".st-key-mails", f'.row[data-id="{draft_id}"]')
    open_review(jane, draft_id)
    jane.button(key="approve").click().run()
    assert jane.success[0].value.startswith("Approved")
    assert "For review" in sidebar_links(jane)
    alex.run()
    assert "Approved by Jane Doe" in texts(alex)
    summary = send_and_settle(alex)
    assert (summary.approved_by, summary.sent_by) == ("Jane Doe", "Alex Reuter")
    alex.query_params["mail"] = str(summary.id)
    open_page(alex, "history")
    assert "approved by Jane Doe" in texts(alex)
    assert not alex.exception
    assert not jane.exception


def test_a_change_after_the_approval_is_said_at_once(office: tuple[AppTest, AppTest]) -> None:
    """And the reviewer who is asked again sees what changed."""
    alex, jane = office
    write_mail(alex, "hannah@example.com", "Angebot", "Guten Tag")
    draft_id = to_session(alex).composer.draft.id
    ask(alex, jane)
    open_review(jane, draft_id).button(key="approve").click().run()
    type_into(alex, "markdown", "Guten Abend")
    alex.run()
    assert "Changed since Jane Doe approved it" in texts(alex)
    alex.button(key="send").click().run()
    assert list_summaries(alex) == ()
    ask(alex, jane)
    open_review(jane, draft_id)
    assert "Changed since you looked" in texts(jane)
    assert "<del>Tag</del><ins>Abend</ins>" in texts(jane)


def test_a_reviewer_downloads_the_files(office: tuple[AppTest, AppTest]) -> None:
    """By their contents, of which size and digest stand beside the name."""
    alex, jane = office
    write_mail(alex, "hannah@example.com")
    attach_file(alex, "Angebot.pdf", b"12,500")
    alex.run()
    draft = to_session(alex).composer.draft
    ask(alex, jane)
    open_review(jane, draft.id)
    sha256 = hashlib.sha256(b"12,500").hexdigest()
    (link,) = [data for data in list_component_data(jane) if data.get("label") == "Download"]
    assert (link["address"], link["filename"]) == (f"/reviews/{draft.id}/{sha256}", "Angebot.pdf")
    assert f"SHA-256 {sha256[:16]}" in texts(jane)


def test_a_reviewer_returns_a_draft(office: tuple[AppTest, AppTest]) -> None:
    """A reason is needed, and its author reads it with the draft, as text."""
    alex, jane = office
    write_mail(alex, "hannah@example.com")
    draft_id = to_session(alex).composer.draft.id
    ask(alex, jane)
    open_review(jane, draft_id).button(key="return").click().run()
    assert "Say what should change" in jane.error[0].value
    jane.text_area(key=f"review-reason-{draft_id}").set_value("<b>Zu lang</b>")
    jane.button(key="return").click().run()
    alex.run()
    assert "Jane Doe asks for changes:" in texts(alex)
    assert list_draft_words(alex) == ["Changes wanted"]
    open_page(alex, "compose")
    assert "&lt;b&gt;Zu lang&lt;/b&gt;" in texts(alex)


def test_whoever_changed_a_draft_is_told_that_somebody_else_approves_it(office: tuple[AppTest, AppTest]) -> None:
    """The button is off, and says why."""
    alex, jane = office
    write_mail(alex, "hannah@example.com")
    draft_id = to_session(alex).composer.draft.id
    ask(alex, jane)
    # Leaving the composer releases the edit lock.
    open_page(alex, "history")
    draft = services().store.drafts.get_draft(draft_id, to_connection(jane).workspace_id)
    assert draft is not None
    services().drafts.save_draft(to_connection(jane), replace(draft, subject="Anders"))
    open_review(jane, draft_id)
    assert jane.button(key="approve").disabled
    assert "somebody else must approve it" in texts(jane)


def test_roles_see_what_they_can_do(office: tuple[AppTest, AppTest]) -> None:
    """A writer asks and reviews nothing; a reader does neither."""
    alex, _jane = office
    give_role(alex, Role.WRITER)
    write_mail(alex, "hannah@example.com")
    assert "Ask" in labels(alex)
    assert alex.button(key="send").disabled
    assert "For review" not in sidebar_links(alex)
    assert "what you write stays a draft" in texts(open_page(alex, "review"))
    give_role(alex, Role.READER)
    alex.run()
    assert "For review" not in sidebar_links(alex)
    assert not alex.exception


def test_an_admin_sets_the_rule(sign_in: SignIn) -> None:
    """And nobody else is offered it."""
    app = open_page(sign_in(BOSS, LEADLEX_API_KEY="wbk_x1"), "settings")
    workspace = to_connection(app).workspace_id
    app.segmented_control(key=f"approval-scope-{workspace}").set_value(ApprovalScope.ABOVE).run()
    app.number_input(key=f"approval-above-{workspace}").set_value(3).run()
    assert services().store.approvals.get_rule(workspace) == ApprovalRule(ApprovalScope.ABOVE, 3)
    assert not app.exception
    alex = open_page(sign_in(ALEX), "settings")
    assert f"approval-scope-{workspace}" not in [each.key for each in alex.get("button_group")]
    assert "A colleague must approve" not in texts(alex)


def test_nothing_of_it_is_offered_without_a_sign_in(practising: AppTest) -> None:
    """Neither a review, nor the page in the sidebar, nor the rule."""
    write_mail(practising, "hannah@example.com")
    assert "Ask" not in labels(practising)
    assert "For review" not in sidebar_links(practising)
    assert "Reviews need a sign-in" in texts(open_page(practising, "review"))
    assert "Approval" not in texts(open_page(practising, "settings"))
